"""The shipped instruments against what is published about them, and against scores computed by other programs."""

import csv
import re
from itertools import product
from math import isnan
from pathlib import Path

import numpy as np
import pytest

from pro_service.core.instrument import Instrument, Missing, Status
from pro_service.core.scoring import MISSING, ScoringChoices, score_columns, score_range, score_response
from pro_service.core.wording import Given, check_texts, placeholders
from pro_service.store.catalogue import load_instruments

VECTORS = Path(__file__).parent / "vectors"
SHIPPED = load_instruments()
DIMENSIONS = ("MO", "SC", "UA", "PD", "AD")

EORTC_SCALES = """
qlq-c30  QL    29,30                 2 1 plain    better
qlq-c30  PF    1,2,3,4,5             5 3 inverted better
qlq-c30  RF    6,7                   2 1 inverted better
qlq-c30  EF    21,22,23,24           4 2 inverted better
qlq-c30  CF    20,25                 2 1 inverted better
qlq-c30  SF    26,27                 2 1 inverted better
qlq-c30  FA    10,12,18              3 2 plain    worse
qlq-c30  NV    14,15                 2 1 plain    worse
qlq-c30  PA    9,19                  2 1 plain    worse
qlq-c30  DY    8                     1 1 plain    worse
qlq-c30  SL    11                    1 1 plain    worse
qlq-c30  AP    13                    1 1 plain    worse
qlq-c30  CO    16                    1 1 plain    worse
qlq-c30  DI    17                    1 1 plain    worse
qlq-c30  FI    28                    1 1 plain    worse
qlq-br23 BRBI  39,40,41,42           4 2 inverted better
qlq-br23 BRFU  43                    1 1 inverted better
qlq-br23 BRSEF 44,45                 2 1 plain    better
qlq-br23 BRSEE 46                    1 1 plain    better
qlq-br23 BRST  31,32,33,34,36,37,38  7 4 plain    worse
qlq-br23 BRHL  35                    1 1 plain    worse
qlq-br23 BRAS  47,48,49              3 2 plain    worse
qlq-br23 BRBS  50,51,52,53           4 2 plain    worse
"""
"""Instrument, scale, items, how many, how many must be answered, equation, what a high score means."""

OPTION = r"\d+( - (minimum|maximum|oui|non|yes|no))?"

HADS_PRINTED_FROM_THREE = {1, 3, 5, 6, 8, 10, 11, 13}
"""The items whose first printed option scores 3."""


@pytest.mark.req("REG-17")
@pytest.mark.parametrize("line", EORTC_SCALES.strip().splitlines())
def test_an_eortc_scale_is_as_published(line: str) -> None:
    code, name, items, count, needed, equation, direction = line.split()
    instrument = SHIPPED[code]
    scale = instrument.scale(name)
    assert scale.items == tuple(f"q{number}" for number in items.split(","))
    assert len(scale.items) == int(count)
    assert (scale.inverted, scale.direction) == (equation == "inverted", direction)
    assert smallest_scoreable(instrument, scale.items, name) == int(needed)


def smallest_scoreable(instrument: Instrument, items: tuple[str, ...], scale: str) -> int:
    for answered in range(len(items) + 1):
        given = dict.fromkeys(items[:answered], 2)
        scores = {each.scale: each for each in score_response(instrument, given, choices=ScoringChoices())}
        if scores[scale].value is not None:
            return answered
    raise AssertionError(f"{scale} is never scored")


IN_ORDER = {
    "qlq-c30": "QL PF RF EF CF SF FA NV PA DY SL AP CO DI FI SUMMARY",
    "qlq-br23": "BRBI BRFU BRSEF BRSEE BRST BRHL BRAS BRBS",
    "qlq-br45": "BI FU SX SE BS SYS HU ARM BR ET SM ES",
    "eq-5d-5l": "state vas index",
    "fact-g": "PWB SWB EWB FWB FACTG",
    "fact-b": "PWB SWB EWB FWB BCS FACTG TOI FACTB",
    "facit-gp5": "GP5",
    "hads": "HADS-A HADS-D",
    "fcri-sf": "TOTAL",
    "carq-4": "TOTAL",
    "fop-q-12": "TOTAL",
}


@pytest.mark.parametrize("code", IN_ORDER)
def test_scales_stand_in_their_published_order(code: str) -> None:
    assert " ".join(scale.code for scale in SHIPPED[code].scales) == IN_ORDER[code]


