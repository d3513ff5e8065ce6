"""Decides which of several slots close together are kept: event slots first, the others merged into them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pro_service.core.plan.model import Merged
from pro_service.core.protocol import Merge, Rule


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A slot in the making: it still knows its rule and which occurrence of the anchor it belongs to."""

    key: str
    rule: Rule
    occurrence: int
    due_on: date
    open_on: date
    close_on: date
    visit: str | None = None  # the key of the visit it follows, and that visit's day
    visit_on: date | None = None


def merge(policy: Merge, expected: Sequence[Candidate]) -> tuple[list[Candidate], list[Merged]]:
    """The candidates kept, and those merged into one of them.

    Of event slots due on one day the rule first in `policy.precedence` wins, then the latest occurrence. A slot of an
    absorbed rule due at most `policy.within_days` from a kept event slot goes into the nearest, the earlier at a tie.
    """
    kept_events, merged = _one_a_day(policy, [c for c in expected if c.rule.id in policy.precedence])
    kept = list(kept_events)
    for candidate in expected:
        if candidate.rule.id in policy.precedence:
            continue
        into = _nearest(policy, candidate, kept_events) if candidate.rule.id in policy.absorbs else None
        if into is None:
            kept.append(candidate)
        else:
            merged.append(_merged(candidate, into))
    return kept, merged


def _one_a_day(policy: Merge, events: Iterable[Candidate]) -> tuple[list[Candidate], list[Merged]]:
    by_day: dict[date, list[Candidate]] = {}
    for candidate in events:
        by_day.setdefault(candidate.due_on, []).append(candidate)
    kept, merged = [], []
    for rivals in by_day.values():
        winner = min(rivals, key=lambda c: (policy.precedence.index(c.rule.id), -c.occurrence))
        kept.append(winner)
        merged += [_merged(rival, winner) for rival in rivals if rival is not winner]
    return kept, merged


def _nearest(policy: Merge, candidate: Candidate, events: Iterable[Candidate]) -> Candidate | None:
    near = [event for event in events if _days_apart(candidate, event) <= policy.within_days]
    return min(near, key=lambda event: (_days_apart(candidate, event), event.due_on), default=None)


def _days_apart(one: Candidate, other: Candidate) -> int:
    return abs((one.due_on - other.due_on).days)


def _merged(candidate: Candidate, into: Candidate) -> Merged:
    return Merged(
        key=candidate.key, into=into.key, due_on=candidate.due_on, days=_days_apart(candidate, into)
    )
