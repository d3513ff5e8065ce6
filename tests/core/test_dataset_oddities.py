"""What is odd in an export is told with its reason, and nothing that is not."""

from datetime import timedelta

import pytest

from pro_service.core.dataset import (
    ledger,
    odd_answers,
    odd_responses,
    odd_scores,
)
from pro_service.core.dataset.codelists import codelists
from pro_service.core.dataset.stored import (
    StoredAnswer,
    StoredResponse,
)
from pro_service.core.plan import plan
from pro_service.core.scoring import RULE_VERSION
from tests.core.course_factory import FAR, HEROES, STOPPED
from tests.core.stored_rows import ANNA, NOW, SMALL, forms_of, stored_answer, stored_score


@pytest.mark.parametrize(
    "answer,problems",
    [
        (stored_answer(), []),
        (stored_answer(value=None, refused=True), []),
        (stored_answer(value=5), ["out_of_range"]),
        (stored_answer("q99"), ["unknown_item"]),
        (stored_answer(instrument="other"), []),
        (stored_answer(answered_at=NOW + timedelta(days=2)), ["device_clock_ahead"]),
        (stored_answer(answered_at=None), []),
    ],
)
def test_an_odd_answer_is_told(answer: StoredAnswer, problems: list[str]) -> None:
    assert [each.problem for each in odd_answers([answer], {"small": SMALL})] == problems


@pytest.mark.parametrize(
    "change,problems",
    [
        ({}, []),
        ({"state": "superseded", "scores": 0}, []),
        ({"scores": 0}, ["finished_without_scores"]),
        ({"state": "closed", "scores": 0}, ["finished_without_scores"]),
        ({"state": "in_progress", "scores": 0, "form_state": "in_progress"}, []),
        ({"state": "in_progress", "scores": 0, "form_state": "partial"}, ["response_left_open"]),
        ({"instrument": "other"}, ["unknown_instrument"]),
        ({"instrument_version": "2"}, ["other_instrument_version"]),
    ],
)
def test_an_odd_response_is_told(change: dict[str, object], problems: list[str]) -> None:
    response = StoredResponse("03-001", "BASE", "completed", "small", "1", 1, "completed", 3)
    found = odd_responses([response._replace(**change)], {"small": SMALL})
    assert [each.problem for each in found] == problems


def test_a_score_of_older_rules_is_told_if_it_counts() -> None:
    old = stored_score(rule_version="0")
    found = odd_scores([(old, True), (old, False), (stored_score(), True)], rule_version=RULE_VERSION)
    assert [each.problem for each in found] == ["older_scoring_rules"]


def test_a_ledger_that_disagrees_with_the_plan_is_told() -> None:
    expected = plan(HEROES, STOPPED, as_of=FAR)
    forms = [form for form in forms_of(expected) if form.key != "BASE"]
    forms[0] = forms[0]._replace(expected_now=False)
    forms[1] = forms[1]._replace(state="completed", instruments_completed=1)
    oddities = ledger(ANNA, forms, plan=expected, protocol=HEROES, cut_off=NOW).oddities
    assert [(each.problem, each.timepoint) for each in oddities] == [
        ("completed_without_response", forms[1].key),
        ("expected_without_row", "BASE"),
        ("expectation_outdated", forms[0].key),
    ]


def test_every_oddity_has_a_word() -> None:
    words = codelists((HEROES,), ())["problem"]
    assert len(words) == 13
