"""Visits: what the calendar plans, what facts make of them, and the laws that hold for every course."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.visits import VisitState, extra_key, next_extra_keys, visits
from tests.core.course_factory import HEROES, STOPPED, day, event, heroes, positive, resumed
from tests.core.visit_factory import INCLUDED, VISIT_LED, dates, told, visit_courses


def found(*events, key="V1", today=10, protocol=VISIT_LED):
    return next((visit for visit in visits(protocol, events, as_of=day(today)) if visit.key == key), None)


def standing(*facts, today=10, key="V1"):
    visit = found(INCLUDED, *facts, key=key, today=today)
    return visit and (visit.state.value, visit.on)


# --- the calendar ---


def test_no_visit_is_planned_before_inclusion():
    assert visits(VISIT_LED, (), as_of=day(0)) == ()


def test_the_public_ctdna_calendar_has_eight_visits_in_one_reading_and_nine_in_the_other():
    grid = {
        name: [visit.key for visit in visits(heroes(name), STOPPED, as_of=day(7))]
        for name in ("heroes-1", "heroes-1b")
    }
    assert grid["heroes-1"] == [f"ctDNA-M{1.5 + 3 * number:g}" for number in range(8)]
    assert grid["heroes-1b"] == ["ctDNA-M1.5", *(f"ctDNA-M{3 * number}" for number in range(1, 9))]


def test_a_ctdna_draw_three_months_after_each_restart_plus_or_minus_a_week():
    course = (*STOPPED, positive(60), resumed(70), resumed(200, "other"))
    restarts = {v.key: v for v in visits(HEROES, course, as_of=day(210)) if "R" in v.key}
    assert set(restarts) == {"ctDNA-R1+3m", "ctDNA-R2+3m"}
    first = restarts["ctDNA-R1+3m"]
    assert (first.open_on, first.close_on) == (
        first.on - timedelta(days=7),
        first.on + timedelta(days=7),
    )


def test_surveillance_visits_no_longer_take_place_after_the_relapse_they_looked_for():
    course = (*STOPPED, positive(60))
    states = {v.key: v.state for v in visits(HEROES, course, as_of=day(61))}
    assert (
        states["ctDNA-M1.5"] is VisitState.OVERDUE
    )  # it was to be before the relapse: what became of it is asked
    assert states["ctDNA-M4.5"] is VisitState.CANCELLED


def test_a_result_the_patient_was_not_told_cancels_no_visit():
    untold = event("ctdna_resulted", 60, result="positive")
    assert visits(HEROES, (*STOPPED, untold), as_of=day(70)) == visits(HEROES, STOPPED, as_of=day(70))


# --- states, by the facts and by the day asked about ---


@pytest.mark.parametrize(
    "facts, today, expected",
    [
        ((), 10, ("planned", day(30))),
        ((), 33, ("planned", day(30))),  # its window ends today
        ((), 34, ("overdue", day(30))),
        ((told("scheduled", "V1", 5, 29),), 10, ("scheduled", day(29))),
        ((told("scheduled", "V1", 5, 29),), 30, ("overdue", day(29))),
        ((told("moved", "V1", 5, 31),), 10, ("moved", day(31))),
        ((told("moved", "V1", 5, 31), told("moved", "V1", 8, 28)), 10, ("moved", day(28))),
        ((told("moved", "V1", 5, 31), told("moved", "V1", 8, 28)), 7, ("moved", day(31))),  # as known then
        ((told("scheduled", "V1", 5, 29), told("done", "V1", 29)), 40, ("done", day(29))),
        ((told("done", "V1", 27),), 40, ("done", day(27))),
        ((told("missed", "V1", 30),), 40, ("missed", day(30))),
        ((told("missed", "V1", 30), told("scheduled", "V1", 31, 36)), 32, ("scheduled", day(36))),
        ((told("missed", "V1", 30), told("done", "V1", 33)), 40, ("done", day(33))),
        ((told("missed", "V1", 30), told("scheduled", "V1", 31, 36)), 37, ("overdue", day(36))),
        ((event("death", 20),), 40, ("cancelled", day(30))),
        ((event("death", 20), told("done", "V1", 18)), 40, ("done", day(18))),
        ((event("lost_to_follow_up", 20),), 25, ("cancelled", day(30))),
        ((event("lost_to_follow_up", 20), event("recontacted", 24)), 25, ("planned", day(30))),
    ],
)
def test_a_visit_stands_where_its_facts_and_the_day_put_it(facts, today, expected):
    assert standing(*facts, today=today) == expected


def test_a_visit_outside_the_calendar_exists_by_its_facts_alone():
    assert standing(told("scheduled", "clinic-X1", 5, 40), key="clinic-X1") == ("scheduled", day(40))
    assert standing(told("done", "clinic-X1", 8), key="clinic-X1") == ("done", day(8))
    assert standing(told("missed", "clinic-X1", 8), key="clinic-X1") is None  # nobody said when it was to be


def test_a_fact_about_a_visit_nobody_planned_changes_nothing():
    assert visits(VISIT_LED, (INCLUDED, told("moved", "V9", 5, 40)), as_of=day(10)) == visits(
        VISIT_LED, (INCLUDED,), as_of=day(10)
    )


def test_a_day_outside_the_window_is_marked():
    assert found(INCLUDED, told("moved", "V1", 5, 33)).in_window
    assert not found(INCLUDED, told("moved", "V1", 5, 34)).in_window


def test_unscheduled_visits_are_numbered_by_kind():
    assert extra_key(VISIT_LED, "clinic-X12") == ("clinic", 12)
    assert [extra_key(VISIT_LED, key) for key in ("clinic-X0", "imaging-X1", "V1", "clinic-X")] == [None] * 4
    known = visits(VISIT_LED, (INCLUDED, told("done", "clinic-X2", 5)), as_of=day(10))
    assert next_extra_keys(VISIT_LED, known) == ("clinic-X3",)


# --- laws ---


@given(st.data(), visit_courses, st.integers(0, 160))
def test_the_order_of_recording_never_matters(data, course, today):
    shuffled = data.draw(st.permutations(course))
    assert visits(VISIT_LED, shuffled, as_of=day(today)) == visits(VISIT_LED, course, as_of=day(today))


@given(visit_courses, st.integers(0, 160))
def test_a_visit_as_of_a_day_is_what_the_facts_known_by_then_make_of_it(course, today):
    known = [each for each in course if each.on <= day(today)]
    assert visits(VISIT_LED, course, as_of=day(today)) == visits(VISIT_LED, known, as_of=day(today))


@given(visit_courses, st.integers(0, 160))
def test_done_stays_done_whatever_else_is_told(course, today):
    after = {each.key: each for each in visits(VISIT_LED, course, as_of=day(today))}
    for fact in course:
        if fact.type == "visit_done" and fact.on <= day(today) and fact.visit in after:
            assert after[fact.visit].state is VisitState.DONE
            assert after[fact.visit].on <= fact.on


@given(visit_courses, st.integers(0, 160))
def test_keys_are_unique_and_planned_days_and_windows_never_move(course, today):
    listed = visits(VISIT_LED, course, as_of=day(today))
    assert len({each.key for each in listed}) == len(listed)
    plain = {each.key: each for each in visits(VISIT_LED, (INCLUDED,), as_of=day(today))}
    for each in listed:
        if each.key in plain:
            before = plain[each.key]
            assert (each.planned_on, each.open_on, each.close_on) == (
                before.planned_on,
                before.open_on,
                before.close_on,
            )
    assert dates(30, 60, 90, 120) == tuple(plain[key].planned_on for key in ("V1", "V2", "V3", "V4"))