def test_items_have_their_published_codes_and_ranges() -> None:
    def ranges(code: str) -> dict[str, tuple[int, int]]:
        return {item.code: (item.minimum, item.maximum) for item in SHIPPED[code].items}

    c30 = {f"q{n}": (1, 7) if n >= 29 else (1, 4) for n in range(1, 31)}
    assert ranges("qlq-c30") == c30
    assert ranges("qlq-br23") == {f"q{n}": (1, 4) for n in range(31, 54)}
    assert ranges("eq-5d-5l") == {**dict.fromkeys(DIMENSIONS, (1, 5)), "VAS": (0, 100)}
    assert ranges("hads") == {f"q{n}": (0, 3) for n in range(1, 15)}
    assert ranges("fcri-sf") == {f"q{n}": (0, 4) for n in range(1, 10)}
    assert ranges("qlq-br45") == {f"q{n}": (1, 4) for n in range(31, 76)}
    assert ranges("qlq-br42") == {f"q{n}": (1, 4) for n in range(31, 73)}
    assert ranges("carq-4") == {**{f"q{n}": (0, 10) for n in (1, 2, 3)}, "q4": (0, 100)}
    assert ranges("fop-q-12") == {f"q{n}": (1, 5) for n in range(1, 13)}
    assert ranges("promis-fatigue-4a") == {f"q{n}": (1, 5) for n in range(1, 5)}
    assert set(ranges("fact-b").values()) == set(ranges("facit-gp5").values()) == {(0, 4)}


def test_the_c30_asks_every_item_of_everybody() -> None:
    assert all(item.shown_if is None for item in SHIPPED["qlq-c30"].items)


def test_two_items_of_the_br23_depend_on_others() -> None:
    conditional = {item.code: item.shown_if for item in SHIPPED["qlq-br23"].items if item.shown_if}
    assert {code: (each.item, each.above) for code, each in conditional.items()} == {
        "q35": ("q34", 1),
        "q46": ("q45", 1),
    }


def test_eq_5d_dimensions_offer_no_extra_answer() -> None:
    assert [SHIPPED["eq-5d-5l"].item(code).may_refuse for code in DIMENSIONS] == [False] * 5
    assert SHIPPED["eq-5d-5l"].item("VAS").options == ()


@pytest.mark.parametrize("number", range(1, 15))
def test_hads_options_are_printed_in_their_own_order(number: int) -> None:
    printed = [option.value for option in SHIPPED["hads"].item(f"q{number}").options]
    assert printed == ([3, 2, 1, 0] if number in HADS_PRINTED_FROM_THREE else [0, 1, 2, 3])


def test_hads_subscales_alternate_and_leave_missing_items_to_the_study() -> None:
    anxiety, depression = SHIPPED["hads"].scales
    assert anxiety.items == tuple(f"q{n}" for n in range(1, 15, 2))
    assert depression.items == tuple(f"q{n}" for n in range(2, 15, 2))
    assert {anxiety.missing, depression.missing} == {Missing.STUDY_CHOICE}


def test_what_nobody_could_confirm_is_marked() -> None:
    fear = SHIPPED["fcri-sf"]
    assert fear.status is Status.UNVERIFIED
    assert (fear.scale("TOTAL").missing, fear.scale("TOTAL").reversed) == (Missing.COMPLETE, ("q5",))
    assert all(each.doubts for each in SHIPPED.values())


def test_cdisc_codes_are_given_where_they_are_known_and_never_twice() -> None:
    c30 = SHIPPED["qlq-c30"]
    assert c30.item("q1").cdisc == "EOR0101"
    assert c30.scale("QL").cdisc == "EOR0131"
    assert c30.scale("FI").cdisc == "EOR0145"
    assert SHIPPED["hads"].scale("HADS-D").cdisc == "HADS0116"
    assert SHIPPED["eq-5d-5l"].item("VAS").cdisc == "EQ5D0206"
    assert SHIPPED["fact-b"].item("P2").cdisc == "FAC00537"
    assert SHIPPED["fact-b"].scale("FACTB").cdisc == "FAC00545"
    assert SHIPPED["fact-g"].item("GF7").cdisc == "FAC00127"
    codes = [item.cdisc for each in SHIPPED.values() for item in each.items if item.cdisc]
    assert len(codes) == len(set(codes)) == 30 + 6 + 14 + 37 + 27 + 124
    assert max(map(len, codes)) <= 8


def test_labels_are_ours_short_and_the_options_neutral() -> None:
    """Nobody's wording: labels of a few words, options a number or a number with the end it marks."""
    for instrument in SHIPPED.values():
        assert instrument.wording == "placeholder"
        for item in instrument.items:
            assert all(1 <= len(text.split()) <= 5 for text in item.label.values())
            texts = {text for option in item.options for text in option.label.values()}
            if item.does_not_apply is not None:
                texts -= {"sans objet pour moi", "does not apply to me"}
            assert all(re.fullmatch(OPTION, text) for text in texts), texts


