"""What counts live: told results, holds, planned days; and that a course file knows nothing of them."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.course import Event, awaiting, held_until, settled, told_before, waits
from pro_service.core.plan import live_plan, plan
from tests.core.course_factory import FAR, HEROES, STOPPED, courses_at_random, day, event, positive

RULES = HEROES.course
CONSENT = event("consent2_signed", -20)


@given(courses_at_random)
def test_what_was_told_by_the_day_it_was_recorded_is_planned_as_a_course_file_is(
    course: tuple[Event, ...],
) -> None:
    """Live and file agree wherever nothing waits and the course has begun."""
    told = tuple(
        replace(each, recorded_on=FAR, disclosed_on=each.disclosed_on or each.on)
        if each.type in RULES.effect_days
        else replace(each, recorded_on=FAR)
        for each in (*STOPPED, *course)
    )
    assert live_plan(HEROES, told, as_of=FAR) == plan(HEROES, told, as_of=FAR)


@given(courses_at_random, st.lists(st.sampled_from(["pd_confirmed", "ctdna_resulted"]), max_size=3))
def test_what_waits_changes_nothing_in_the_live_plan(course: tuple[Event, ...], hidden: list[str]) -> None:
    known = tuple(replace(each, recorded_on=each.on) for each in course)
    untold = tuple(
        event(kind, 60 + 40 * number, result="positive", recorded_on=day(60 + 40 * number))
        for number, kind in enumerate(hidden)
    )
    assert live_plan(HEROES, (*known, *untold), as_of=FAR) == live_plan(HEROES, known, as_of=FAR)


def test_a_course_file_says_nothing_of_recording_and_nothing_in_it_waits() -> None:
    assert not waits(RULES, event("pd_confirmed", 100))
    assert not waits(RULES, positive(100, told=120))
    assert settled(RULES, (event("pd_confirmed", 100),)) == (event("pd_confirmed", 100),)


def test_only_what_would_change_the_course_is_asked_for_and_not_twice() -> None:
    recorded = {"recorded_on": day(50)}
    negative = event("ctdna_resulted", 40, result="negative", **recorded)
    hidden = event("ctdna_resulted", 45, result="positive", **recorded)
    assert awaiting(RULES, (negative, hidden)) == (hidden,)
    again = replace(hidden, disclosed_on=day(50))
    assert awaiting(RULES, (negative, hidden, again)) == ()


@pytest.mark.parametrize(
    ("told", "answered", "tag"),
    [
        (10, 12, 10),  # told inside the window, answered later
        (12, 12, 12),  # on one day: days are all that is known
        (13, 12, None),  # answered first
        (5, 12, None),  # told before the window: another questionnaire's time
        (6, 6, 6),  # on the window's first day
    ],
)
def test_an_answer_is_tagged_if_a_result_was_told_in_its_window_before_it(
    told: int, answered: int, tag: int | None
) -> None:
    result = event("ctdna_resulted", 1, result="negative", disclosed_on=day(told), recorded_on=day(told))
    found = told_before(RULES, (result,), open_on=day(6), answered_on=day(answered))
    assert found == (None if tag is None else day(tag))


def test_a_planned_day_of_telling_tags_nothing() -> None:
    result = event("ctdna_resulted", 1, result="negative", disclosed_on=day(10), recorded_on=day(5))
    assert told_before(RULES, (result,), open_on=day(6), answered_on=day(12)) is None


IN = event("hospitalised", 10)


@pytest.mark.parametrize(
    ("events", "on", "until"),
    [
        ((), 12, None),
        ((IN,), 9, None),
        ((IN,), 10, 70),  # sixty days at most
        ((IN,), 69, 70),
        ((IN,), 70, None),
        ((IN, event("discharged", 15)), 14, 15),
        ((IN, event("discharged", 15)), 15, None),
        ((IN, event("discharged", 10)), 10, None),
        ((event("discharged", 5), IN), 12, 70),  # an earlier discharge ends no later stay
        ((IN, event("discharged", 15), event("hospitalised", 15), event("discharged", 20)), 12, 20),
        ((IN, event("hospitalised", 12), event("discharged", 15)), 14, 15),  # another ward, one discharge
        ((IN, event("hospitalised", 12), event("discharged", 15)), 15, None),
    ],
)
def test_a_stay_holds_from_its_first_day_to_the_day_of_discharge(
    events: tuple[Event, ...], on: int, until: int | None
) -> None:
    assert held_until(RULES, events, on=day(on)) == (None if until is None else day(until))


def test_a_planned_inclusion_means_nothing_to_the_plan_of_a_course_file() -> None:
    planned = (CONSENT, event("inclusion_planned", 5))
    assert plan(HEROES, planned, as_of=day(0)).slots == ()
    (slot,) = live_plan(HEROES, planned, as_of=day(0)).slots
    assert (slot.key, slot.due_on, slot.close_on) == ("BASE", day(5), day(5))
    assert date.fromordinal(slot.due_on.toordinal() - 14) == slot.open_on


@given(courses_at_random)
def test_even_the_plain_plan_and_replay_pass_over_what_waits(course: tuple[Event, ...]) -> None:
    """Whoever plans stored facts without asking for the live plan discloses nothing either."""
    known = tuple(replace(each, recorded_on=each.on) for each in (*STOPPED, *course))
    hidden = event("pd_confirmed", 60, recorded_on=day(60))
    assert plan(HEROES, (*known, hidden), as_of=FAR) == plan(HEROES, known, as_of=FAR)
