"""The plan: each row and each sentence of the assumed HEROES protocol, and the laws that hold for every course."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.plan import ChangeKind, Reason, ReasonCode, compare, explain, plan, reason_from
from pro_service.core.protocol import Mark, Offset, Protocol, Rule, Timepoint
from tests.core.course_factory import (
    D0,
    FAR,
    HEROES,
    STOPPED,
    courses_at_random,
    day,
    event,
    positive,
    resumed,
)

GRID = ["M1.5", "M4.5", "M7.5", "M10.5", "M13.5", "M16.5", "M19.5", "M22.5"]


def planned(*events, as_of=FAR, protocol: Protocol = HEROES):
    return plan(protocol, events, as_of=as_of)


def window(result, key):
    slot = next(slot for slot in result.slots if slot.key == key)
    return slot.due_on, slot.open_on, slot.close_on


def merged(result):
    return {entry.key: entry.into for entry in result.merged}


def keys(result):
    return [slot.key for slot in result.slots]


def around(due, before, after):
    return due, due - timedelta(days=before), due + timedelta(days=after)


def test_nothing_is_expected_before_inclusion():
    result = planned(event("treatment_stopped", 1))
    assert (result.phase, result.slots, result.merged, result.skipped) == ("NOT_INCLUDED", (), (), ())


def test_stopping_gives_the_baseline_and_the_whole_grid():
    result = planned(*STOPPED)
    assert keys(result) == ["BASE", *GRID]
    assert window(result, "BASE") == around(D0, 14, 0)
    assert window(result, "M1.5") == around(date(2025, 3, 15), 7, 7)  # 31 Jan + 1 month + 15 days
    assert window(result, "M4.5") == around(date(2025, 6, 15), 14, 14)
    assert window(result, "M22.5") == around(date(2026, 12, 15), 14, 14)


def test_a_patient_who_never_stops_has_a_baseline_alone_and_reasons_for_the_rest():
    result = planned(event("included", 0))
    assert keys(result) == ["BASE"]
    assert [entry.key for entry in result.skipped] == GRID
    assert result.skipped[0].reason == Reason(
        code=ReasonCode.PHASE, facts={"phase": "INCLUDED", "on": "2025-03-15"}
    )


def test_conversion_is_due_when_the_patient_is_told():
    assert window(planned(*STOPPED, positive(60, told=70)), "CONV") == around(day(70), 0, 14)


def test_progression_has_its_own_slot_and_a_second_one_has_none():
    result = planned(*STOPPED, event("pd_confirmed", 200), event("pd_confirmed", 260))
    assert window(result, "PD") == around(day(200), 0, 14)


def test_each_resumption_has_two_numbered_slots():
    result = planned(*STOPPED, resumed(60), resumed(400, "other"))
    assert window(result, "R1") == around(day(60), 7, 7)
    assert window(result, "R1+3m") == around(date(2025, 7, 1), 7, 7)
    assert {"R2", "R2+3m"} <= set(keys(result))


@pytest.mark.parametrize(
    ("number", "expected"), [(134, "merged"), (135 - 21, "merged"), (135 + 21, "merged"), (135 - 22, "slot"),
     (135 + 22, "slot")]
)  # fmt: skip
def test_a_grid_slot_at_most_21_days_from_an_event_slot_is_merged_into_it(number, expected):
    result = planned(*STOPPED, positive(number))  # M4.5 is due on day 135
    assert (merged(result).get("M4.5") == "CONV") == (expected == "merged")
    assert ("M4.5" in keys(result)) == (expected == "slot")


def test_at_a_tie_the_earlier_event_slot_takes_the_grid_slot():
    result = planned(*STOPPED, positive(125), event("pd_confirmed", 145))
    assert merged(result)["M4.5"] == "CONV"


def test_the_nearest_event_slot_takes_the_grid_slot():
    result = planned(*STOPPED, positive(125), event("pd_confirmed", 144))
    assert merged(result)["M4.5"] == "PD"


def test_of_event_slots_on_one_day_the_highest_resumption_is_kept_then_progression_then_conversion():
    result = planned(*STOPPED, positive(60), event("pd_confirmed", 60), resumed(60), resumed(60, "other"))
    assert merged(result) == {
        "CONV": "R2",
        "PD": "R2",
        "R1": "R2",
        "R1+3m": "R2+3m",
        "M1.5": "R2",
        "M4.5": "R2+3m",
    }
    assert merged(planned(*STOPPED, positive(90), event("pd_confirmed", 90)))["CONV"] == "PD"


def test_an_event_slot_that_is_not_expected_merges_nothing():
    result = planned(
        *STOPPED, event("pd_confirmed", 135), event("lost_to_follow_up", 135), event("recontacted", 136)
    )
    assert "PD" in [entry.key for entry in result.skipped]
    assert "PD" not in merged(result).values()


def test_the_baseline_is_never_merged():
    result = planned(event("included", 0), event("treatment_stopped", 0), positive(1))
    assert {"BASE", "CONV"} <= set(keys(result))


def test_an_end_inside_a_window_after_the_due_date_closes_it_on_that_day():
    result = planned(*STOPPED, event("consent_withdrawn", 140), event("death", 142))
    assert window(result, "M4.5") == (day(135), day(121), day(140))


def test_an_end_on_the_due_date_or_before_leaves_nothing_to_expect():
    result = planned(*STOPPED, event("off_study", 135))
    assert keys(result) == ["BASE", "M1.5"]


def test_a_loss_pauses_and_a_contact_resumes():
    result = planned(*STOPPED, event("lost_to_follow_up", 100), event("recontacted", 300))
    assert keys(result)[:4] == ["BASE", "M1.5", "M10.5", "M13.5"]
    assert [entry.key for entry in result.skipped] == ["M4.5", "M7.5"]


def test_the_plan_knows_only_what_is_in_effect_by_the_day_asked_for():
    events = (*STOPPED, positive(60, told=70))
    assert "CONV" not in keys(planned(*events, as_of=day(69)))
    assert planned(*events, as_of=day(70)).phase == "MOLECULAR_RELAPSE"


def test_event_slots_carry_the_psychological_instruments_and_the_grid_does_not():
    slots = {slot.key: slot.instruments for slot in planned(*STOPPED, positive(200)).slots}
    assert slots["CONV"] == ("qlq-c30", "qlq-br23", "eq-5d-5l", "hads", "fcri-sf")
    assert slots["M1.5"] == ("qlq-c30", "qlq-br23", "eq-5d-5l")


# --- what the language allows beyond HEROES --------------------------------------------------------------------------


def with_rule(**changes) -> Protocol:
    rule = Rule(
        id="extra", anchor="inclusion", timepoints=(Timepoint(key="X", offset=Offset(days=20), window=(-5, 5)),),
        phases=frozenset({"INCLUDED", "OFF_TREATMENT"}), closes_by=Mark(anchor="stop"), bundles=("core",),
        instruments=("qlq-c30",),
    )  # fmt: skip
    return replace(HEROES, rules=(replace(rule, **changes),))


def test_a_bound_shortens_a_window():
    result = planned(event("included", 0), event("treatment_stopped", 18), protocol=with_rule())
    assert window(result, "X") == (day(20), day(15), day(18))


def test_a_bound_that_leaves_no_day_leaves_no_slot():
    result = planned(event("included", 0), event("treatment_stopped", 14), protocol=with_rule())
    assert [(entry.key, entry.reason.code) for entry in result.skipped] == [("X", ReasonCode.NO_WINDOW)]


def test_a_window_that_would_open_after_the_end_is_not_expected():
    late = (Timepoint(key="X", offset=Offset(days=20), window=(3, 9)),)
    result = planned(
        event("included", 0), event("death", 22), protocol=with_rule(timepoints=late, closes_by=None)
    )
    assert [entry.key for entry in result.skipped] == ["X"]


# --- laws ------------------------------------------------------------------------------------------------------------


@given(courses_at_random, st.randoms(use_true_random=False), st.integers(-10, 900))
def test_planning_ignores_the_order_of_recording(events, dice, number):
    as_of = day(number)
    assert planned(*dice.sample(events, len(events)), as_of=as_of) == planned(*events, as_of=as_of)


@given(courses_at_random)
def test_every_timepoint_of_every_anchor_is_somewhere_exactly_once(events):
    result = planned(*events)
    found = [entry.key for part in (result.slots, result.merged, result.skipped) for entry in part]
    assert len(found) == len(set(found))
    assert {entry.into for entry in result.merged} <= set(keys(result))


@given(
    courses_at_random,
    st.sampled_from(["death", "consent_withdrawn", "off_study", "questionnaires_withdrawn"]),
    st.integers(1, 800),
)
def test_nothing_opens_after_the_end(events, kind, number):  # fmt: skip
    result = planned(event("included", 0), *events, event(kind, number))
    assert all(slot.due_on < day(number) and slot.close_on <= day(number) for slot in result.slots)


@given(courses_at_random)
def test_windows_are_never_empty_and_slots_come_in_order(events):
    result = planned(*events)
    assert all(slot.open_on <= slot.close_on for slot in result.slots)
    for part in (result.slots, result.merged, result.skipped):
        assert [(e.due_on, e.key) for e in part] == sorted((e.due_on, e.key) for e in part)


@given(courses_at_random, st.integers(-10, 400), st.integers(0, 400))
def test_what_is_not_known_yet_changes_nothing(events, number, later):
    as_of = day(number)
    future = event("death", number + 1 + later)
    assert planned(*events, future, as_of=as_of) == planned(*events, as_of=as_of)


# --- comparing -------------------------------------------------------------------------------------------------------


def changes(before, after):
    return {each.key: (each.change, each.reason.code) for each in compare(before, after)}


def test_a_new_event_is_shown_slot_by_slot_with_reasons():
    before = planned(*STOPPED)
    after = planned(*STOPPED, positive(130), event("death", 230))
    assert changes(before, after) == {
        "BASE": (ChangeKind.KEPT, ReasonCode.UNCHANGED),
        "M1.5": (ChangeKind.KEPT, ReasonCode.UNCHANGED),
        "CONV": (ChangeKind.ADDED, ReasonCode.EXPECTED),
        "M4.5": (ChangeKind.REMOVED, ReasonCode.MERGED),
        "M7.5": (ChangeKind.MOVED, ReasonCode.CLOSE_MOVED),
        **dict.fromkeys(GRID[3:], (ChangeKind.REMOVED, ReasonCode.PHASE)),
    }


def test_taking_the_event_back_is_shown_too():
    before = planned(*STOPPED, positive(130), event("off_study", 300))
    seen = changes(before, planned(*STOPPED))
    assert seen["CONV"] == (ChangeKind.REMOVED, ReasonCode.NO_ANCHOR)
    assert seen["M4.5"] == (ChangeKind.ADDED, ReasonCode.NOT_MERGED)
    assert seen["M22.5"] == (ChangeKind.ADDED, ReasonCode.PHASE_ALLOWS)


def test_a_corrected_inclusion_moves_the_slots():
    before, after = planned(*STOPPED), planned(event("included", 1), STOPPED[1])
    moved = next(each for each in compare(before, after) if each.key == "M1.5")
    assert moved.reason == Reason(
        code=ReasonCode.DUE_MOVED, facts={"before": "2025-03-15", "after": "2025-03-16"}
    )
    assert explain(moved.reason, "fr") == "déplacé du 15/03/2025 au 16/03/2025"


@given(courses_at_random, courses_at_random)
def test_a_comparison_speaks_of_every_slot_once_and_in_both_languages(one, other):
    before, after = planned(*one), planned(*other)
    found = compare(before, after)
    assert sorted(each.key for each in found) == sorted({*keys(before), *keys(after)})
    for each in found:
        assert "{" not in explain(each.reason, "fr") + explain(each.reason, "en")
        assert reason_from(each.reason.as_data()) == each.reason


def test_reasons_use_the_words_of_the_protocol_where_they_are_given():
    reason = Reason(code=ReasonCode.PHASE, facts={"phase": "DEATH", "on": "2025-03-15"})
    assert (
        explain(reason, "fr", words=HEROES.course.words["fr"])
        == "non attendu : le 15/03/2025, la phase est « décès »"
    )
    assert explain(reason, "en") == "not expected: on 2025-03-15 the phase is “DEATH”"


@pytest.mark.parametrize("code", list(ReasonCode))
def test_every_reason_has_its_sentence(code):
    names = "phase on into days due_on close_on before after event event_on max more by instruments".split()
    facts = {**dict.fromkeys(names, "1"), "protocol": "heroes-2", "cause": "expected"}
    reason = Reason(code=code, facts=facts)
    assert all(explain(reason, language) for language in ("fr", "en"))
