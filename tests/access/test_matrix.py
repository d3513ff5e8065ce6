"""Goal G5: every role, route and place, over real requests; no answer but those that the declared needs allow."""

from collections import Counter
from collections.abc import Iterator
from http import HTTPStatus

import pytest

from pro_service.core.access import Decision
from tests.access.matrix import Answer, Cell, answer, cells, expected, without_address
from tests.access.world import ABSENT, FOREIGN, OTHER, World, world
from tests.databases import ENGINES, Databases

STATUS = {Decision.REFUSED: HTTPStatus.FORBIDDEN, Decision.ABSENT: HTTPStatus.NOT_FOUND}
#: No answer to somebody who may do it: not logged in, not allowed, not there, and faults of ours.
_NEVER = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}


@pytest.fixture(scope="module", params=ENGINES)
def walked(
    request: pytest.FixtureRequest, databases: Databases
) -> Iterator[tuple[World, dict[Cell, Answer]]]:
    """Every cell's answer, asked once."""
    if request.param == "postgresql":
        request.getfixturevalue("postgres_url")
    with databases.migrated(request.param) as url, world(url) as made:
        yield made, {cell: answer(made, cell) for cell in cells(made)}


def test_g5_no_cell_is_answered_otherwise_than_its_need_says(
    walked: tuple[World, dict[Cell, Answer]],
) -> None:
    made, answers = walked
    wrong = {
        cell: (answers[cell].status, wanted)
        for cell in answers
        if (wanted := expected(made, cell)) is not None and not _fits(wanted, answers[cell].status)
    }
    assert wrong == {}


def test_g5_every_cell_was_walked_and_none_failed(walked: tuple[World, dict[Cell, Answer]]) -> None:
    made, answers = walked
    assert set(answers) == set(cells(made))
    assert [cell for cell in answers if answers[cell].status >= HTTPStatus.INTERNAL_SERVER_ERROR] == []
    decisions = Counter(expected(made, cell) for cell in answers)
    assert all(decisions[each] for each in Decision), "the matrix has cells of every kind"


def test_g5_a_foreign_object_is_answered_word_for_word_like_one_that_is_not(
    walked: tuple[World, dict[Cell, Answer]],
) -> None:
    made, answers = walked
    hidden = [
        cell
        for cell in answers
        if cell.place in (OTHER, FOREIGN) and expected(made, cell) in (Decision.ABSENT, Decision.REFUSED)
    ]
    assert hidden
    for cell in hidden:
        absent = Cell(**{**vars(cell), "place": ABSENT})
        if expected(made, absent) is expected(made, cell):
            assert _plain(made, cell, answers) == _plain(made, absent, answers), cell


def _fits(wanted: Decision, status: int) -> bool:
    if wanted is Decision.ALLOWED:
        return status not in _NEVER and status < HTTPStatus.INTERNAL_SERVER_ERROR
    return status == STATUS[wanted]


def _plain(made: World, cell: Cell, answers: dict[Cell, Answer]) -> tuple[int, str]:
    return answers[cell].status, without_address(made, cell, answers[cell].body)
