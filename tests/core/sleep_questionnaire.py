"""A made-up instrument as a document, to be spoiled by the tests of the parser and scored by those of the rules."""

from collections.abc import Mapping
from typing import Any

Document = dict[str, Any]


def both(text: str) -> dict[str, str]:
    return {"fr": text, "en": text}


def item(code: str, answers: str = "degree-4", **more: Any) -> Document:
    return {"code": code, "answers": answers, "label": both(code), **more}


def scale(code: str, rule: str, direction: str = "worse", **more: Any) -> Document:
    said = {"name": both(code), "direction": direction, "status": "checked", "source": "made up"}
    return {"code": code, "rule": rule, **said, **more}


def answers(minimum: int, maximum: int) -> Document:
    options = [{"value": value, "label": both(str(value))} for value in range(minimum, maximum + 1)]
    return {"minimum": minimum, "maximum": maximum, "options": options}


def document() -> Document:
    """Four items from 1 to 4, the last asked only if the third is above 1, and one item from 0 to 3."""
    return {
        "code": "sleep-5",
        "version": "1.0",
        "title": both("Sleep"),
        "status": "checked",
        "wording": "placeholder",
        "minutes": 2,
        "sitting_hours": 24,
        "recall": both("last week"),
        "licence": {"holder": "nobody", "terms": "free", "ask": "nobody", "source": "made up"},
        "answers": {"degree-4": answers(1, 4), "count-3": answers(0, 3)},
        "items": [
            item("q1"),
            item("q2"),
            item("q3"),
            item("q4", shown_if={"item": "q3", "above": 1}),
            item("n1", "count-3"),
        ],
        "scales": [
            scale("SLEEP", "mean_transform", items=["q1", "q2", "q3", "q4"], missing="at_least_half"),
            scale("DREAM", "mean_transform", items=["q4"], missing="at_least_half"),
            scale("COUNT", "sum", items=["n1"], missing="complete", reversed=["n1"]),
            scale("ALL", "summary", "better", scales=["SLEEP", "DREAM"], reversed=["SLEEP", "DREAM"]),
        ],
    }


def value_sets_document() -> Document:
    return {
        "source": "made up",
        "dimensions": ["A", "B"],
        "sets": {"Here": {"doi": "10.1/x", "start": 1.0, "A": [0, -0.1, -0.2, -0.3, -0.4], "B": [0] * 5}},
    }


def at(whole: Any, path: str) -> Any:
    """What stands at a dotted path of a document: `items.3.shown_if`."""
    for part in path.split("."):
        whole = whole[int(part) if isinstance(whole, list) else part]
    return whole


def changed(path: str, value: Any, start: Mapping[str, Any] | None = None) -> Document:
    """The document with one key set (or, if the value is None, taken away)."""
    whole: Document = document() if start is None else dict(start)
    parent, _, key = path.rpartition(".")
    place: Any = at(whole, parent) if parent else whole
    if value is None:
        del place[key]
    else:
        place[int(key) if isinstance(place, list) else key] = value
    return whole
