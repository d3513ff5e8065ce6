"""Virtual visits: only facts the live service records, on days a site records them, and a bit of everything."""

from collections import Counter
from datetime import date

import pytest

from pro_service.core.course import refusal
from pro_service.core.visits import VisitState, visit_refusal, visits
from pro_service.services.simulation.cohort.courses import draw_course
from pro_service.services.simulation.cohort.draws import stream
from pro_service.services.simulation.cohort.visiting import visit_recordings
from pro_service.services.simulation.scenario.files import default_scenario
from tests.core.course_factory import HEROES

ENROLLED = date(2025, 3, 3)
COURSES = 400


def lived(seed):
    scenario = default_scenario()
    course = draw_course(stream(seed, "course"), scenario, enrolled_on=ENROLLED)
    return course, visit_recordings(HEROES, course, stream(seed, "visits"), scenario=scenario)


@pytest.fixture(scope="module")
def lives():
    return [lived(seed) for seed in range(COURSES)]


def test_the_live_service_accepts_every_fact_on_the_day_it_is_recorded(lives):
    for course, told in lives:
        known = []
        for recording in sorted((*course, *told), key=lambda each: each.recorded_on):
            event, today = recording.event, recording.recorded_on
            assert refusal(HEROES.course, known, event, today=today) is None
            assert visit_refusal(HEROES, known, event, today=today) is None, (known, event)
            known.append(event)


def test_most_visits_are_held_and_some_are_moved_missed_or_forgotten(lives):
    types = Counter(recording.event.type for _, told in lives for recording in told)
    assert types["visit_done"] > 3 * types["visit_moved"] > 0
    assert types["visit_missed"] > 0
    assert types["visit_scheduled"] > 0
    states = Counter(
        visit.state
        for course, told in lives
        for visit in visits(HEROES, [each.event for each in (*course, *told)], as_of=date(2030, 1, 1))
    )
    assert states[VisitState.DONE] > 10 * states[VisitState.OVERDUE] > 0
    assert not {VisitState.PLANNED} & set(states)


def test_nearly_all_visits_are_held_on_the_day_of_their_sample(lives):
    """The others belong to patients without samples: those who did not stop the treatment."""
    held = on_sample = 0
    for course, told in lives:
        samples = {each.event.on for each in course if each.event.type == "ctdna_resulted"}
        days = [each.event.on for each in told if each.event.type == "visit_done"]
        held, on_sample = held + len(days), on_sample + len(samples.intersection(days))
    assert on_sample > 0.8 * held


def test_the_same_seed_tells_the_same_visits_and_draws_nothing_from_the_course(lives):
    assert lived(3) == lives[3]
    assert draw_course(stream(3, "course"), default_scenario(), enrolled_on=ENROLLED) == lives[3][0]
