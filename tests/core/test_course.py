"""Replay: which event changes what, from when, and in whatever order it was recorded."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.course import (
    effect_day,
    next_effect_on,
    replay,
)
from tests.core.course_factory import (
    HEROES,
    STOPPED,
    courses_at_random,
    day,
    event,
    positive,
    resumed,
)

RULES = HEROES.course
INCLUDED = event("included", 0)
PROGRESSED = event("pd_confirmed", 100)
LOST, FOUND = event("lost_to_follow_up", 50), event("recontacted", 200)


@pytest.mark.parametrize(
    ("events", "phase"),
    [
        ((), "NOT_INCLUDED"),
        ((INCLUDED,), "INCLUDED"),
        ((event("treatment_stopped", -1), INCLUDED), "INCLUDED"),
        ((event("death", -1), INCLUDED), "INCLUDED"),
        (STOPPED, "OFF_TREATMENT"),
        ((*STOPPED, positive(50)), "MOLECULAR_RELAPSE"),
        ((INCLUDED, positive(50)), "INCLUDED"),
        ((*STOPPED, event("ctdna_resulted", 50, result="positive")), "OFF_TREATMENT"),  # nobody was told
        ((*STOPPED, event("ctdna_resulted", 50, result="negative", disclosed_on=day(50))), "OFF_TREATMENT"),
        ((*STOPPED, positive(100), PROGRESSED), "RADIOLOGICAL_PD"),  # both on one day
        ((*STOPPED, PROGRESSED, positive(101)), "RADIOLOGICAL_PD"),
        ((*STOPPED, PROGRESSED, resumed(120)), "RESUMED_PRIOR"),
        ((*STOPPED, resumed(120, "other"), resumed(120, "same")), "NEW_THERAPY"),  # same before other
        ((*STOPPED, resumed(120, "other"), resumed(150, "same")), "RESUMED_PRIOR"),
        ((*STOPPED, resumed(120), PROGRESSED, replace(PROGRESSED, on=day(200))), "RESUMED_PRIOR"),
        ((INCLUDED, resumed(120)), "INCLUDED"),
        ((*STOPPED, LOST), "LOST_TO_FOLLOW_UP"),
        ((*STOPPED, LOST, FOUND), "OFF_TREATMENT"),
        ((*STOPPED, LOST, PROGRESSED, FOUND), "RADIOLOGICAL_PD"),
        ((*STOPPED, LOST, event("recontacted", 50)), "OFF_TREATMENT"),
        ((LOST, event("included", 60)), "INCLUDED"),
        ((*STOPPED, LOST, event("off_study", 60), event("recontacted", 70)), "OFF_STUDY"),
        ((*STOPPED, event("off_study", 60), event("consent_withdrawn", 70)), "OFF_STUDY"),
        ((*STOPPED, event("off_study", 60), event("death", 70)), "DEATH"),
        ((*STOPPED, event("death", 60), event("off_study", 70)), "DEATH"),
        ((*STOPPED, event("off_study", 60), event("lost_to_follow_up", 70)), "OFF_STUDY"),
        ((INCLUDED, event("visit_done", 3), event("never_heard_of", 4)), "INCLUDED"),
    ],
)
def test_events_become_phases(events, phase):
    assert replay(RULES, events).phase == phase
    assert replay(RULES, events[::-1]).phase == phase


def test_a_phase_holds_from_the_end_of_the_day_of_its_event_to_the_next():
    course = replay(RULES, (*STOPPED, LOST, PROGRESSED, FOUND))
    days = {
        -1: "NOT_INCLUDED",
        0: "INCLUDED",
        6: "INCLUDED",
        7: "OFF_TREATMENT",
        50: "LOST_TO_FOLLOW_UP",
        100: "LOST_TO_FOLLOW_UP",
        199: "LOST_TO_FOLLOW_UP",
        200: "RADIOLOGICAL_PD",
        9999: "RADIOLOGICAL_PD",
    }
    assert {number: course.phase_on(day(number)) for number in days} == days


def test_transitions_remember_what_happened_underneath_a_loss():
    course = replay(RULES, (*STOPPED, LOST, PROGRESSED))
    assert [(t.event.type, t.before, t.after) for t in course.transitions] == [
        ("included", "NOT_INCLUDED", "INCLUDED"),
        ("treatment_stopped", "INCLUDED", "OFF_TREATMENT"),
        ("lost_to_follow_up", "OFF_TREATMENT", "LOST_TO_FOLLOW_UP"),
        ("pd_confirmed", "OFF_TREATMENT", "RADIOLOGICAL_PD"),
    ]


def test_the_first_end_counts_even_where_death_takes_its_name():
    course = replay(RULES, (*STOPPED, event("off_study", 60), event("death", 70)))
    assert course.ended_on == day(60)
    assert course.phase_on(day(65)) == "OFF_STUDY"


@pytest.mark.parametrize(
    ("events", "number"),
    [((), None), (STOPPED, 7), ((*STOPPED, PROGRESSED), 100), ((*STOPPED, resumed(50), resumed(90)), 50),
     ((*STOPPED, LOST, PROGRESSED), 50), ((*STOPPED, LOST, FOUND), 200)],
)  # fmt: skip
def test_a_phase_is_known_with_the_day_since_which_it_lasts(events, number):
    assert replay(RULES, events).since_on == (None if number is None else day(number))


def test_each_resumption_after_a_stop_is_an_occurrence():
    course = replay(RULES, (resumed(3), *STOPPED, resumed(10), resumed(20), resumed(20, "other")))
    assert course.days_of(HEROES.anchors["resumption"]) == (day(10), day(20), day(20))
    assert course.days_of(HEROES.anchors["conversion"]) == ()


def test_an_event_counts_from_the_day_the_patient_was_told():
    assert effect_day(RULES, positive(10, told=30)) == day(30)
    assert effect_day(RULES, event("ctdna_resulted", 10, result="positive")) is None
    assert effect_day(RULES, event("pd_confirmed", 10)) == day(10)
    assert effect_day(RULES, event("pd_confirmed", 10, disclosed_on=day(12))) == day(12)
    assert effect_day(RULES, event("treatment_stopped", 10, disclosed_on=day(12))) == day(10)


def test_what_is_known_ends_on_the_day_asked_for():
    events = (*STOPPED, positive(10, told=30))
    assert replay(RULES, events, as_of=day(29)).phase == "OFF_TREATMENT"
    assert replay(RULES, events, as_of=day(30)).phase == "MOLECULAR_RELAPSE"


def test_the_next_day_to_plan_again_is_that_of_the_next_fact_with_an_effect():
    events = (
        *STOPPED,
        positive(10, told=30),
        event("visit_done", 20),
        event("ctdna_resulted", 25, result="positive"),
    )
    assert next_effect_on(RULES, events, after=day(7)) == day(30)
    assert next_effect_on(RULES, events, after=day(30)) is None


@given(courses_at_random, st.randoms(use_true_random=False))
def test_the_order_of_recording_does_not_matter(events, dice):
    shuffled = dice.sample(events, len(events))
    one, other = replay(RULES, events), replay(RULES, shuffled)
    assert (one.phase, one.days, one.phases, one.ended_on) == (
        other.phase,
        other.days,
        other.phases,
        other.ended_on,
    )


@given(courses_at_random)
def test_after_the_end_only_death_changes_the_phase(events):
    course = replay(RULES, events)
    after = [
        phase
        for on, phase in zip(course.days, course.phases, strict=True)
        if course.ended_on and on >= course.ended_on
    ]
    assert set(after) <= RULES.terminal_phases
    assert after[1:] in ([], ["DEATH"])
