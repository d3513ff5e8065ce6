"""Virtual courses: only facts the live service records, in an order a site could record them."""

import tomllib
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from pro_service.core.course import refusal, replay
from pro_service.core.protocol import parse_protocol
from pro_service.services.simulation.cohort.cohort import plan_cohort
from pro_service.services.simulation.cohort.courses import draw_course
from pro_service.services.simulation.cohort.draws import stream
from pro_service.services.simulation.scenario.files import default_scenario

HEROES = Path(__file__).parents[2] / "questionnaires" / "protocols" / "heroes-1.toml"
ENROLLED = date(2025, 3, 3)
COURSES = 400


@pytest.fixture(scope="module")
def protocol():
    return parse_protocol(tomllib.loads(HEROES.read_text()), source="heroes-1.toml")


@pytest.fixture(scope="module")
def rules(protocol):
    return protocol.course


@pytest.fixture(scope="module")
def courses():
    return [
        draw_course(stream(seed, "course"), default_scenario(), enrolled_on=ENROLLED)
        for seed in range(COURSES)
    ]


def test_the_live_service_accepts_every_fact_on_the_day_it_is_recorded(rules, courses):
    for course in courses:
        known = []
        for recording in course:
            assert refusal(rules, known, recording.event, today=recording.recorded_on) is None
            known.append(recording.event)


def test_nothing_is_recorded_before_it_happened_except_what_is_planned(courses):
    facts = [recording for course in courses for recording in course]
    early = {fact.event.type for fact in facts if fact.recorded_on < fact.event.on}
    assert early == {"inclusion_planned"}


def test_most_facts_are_recorded_within_the_week_and_some_late(courses):
    lags = Counter(
        (recording.recorded_on - recording.event.on).days
        for course in courses
        for recording in course
        if recording.event.type in {"treatment_stopped", "treatment_resumed", "pd_confirmed"}
    )
    assert lags[0] > sum(lags.values()) / 3
    assert any(lag >= 3 for lag in lags)
    assert sum(count for lag, count in lags.items() if lag > 7) < sum(lags.values()) / 20


def test_facts_are_told_in_the_order_of_recording_on_working_days(courses):
    for course in courses:
        days = [recording.recorded_on for recording in course]
        assert days == sorted(days)
        assert all(day.weekday() < 5 for day in days)


def test_a_positive_baseline_is_the_end_of_the_questionnaires_before_they_began(rules, courses):
    positive = [
        [recording.event for recording in course]
        for course in courses
        if next(r.event.result for r in course if r.event.type == "ctdna_resulted") == "positive"
    ]
    assert positive
    assert all(replay(rules, events).phase == "NOT_INCLUDED" for events in positive)


def test_every_branch_of_the_protocol_is_walked(rules, courses):
    phases = Counter(
        phase
        for course in courses
        for phase in replay(rules, [recording.event for recording in course]).phases
    )
    assert set(phases) >= set(rules.phases) - {"NOT_INCLUDED"}
    kinds = Counter(r.event.type + (r.event.relation or "") for course in courses for r in course)
    assert kinds["treatment_resumedsame"] > kinds["treatment_resumedother"] > 0
    assert kinds["recontacted"] > 0


def test_a_second_resumption_is_seldom_but_there(courses):
    resumptions = Counter(sum(r.event.type == "treatment_resumed" for r in course) for course in courses)
    assert 0 < resumptions[2] < resumptions[1] < resumptions[0]
    assert max(resumptions) == 2


def test_draws_follow_the_grid_of_the_inclusion(courses):
    course = next(c for c in courses if sum(r.event.type == "ctdna_resulted" for r in c) == 9)
    included = next(r.event.on for r in course if r.event.type == "included")
    months = [
        round((r.event.on - included).days / 30.4375, 1) for r in course if r.event.type == "ctdna_resulted"
    ]
    assert all(
        abs(month - due) < 0.7 for month, due in zip(months[1:], (1.5, 4.5, 7.5, 10.5, 13.5), strict=False)
    )


def test_a_result_is_disclosed_after_it_was_drawn_and_close_to_its_recording(courses):
    for course in courses:
        for recording in course:
            told = recording.event.disclosed_on
            if told is not None:
                assert recording.event.on <= told
                assert abs(told - recording.recorded_on) <= timedelta(days=12)


def test_the_trial_ends_after_the_last_window():
    plan = plan_cohort(seed=4, patients=20, sites=3, starts_on=ENROLLED)
    assert plan.ends_on > max(life.course[-1].recorded_on for life in plan.lives)
