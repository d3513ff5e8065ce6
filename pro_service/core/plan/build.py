"""Derives what is expected of a patient from the events of the course: a pure function, run again at every event."""

from collections.abc import Iterable
from datetime import date

from pro_service.core.course import Event, replay
from pro_service.core.plan.apart import keep_apart
from pro_service.core.plan.candidate import Candidate, named_days
from pro_service.core.plan.candidates import candidates
from pro_service.core.plan.coupling import visits_to_follow
from pro_service.core.plan.merging import merge
from pro_service.core.plan.model import Merged, Plan, Skipped, Slot
from pro_service.core.plan.stopping import apply_stops
from pro_service.core.protocol import Protocol


def plan(protocol: Protocol, events: Iterable[Event], *, as_of: date) -> Plan:
    """The schedule by the events in effect on `as_of`. The order of listing never matters."""
    events = tuple(events)
    course = replay(protocol.course, events, as_of=as_of)
    days = named_days(protocol, course)
    known = visits_to_follow(protocol, course, events, as_of=as_of)
    expected: list[Candidate] = []
    skipped: list[Skipped] = []
    for rule in protocol.rules:
        wanted = []
        for candidate, reason in candidates(rule, course, days, known):
            if reason is None:
                wanted.append(candidate)
            else:
                skipped.append(Skipped(key=candidate.key, due_on=candidate.due_on, reason=reason))
        kept, stopped = apply_stops(rule, wanted, days)
        expected += kept
        skipped += stopped
    slots, merged = merge(protocol.merge, expected)
    if protocol.minimum_gap.days:
        slots, merged, too_close = keep_apart(protocol.minimum_gap, slots, merged)
        skipped += too_close
    return Plan(
        as_of=as_of,
        phase=course.phase,
        slots=tuple(_slot(candidate) for candidate in sorted(slots, key=_by_due)),
        merged=tuple(sorted(merged, key=_by_due)),
        skipped=tuple(sorted(skipped, key=_by_due)),
    )


def _by_due(entry: Candidate | Merged | Skipped) -> tuple[date, str]:
    return entry.due_on, entry.key


def _slot(candidate: Candidate) -> Slot:
    return Slot(
        key=candidate.key,
        rule=candidate.rule.id,
        due_on=candidate.due_on,
        open_on=candidate.open_on,
        close_on=candidate.close_on,
        instruments=candidate.instruments,
        dropped=candidate.dropped,
        because=candidate.because,
        because_on=candidate.because_on,
        visit=candidate.visit,
        visit_on=candidate.visit_on,
    )
