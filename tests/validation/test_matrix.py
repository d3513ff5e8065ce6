"""The matrix never shows as proved what no test proved."""

import tomllib
from pathlib import Path

import pytest

from tests.validation import matrix

FILE = Path(__file__).parents[2] / "docs" / "validation" / "requirements.toml"
REGISTER = tomllib.loads(FILE.read_text())["requirement"]
ONE = {"id": "A", "text": "<b>", "source": "s", "risk": "high", "why": "w", "status": "software"}
PASSED = {"t::x": {"requirements": ["A"], "outcome": "passed"}}

pytestmark = pytest.mark.req("REG-17")


@pytest.mark.parametrize(
    ("over", "outcomes", "state"),
    [
        ({}, [], "untested"),
        ({}, ["skipped"], "untested"),
        ({}, ["passed"], "proved"),
        ({}, ["passed", "failed"], "failed"),
        ({"open": True}, ["passed"], "open"),
        ({"open": True}, ["failed"], "failed"),
        ({"status": "organisational"}, [], "organisational"),
    ],
)
def test_a_requirement_is_proved_by_passing_tests_alone(
    over: dict[str, object], outcomes: list[str], state: str
) -> None:
    results = {f"t::{n}": {"requirements": ["A"], "outcome": outcome} for n, outcome in enumerate(outcomes)}
    (row,) = matrix.rows([ONE | over], results)
    assert row.state == state
    assert bool(matrix.faults([ONE | over], results)) is (state in ("untested", "failed"))


def test_a_test_that_names_an_unknown_requirement_is_a_fault() -> None:
    results = PASSED | {"t::y": {"requirements": ["B"], "outcome": "passed"}}
    assert matrix.faults([ONE], results) == ["B: named by a test, and not in the register"]


def test_the_page_says_what_was_tested_and_escapes_what_it_says() -> None:
    page = matrix.page([ONE], PASSED, version="abc", at="2026-01-01T00:00+00:00")
    assert "abc" in page
    assert "1 proved" in page
    assert "&lt;b&gt;" in page


def test_the_register_is_complete_and_each_id_is_there_once() -> None:
    ids = [one["id"] for one in REGISTER]
    assert len(ids) == len(set(ids))
    assert {f"REG-{number:02}" for number in range(1, 31)} <= set(ids)
    for one in REGISTER:
        assert one["risk"] in ("low", "medium", "high")
        assert one["status"] in ("software", "organisational")
        assert all(one[name].strip() for name in ("text", "source", "why"))


def test_a_run_writes_the_worst_outcome_of_each_marked_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.req("A", "B")
        def test_fine(): pass

        @pytest.mark.req("A")
        def test_broken(): assert False

        def test_of_nothing(): pass
        """
    )
    pytester.makeini("[pytest]\nmarkers = req(*ids): x")
    pytester.runpytest_inprocess("-p", "tests.validation.results", "--validation=found.json")
    found = (pytester.path / "found.json").read_text()
    assert '"outcome": "failed"' in found
    assert '"outcome": "passed"' in found
    assert "test_of_nothing" not in found