def rows(name: str) -> list[dict[str, str]]:
    with (VECTORS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("code,stem", [("qlq-c30", "qlqc30_100"), ("qlq-br23", "qlqbr23_100")])
def test_scores_equal_those_of_other_programs(code: str, stem: str) -> None:
    """Not-applicable items included: the BR23 answers break the conditions on purpose."""
    instrument = SHIPPED[code]
    answers, expected = rows(f"{stem}_items.csv"), rows(f"{stem}_scores.csv")
    columns = {
        item.code: np.array([int(row[item.code] or MISSING) for row in answers], dtype=np.int8)
        for item in instrument.items
    }
    scores = score_columns(instrument, columns, choices=ScoringChoices())
    compared = 0
    for name in expected[0].keys() - {"id"}:
        ours = scores[name.removeprefix("C30")]
        for row, value in zip(expected, ours, strict=True):
            assert isnan(value) if row[name] == "" else value == pytest.approx(float(row[name]), abs=1e-9)
            compared += 1
    assert compared == 100 * len(instrument.scales)


def states() -> dict[str, np.ndarray]:
    levels = np.array(list(product(range(1, 6), repeat=5)), dtype=np.int8)
    columns = {dimension: levels[:, place] for place, dimension in enumerate(DIMENSIONS)}
    return {**columns, "VAS": np.full(len(levels), 50, dtype=np.int8)}


def indices(name: str) -> dict[int, float]:
    scores = score_columns(SHIPPED["eq-5d-5l"], states(), choices=ScoringChoices(value_set=name))
    return {int(state): float(index) for state, index in zip(scores["state"], scores["index"], strict=True)}


def test_the_french_value_set_is_that_of_andrade_2020() -> None:
    france = SHIPPED["eq-5d-5l"].value_sets["France"]
    assert (france.doi, france.start) == ("10.1007/s40273-019-00876-4", 1.0)
    assert france.levels == {
        "MO": (0, -0.03759, -0.04774, -0.17949, -0.32509),
        "SC": (0, -0.03656, -0.050781, -0.172251, -0.258331),
        "UA": (0, -0.03313, -0.03979, -0.15689, -0.24005),
        "PD": (0, -0.02198, -0.04704, -0.26374, -0.44399),
        "AD": (0, -0.02046, -0.04683, -0.20005, -0.25803),
    }
    assert indices("France")[55555] == pytest.approx(-0.525, abs=5e-4)


PUBLISHED_ENDS = [
    # value set, full health, worst state: to the three decimals of the papers
    ("France", 1.0, -0.525),
    ("Canada", 0.949, -0.148),
    ("Germany", 1.0, -0.661),
    ("Netherlands", 1.0, -0.446),
    ("England", 1.0, -0.285),
    ("SouthKorea", 1.0, -0.066),
    ("USA", 1.0, -0.573),
    ("Spain", 1.0, -0.416),
]


@pytest.mark.parametrize("name,best,worst", PUBLISHED_ENDS)
def test_the_ends_of_a_value_set_are_those_of_its_paper(name: str, best: float, worst: float) -> None:
    index = indices(name)
    assert index[11111] == pytest.approx(best, abs=6e-4)
    assert index[55555] == pytest.approx(worst, abs=6e-4)


FULL_HEALTH_BELOW_ONE = {"Canada": 0.9489, "Sweden_2020": 0.9755}
"""Value sets whose constant makes full health worth less than 1."""


def test_every_value_set_values_every_state_and_cites_its_paper() -> None:
    value_sets = SHIPPED["eq-5d-5l"].value_sets
    assert len(value_sets) == 49
    for name, value_set in value_sets.items():
        assert re.fullmatch(r"10\.\d{4,}/\S+", value_set.doi)
        index = indices(name)
        assert len(index) == 3125
        assert max(index.values()) == index[11111]
        assert index[11111] == pytest.approx(FULL_HEALTH_BELOW_ONE.get(name, 1.0), abs=1e-12)
        assert score_range(SHIPPED["eq-5d-5l"], "index", choices=ScoringChoices(value_set=name)) == (
            min(index.values()),
            index[11111],
        )
        assert min(index.values()) > -1.5
        assert monotone(index)


def monotone(index: dict[int, float]) -> bool:
    """No state is worth more than one that is better in one dimension and equal in the others."""
    slack = 1e-9
    return all(
        index[state] <= index[state - step] + slack
        for state in index
        for step in (10000, 1000, 100, 10, 1)
        if state // step % 10 > 1
    )


def test_the_headings_that_euroqol_prints_are_no_labels_of_ours_and_can_be_imported() -> None:
    """A label that is the owner's own word would be licensed text here, and refused as a placeholder on import."""
    headings = {"MO": "Mobility", "SC": "Self-care", "UA": "Usual activities"}
    headings |= {"PD": "Pain / Discomfort", "AD": "Anxiety / Depression"}
    eq5d = load_instruments()["eq-5d-5l"]
    texts = {key: f"said {key}" for key in placeholders(eq5d, "en")}
    texts |= {f"item.{code}": heading.upper() for code, heading in headings.items()}
    rows = [Given(place="f", key=key, text=text) for key, text in texts.items()]
    assert check_texts(eq5d, rows, language="en", source="f") == (texts, ())
    for code, heading in headings.items():
        words = {*heading.casefold().replace("/", " ").replace("-", " ").split()}
        assert not words & {*eq5d.item(code).label["en"].casefold().split()}
