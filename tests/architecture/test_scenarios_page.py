"""docs/scenarios.md against the default scenario and the errors that the program really gives."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from pro_service.core.definition import DefinitionError
from pro_service.services.simulation.scenario.files import DEFAULT, load_scenario

PAGE = Path(__file__).parents[2] / "docs" / "scenarios.md"
#: Tables that one row of the page explains as a whole, with the names inside.
AS_A_WHOLE = {
    "course.exits",
    "nurses.actions",
    "nurses.minutes",
    "sites.recording.on_the_day",
    "replies.kinds",
}

pytestmark = pytest.mark.docs


def keys(table: Mapping[str, Any], path: str = "") -> Iterator[str]:
    for name, value in table.items():
        place = f"{path}.{name}" if path else name
        if isinstance(value, dict) and value and place not in AS_A_WHOLE:
            yield from keys(value, place)
        else:
            yield place


def documented(page: str) -> set[str]:
    """The keys of the first column; `.sleeps` stands beside `replies.wakes`."""
    found = set()
    for cell in re.findall(r"^\| (`[^|]+`) \|", page, re.MULTILINE):
        names = re.findall(r"`([^`]+)`", cell)
        stem = names[0].rpartition(".")[0]
        found |= {f"{stem}{name}" if name.startswith(".") else name for name in names}
    return {name for name in found if not name.startswith("--")}


def test_the_page_has_every_key_of_the_default_and_no_other():
    page = PAGE.read_text()
    assert documented(page) == set(keys(tomllib.loads(DEFAULT.read_text()))) | {"course.extras"}


def test_the_errors_on_the_page_are_those_of_the_program(tmp_path):
    shown = re.findall(r"^mine\.toml: .*$", PAGE.read_text(), re.MULTILINE)
    wrong = (
        "[course]\nprogresion = 0.1",
        "[course]\nprogression = 1.5",
        "[[replies.kinds]]\nname = 'a'\nshare = 0.9\ninvitation = 1\nreminder = 1",
        '[sites]\nopens = "8h30"',
        "[people]\nages = [80, 40]",
        "[course]\n\nmonths\n",
    )
    assert len(shown) == len(wrong)
    path = tmp_path / "mine.toml"
    for line, text in zip(shown, wrong, strict=True):
        path.write_text(text)
        with pytest.raises(DefinitionError) as caught:
            load_scenario(path)
        assert [str(problem) for problem in caught.value.problems] == [line]


def test_the_examples_on_the_page_can_be_used(tmp_path):
    examples = re.findall(r"```toml\n(.*?)```", PAGE.read_text(), re.DOTALL)
    path = tmp_path / "example.toml"
    for example in examples:
        path.write_text(example)
        load_scenario(path)
    assert len(examples) == 2
