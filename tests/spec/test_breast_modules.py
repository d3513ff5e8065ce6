"""The EORTC's breast modules: filters, items that are not about everybody, and what is not settled about them."""

from math import isnan

import numpy as np
import pytest

from pro_service.core.instrument import Instrument, Rule, Status
from pro_service.core.scoring import MISSING, Absent, Score, ScoringChoices, score_columns, score_response
from pro_service.store.catalogue import load_instruments

SHIPPED = load_instruments()
BR23, BR45, BR42 = SHIPPED["qlq-br23"], SHIPPED["qlq-br45"], SHIPPED["qlq-br42"]

SCALES = """
qlq-br45 BI    39,40,41,42                      2 inverted better
qlq-br45 FU    43                               1 inverted better
qlq-br45 SX    44,45                            1 plain    better
qlq-br45 SE    46                               1 plain    better
qlq-br45 BS    74,75                            1 plain    better
qlq-br45 SYS   31,32,33,34,36,37,38             4 plain    worse
qlq-br45 HU    35                               1 plain    worse
qlq-br45 ARM   47,48,49                         2 plain    worse
qlq-br45 BR    50,51,52,53                      2 plain    worse
qlq-br45 ET    54,55,56,63,64,65,66,67,68,69    5 plain    worse
qlq-br45 SM    57,58,59,60,61,62                3 plain    worse
qlq-br45 ES    70,71,72,73                      2 plain    worse
qlq-br42 BI    39,40,41,42                      2 inverted better
qlq-br42 FU    43                               1 inverted better
qlq-br42 SX    44,45                            1 plain    better
qlq-br42 SE    46                               1 plain    better
qlq-br42 BS    71,72                            1 plain    better
qlq-br42 SCSE  31,32,33,34,35,36,57,58          4 plain    worse
qlq-br42 ERS   37,38,54,55,56                   3 plain    worse
qlq-br42 ARM   47,48,49                         2 plain    worse
qlq-br42 BR    50,51,52,53                      2 plain    worse
qlq-br42 STN   59,60,61,62                      2 plain    worse
qlq-br42 MSS   63,64,65,66                      2 plain    worse
qlq-br42 WG    67                               1 plain    worse
qlq-br42 VS    68,69,70                         2 plain    worse
"""
"""Instrument, scale, items, how many must be answered (half or more), equation, what a high score means."""

FILTERS = {
    "qlq-br23": {"q35": "q34", "q46": "q45"},
    "qlq-br45": {"q35": "q34", "q46": "q45", "q72": "q45", "q73": "q45"},
    "qlq-br42": {"q35": "q34", "q46": "q45", "q69": "q45", "q70": "q45"},
}
"""Items that are asked only if another one is above 1."""

NOT_ABOUT_MEN = {
    "qlq-br23": {"q40"},
    "qlq-br45": {"q40", "q70", "q71", "q72", "q73"},
    "qlq-br42": {"q40", "q68", "q69", "q70"},
    "fact-b": {"B9"},
}


def scored(instrument: Instrument, given: dict[str, int | None]) -> dict[str, Score]:
    return {each.scale: each for each in score_response(instrument, given, choices=ScoringChoices())}


def everything(instrument: Instrument, value: int) -> dict[str, int | None]:
    return {item.code: value for item in instrument.items}


@pytest.mark.parametrize("line", SCALES.strip().splitlines())
def test_a_scale_is_as_published_and_stands_at_exactly_half(line: str) -> None:
    code, name, numbers, needed, equation, direction = line.split()
    instrument, items = SHIPPED[code], tuple(f"q{number}" for number in numbers.split(","))
    scale = instrument.scale(name)
    assert (scale.items, scale.inverted, scale.direction) == (items, equation == "inverted", direction)
    half = scored(instrument, dict.fromkeys(items[: int(needed)], 4))
    assert half[name].value == (0.0 if scale.inverted else 100.0)
    fewer = scored(instrument, dict.fromkeys(items[: int(needed) - 1], 4))
    assert (fewer[name].value, fewer[name].absent) == (None, Absent.TOO_MANY_MISSING)


@pytest.mark.parametrize("code", ["qlq-br45", "qlq-br42"])
def test_every_item_is_in_exactly_one_scale(code: str) -> None:
    instrument = SHIPPED[code]
    used = [item for scale in instrument.scales if scale.rule is Rule.MEAN_TRANSFORM for item in scale.items]
    assert sorted(used) == [item.code for item in instrument.items]
    assert (len(used), used.count("q31")) == ({"qlq-br45": 45, "qlq-br42": 42}[code], 1)


@pytest.mark.parametrize("code", FILTERS)
def test_filters_are_as_published(code: str) -> None:
    conditions = {item.code: item.shown_if for item in SHIPPED[code].items if item.shown_if is not None}
    assert {item: each.item for item, each in conditions.items()} == FILTERS[code]
    assert {each.above for each in conditions.values()} == {1}


