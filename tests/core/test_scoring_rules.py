"""Each scoring rule on answers small enough to be worked out by hand."""

from collections.abc import Mapping

import numpy as np
import pytest

from pro_service.core.instrument import Instrument, Rule, parse_instrument, parse_value_sets
from pro_service.core.scoring import (
    MISSING,
    Absent,
    AnswersError,
    HadsMissing,
    Score,
    ScoringChoices,
    UnknownValueSetError,
    score_columns,
    score_response,
)
from pro_service.core.scoring.rules import RULES
from pro_service.store.catalogue import load_instruments
from tests.core.sleep_questionnaire import answers, changed, document, item, scale, value_sets_document

SLEEP = parse_instrument(document(), source="sleep.toml")
SHIPPED = load_instruments()
CHOICES = ScoringChoices(value_set="France")


def scored(
    instrument: Instrument,
    given: Mapping[str, int | None],
    choices: ScoringChoices = CHOICES,
    refused: frozenset[str] = frozenset(),
) -> dict[str, Score]:
    return {each.scale: each for each in score_response(instrument, given, choices=choices, refused=refused)}


def one_to(count: int, value: int) -> dict[str, int | None]:
    return {f"q{number}": value for number in range(1, count + 1)}


def test_every_rule_has_its_function() -> None:
    assert set(RULES) == set(Rule)


@pytest.mark.parametrize(
    "given,value",
    [
        ({"q1": 1, "q2": 1, "q3": 1}, 0.0),
        ({"q1": 4, "q2": 4, "q3": 4, "q4": 4}, 100.0),
        ({"q1": 2, "q2": 3, "q3": 2, "q4": 4}, (11 / 4 - 1) / 3 * 100),
        ({"q1": 2, "q2": 3}, 50.0),  # two of four: exactly half is enough
        ({"q1": 2}, None),
        ({}, None),
    ],
)
def test_a_mean_is_moved_to_0_100_if_half_the_items_are_answered(
    given: dict[str, int | None], value: float | None
) -> None:
    assert scored(SLEEP, given)["SLEEP"].value == (None if value is None else pytest.approx(value, abs=1e-12))


def test_half_of_five_items_is_three() -> None:
    functioning = SHIPPED["qlq-c30"]
    assert scored(functioning, {"q1": 1, "q2": 1})["PF"].value is None
    assert scored(functioning, {"q1": 1, "q2": 1, "q5": 1})["PF"].value == 100.0


def test_a_complete_mean_wants_every_item() -> None:
    strict = parse_instrument(changed("scales.0.missing", "complete"), source="sleep.toml")
    assert scored(strict, {"q1": 2, "q2": 2, "q3": 2})["SLEEP"].value is None
    assert scored(strict, {"q1": 2, "q2": 2, "q3": 2, "q4": 2})["SLEEP"].value == pytest.approx(100 / 3)


def test_a_reversed_item_of_a_sum_is_turned_round() -> None:
    assert scored(SLEEP, {"n1": 0})["COUNT"].value == 3.0
    assert scored(SLEEP, {"n1": 3})["COUNT"].value == 0.0
    fear = SHIPPED["fcri-sf"]
    assert scored(fear, one_to(9, 4))["TOTAL"].value == 32.0
    assert scored(fear, {**one_to(9, 0), "q5": 1})["TOTAL"].value == 3.0
    assert scored(fear, {**one_to(9, 0), "q1": None})["TOTAL"].value is None


def test_a_sum_with_half_of_its_items_counts_the_others_at_their_mean() -> None:
    half = parse_instrument(
        changed("scales.2", scale("COUNT", "sum", items=["q1", "q2", "q3"], missing="at_least_half")),
        source="sleep.toml",
    )
    assert scored(half, {"q1": 2, "q3": 3})["COUNT"].value == 7.5
    assert scored(half, {"q1": 2})["COUNT"].value is None


@pytest.mark.parametrize(
    "missing,answered,value",
    [
        ("half", 7, 14.0),
        ("half", 4, 14.0),
        ("half", 3, None),
        ("six_of_seven", 6, 14.0),
        ("six_of_seven", 5, None),
        ("complete", 7, 14.0),
        ("complete", 6, None),
    ],
)
def test_the_study_says_how_many_hads_items_must_be_answered(
    missing: str, answered: int, value: float | None
) -> None:
    given = {f"q{number}": 2 for number in range(1, 2 * answered, 2)}
    assert scored(SHIPPED["hads"], given, ScoringChoices(hads_missing=missing))["HADS-A"].value == value


