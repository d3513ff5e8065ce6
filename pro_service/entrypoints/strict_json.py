"""JSON with one reading only: no name twice in an object, no number that is none, no nesting without end."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any, NoReturn

from werkzeug.exceptions import BadRequest

#: Deeper than any form, list of facts or FHIR document of ours.
MOST_LEVELS = 50
_LONGEST_NAME_TOLD = 64


class NamedTwiceError(BadRequest):
    """A name stands twice where one value is meant; two readers could take two different ones."""

    def __init__(self, name: str) -> None:
        shown = "".join(sign for sign in name if sign.isprintable())
        self.name_given = shown[:_LONGEST_NAME_TOLD]
        super().__init__(f"named twice: {self.name_given}")


def document(raw: bytes) -> Any:
    """What the bytes say. NamedTwiceError for a repeated name, ValueError for whatever else is no JSON of ours."""
    try:
        found = json.loads(raw, object_pairs_hook=_each_once, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("nested without end") from None
    if _levels(found) > MOST_LEVELS:
        raise ValueError("nested too deeply")
    return found


def _each_once(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        times = Counter(name for name, _ in pairs)
        raise NamedTwiceError(next(name for name, count in times.items() if count > 1))
    return found


def _no_number(constant: str) -> NoReturn:
    raise ValueError(constant)  # NaN and Infinity are no JSON


def _levels(found: Any) -> int:
    """How many objects and lists lie inside one another, level by level: a body may be wide, it never recurses here."""
    level, count = [found], 0
    while level:
        inside = [each for value in level for each in _children(value)]
        count += any(isinstance(value, dict | list) for value in level)
        if count > MOST_LEVELS:
            break
        level = inside
    return count


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
