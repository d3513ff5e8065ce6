"""FACT-G and FACT-B against the FACIT scoring rules, and against scores computed by another program."""

import csv
from math import isnan
from pathlib import Path

import numpy as np
import pytest

from pro_service.core.instrument import Direction, Missing, Rule, parse_instrument
from pro_service.core.scoring import MISSING, Absent, Score, ScoringChoices, score_columns, score_response
from pro_service.store.catalogue import load_instruments
from tests.core.sleep_questionnaire import document, item, scale

SHIPPED = load_instruments()
FACT_B, FACT_G = SHIPPED["fact-b"], SHIPPED["fact-g"]
VECTORS = Path(__file__).parent / "vectors"

SUBSCALES = """
PWB  GP1,GP2,GP3,GP4,GP5,GP6,GP7         GP1,GP2,GP3,GP4,GP5,GP6,GP7  4  28
SWB  GS1,GS2,GS3,GS4,GS5,GS6,GS7         -                            4  28
EWB  GE1,GE2,GE3,GE4,GE5,GE6             GE1,GE3,GE4,GE5,GE6          4  24
FWB  GF1,GF2,GF3,GF4,GF5,GF6,GF7         -                            4  28
BCS  B1,B2,B3,B4,B5,B6,B7,B8,B9,P2       B1,B2,B3,B5,B6,B7,B8,P2      6  40
"""
"""Subscale, items, reversed items, how many must be answered (MORE than half), highest score."""


def scored(instrument=FACT_B, **given: int | None) -> dict[str, Score]:
    return {each.scale: each for each in score_response(instrument, given, choices=ScoringChoices())}


def all_but(*left_out: str, value: int = 2) -> dict[str, int | None]:
    return {item.code: None if item.code in left_out else value for item in FACT_B.items}


@pytest.mark.parametrize("line", SUBSCALES.strip().splitlines())
def test_a_subscale_is_as_published(line: str) -> None:
    code, items, turned, needed, highest = line.split()
    scale, count = FACT_B.scale(code), len(items.split(","))
    assert scale.items == tuple(items.split(","))
    assert scale.reversed == (() if turned == "-" else tuple(turned.split(",")))
    assert (scale.rule, scale.missing) == (Rule.FACIT_PRORATE, Missing.MORE_THAN_HALF)
    assert scale.direction is Direction.BETTER
    best = {item: 0 if item in scale.reversed else 4 for item in scale.items}
    assert scored(**best)[code].value == float(highest) == 4.0 * count
    enough = dict.fromkeys(scale.items[: int(needed)], 2)
    assert scored(**enough)[code].value == 2.0 * count
    short = dict.fromkeys(scale.items[: int(needed) - 1], 2)
    assert scored(**short)[code].value is None


@pytest.mark.parametrize("code,half", [("EWB", 3), ("BCS", 5)])
def test_exactly_half_of_the_items_is_not_enough(code: str, half: int) -> None:
    """Where the EORTC's rule would give a score: a known mistake of other scorers."""
    items = FACT_B.scale(code).items
    assert 2 * half == len(items)
    assert scored(**dict.fromkeys(items[:half], 1))[code].value is None
    assert scored(**dict.fromkeys(items[: half + 1], 1))[code].value is not None


def test_unanswered_items_count_as_the_mean_of_the_answered_ones() -> None:
    scores = scored(GS1=4, GS2=3, GS3=3, GS4=1)
    assert scores["SWB"].value == (4 + 3 + 3 + 1) * 7 / 4
    assert (scores["SWB"].items_used, scores["SWB"].items_missing) == (4, 3)


def test_an_answer_of_0_is_an_answer() -> None:
    assert scored(GF1=0, GF2=0, GF3=0, GF4=0)["FWB"].value == 0.0


def test_without_any_answer_there_is_no_score() -> None:
    assert {(each.value, each.absent) for each in scored().values()} == {(None, Absent.TOO_MANY_MISSING)}


