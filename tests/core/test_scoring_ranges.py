"""How far scores reach and how finely they move: what axes and alert rules are made of."""

import pytest

from pro_service.core.scoring import ScoringChoices, score_range, step_size
from pro_service.store.catalogue import load_instruments

SHIPPED = load_instruments()
CHOICES = ScoringChoices(value_set="France")


@pytest.mark.parametrize(
    "code,name,points",
    [
        ("qlq-c30", "QL", 100 / 12),
        ("qlq-c30", "PF", 100 / 15),
        ("qlq-c30", "FI", 100 / 3),
        ("qlq-c30", "SUMMARY", None),
        ("hads", "HADS-A", 1.0),
        ("eq-5d-5l", "vas", 1.0),
        ("eq-5d-5l", "index", None),
        ("fact-b", "PWB", 1.0),
        ("fact-b", "FACTB", 1.0),
        ("carq-4", "TOTAL", None),
        ("promis-fatigue-4a", "T", None),
        ("pro-ctcae", "PT01053", None),
        ("qlq-br42", "SCSE", 100 / 24),
        ("qlq-br42", "q31", 1.0),
    ],
)
def test_one_answer_step_moves_a_score_by_so_many_points(code: str, name: str, points: float | None) -> None:
    assert step_size(SHIPPED[code], name) == (None if points is None else pytest.approx(points))


@pytest.mark.parametrize(
    "code,name,lowest_and_highest",
    [
        ("qlq-c30", "SUMMARY", (0.0, 100.0)),
        ("hads", "HADS-D", (0.0, 21.0)),
        ("fcri-sf", "TOTAL", (0.0, 36.0)),
        ("eq-5d-5l", "state", (11111.0, 55555.0)),
        ("eq-5d-5l", "vas", (0.0, 100.0)),
        ("eq-5d-5l", "index", (pytest.approx(-0.525491), 1.0)),
        ("fact-b", "BCS", (0.0, 40.0)),
        ("fact-b", "TOI", (0.0, 96.0)),
        ("fact-b", "FACTG", (0.0, 108.0)),
        ("fact-b", "FACTB", (0.0, 148.0)),
        ("carq-4", "TOTAL", (0.0, 40.0)),
        ("fop-q-12", "TOTAL", (12.0, 60.0)),
        ("promis-fatigue-4a", "T", (33.7, 75.8)),
        ("pro-ctcae", "PT01053", (0.0, 3.0)),
    ],
)
def test_a_scale_knows_its_range(code: str, name: str, lowest_and_highest: tuple[float, float]) -> None:
    assert score_range(SHIPPED[code], name, choices=CHOICES) == lowest_and_highest


def test_an_index_without_value_set_has_no_range() -> None:
    assert score_range(SHIPPED["eq-5d-5l"], "index", choices=ScoringChoices()) is None
