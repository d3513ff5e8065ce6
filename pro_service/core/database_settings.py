"""What a PostgreSQL server must be set to before patients' data are entrusted to it, and the cure where it is not."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Demand:
    """One setting, the values that are safe (none: any but `0`, which means no limit), and what to do otherwise."""

    name: str
    safe: tuple[str, ...]
    cure: str


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One setting as it was found. `tolerated`: it is wrong, and whoever installed the service said that it may be."""

    name: str
    found: str
    right: bool
    tolerated: bool
    cure: str

    @property
    def fails(self) -> bool:
        return not (self.right or self.tolerated)

    @property
    def sentence(self) -> str:
        return f"PostgreSQL: {self.name} is {self.found}; {self.cure}"


_LIMIT = "set a limit for the service's role: ALTER ROLE ... SET {} = '{}'"
_ROLE = "let the service connect as a role of its own (docs/operations.md, Roles)"

#: The names are PostgreSQL's own, but for the last four, which are facts of the session and the schema.
DEMANDS = (
    Demand(name="fsync", safe=("on",), cure="set it to on, or a crash loses what was acknowledged"),
    Demand(name="full_page_writes", safe=("on",), cure="set it to on, or a crash may tear pages"),
    Demand(
        name="synchronous_commit",
        safe=("on", "remote_write", "remote_apply"),
        cure="set it to on, or a crash loses what was acknowledged",
    ),
    Demand(
        name="data_checksums",
        safe=("on",),
        cure="stop the server and run pg_checksums --enable, or damage on the disk is read as data",
    ),
    Demand(name="server_encoding", safe=("UTF8",), cure="make the database anew with ENCODING 'UTF8'"),
    Demand(
        name="TimeZone",
        safe=("UTC",),
        cure="leave the zone to the service, which sets UTC at each connection",
    ),
    Demand(
        name="idle_in_transaction_session_timeout",
        safe=(),
        cure=_LIMIT.format("idle_in_transaction_session_timeout", "10min"),
    ),
    Demand(name="statement_timeout", safe=(), cure=_LIMIT.format("statement_timeout", "5min")),
    Demand(name="lock_timeout", safe=(), cure=_LIMIT.format("lock_timeout", "10s")),
    Demand(name="in_recovery", safe=("off",), cure="connect to the primary: a standby takes no answers"),
    Demand(
        name="row_security_forced",
        safe=("on",),
        cure="run `flask db upgrade`, or a forgotten filter shows the patients of other sites",
    ),
    Demand(name="superuser", safe=("off",), cure=_ROLE),
    Demand(name="bypass_row_security", safe=("off",), cure=_ROLE),
)

NAMES = tuple(demand.name for demand in DEMANDS)


def judge(found: Mapping[str, str], *, tolerated: frozenset[str] = frozenset()) -> tuple[Judged, ...]:
    """Each demand against what a server is set to, in their order. A setting that was not found is wrong."""
    return tuple(_judged(demand, found.get(demand.name, "unknown"), tolerated) for demand in DEMANDS)


def _judged(demand: Demand, found: str, tolerated: frozenset[str]) -> Judged:
    right = found in demand.safe if demand.safe else found not in ("0", "unknown")
    return Judged(
        name=demand.name,
        found=found,
        right=right,
        tolerated=not right and demand.name in tolerated,
        cure=demand.cure,
    )
