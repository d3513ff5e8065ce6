"""A figure: one measured number with its unit, what it is compared with, and the goal it has."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

#: What we want to reach. Rates want more, everything else wants less. A goal that is missed stays as it is.
GOALS: Mapping[str, float] = {
    "score.qlqc30.rows_per_s": 4_000_000,
    "score.eq5d.rows_per_s": 1_000_000,
    "score.proctcae.rows_per_s": 1_000_000,
    "score.csv.cpu_s": 1.2,
    "plan.pure_ms": 0.5,
    "plan.first_stored_ms": 5,
    "plan.first_stored_sql": 6,
    "replan.unchanged_ms": 2,
    "replan.unchanged_sql": 3,
    "protocol.amendment_preview_1000_s": 3,
    "tick.idle_ms": 20,
    "audit.writes_ratio": 0.8,
    "send.claim_settle_ms": 3,
    "submit.ms": 9,
    "worklist.ms": 50,
    "worklist.sql": 8,
    "patient_page.ms": 60,
    "simulate.170x39_s": 60,
}
#: What a figure of another engine is called by: the same goal, measured on SQLite.
SQLITE = "sqlite."
#: The unit of a rate that is given as a share of a bare one.
OF_BARE = "of the bare rate"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """`n` is how many times (or rows) it was measured; `floor` is the same work done barely, in the same run.

    `parts` says what the value is made of, or adds what is not judged; it goes into the JSON document alone.
    """

    name: str
    value: float
    unit: str
    n: int
    floor: float | None = None
    parts: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_rate(self) -> bool:
        return self.unit.endswith("/s") or self.unit == OF_BARE

    @property
    def goal(self) -> float | None:
        return GOALS.get(self.name.removeprefix(SQLITE))

    @property
    def ratio(self) -> float | None:
        """How many times the floor's time this takes: 1 is as good as the floor."""
        if not self.floor or not self.value:
            return None
        return self.floor / self.value if self.is_rate else self.value / self.floor

    @property
    def reached(self) -> bool | None:
        """Is the goal reached? None without a goal."""
        if self.goal is None:
            return None
        return self.value >= self.goal if self.is_rate else self.value <= self.goal

    def line(self) -> str:
        return f"{self.name} {significant(self.value)} {self.unit}"

    def as_data(self) -> dict[str, Any]:
        return dict(self._data())

    def _data(self) -> Iterator[tuple[str, Any]]:
        yield "value", rounded(self.value)
        yield from (("unit", self.unit), ("n", self.n))
        for key, number in (("floor", self.floor), ("ratio", self.ratio), ("goal", self.goal)):
            if number is not None:
                yield key, rounded(number)
        yield from ((key, rounded(number)) for key, number in self.parts.items())


def rounded(number: float) -> float:
    """Four significant digits: what comes after them is noise."""
    return float(f"{number:.4g}")


def significant(number: float) -> str:
    return f"{rounded(number):,.6g}".replace(",", "") if number < 1_000 else f"{rounded(number):.0f}"
