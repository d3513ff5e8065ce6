"""The PRO-CTCAE against its published grades: all 215 combinations, branching, and what has no grade."""

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from pro_service.core.scoring import MISSING, Absent, Score, ScoringChoices, score_columns, score_response
from pro_service.store.catalogue import load_instruments

LIBRARY = load_instruments()["pro-ctcae"]
VECTOR = Path(__file__).parent / "vectors" / "proctcae_composites_215.csv"

BY_ATTRIBUTES = """
frequency                          16 67
severity                           1 2 4 6 7 15 21 25 26 28 30 36 45 60 61 66 68 71 72 80
amount                             27 59
presence                           5 12 24 29 31 32 33 34 35 37 38 42 43 57 58 64 69 70 73 76 79
frequency,severity                 9 10 11 13 14 23 74 75 77 78
frequency,interference             18 62 63 65
severity,interference              3 8 19 20 39 40 41 44 46 47 52 53
frequency,severity,interference    17 22 48 49 50 51 54 55 56
"""
"""What is asked, in this order, and the numbers of the terms (the last two digits of their CDISC stem)."""

#: One term for each set of attributes of the published grades; its items in the order they are asked.
TERMS = {
    "F": "PT01016",
    "S": "PT01001",
    "Amount": "PT01027",
    "F+S": "PT01009",
    "F+I": "PT01018",
    "S+I": "PT01003",
    "F+S+I": "PT01017",
}


def graded(**given: int | None) -> dict[str, Score]:
    return {each.scale: each for each in score_response(LIBRARY, given, choices=ScoringChoices())}


def published() -> list[dict[str, str]]:
    with VECTOR.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("attributes", TERMS)
def test_every_published_grade_is_given(attributes: str) -> None:
    """Basch et al. 2021. A combination that branching excludes is scored as it would have been asked: grade 0."""
    rows = [row for row in published() if row["attributes"] == attributes]
    items = LIBRARY.scale(TERMS[attributes]).items
    answers = [
        [int(row[name]) for name in ("frequency", "severity", "interference") if row[name]] for row in rows
    ]
    columns = {item.code: np.full(len(rows), MISSING, dtype=np.int8) for item in LIBRARY.items}
    for place, code in enumerate(items):
        columns[code] = np.array([each[place] for each in answers], dtype=np.int8)
    scores = score_columns(LIBRARY, columns, choices=ScoringChoices())[TERMS[attributes]]
    assert scores.tolist() == [float(row["grade"]) for row in rows]
    assert len(rows) == 5 ** len(items)


def test_the_published_table_has_215_rows() -> None:
    counts = Counter(row["attributes"] for row in published())
    assert counts == {"F+S+I": 125, "F+S": 25, "F+I": 25, "S+I": 25, "F": 5, "S": 5, "Amount": 5}


@pytest.mark.parametrize("line", BY_ATTRIBUTES.strip().splitlines())
def test_a_term_is_asked_by_its_attributes_and_graded_if_it_is_no_yes_or_no(line: str) -> None:
    attributes, _, numbers = line.partition(" ")
    for number in numbers.split():
        code = f"PT010{int(number):02}"
        asked = [item for item in LIBRARY.items if item.code.startswith(code)]
        said = [item.label["en"].rsplit(", ", 1)[1] for item in asked]
        assert said == attributes.split(",")
        assert [item.code for item in asked] == [f"{code}{letter}" for letter in "ABC"[: len(asked)]]
        assert {(item.minimum, item.maximum) for item in asked} == {
            (0, 1) if attributes == "presence" else (0, 4)
        }
        assert (code in LIBRARY.scales_by_code) == (attributes != "presence")


def test_the_library_has_80_terms_124_items_and_59_grades() -> None:
    assert len({item.code[:7] for item in LIBRARY.items}) == 80
    assert (len(LIBRARY.items), len(LIBRARY.scales)) == (124, 59)
    assert all(item.cdisc == item.code for item in LIBRARY.items)


@pytest.mark.parametrize(
    "first,second,third,grade",
    [
        # the first attribute 0: nothing else is asked, and the grade is 0
        (0, None, None, 0.0),
        (0, 4, 4, 0.0),  # answered all the same: not asked, and not counted
        # asked and left out: no grade, even where a later attribute is 0
        (2, None, 1, None),
        (2, 3, None, None),
        (2, 0, None, None),
        (4, None, None, None),
        # the first one left out: nobody knows
        (None, 0, 0, None),
        (None, 3, 2, None),
        (None, None, None, None),
        (2, 3, 1, 2.0),
        (1, 0, 0, 0.0),
    ],
)
def test_branching(first: int | None, second: int | None, third: int | None, grade: float | None) -> None:
    assert graded(PT01048A=first, PT01048B=second, PT01048C=third)["PT01048"].value == grade


def test_items_used_and_missing_follow_the_branching() -> None:
    scores = graded(PT01048A=0, PT01049A=2, PT01049B=3)
    assert (scores["PT01048"].items_used, scores["PT01048"].items_missing) == (1, 0)
    assert (scores["PT01049"].items_used, scores["PT01049"].items_missing) == (2, 1)
    assert scores["PT01049"].absent is Absent.TOO_MANY_MISSING


def test_what_is_not_about_a_patient_has_no_grade_and_says_so() -> None:
    scores = graded(PT01060A=9, PT01066A=0)
    assert (scores["PT01060"].value, scores["PT01060"].absent) == (None, Absent.NOT_APPLICABLE)
    assert scores["PT01066"].value == 0.0


def test_refusing_the_first_attribute_refuses_the_term() -> None:
    scores = score_response(LIBRARY, {}, choices=ScoringChoices(), refused=frozenset({"PT01054A"}))
    assert {each.scale: each.absent for each in scores}["PT01054"] is Absent.REFUSED
