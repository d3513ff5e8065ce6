"""Coupling: questionnaires follow their visits inside the window, and keep their dates otherwise."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.plan import Moved, compare, delivery_of, explain, plan, reconcile
from pro_service.core.protocol import Protocol
from tests.core.course_factory import D0, HEROES, courses_at_random, day, event, existing
from tests.core.visit_factory import INCLUDED, VISIT_LED, told, visit_courses

UNCOUPLED = replace(VISIT_LED, rules=tuple(replace(rule, couple=None) for rule in VISIT_LED.rules))


def slots(*facts, today=10, protocol: Protocol = VISIT_LED):
    return {slot.key: slot for slot in plan(protocol, (INCLUDED, *facts), as_of=day(today)).slots}


def around(due, before, after, middle=None):
    middle = due if middle is None else middle
    return due, middle - timedelta(days=before), middle + timedelta(days=after)


def window(slot):
    return slot.due_on, slot.open_on, slot.close_on


# --- inside the window, outside it ---


@pytest.mark.parametrize("to", [24, 30, 33, 37])
def test_a_visit_moved_inside_the_window_takes_the_due_day_along_and_leaves_the_window(to):
    q1 = slots(told("moved", "V1", 5, to))["Q1"]
    assert window(q1) == around(day(to), 7, 7, middle=day(30))
    assert (q1.visit, q1.visit_on, q1.out_of_window) == ("V1", day(to), False)


@pytest.mark.parametrize("to", [22, 38, 60])
def test_a_visit_moved_outside_the_window_marks_the_slot_and_moves_nothing(to):
    q1 = slots(told("moved", "V1", 5, to))["Q1"]
    assert window(q1) == around(day(30), 7, 7)
    assert (q1.visit, q1.visit_on, q1.out_of_window) == ("V1", day(to), True)


def test_a_visit_done_on_another_day_is_followed_like_one_that_moved():
    assert slots(told("done", "V1", 28), today=29)["Q1"].due_on == day(28)


def test_a_missed_visit_stops_nothing():
    assert window(slots(told("missed", "V1", 31), today=32)["Q1"]) == around(day(30), 7, 7)


def test_only_what_is_known_by_today_counts():
    assert slots(told("moved", "V1", 12, 33), today=10)["Q1"].due_on == day(30)


def test_a_visit_outside_the_calendar_asks_for_its_own_assessment_and_takes_its_window_along():
    extra = slots(told("scheduled", "clinic-X1", 5, 44))["clinic-X1"]
    assert (extra.rule, *window(extra)) == ("consultation", *around(day(44), 7, 7))
    moved = slots(told("scheduled", "clinic-X1", 5, 44), told("moved", "clinic-X1", 6, 47))["clinic-X1"]
    assert window(moved) == around(day(47), 7, 7)


def test_a_protocol_without_coupled_rules_plans_the_same_whatever_becomes_of_its_visits():
    facts = (told("moved", "V1", 5, 33), told("done", "V2", 58), told("scheduled", "clinic-X1", 5, 44))
    assert slots(*facts, today=60, protocol=UNCOUPLED) == slots(today=60, protocol=UNCOUPLED)


@given(courses_at_random, st.integers(0, 800))
def test_facts_about_visits_change_nothing_of_the_plan_of_heroes(course, today):
    """Frozen by the published form of `flask protocol plan`: its rules are coupled to no visit."""
    facts = (told("moved", "ctDNA-M1.5", 5, 60), told("done", "ctDNA-M4.5", 130), told("done", "ctdna-X1", 9))
    with_visits = plan(HEROES, (*course, *facts), as_of=D0 + timedelta(days=today))
    assert with_visits == plan(HEROES, course, as_of=D0 + timedelta(days=today))
    assert all(slot.visit is None for slot in with_visits.slots)


# --- invitation, reasons ---


def test_a_coupled_rule_invites_so_many_days_before_its_visit_and_the_others_as_the_trial_does():
    assert delivery_of(VISIT_LED, "consultation").invite_days_before_due == 3
    assert delivery_of(VISIT_LED, "base") == VISIT_LED.delivery
    assert delivery_of(HEROES, "grid") == HEROES.delivery


@pytest.mark.parametrize(
    "to, french, english",
    [
        (33, "visite déplacée du 02/03/2025 au 05/03/2025", "visit moved from 2025-03-02 to 2025-03-05"),
        (
            44,
            "visite du 16/03/2025 hors de la fenêtre : le questionnaire garde ses dates",
            "visit on 2025-03-16 outside the window: the questionnaire keeps its dates",
        ),
    ],
)
def test_what_a_moved_visit_does_is_said_in_words(to, french, english):
    before = plan(VISIT_LED, (INCLUDED,), as_of=day(10))
    after = plan(VISIT_LED, (INCLUDED, told("moved", "V1", 5, to)), as_of=day(10))
    known = [with_visit(existing(slot), slot) for slot in before.slots]
    (change,) = reconcile(after, known, today=day(10))
    assert isinstance(change, Moved)
    assert (explain(change.reason, "fr"), explain(change.reason, "en")) == (french, english)
    assert next(c.reason for c in compare(before, after) if c.key == "Q1") == change.reason


def test_what_is_begun_or_answered_stays_when_its_visit_moves():
    before = plan(VISIT_LED, (INCLUDED,), as_of=day(10))
    after = plan(VISIT_LED, (INCLUDED, told("moved", "V1", 28, 33)), as_of=day(28))
    standing = [existing(slot, "in_progress" if slot.key == "Q1" else "planned") for slot in before.slots]
    changes = reconcile(
        after, [with_visit(e, s) for e, s in zip(standing, before.slots, strict=True)], today=day(28)
    )
    assert [(type(each).__name__, each.key) for each in changes] == [("Frozen", "Q1")]


def test_a_visit_that_no_longer_takes_place_is_no_longer_followed():
    gone = slots(told("moved", "V1", 5, 33), event("lost_to_follow_up", 40), today=50)
    assert set(gone) == {"BASE", "Q1"}  # what was due before stays


def with_visit(known, slot):
    return replace(known, visit=slot.visit, visit_on=slot.visit_on)


# --- laws ---


@given(visit_courses, st.integers(0, 160))
def test_coupling_never_moves_a_due_day_out_of_its_window(course, today):
    for slot in plan(VISIT_LED, course, as_of=day(today)).slots:
        assert slot.open_on <= slot.due_on <= slot.close_on or slot.key == "BASE"
        if slot.visit is not None and not slot.out_of_window:
            assert slot.due_on == slot.visit_on


@given(visit_courses, st.integers(0, 160))
def test_coupling_never_moves_a_window_of_the_calendar(course, today):
    """An end closes a window early; apart from that it stays on its anchor, wherever the visit goes."""
    plain = {slot.key: slot for slot in plan(UNCOUPLED, (INCLUDED,), as_of=day(today)).slots}
    for slot in plan(VISIT_LED, course, as_of=day(today)).slots:
        if slot.key in plain:
            assert slot.open_on == plain[slot.key].open_on
            assert slot.close_on <= plain[slot.key].close_on


@given(st.data(), visit_courses, st.integers(0, 160))
def test_the_plan_does_not_depend_on_the_order_of_recording(data, course, today):
    shuffled = data.draw(st.permutations(course))
    assert plan(VISIT_LED, shuffled, as_of=day(today)) == plan(VISIT_LED, course, as_of=day(today))


@given(visit_courses, visit_courses, st.integers(0, 160))
def test_applying_the_changes_gives_the_plan_and_a_second_time_changes_nothing(course, more, today):
    before = plan(VISIT_LED, course, as_of=day(today))
    after = plan(VISIT_LED, (*course, *more), as_of=day(today))
    known = {s.key: with_visit(existing(s), s) for s in before.slots}
    for change in reconcile(after, tuple(known.values()), today=day(today)):
        slot = getattr(change, "slot", None)
        if slot is None:
            known.pop(change.key)
        else:
            known[slot.key] = with_visit(existing(slot), slot)
    assert {k: (e.due_on, e.open_on, e.close_on, e.visit_on) for k, e in known.items()} == {
        s.key: (s.due_on, s.open_on, s.close_on, s.visit_on) for s in after.slots
    }
    assert reconcile(after, tuple(known.values()), today=day(today)) == ()
