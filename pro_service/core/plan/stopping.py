"""Applies a rule's stops: which of its timepoints come too late for which instruments, and which for all of them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pro_service.core.plan.candidate import Candidate, NamedDays
from pro_service.core.plan.model import Dropped, Skipped
from pro_service.core.plan.reasons import Reason, ReasonCode
from pro_service.core.protocol import Rule, Stop

_Drops = dict[str, dict[str, Reason]]
"""Key of a candidate -> instrument -> why it is no longer asked."""


def apply_stops(
    rule: Rule, expected: Sequence[Candidate], days: NamedDays
) -> tuple[list[Candidate], list[Skipped]]:
    """The candidates of a rule with what they still ask, and those that no longer ask anything.

    `more` counts the timepoints of the rule that ask the instrument, over all occurrences, in order of due date, before
    anything merges.
    """
    if not rule.stops:
        return list(expected), []
    in_order = sorted(expected, key=lambda each: (each.due_on, each.key))
    drops: _Drops = {}
    for stop in rule.stops:
        _note_drops(stop, in_order, days, drops)
    kept, skipped = [], []
    for candidate in in_order:
        remaining = _without(candidate, drops.get(candidate.key, {}))
        if remaining.instruments:
            kept.append(remaining)
        else:
            reason = remaining.dropped[0].reason
            skipped.append(Skipped(key=candidate.key, due_on=candidate.due_on, reason=reason))
    return kept, skipped


def _note_drops(stop: Stop, in_order: Iterable[Candidate], days: NamedDays, drops: _Drops) -> None:
    after = days.day(stop.after)
    if after is None:
        return
    late = [candidate for candidate in in_order if candidate.due_on > after]
    facts = {"event": days.called(stop.after.anchor), "on": after.isoformat()}
    reason = Reason(code=ReasonCode.STOPPED, facts=facts)
    if stop.more:
        reason = Reason(code=ReasonCode.ASKED_ENOUGH, facts={**facts, "more": str(stop.more)})
    for key, instrument in _too_many(stop, late):
        drops.setdefault(key, {}).setdefault(instrument, reason)


def _too_many(stop: Stop, late: Iterable[Candidate]) -> Iterator[tuple[str, str]]:
    """The timepoints after the first `more` of them: counted together, or for each instrument named by itself."""
    asked: Counter[str] = Counter()
    for candidate in late:
        groups = {code: (code,) for code in candidate.instruments if code in stop.instruments}
        for counted, codes in (groups if stop.instruments else {"": candidate.instruments}).items():
            if asked[counted] >= stop.more:
                yield from ((candidate.key, code) for code in codes)
            asked[counted] += 1


def _without(candidate: Candidate, why: dict[str, Reason]) -> Candidate:
    if not why:
        return candidate
    return replace(
        candidate,
        instruments=tuple(code for code in candidate.instruments if code not in why),
        dropped=tuple(
            Dropped(instrument=code, reason=why[code]) for code in candidate.instruments if code in why
        ),
    )
