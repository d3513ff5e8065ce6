"""What rows from an EDC do to a course: each verdict, and the laws they keep."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.course import Event, contradictions
from pro_service.core.imports import FactRow, Outcome, Told, Verdict, decide, explained
from tests.core.course_factory import FAR, HEROES, courses_at_random, event, positive, resumed

RULES = HEROES.course
CONSENT, INCLUDED, STOPPED = (
    event("consent2_signed", -3),
    event("included", 0),
    event("treatment_stopped", 7),
)
BEGUN = (CONSENT, INCLUDED, STOPPED)


def rows(*events: Event, keys: str = "abcdefghijklmnopqrstuvwxyz") -> list[FactRow]:
    return [
        FactRow(number=number + 2, patient="03-001", source_key=key, event=each)
        for number, (key, each) in enumerate(zip(keys, events, strict=False))
    ]


def held(*events: Event) -> tuple[Event, ...]:
    return tuple(replace(each, id=str(number)) for number, each in enumerate(events, start=1))


def by_key(
    standing: Sequence[Event], given_rows: Sequence[FactRow], told: dict[str, Told] | None = None
) -> dict[str, Verdict]:
    verdicts = decide(RULES, standing, told or {}, given_rows, today=FAR)
    return {verdict.row.source_key: verdict for verdict in verdicts}


def outcomes(
    standing: Sequence[Event], given_rows: Sequence[FactRow], told: dict[str, Told] | None = None
) -> dict[str, Outcome]:
    return {key: verdict.outcome for key, verdict in by_key(standing, given_rows, told).items()}


def told(event_: Event, event_id: str | None = None, **more: bool) -> Told:
    return Told(event=event_, event_id=event_id, **more)


def test_rows_in_any_order_are_recorded_in_the_order_in_which_they_take_effect() -> None:
    verdicts = decide(RULES, (), {}, rows(STOPPED, INCLUDED, CONSENT), today=FAR)
    assert [verdict.row.event.type for verdict in verdicts] == [
        "consent2_signed",
        "included",
        "treatment_stopped",
    ]
    assert {verdict.outcome for verdict in verdicts} == {Outcome.NEW}


def test_a_fact_recorded_by_hand_is_known_and_tied_to_its_key() -> None:
    (verdict,) = decide(RULES, held(*BEGUN), {}, rows(INCLUDED), today=FAR)
    assert (verdict.outcome, verdict.stands) == (Outcome.KNOWN, "2")


def test_a_source_that_knows_less_of_a_fact_does_not_contradict_it() -> None:
    less = event("ctdna_resulted", 30, result="positive")
    assert outcomes(held(*BEGUN, positive(30, told=35)), rows(less)) == {"a": Outcome.KNOWN}


def test_a_source_that_knows_when_the_patient_was_told_completes_the_result() -> None:
    less = event("ctdna_resulted", 30, result="positive")
    assert outcomes(held(*BEGUN, less), rows(positive(30, told=35))) == {"a": Outcome.NEW}


@pytest.mark.parametrize(
    ("standing", "row", "holds"),
    [
        (BEGUN, event("included", 1), INCLUDED),
        (BEGUN, event("treatment_stopped", 9), STOPPED),
        (BEGUN, event("treatment_stopped", 5), STOPPED),
        ((*BEGUN, positive(30)), event("ctdna_resulted", 30, result="negative"), positive(30)),
        ((*BEGUN, resumed(40)), resumed(40, "other"), resumed(40)),
        ((*BEGUN, event("death", 60)), event("death", 61), event("death", 60)),
    ],
)
def test_a_row_contradicts_what_the_service_holds_of_the_same_fact(
    standing: tuple[Event, ...], row: Event, holds: Event
) -> None:
    verdict = by_key(held(*standing), rows(row))["a"]
    assert verdict.outcome is Outcome.CONTRADICTS
    assert verdict.held is not None
    assert replace(verdict.held, id=None) == holds
    for language, word in (("fr", "Le service a"), ("en", "The service holds")):
        assert explained(verdict, language, rules=RULES).startswith(word)


def test_a_row_the_course_cannot_hold_is_refused_with_its_reason_while_the_others_land() -> None:
    verdicts = by_key(held(CONSENT, INCLUDED), rows(resumed(30), event("visit_done", 5)))
    assert (verdicts["a"].outcome, verdicts["a"].code) == (Outcome.REFUSED, "not_in_this_phase")
    assert "impossible dans la phase" in explained(verdicts["a"], "fr", rules=RULES)
    assert verdicts["b"].outcome is Outcome.NEW


def test_the_same_row_again_is_known() -> None:
    before = {"a": told(INCLUDED, "2")}
    assert outcomes(held(*BEGUN), rows(INCLUDED), before) == {"a": Outcome.KNOWN}


def test_other_values_under_the_same_key_correct_the_fact() -> None:
    before = {"a": told(STOPPED, "3")}
    verdict = by_key(held(*BEGUN), rows(event("treatment_stopped", 9)), before)["a"]
    assert (verdict.outcome, verdict.voids) == (Outcome.CORRECTED, "3")


def test_facts_that_depend_on_each_other_are_corrected_together() -> None:
    """Both move by two months: one after the other, the first would make the second impossible."""
    before = {"a": told(INCLUDED, "2"), "b": told(STOPPED, "3")}
    moved = rows(event("included", 60), event("treatment_stopped", 67))
    assert set(outcomes(held(*BEGUN), moved, before).values()) == {Outcome.CORRECTED}


def test_a_correction_that_would_make_a_standing_fact_impossible_leaves_everything_as_it_was() -> None:
    before = {"a": told(INCLUDED, "2")}
    verdict = by_key(held(*BEGUN), rows(event("included", 60)), before)["a"]
    assert verdict.outcome is Outcome.CONTRADICTS
    assert verdict.voids is None
    assert verdict.held is not None
    assert verdict.held.id == "2"


def test_a_correction_that_failed_is_told_again_until_somebody_settles_it() -> None:
    later = event("included", 60)
    before = {"a": told(later, "2")}  # told before, while the fact of before stood on
    assert outcomes(held(*BEGUN), rows(later), before) == {"a": Outcome.CONTRADICTS}
    before = {"a": told(later, "2", settled=True)}
    assert outcomes(held(*BEGUN), rows(later), before) == {"a": Outcome.SETTLED}


def test_a_source_that_takes_a_day_of_disclosure_back_corrects_the_result() -> None:
    before = {"a": told(positive(30, told=35), "4")}
    less = event("ctdna_resulted", 30, result="positive")
    assert outcomes(held(*BEGUN, positive(30, told=35)), rows(less), before) == {"a": Outcome.CORRECTED}


def test_a_correction_into_another_type_may_not_pull_the_ground_from_under_a_fact() -> None:
    before = {"a": told(CONSENT, "1")}
    verdict = by_key(held(*BEGUN), rows(event("imaging_done", -3)), before)["a"]
    assert (verdict.outcome, verdict.code) == (Outcome.CONTRADICTS, "must_come_after")


def test_a_fact_voided_here_is_not_brought_back_by_the_same_row() -> None:
    before = {"c": told(STOPPED, "3")}
    verdict = by_key(held(CONSENT, INCLUDED), rows(STOPPED, keys="c"), before)["c"]
    assert (verdict.outcome, verdict.code) == (Outcome.CONTRADICTS, "voided_here")


def test_a_fact_voided_here_and_corrected_at_the_source_is_new() -> None:
    before = {"c": told(STOPPED, "3")}
    moved = rows(event("treatment_stopped", 9), keys="c")
    assert outcomes(held(CONSENT, INCLUDED), moved, before) == {"c": Outcome.NEW}


def test_what_somebody_settled_stays_settled_until_the_source_says_something_else() -> None:
    other = event("included", 1)
    before = {"a": told(other, settled=True)}
    assert outcomes(held(*BEGUN), rows(other), before) == {"a": Outcome.SETTLED}
    assert outcomes(held(*BEGUN), rows(event("included", 2)), before) == {"a": Outcome.CONTRADICTS}


def test_a_refused_row_is_judged_again_when_it_comes_again() -> None:
    before = {"c": told(STOPPED)}
    assert outcomes(held(CONSENT, INCLUDED), rows(STOPPED, keys="c"), before) == {"c": Outcome.NEW}


def test_one_fact_under_two_keys_is_recorded_once() -> None:
    found = by_key(held(CONSENT, INCLUDED), rows(STOPPED, STOPPED))
    assert [found[key].outcome for key in "ab"] == [Outcome.NEW, Outcome.REFUSED]
    assert found["b"].code == "told_under_another_key"


def test_a_key_used_for_another_patient_is_refused() -> None:
    verdict = by_key((), rows(CONSENT), {"a": told(CONSENT, "9", own=False)})["a"]
    assert (verdict.outcome, verdict.code) == (Outcome.REFUSED, "key_of_another_patient")


# --- Laws -------------------------------------------------------------------------------------------------------------


def recorded(standing: Sequence[Event], verdicts: Sequence[Verdict]) -> tuple[Event, ...]:
    """The facts in force afterwards, as the service records them."""
    gone = {verdict.voids for verdict in verdicts}
    new = [
        replace(verdict.row.event, id=f"n{verdict.row.source_key}")
        for verdict in verdicts
        if verdict.outcome in (Outcome.NEW, Outcome.CORRECTED)
    ]
    return (*(fact for fact in standing if fact.id not in gone), *new)


def remembered(before: dict[str, Told], verdicts: Sequence[Verdict]) -> dict[str, Told]:
    """What is kept of each key: the fact as told, and the row that stands for it."""
    after = dict(before)
    for one in verdicts:
        key = one.row.source_key
        fresh = f"n{key}" if one.outcome in (Outcome.NEW, Outcome.CORRECTED) else one.stands
        stays = before[key].event_id if key in before else None
        after[key] = Told(event=one.row.event, event_id=fresh or stays)
    return after


@given(courses_at_random, st.randoms(use_true_random=False))
def test_any_order_of_rows_gives_the_same_verdicts(events: tuple[Event, ...], luck: Random) -> None:
    ordered = rows(CONSENT, *events)
    shuffled = list(ordered)
    luck.shuffle(shuffled)
    assert outcomes((), ordered) == outcomes((), shuffled)


@given(courses_at_random, courses_at_random)
def test_the_same_rows_twice_change_nothing_the_second_time(
    first: tuple[Event, ...], second: tuple[Event, ...]
) -> None:
    """Also when the second file had corrected the first."""
    told_before: dict[str, Told] = {}
    facts: tuple[Event, ...] = ()
    for events in (first, second):
        verdicts = decide(RULES, facts, told_before, rows(CONSENT, *events), today=FAR)
        facts, told_before = recorded(facts, verdicts), remembered(told_before, verdicts)
    again = decide(RULES, facts, told_before, rows(CONSENT, *second), today=FAR)
    assert recorded(facts, again) == facts


@given(courses_at_random, courses_at_random)
def test_whatever_rows_come_no_fact_becomes_impossible(
    first: tuple[Event, ...], second: tuple[Event, ...]
) -> None:
    facts: tuple[Event, ...] = ()
    told_before: dict[str, Told] = {}
    for events in (first, second):
        wrong_before = {fact.id for fact, _ in contradictions(RULES, facts)}
        verdicts = decide(RULES, facts, told_before, rows(CONSENT, *events), today=FAR)
        facts, told_before = recorded(facts, verdicts), remembered(told_before, verdicts)
        assert {fact.id for fact, _ in contradictions(RULES, facts)} <= wrong_before
