"""For whom the running request, job or command acts: what the database may show it and what the audit trail writes.

Entrypoints set it once, where they learn who is asking; everything beneath reads it here. Outside any of them nobody
acts: on PostgreSQL such a session sees no row of a patient.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Acting:
    """`name` says who without naming a person ("staff:12", "patient:P-001", "system:tick", "cli:rescore").

    `site_ids` bounds what row-level security shows: None for the system itself, which sees every site.
    `patient_id` bounds it further to one patient, for requests made with a patient's own link or token.
    """

    name: str
    role: str = ""
    organisation: str = ""
    reason: str = ""
    site_ids: frozenset[int] | None = frozenset()
    patient_id: int | None = None


NOBODY = Acting(name="nobody")
_acting: ContextVar[Acting] = ContextVar("acting", default=NOBODY)


def acting() -> Acting:
    """For whom this thread or task acts now."""
    return _acting.get()


def system(name: str) -> Acting:
    """The service itself, at `name` ("system:tick", "cli:rescore"): every site."""
    return Acting(name=name, role="system", site_ids=None)


@contextmanager
def acting_for(who: Acting) -> Iterator[None]:
    """Act for `who` until the block ends."""
    token = _acting.set(who)
    try:
        yield
    finally:
        _acting.reset(token)


def act_as(who: Acting) -> Token[Acting]:
    """Act for `who` until `act_as_before` is given what this returns: for requests, which no block encloses."""
    return _acting.set(who)


def act_as_before(token: Token[Acting]) -> None:
    """Act for whoever it was before `act_as` gave this token."""
    _acting.reset(token)


def link_holder(*, code: str, patient_id: int, site_id: int) -> Acting:
    """Whoever holds a patient's own link or token: that patient alone."""
    return Acting(
        name=f"patient:{code}", role="patient", site_ids=frozenset({site_id}), patient_id=patient_id
    )


#: Where a SQLite connection's pool entry keeps the number of the transaction that is running.
TRANSACTION = "pro.transaction"


def as_json(who: Acting) -> str:
    """Who acts, as the triggers of the audit trail read it."""
    told = {"name": who.name, "role": who.role, "organisation": who.organisation, "reason": who.reason}
    return json.dumps(told, ensure_ascii=False)


def trail_functions(info: Mapping[Any, Any]) -> tuple[tuple[str, int, Callable[..., Any]], ...]:
    """What SQLite's triggers of the trail call: (name, number of arguments, function) on one connection."""
    return (
        ("pro_acting", 0, lambda: as_json(acting())),
        ("pro_transaction", 0, lambda: info.get(TRANSACTION, 0)),
        ("pro_digest", 1, _digest),
    )


def _digest(value: bytes | str | None) -> str | None:
    if value is None:
        return None
    return "sha256:" + hashlib.sha256(value.encode() if isinstance(value, str) else value).hexdigest()