def test_a_missing_hads_item_counts_as_the_mean_of_the_answered_ones() -> None:
    given = {"q2": 3, "q4": 2, "q6": 1, "q8": 3}
    assert scored(SHIPPED["hads"], given)["HADS-D"].value == 9 * 7 / 4


def test_an_unknown_missing_rule_is_no_choice() -> None:
    assert ScoringChoices(hads_missing="complete").hads_missing is HadsMissing.COMPLETE
    with pytest.raises(ValueError, match="most"):
        ScoringChoices(hads_missing="most")


def test_a_summary_is_the_mean_of_its_scales_and_absent_with_any_of_them() -> None:
    given = {"q1": 1, "q2": 1, "q3": 2, "q4": 4}
    assert scored(SLEEP, given)["ALL"].value == pytest.approx(((100 - 100 / 3) + 0) / 2)
    assert scored(SLEEP, {**given, "q4": None})["ALL"].value is None


def test_the_c30_summary_does_without_global_health_and_finances() -> None:
    best = {f"q{number}": 1 for number in range(1, 28)}
    summary = scored(SHIPPED["qlq-c30"], best)
    assert (summary["SUMMARY"].value, summary["QL"].value, summary["FI"].value) == (100.0, None, None)


@pytest.mark.parametrize(
    "given,refused,absent",
    [
        ({"q1": 2}, (), Absent.TOO_MANY_MISSING),
        ({"q1": 2}, ("q2", "q3"), Absent.REFUSED),  # q4 hangs on q3 and goes with it
        ({"q1": 2}, ("q2",), Absent.TOO_MANY_MISSING),
        ({"q3": 1}, ("q1", "q2"), Absent.REFUSED),  # q4 did not apply
    ],
)
def test_an_absent_score_says_why(
    given: dict[str, int | None], refused: tuple[str, ...], absent: Absent
) -> None:
    assert scored(SLEEP, given, refused=frozenset(refused))["SLEEP"].absent is absent


def test_an_item_that_did_not_apply_is_not_scored_even_if_it_was_answered() -> None:
    given = {"q1": 4, "q2": 4, "q3": 1, "q4": 4}
    scores = scored(SLEEP, given)
    assert scores["DREAM"] == Score(
        scale="DREAM", value=None, items_used=0, items_missing=0, absent=Absent.FILTER
    )
    assert scores["SLEEP"].value == pytest.approx((9 / 3 - 1) / 3 * 100)
    assert scores["ALL"].absent is Absent.FILTER


def test_an_answer_whose_condition_was_left_open_counts() -> None:
    assert scored(SLEEP, {"q4": 4})["DREAM"].value == 100.0


def test_what_hangs_on_an_item_that_did_not_apply_does_not_apply() -> None:
    chained = document()
    chained["items"].append(item("q5", shown_if={"item": "q4", "above": 1}))
    chained["scales"].append(scale("DEEP", "mean_transform", items=["q5"], missing="complete"))
    instrument = parse_instrument(chained, source="sleep.toml")
    assert scored(instrument, {"q3": 1, "q4": 4, "q5": 2})["DEEP"].absent is Absent.FILTER
    assert scored(instrument, {"q3": 2, "q4": 4, "q5": 4})["DEEP"].value == 100.0


def test_the_reason_of_a_summary_is_that_of_the_scales_it_lacks() -> None:
    """q2 was simply left out, but SLEEP stands without it."""
    scores = scored(SLEEP, {"q1": 1, "q3": 2}, refused=frozenset({"q4"}))
    assert scores["SLEEP"].value is not None
    assert scores["ALL"].absent is Absent.REFUSED


def test_items_used_and_missing_are_counted() -> None:
    score = scored(SLEEP, {"q1": 1, "q2": 2, "q3": 1, "q4": 3})["SLEEP"]
    assert (score.items_used, score.items_missing) == (3, 0)
    score = scored(SLEEP, {"q1": 1, "q3": 2})["SLEEP"]
    assert (score.items_used, score.items_missing) == (2, 2)
    assert scored(SLEEP, {"q1": 1, "q2": 1, "q3": 2, "q4": 2})["ALL"].items_used == 5


def test_a_health_state_is_the_five_levels_side_by_side() -> None:
    state = {"MO": 2, "SC": 1, "UA": 2, "PD": 3, "AD": 2}
    scores = scored(SHIPPED["eq-5d-5l"], {**state, "VAS": 70})
    assert scores["state"].value == 21232.0
    assert scores["vas"].value == 70.0
    assert scores["index"].value == pytest.approx(1 - 0.03759 - 0.03313 - 0.04704 - 0.02046)


