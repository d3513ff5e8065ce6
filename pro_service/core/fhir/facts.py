"""Writes the fields of our values as nested extensions and reads them back: whatever FHIR has no place for.

It follows the declared types, so a field added to a value travels without a word here. Nothing is written for None and
for an empty tuple or mapping; they are what a reader gives for a field it does not find.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import timedelta
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

Extension = dict[str, Any]
_HOURS = {"unit": "h", "system": "http://unitsofmeasure.org", "code": "h"}


def to_extensions(value: Any, *, without: AbstractSet[str] = frozenset()) -> list[Extension]:
    """The fields of a dataclass, in their order, except those named by `without`."""
    names = [each.name for each in fields(value) if each.name not in without]
    return [extension for name in names for extension in _field(name, getattr(value, name))]


def from_extensions(kind: type[Any], extensions: Sequence[Extension], **given: Any) -> dict[str, Any]:
    """The keyword arguments of the dataclass `kind`: `given`, and the fields that extensions hold.

    Raises KeyError or ValueError for extensions that `to_extensions` cannot have written.
    """
    hints = _hints(kind)
    held = _grouped(extensions)
    rest = {name: hint for name, hint in hints.items() if name in held or name not in given}
    return given | {name: _value(hint, held.get(name, [])) for name, hint in rest.items()}


def _hints(kind: type[Any]) -> Mapping[str, Any]:
    hints = get_type_hints(kind)
    return {each.name: hints[each.name] for each in fields(kind)}


def _grouped(extensions: Sequence[Extension]) -> dict[str, list[Extension]]:
    found: dict[str, list[Extension]] = {}
    for extension in extensions:
        found.setdefault(extension["url"], []).append(extension)
    return found


# --- Writing ----------------------------------------------------------------------------------------------------------


def _field(name: str, value: Any) -> list[Extension]:
    if value is None:
        return []
    if isinstance(value, tuple | frozenset):
        each_of = value if isinstance(value, tuple) else sorted(value)
        return [extension for each in each_of for extension in _field(name, each)]
    if isinstance(value, Mapping):
        inner = [extension for key, each in value.items() for extension in _field(str(key), each)]
        return [{"url": name, "extension": inner}] if inner else []
    if is_dataclass(value):
        return [{"url": name, "extension": to_extensions(value)}]
    return [{"url": name, **_plain(value)}]


def _plain(value: Any) -> dict[str, Any]:
    """One value under FHIR's name for its type. TypeError for a type that nobody has needed yet."""
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, Enum):
        return {"valueCode": value.value}
    if isinstance(value, timedelta):
        return {"valueDuration": {"value": value / timedelta(hours=1), **_HOURS}}
    for kind, element in ((int, "valueInteger"), (float, "valueDecimal"), (str, "valueString")):
        if isinstance(value, kind):
            return {element: value}
    raise TypeError(f"{type(value).__name__} has no FHIR value here: add one to core/fhir/facts.py")


# --- Reading ----------------------------------------------------------------------------------------------------------


def _value(hint: Any, extensions: Sequence[Extension]) -> Any:
    origin, parameters = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        kinds = [each for each in parameters if each is not NoneType]
        return _value(kinds[0], extensions) if extensions else None
    if origin in (tuple, frozenset):
        return origin(_value(parameters[0], [each]) for each in extensions)
    if origin is not None and issubclass(origin, Mapping):
        key, inner = parameters
        held = _grouped(extensions[0]["extension"]) if extensions else {}
        return {key(name): _value(inner, found) for name, found in held.items()}
    if is_dataclass(hint) and isinstance(hint, type):
        return hint(**from_extensions(hint, extensions[0]["extension"]))
    return _read_plain(hint, extensions)


def _read_plain(kind: Any, extensions: Sequence[Extension]) -> Any:
    """A value of a plain type. IndexError where a field that must be there is not."""
    (held,) = (value for name, value in extensions[0].items() if name != "url")
    if kind is timedelta:
        return timedelta(hours=held["value"])
    return kind(held) if issubclass(kind, Enum) else held
