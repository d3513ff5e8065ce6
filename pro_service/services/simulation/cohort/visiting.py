"""What virtual sites tell of monitoring visits: most are held and recorded, some are moved or missed, some forgotten.

The rates are assumptions, like those of the courses. Which visits there are says the protocol's own calendar.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from pro_service.core.course import Course, Event, replay
from pro_service.core.protocol import Protocol
from pro_service.core.visits import Visit, VisitState, visits_of_course
from pro_service.services.simulation.cohort.courses import Recording
from pro_service.services.simulation.cohort.draws import chance, on_curve, whole
from pro_service.services.simulation.scenario.model import Scenario

FIXED = 0.2  # of all visits: the day is fixed, or moved, beforehand
FAR_OFF = 0.15  # of those moved, where no sample says when it was held: to a day outside the window
MISSED_AT_FIRST = 0.04
FORGOTTEN = 0.03  # nobody records that it was held

_AFTER_EVERYTHING = date(2149, 1, 1)


@dataclass(frozen=True, kw_only=True)
class _Held:
    """A visit and the day on which it was held."""

    visit: Visit
    planned_on: date
    on: date


def visit_recordings(
    protocol: Protocol, course: Sequence[Recording], rng: Random, *, scenario: Scenario
) -> tuple[Recording, ...]:
    """The facts about visits that go with a course, in order of recording; none without a calendar of visits."""
    events = tuple(recording.event for recording in course)
    replayed = replay(protocol.course, events)
    told: list[Recording] = []
    for visit in visits_of_course(protocol, replayed, events, as_of=_AFTER_EVERYTHING):
        held = _held(visit, events, rng, scenario)
        if held is not None and _in_one_phase(replayed, held):
            told += _facts(held, replayed, rng, scenario)
    return tuple(sorted(told, key=lambda recording: recording.recorded_on))


def _held(visit: Visit, events: Sequence[Event], rng: Random, scenario: Scenario) -> _Held | None:
    """When a visit was held: on the day of its sample, else near the planned day."""
    first, last, planned_on = visit.open_on, visit.close_on, visit.planned_on
    if visit.state is VisitState.CANCELLED or first is None or last is None or planned_on is None:
        return None
    samples = (event.on for event in events if event.type == f"{visit.kind}_resulted")
    on = next((each for each in samples if first <= each <= last), None)
    if on is None:
        shift = whole(rng, 8, 20) if chance(rng, FIXED * FAR_OFF) else whole(rng, -3, 3)
        on = scenario.hours.working_day(planned_on + timedelta(days=shift))
    return _Held(visit=visit, planned_on=planned_on, on=on)


def _in_one_phase(course: Course, held: _Held) -> bool:
    return course.phase_on(held.on) == course.phase_on(held.planned_on)


def _facts(held: _Held, course: Course, rng: Random, scenario: Scenario) -> Iterator[Recording]:
    working_day = scenario.hours.working_day
    key, moved = held.visit.key, held.on != held.planned_on
    known_on = working_day(min(held.on, held.planned_on) - timedelta(days=whole(rng, 5, 12)))
    same_phase = course.phase_on(known_on) == course.phase_on(held.on)
    if chance(rng, FIXED) and same_phase:
        kind = "visit_moved" if moved else "visit_scheduled"
        yield _told(kind, key, known_on, recorded_on=known_on, visit_on=held.on)
    elif chance(rng, MISSED_AT_FIRST) and same_phase:
        yield from _missed_at_first(held, rng, scenario)
    if not chance(rng, FORGOTTEN):
        late = int(on_curve(rng, scenario.recording.delay_days))
        yield _told("visit_done", key, held.on, recorded_on=working_day(held.on + timedelta(days=late)))


def _missed_at_first(held: _Held, rng: Random, scenario: Scenario) -> Iterator[Recording]:
    missed_on = held.on - timedelta(days=whole(rng, 2, 5))
    if held.visit.open_on is not None and missed_on >= held.visit.open_on:
        told_on = scenario.hours.working_day(missed_on)
        yield _told("visit_missed", held.visit.key, missed_on, recorded_on=told_on)
        if told_on <= held.on:
            yield _told("visit_scheduled", held.visit.key, told_on, recorded_on=told_on, visit_on=held.on)


def _told(kind: str, visit: str, on: date, *, recorded_on: date, visit_on: date | None = None) -> Recording:
    return Recording(
        event=Event(type=kind, on=on, visit=visit, visit_on=visit_on), recorded_on=recorded_on, known_on=on
    )
