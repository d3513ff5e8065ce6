"""Reconciling: what changes when facts change, and that what a patient has begun is never touched."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.plan import (
    Added,
    Cancelled,
    Change,
    Existing,
    Frozen,
    Moved,
    Plan,
    ReasonCode,
    Reinstated,
    Restated,
    explain,
    plan,
    reconcile,
)
from tests.core.course_factory import (
    FAR,
    HEROES,
    STOPPED,
    courses_at_random,
    day,
    event,
    existing,
    positive,
    resumed,
)

TODAY = day(0)
STATES = ["planned", "open", "in_progress", "completed", "partial", "missed", "cancelled", "not_applicable"]
UNTOUCHABLE = {"in_progress", "completed", "partial", "missed", "not_applicable"}


def planned(*events) -> Plan:
    return plan(HEROES, events, as_of=FAR)


def standing(result: Plan, **states: str) -> tuple[Existing, ...]:
    """Assessments as a plan made them, planned unless a state is given by key (M1_5 for M1.5)."""
    given_states = {key.replace("_", "."): state for key, state in states.items()}
    return tuple(existing(slot, given_states.get(slot.key, "planned")) for slot in result.slots)


def by_key(changes):
    return {getattr(change, "key", None) or change.slot.key: change for change in changes}


def apply(found: tuple[Existing, ...], changes: tuple[Change, ...]) -> tuple[Existing, ...]:
    rows = {each.key: each for each in found}
    for change in changes:
        match change:
            case Added(slot=slot):
                rows[slot.key] = existing(slot)
            case Moved(slot=slot, before=before):
                rows[slot.key] = existing(slot, before.state)
            case Reinstated(slot=slot):
                rows[slot.key] = existing(slot)
            case Cancelled(key=key):
                rows[key] = replace(rows[key], state="cancelled", reason=change.reason.as_data())
            case Restated(key=key):
                assert rows[key].state == "cancelled"
                rows[key] = replace(rows[key], reason=change.reason.as_data())
            case Frozen():
                pass
    return tuple(rows.values())


def test_a_first_plan_adds_every_slot():
    result = planned(*STOPPED)
    changes = reconcile(result, (), today=TODAY)
    assert [change.slot for change in changes if isinstance(change, Added)] == list(result.slots)


def test_nothing_is_said_of_what_agrees():
    result = planned(*STOPPED)
    assert reconcile(result, standing(result), today=TODAY) == ()


def test_a_conversion_cancels_the_grid_slot_it_replaces():
    changes = by_key(reconcile(planned(*STOPPED, positive(130)), standing(planned(*STOPPED)), today=TODAY))
    assert set(changes) == {"CONV", "M4.5"}
    assert isinstance(changes["CONV"], Added)
    assert changes["M4.5"] == Cancelled(key="M4.5", into="CONV", reason=changes["M4.5"].reason)
    assert explain(changes["M4.5"].reason, "fr") == (
        "remplacé par CONV (ctdna_resulted le 10/06/2025), prévu à 5 jour(s) d'écart"
    )


def test_a_death_cancels_all_that_is_due_later_and_shortens_what_is_under_way():
    dead = planned(*STOPPED, event("death", 140))
    changes = by_key(reconcile(dead, standing(planned(*STOPPED), M4_5="open"), today=day(136)))
    moved = changes.pop("M4.5")
    assert isinstance(moved, Moved)
    assert (moved.slot.close_on, moved.reason.code) == (day(140), ReasonCode.CLOSE_MOVED)
    assert {type(change) for change in changes.values()} == {Cancelled}
    assert {change.reason.code for change in changes.values()} == {ReasonCode.PHASE}


def test_a_voided_event_cancels_its_slot_for_want_of_an_anchor():
    changes = by_key(reconcile(planned(*STOPPED), standing(planned(*STOPPED, positive(200))), today=TODAY))
    assert changes["CONV"].reason.code is ReasonCode.NO_ANCHOR


def test_a_cancelled_slot_that_is_wanted_again_is_reinstated_with_its_new_dates():
    before = standing(planned(*STOPPED), M4_5="cancelled")
    (change,) = reconcile(planned(*STOPPED), before, today=TODAY)
    assert isinstance(change, Reinstated)
    assert change.slot.key == "M4.5"


def replanned(*courses) -> tuple[Existing, ...]:
    """The assessments after a plan for each of these courses in turn."""
    rows: tuple[Existing, ...] = ()
    for events in courses:
        rows = apply(rows, reconcile(planned(*events), rows, today=TODAY))
    return rows


def test_a_cancelled_slot_that_is_not_wanted_stays_so_silently():
    converted = (*STOPPED, positive(130))
    rows = replanned(STOPPED, converted)
    assert {row.key: row.state for row in rows}["M4.5"] == "cancelled"
    assert reconcile(planned(*converted), rows, today=TODAY) == ()


PROGRESSED = event("pd_confirmed", 130)


@pytest.mark.parametrize(
    ("then", "changes", "into", "why"),
    [
        ((*STOPPED, PROGRESSED, resumed(130)), {"PD": Cancelled, "M4.5": Restated}, "R1", ReasonCode.MERGED),
        ((*STOPPED, PROGRESSED, resumed(135)), {"M4.5": Restated}, "R1", ReasonCode.MERGED),
        ((*STOPPED, event("death", 129)), {"PD": Cancelled, "M4.5": Restated}, None, ReasonCode.PHASE),
    ],
)
def test_a_cancelled_slot_that_is_not_wanted_for_another_reason_says_so_once(then, changes, into, why):
    """M4.5 (due on day 134) was replaced by PD; PD itself is gone, or something else is nearer now."""
    rows = replanned(STOPPED, (*STOPPED, PROGRESSED))
    assert {row.key: (row.reason or {}).get("into") for row in rows}["M4.5"] == "PD"
    found = by_key(reconcile(planned(*then), rows, today=TODAY))
    assert {key: type(found[key]) for key in changes} == changes
    assert (found["M4.5"].into, found["M4.5"].reason.code) == (into, why)
    after = apply(rows, tuple(found.values()))
    assert {row.key: row for row in after}["M4.5"].reason == found["M4.5"].reason.as_data()
    assert reconcile(planned(*then), after, today=TODAY) == ()


@given(st.lists(courses_at_random, min_size=1, max_size=4))
def test_a_cancelled_slot_always_tells_the_reason_of_the_plan_of_today(courses):
    rows, wanted = replanned(*courses), planned(*courses[-1])
    merged = {entry.key: entry.into for entry in wanted.merged}
    skipped = {entry.key: entry.reason.as_data() for entry in wanted.skipped}
    for row in rows:
        if row.state == "cancelled":
            reason = dict(row.reason or {})
            assert reason.get("into") == merged.get(row.key)
            assert row.key not in skipped or reason == skipped[row.key]
    assert reconcile(wanted, rows, today=TODAY) == ()


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("in_progress", ReasonCode.BEGUN),
        ("completed", ReasonCode.FINISHED),
        ("partial", ReasonCode.FINISHED),
        ("missed", ReasonCode.CLOSED),
        ("not_applicable", ReasonCode.CLOSED),
    ],
)
def test_what_is_begun_finished_or_closed_is_kept_and_said_so(state, reason):
    gone = by_key(
        reconcile(planned(*STOPPED, positive(130)), standing(planned(*STOPPED), M4_5=state), today=TODAY)
    )
    assert gone["M4.5"] == Frozen(key="M4.5", expected=False, reason=gone["M4.5"].reason)
    assert gone["M4.5"].reason.code is reason
    late = planned(event("included", 3), STOPPED[1])
    assert by_key(reconcile(late, standing(planned(*STOPPED), M4_5=state), today=TODAY))["M4.5"].expected


def test_anything_that_came_back_freezes_an_assessment_whatever_its_state():
    rows = tuple(replace(row, touched=row.key == "M4.5") for row in standing(planned(*STOPPED)))
    changes = by_key(reconcile(planned(*STOPPED, event("death", 50)), rows, today=TODAY))
    assert isinstance(changes["M4.5"], Frozen)
    assert isinstance(changes["M7.5"], Cancelled)


def test_an_open_window_that_is_over_counts_as_closed_even_before_the_clock_has_closed_it():
    rows = standing(planned(*STOPPED), M1_5="open")
    close_on = next(row.close_on for row in rows if row.key == "M1.5")
    dead = planned(*STOPPED, event("death", 20))
    assert isinstance(by_key(reconcile(dead, rows, today=close_on))["M1.5"], Cancelled)
    over = by_key(reconcile(dead, rows, today=day((close_on - day(0)).days + 1)))
    assert over["M1.5"].reason.code is ReasonCode.CLOSED


def test_a_window_nobody_was_ever_asked_in_may_still_move():
    mistyped = standing(planned(*STOPPED))
    right = planned(event("included", 365), event("treatment_stopped", 372))
    assert isinstance(by_key(reconcile(right, mistyped, today=day(366)))["M1.5"], Moved)


def test_a_slot_known_only_after_its_window_is_added_and_says_so():
    changes = by_key(reconcile(planned(*STOPPED), (), today=day(60)))
    assert changes["M1.5"].reason.code is ReasonCode.EXPECTED_LATE
    assert changes["M4.5"].reason.code is ReasonCode.EXPECTED


def test_an_earlier_resumption_recorded_late_renumbers_only_what_is_not_begun():
    before = standing(planned(*STOPPED, resumed(200)), R1="completed")
    changes = by_key(reconcile(planned(*STOPPED, resumed(50), resumed(200)), before, today=day(201)))
    assert isinstance(changes["R1"], Frozen)
    assert isinstance(changes["R1+3m"], Moved)
    assert isinstance(changes["R2"], Added)


def test_a_change_of_protocol_moves_windows_and_instruments_with_their_reasons():
    before = tuple(
        replace(row, instruments=row.instruments[:1]) if row.key == "M4.5" else row
        for row in standing(planned(*STOPPED))
    )
    before = tuple(replace(row, open_on=row.due_on) if row.key == "M7.5" else row for row in before)
    changes = by_key(reconcile(planned(*STOPPED), before, today=TODAY))
    assert {key: change.reason.code for key, change in changes.items()} == {
        "M4.5": ReasonCode.CONTENT,
        "M7.5": ReasonCode.OPEN_MOVED,
    }
    assert explain(changes["M4.5"].reason, "en") == "other questionnaires: qlq-c30, qlq-br23, eq-5d-5l"


# --- laws ------------------------------------------------------------------------------------------------------------

flags_at_random = st.lists(st.booleans(), min_size=30, max_size=30)
states_at_random = st.lists(st.sampled_from(STATES), min_size=30, max_size=30)


def drawn(result: Plan, states, touched) -> tuple[Existing, ...]:
    rows = zip(result.slots, states, touched, strict=False)
    return tuple(existing(slot, state, touched=is_touched) for slot, state, is_touched in rows)


def frozen_keys(rows, today):
    return {
        row.key
        for row in rows
        if row.touched or row.state in UNTOUCHABLE or (row.state == "open" and row.close_on < today)
    }


@given(courses_at_random, courses_at_random, states_at_random, flags_at_random, st.integers(-10, 800))
def test_applying_the_changes_gives_the_plan_and_touches_nothing_begun(one, other, states, touched, number):
    rows, wanted, today = drawn(planned(*one), states, touched), planned(*other), day(number)
    after = apply(rows, reconcile(wanted, rows, today=today))
    untouchable = frozen_keys(rows, today)
    assert {row for row in after if row.key in untouchable} == {row for row in rows if row.key in untouchable}
    live = {row.key: row for row in after if row.state != "cancelled" and row.key not in untouchable}
    slots = {slot.key: slot for slot in wanted.slots if slot.key not in untouchable}
    assert set(live) == set(slots)
    for key, slot in slots.items():
        assert existing(slot, live[key].state) == live[key]


@given(courses_at_random, courses_at_random, states_at_random, flags_at_random, st.integers(-10, 800))
def test_reconciling_again_changes_nothing(one, other, states, touched, number):
    rows, wanted, today = drawn(planned(*one), states, touched), planned(*other), day(number)
    after = apply(rows, reconcile(wanted, rows, today=today))
    assert all(isinstance(change, Frozen) for change in reconcile(wanted, after, today=today))


@given(courses_at_random, courses_at_random, st.randoms(use_true_random=False))
def test_the_order_of_assessments_does_not_matter(one, other, dice):
    rows, wanted = standing(planned(*one)), planned(*other)
    shuffled = tuple(dice.sample(rows, len(rows)))
    assert reconcile(wanted, shuffled, today=TODAY) == reconcile(wanted, rows, today=TODAY)


@given(courses_at_random, st.integers(1, 700))
def test_after_the_end_nothing_is_left_to_open(events, number):
    before = planned(event("included", 0), *events)
    wanted = planned(event("included", 0), *events, event("consent_withdrawn", number))
    after = apply(standing(before), reconcile(wanted, standing(before), today=day(-30)))
    assert all(row.open_on < day(number) for row in after if row.state != "cancelled")