@pytest.mark.parametrize(
    "left_out,factg,toi,factb",
    [
        # 22 of 27 and 32 of 37: enough
        ("GP1 GS1 GE1 GF1 GF2", True, True, True),
        # 21 of 27 is under 80 %, 31 of 37 is above: FACT-B has a total, FACT-G has none
        ("GP1 GS1 GE1 GF1 GF2 GF3", False, True, True),
        # 30 of 37 is 81 %, 29 is 78 %
        ("GP1 GP2 GS1 GS2 B1 B2 B3", True, True, True),
        ("GP1 GP2 GS1 GS2 B1 B2 B3 B4", True, True, False),
        # a subscale is absent: so are its totals, though more than 80 % of the items are there
        ("GE1 GE2 GE3", False, True, False),
        ("B1 B2 B3 B4 B5", True, False, False),
        ("GP1 GP2 GP3 GP4", False, False, False),
        # the Trial Outcome Index has no rule of 80 %: 14 of 24 are enough
        ("GP1 GP2 GP3 GF1 GF2 GF3 B1 B2 B3 B4", False, True, False),
    ],
)
def test_a_total_needs_its_subscales_and_more_than_80_percent_of_the_items(
    left_out: str, factg: bool, toi: bool, factb: bool
) -> None:
    scores = scored(**all_but(*left_out.split()))
    there = {code: scores[code].value is not None for code in ("FACTG", "TOI", "FACTB")}
    assert there == {"FACTG": factg, "TOI": toi, "FACTB": factb}


def test_totals_are_sums_of_their_subscales() -> None:
    given = {item.code: place % 5 for place, item in enumerate(FACT_B.items)}
    value = {code: each.value or 0.0 for code, each in scored(**given).items()}
    general = value["PWB"] + value["SWB"] + value["EWB"] + value["FWB"]
    assert value["FACTG"] == general
    assert value["FACTB"] == general + value["BCS"]
    assert value["TOI"] == value["PWB"] + value["FWB"] + value["BCS"]


def test_fact_g_is_the_first_part_of_fact_b() -> None:
    assert [item.code for item in FACT_B.items][:27] == [item.code for item in FACT_G.items]
    for part in FACT_G.scales:
        other = FACT_B.scale(part.code)
        assert (part.items, part.reversed, part.missing) == (other.items, other.reversed, other.missing)


def test_gp5_alone_is_reported_as_answered_and_inside_pwb_reversed() -> None:
    alone = SHIPPED["facit-gp5"]
    assert scored(alone, GP5=4)["GP5"].value == 4.0
    assert alone.scale("GP5").direction is Direction.WORSE
    calm = {f"GP{number}": 0 for number in range(1, 8)}
    assert scored(**{**calm, "GP5": 4})["PWB"].value == 24.0


def test_a_man_may_leave_the_item_on_femininity() -> None:
    concerns = dict.fromkeys(FACT_B.scale("BCS").items, 2)
    score = scored(**{**concerns, "B9": 9})["BCS"]
    assert (score.value, score.items_used, score.items_missing) == (20.0, 9, 0)


def rows(name: str) -> list[dict[str, str]]:
    with (VECTORS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_scores_equal_those_of_factscorer() -> None:
    """Within 1.5e-3: it sums subscales that it has rounded to three decimals."""
    answers, expected = rows("factb_50_items.csv"), rows("factb_50_scores.csv")
    columns = {
        item.code: np.array([int(row[item.code] or MISSING) for row in answers], dtype=np.int8)
        for item in FACT_B.items
    }
    scores = score_columns(FACT_B, columns, choices=ScoringChoices())
    theirs = {"FACT_B_TOTAL": "FACTB", "FACT_B_TOI": "TOI"}
    compared = 0
    for name in expected[0].keys() - {"ID"}:
        for row, value in zip(expected, scores[theirs.get(name, name)], strict=True):
            blank = row[name] in ("", "NA")
            assert isnan(value) if blank else value == pytest.approx(float(row[name]), abs=1.5e-3)
            compared += 1
    assert compared == 50 * len(FACT_B.scales)


@pytest.mark.parametrize("answered,there", [(8, False), (9, True)])
def test_exactly_80_percent_is_not_more_than_80_percent(answered: int, there: bool) -> None:
    """No FACIT total met here has a number of items of which 80 % is whole: ten made-up ones do."""
    made = document()
    codes = [f"a{n}" for n in range(10)]
    made["items"] = [item(code) for code in codes]
    made["scales"] = [
        scale("ONE", "facit_prorate", items=codes[:5], missing="more_than_half"),
        scale("TWO", "facit_prorate", items=codes[5:], missing="more_than_half"),
        scale("BOTH", "facit_total", scales=["ONE", "TWO"], missing="more_than_80_percent"),
    ]
    given = dict.fromkeys([*codes[:4], *codes[5 : 5 + answered - 4]], 2)
    both = scored(parse_instrument(made, source="made.toml"), **given)["BOTH"]
    assert (both.value is not None, both.items_used) == (there, answered)