def test_without_hair_loss_nobody_is_upset_by_it() -> None:
    """BR23, item 34 is 1: BRHL is not scored even if item 35 was answered, and that is no missing answer."""
    score = scored(BR23, {"q34": 1, "q35": 4})["BRHL"]
    assert (score.value, score.items_missing, score.absent) == (None, 0, Absent.FILTER)
    assert scored(BR23, {"q34": 1})["BRHL"].absent is Absent.FILTER


def test_a_missing_filter_excludes_nothing() -> None:
    assert scored(BR23, {"q35": 4})["BRHL"].value == 100.0
    assert scored(BR23, {"q45": 2})["BRSEE"].absent is Absent.TOO_MANY_MISSING


def test_positively_worded_items_of_the_br23_are_turned_once_or_not_at_all() -> None:
    """Some scorers reverse 44 to 46 and then apply the functional equation, which is twice, or use it alone."""
    active = scored(BR23, {"q44": 4, "q45": 4, "q46": 4})
    assert (active["BRSEF"].value, active["BRSEE"].value) == (100.0, 100.0)
    assert scored(BR23, {"q44": 1, "q45": 1})["BRSEF"].value == 0.0
    assert scored(BR23, {f"q{number}": 1 for number in range(39, 44)})["BRBI"].value == 100.0
    for instrument in (BR45, BR42):
        content = scored(instrument, everything(instrument, 4))
        assert [content[scale].value for scale in ("SX", "SE", "BS")] == [100.0] * 3
        assert [content[scale].value for scale in ("BI", "FU")] == [0.0] * 2


@pytest.mark.parametrize("code", NOT_ABOUT_MEN)
def test_items_that_are_not_about_men_may_be_left_as_not_applying(code: str) -> None:
    instrument = SHIPPED[code]
    free = [item for item in instrument.items if item.does_not_apply is not None]
    assert {item.code for item in free} == NOT_ABOUT_MEN[code]
    for item in free:
        assert item.accepts(9)
        assert item.options[-1].value == item.does_not_apply == 9
        assert not item.accepts(8)


def test_a_scale_whose_items_are_not_about_a_patient_says_not_applicable() -> None:
    man = {**everything(BR45, 2), "q40": 9, "q70": 9, "q71": 9, "q72": 9, "q73": 9}
    scores = scored(BR45, man)
    assert scores["ES"] == Score(
        scale="ES", value=None, items_used=0, items_missing=0, absent=Absent.NOT_APPLICABLE
    )
    assert (scores["BI"].items_used, scores["BI"].items_missing) == (3, 0)
    assert scores["BI"].value == pytest.approx(200 / 3)
    assert (
        scored(BR42, {**everything(BR42, 2), "q68": 9, "q69": 9, "q70": 9})["VS"].absent == "not_applicable"
    )


def test_not_applying_and_filtered_together_are_not_applicable() -> None:
    given = {**everything(BR42, 2), "q45": 1, "q68": 9}
    assert scored(BR42, given)["VS"].absent is Absent.NOT_APPLICABLE
    assert scored(BR42, given)["q69"].absent is Absent.FILTER


def test_not_applying_and_missing_together_are_missing() -> None:
    given: dict[str, int | None] = {"q68": 9, "q69": 9}
    assert scored(BR42, {**given, "q45": 2})["VS"].absent is Absent.TOO_MANY_MISSING


def test_the_answer_that_it_does_not_apply_never_reaches_a_score_of_a_file() -> None:
    columns = {item.code: np.array([MISSING, 9], dtype=np.int8) for item in BR45.items if item.does_not_apply}
    rest = {item.code: np.array([2, 2], dtype=np.int8) for item in BR45.items if not item.does_not_apply}
    scores = score_columns(BR45, {**columns, **rest}, choices=ScoringChoices())
    assert isnan(scores["ES"][0])
    assert isnan(scores["ES"][1])
    assert scores["BI"].tolist() == [pytest.approx(200 / 3)] * 2


def test_the_br42_reports_its_items_and_marks_its_scales() -> None:
    scales = [scale for scale in BR42.scales if scale.rule is Rule.MEAN_TRANSFORM]
    items = [scale for scale in BR42.scales if scale.rule is Rule.ITEM_VALUE]
    assert BR42.status is Status.UNVERIFIED
    assert (len(scales), {scale.status for scale in scales}) == (13, {Status.UNVERIFIED})
    assert [scale.code for scale in items] == [item.code for item in BR42.items]
    assert scored(BR42, {"q31": 3})["q31"].value == 3.0
    assert any("scoring sheet was not seen" in doubt for doubt in BR42.doubts)
