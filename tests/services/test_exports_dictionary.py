"""The dictionary of an export and its numbers: labels and whole limits without a point, every column described."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.services.export_story import exported, table, tell
from tests.trial import trial


@pytest.fixture(scope="module")
def out(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The story's export. That it is the same on both databases is told beside the story."""
    with databases.migrated("sqlite") as url, trial(url) as heroes:
        tell(heroes)
        folder = tmp_path_factory.mktemp("told") / "export"
        exported(heroes, folder)
        yield folder


def test_a_health_state_is_a_label_and_whole_limits_are_integers(out: Path) -> None:
    states = {row["value"] for row in table(out, "scores") if row["scale"] == "state"}
    assert "11111" in states
    assert not [state for state in states if "." in state]
    rows = table(out, "data_dictionary")
    limits = {
        (row["parent"], row["name"]): (row["minimum"], row["maximum"])
        for row in rows
        if row["entry"] in ("item", "scale")
    }
    assert limits["qlq-c30", "q1"] == ("1", "4")
    assert limits["qlq-c30", "PF"] == ("0", "100")
    assert limits["eq-5d-5l", "state"] == ("11111", "55555")
    assert not [pair for pair in limits.values() if any(limit.endswith(".0") for limit in pair)]


def test_the_dictionary_describes_its_own_columns_and_every_other_file_with_rows(out: Path) -> None:
    described = {
        (row["parent"], row["name"]) for row in table(out, "data_dictionary") if row["entry"] == "column"
    }
    heads = {path.stem: path.read_text(encoding="utf-8").split("\n", 1)[0] for path in out.glob("*.csv")}
    assert described == {(name, column) for name, head in heads.items() for column in head.split(",")}
