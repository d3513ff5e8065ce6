"""docs/protocol-language.md against the parser: every key it accepts is described, and every example says the truth."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from pro_service.core.definition import DefinitionError
from pro_service.core.protocol import Protocol, extend, parse_protocol, resolve

ROOT = Path(__file__).parents[2]
REFERENCE = (ROOT / "docs" / "protocol-language.md").read_text("utf-8")
FOLDER = ROOT / "questionnaires" / "protocols"
DOCUMENTS = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.toml")}
HEROES = resolve("heroes-1", DOCUMENTS)
_BLOCK = re.compile(r"```toml\n(.*?)```\n(?:> ([^\n]*)\n)?", re.DOTALL)
BLOCKS = _BLOCK.findall(REFERENCE)
RIGHT = [block for block, mistake in BLOCKS if not mistake]
WRONG = [(block, mistake) for block, mistake in BLOCKS if mistake]
UNKNOWN = "zzzzzzzz"


def parsed(document: dict[str, Any]) -> Protocol:
    return parse_protocol(document, source="f")


def laid_over(block: str) -> dict[str, Any]:
    return extend(HEROES, tomllib.loads(block))


def problems(document: dict[str, Any]) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        parsed(document)
    return [f"{each.place.removeprefix('f: ')}: {each.message}" for each in caught.value.problems]


@pytest.mark.parametrize("block", RIGHT)
def test_every_example_is_right(block: str) -> None:
    assert parsed(laid_over(block)) != parsed(dict(HEROES))


@pytest.mark.parametrize(("block", "mistake"), WRONG, ids=[mistake for _, mistake in WRONG])
def test_every_mistake_is_answered_as_the_reference_says(block: str, mistake: str) -> None:
    assert problems(laid_over(block)) == [mistake]


def test_there_are_examples_and_mistakes_to_try() -> None:
    assert (len(RIGHT) >= 8, len(WRONG) >= 8) == (True, True)


TABLES: dict[str, tuple[str, ...]] = {
    "head": (),
    "course": ("course",),
    "a step": ("course", "steps", "0"),
    "a field": ("course", "fields", "treatment_resumed", "reason"),
    "an effect day": ("course", "effect_days", "ctdna_resulted"),
    "an anchor": ("anchors", "stop"),
    "a rule": ("rules", "1"),
    "a timepoint": ("rules", "1", "timepoints", "0"),
    "a series": ("rules", "1", "series", "0"),
    "a bound": ("rules", "1", "closes_by"),
    "a stop": ("rules", "1", "stops", "0"),
    "a restart": ("rules", "1", "restart"),
    "a coupling": ("rules", "1", "couple"),
    "visits": ("visits",),
    "a kind of visit": ("visits", "kinds", "ctdna"),
    "the calendar's words": ("visits", "kinds", "ctdna", "calendar_words"),
    "a calendar of visits": ("visits", "calendar", "0"),
    "merge": ("merge",),
    "minimum gap": ("minimum_gap",),
    "delivery": ("delivery",),
    "a weekday's hours": ("delivery", "hours", "saturday"),
    "answering": ("answering",),
    "corrections": ("corrections",),
    "alerts": ("alerts",),
    "an alert rule": ("alerts", "rules", "0"),
    "a threshold": ("alerts", "rules", "0", "thresholds", "PF"),
}
#: Named in the reference by what it says of the whole table.
ELSEWHERE = {"instrument", "scales", "severity", "kind"}


def everything() -> dict[str, Any]:
    """HEROES with each table that it does without, and a cycle, so that the parser knows all its keys."""
    grid = {
        "id": "grid",
        "closes_by": {"anchor": "progression", "days": 3},
        "stops": [{"after": "progression"}],
        "restart": {"on": "resumption", "prefix": "A{n}-"},
        "couple": {"visit": "ctdna", "days_before": 3},
        "series": [
            {"key": "C{k}", "unit": "cycles", "cycle_days": 28, "first": 6, "every": 3, "count": 4},
        ],
    }
    visits = {"kinds": {"ctdna": {"calendar_words": {"en": "Visit"}}}}
    gap = {"days": 3, "precedence": ["grid"]}
    hours = {"saturday": {"send_from": "10:00", "send_until": "12:00"}}
    changed = {"rules": [grid], "minimum_gap": gap, "visits": visits, "delivery": {"hours": hours}}
    return extend(HEROES, changed)


@pytest.mark.parametrize("table", TABLES)
def test_every_key_the_parser_knows_is_in_the_reference(table: str) -> None:
    document = everything()
    inner: Any = _copied(document)
    top = inner
    for step in TABLES[table]:
        inner = inner[int(step)] if step.isdecimal() else inner[step]
    inner[UNKNOWN] = 1
    with pytest.raises(DefinitionError) as caught:
        parsed(top)
    (told,) = [each for each in caught.value.problems if each.place.endswith(UNKNOWN)]
    known = told.cure.removeprefix("known keys: ").split(", ")
    missing = [key for key in known if not re.search(rf"`[^`\n]*\b{key}\b[^`\n]*`", REFERENCE)]
    assert [key for key in missing if key not in ELSEWHERE] == []


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(each) for key, each in value.items()}
    return [_copied(each) for each in value] if isinstance(value, list) else value