def test_without_a_dimension_there_is_neither_state_nor_index() -> None:
    scores = scored(SHIPPED["eq-5d-5l"], {"MO": 2, "SC": 1, "UA": 2, "PD": 3, "VAS": 0})
    absences = (scores["state"].absent, scores["index"].absent)
    assert absences == (Absent.TOO_MANY_MISSING, Absent.TOO_MANY_MISSING)
    assert scores["vas"].value == 0.0


def test_without_a_value_set_there_is_no_index() -> None:
    whole = dict.fromkeys(("MO", "SC", "UA", "PD", "AD"), 1)
    score = scored(SHIPPED["eq-5d-5l"], whole, ScoringChoices())["index"]
    assert (score.value, score.absent) == (None, Absent.NO_VALUE_SET)
    with pytest.raises(UnknownValueSetError, match="France"):
        scored(SHIPPED["eq-5d-5l"], whole, ScoringChoices(value_set="Mars"))


def test_an_instrument_without_value_sets_does_not_mind_the_choice() -> None:
    assert scored(SLEEP, {"q1": 1, "q2": 1}, ScoringChoices(value_set="Mars"))["SLEEP"].value == 0.0


@pytest.mark.parametrize(
    "given,words",
    [
        ({"q1": 5}, "q1 holds 5"),
        ({"n1": -1}, "n1 holds -1"),
        ({"q1": 2.5}, "q1 holds 2.5"),
        ({"x": 1}, "no item x"),
    ],
)
def test_answers_that_are_none_are_refused(given: dict[str, int | None], words: str) -> None:
    with pytest.raises(AnswersError, match=words):
        scored(SLEEP, given)


@pytest.mark.parametrize(
    "column,words",
    [
        (np.array([0, 1]), "outside 1 to 4"),
        (np.array([1, 5]), "outside 1 to 4"),
        (np.array([1, -2]), "outside 1 to 4"),
        (np.array([1.0, 2.0]), "whole numbers"),
        (np.array([1, 2], dtype=np.uint8), "whole numbers"),
        (np.array([1]), "differ in length"),
        (None, "has no column"),
    ],
)
def test_columns_that_hold_no_answers_are_refused(column: np.ndarray | None, words: str) -> None:
    columns = {each.code: np.array([1, MISSING], dtype=np.int8) for each in SLEEP.items}
    if column is None:
        del columns["q2"]
    else:
        columns["q2"] = column
    with pytest.raises(AnswersError, match=words):
        score_columns(SLEEP, columns, choices=CHOICES)


def test_no_rows_give_no_scores() -> None:
    columns = {each.code: np.array([], dtype=np.int8) for each in SLEEP.items}
    assert {len(values) for values in score_columns(SLEEP, columns, choices=CHOICES).values()} == {0}


def test_the_terms_of_a_value_set_are_added_as_their_names_say() -> None:
    rich = changed("sets.Here.intercept", 0.01, value_sets_document())
    rich["sets"]["Here"] |= {
        "any_severe": 0.02,
        "any_extreme": 0.03,
        "severe": {"A": 0.1, "B": 0.2},
        "severe_squared": 0.5,
        "products": [{"of": ["A", "B"], "weight": 0.001}],
    }
    whole = document()
    whole["value_sets"] = "here"
    whole["answers"]["level-5"] = answers(1, 5)
    whole["items"] += [item("A", "level-5"), item("B", "level-5")]
    whole["scales"].append(scale("index", "value_set", "better", items=["A", "B"]))
    known = {"here": parse_value_sets(rich, source="here.toml")}
    instrument = parse_instrument(whole, source="sleep.toml", value_sets=known)

    def index(first: int, second: int) -> float | None:
        return scored(instrument, {"A": first, "B": second}, ScoringChoices(value_set="Here"))["index"].value

    assert index(1, 1) == 1.0
    assert index(2, 1) == pytest.approx(1 - 0.1 + 0.01)
    assert index(3, 3) == pytest.approx(1 - 0.2 + 0.01 + 0.001 * 4)
    assert index(4, 1) == pytest.approx(1 - 0.3 + 0.01 + 0.02 + 0.1)
    assert index(5, 4) == pytest.approx(1 - 0.4 + 0.01 + 0.02 + 0.03 + 0.1 + 0.2 + 0.5 + 0.001 * 12)
