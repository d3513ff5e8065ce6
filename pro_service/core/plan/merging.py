"""Decides which of several slots close together are kept: event slots first, the others merged into them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from pro_service.core.plan.candidate import Candidate
from pro_service.core.plan.model import Merged
from pro_service.core.protocol import Merge


def merge(policy: Merge, expected: Sequence[Candidate]) -> tuple[list[Candidate], list[Merged]]:
    """The candidates kept, and those merged into one of them.

    Of event slots due on one day the rule first in `policy.precedence` wins, then the latest occurrence. A slot of an
    absorbed rule due at most `policy.within_days` from a kept event slot goes into the nearest, the earlier at a tie.
    What a merged slot would still have asked, the slot that takes it up asks as well.
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
    return _asking_for_both(kept, merged, expected), merged


def _asking_for_both(
    kept: Sequence[Candidate], merged: Iterable[Merged], expected: Sequence[Candidate]
) -> list[Candidate]:
    """Where a stop has taken an instrument from the slot that stays, but not from what is merged into it."""
    if not merged:
        return list(kept)
    asked: dict[str, list[str]] = {}
    instruments = {candidate.key: candidate.instruments for candidate in expected}
    for entry in merged:
        asked.setdefault(entry.into, []).extend(instruments[entry.key])
    return [_asking(candidate, asked.get(candidate.key, [])) for candidate in kept]


def _asking(candidate: Candidate, also: Sequence[str]) -> Candidate:
    missing = tuple(code for code in dict.fromkeys(also) if code not in candidate.instruments)
    if not missing:
        return candidate
    dropped = tuple(each for each in candidate.dropped if each.instrument not in missing)
    return replace(candidate, instruments=(*candidate.instruments, *missing), dropped=dropped)


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
