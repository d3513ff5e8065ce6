"""Lets a protocol version state only what differs from the version it extends."""

from collections.abc import Mapping, Sequence
from typing import Any

from pro_service.core.definition import DefinitionError, Problem

EXTENDS = "extends"
PARTS = "parts/"
"""How the name of a file begins that is no protocol by itself but holds what several have in common."""


def resolve(name: str, documents: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """The document called `name` laid over those it extends, in turn. `documents` are parsed files by name."""
    overlays = [documents[each] for each in chain_of(name, documents)]
    merged = overlays.pop()
    while overlays:
        merged = extend(merged, overlays.pop())
    return {key: value for key, value in merged.items() if key != EXTENDS}


def chain_of(name: str, documents: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The name and those it extends, in turn. Raises DefinitionError for an extension that leads nowhere."""
    seen: list[str] = []
    current: str | None = name
    while current is not None:
        _must_exist(current, seen, documents)
        seen.append(current)
        current = documents[current].get(EXTENDS)
    return seen


def extend(base: Mapping[str, Any], overlay: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with the keys of `overlay` laid over it.

    Tables are merged key by key; lists of tables that carry an `id` are merged by id, new ones added at the end;
    every other value, plain lists included, is replaced.
    """
    merged = dict(base)
    for key, value in overlay.items():
        merged[key] = _lay_over(base[key], value) if key in base else value
    return merged


def _lay_over(below: Any, above: Any) -> Any:
    if isinstance(below, Mapping) and isinstance(above, Mapping):
        return extend(below, above)
    if _have_ids(below) and _have_ids(above):
        return _extend_by_id(below, above)
    return above


def _have_ids(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(item, Mapping) and isinstance(item.get("id"), str) for item in value)
    )


def _extend_by_id(below: Sequence[Mapping[str, Any]], above: Sequence[Mapping[str, Any]]) -> list[Any]:
    merged = {item["id"]: item for item in below}
    for item in above:
        merged[item["id"]] = extend(merged[item["id"]], item) if item["id"] in merged else item
    return list(merged.values())


def _must_exist(name: Any, seen: Sequence[str], documents: Mapping[str, Any]) -> None:
    place = f"{seen[-1]}.toml: {EXTENDS}" if seen else f"{name}.toml"
    if name in seen:
        chain = " > ".join([*seen, name])
        raise DefinitionError(
            [Problem(place=place, message=f"goes in a circle: {chain}", cure="break the circle")]
        )
    if not isinstance(name, str) or name not in documents:
        known = ", ".join(sorted(documents)) or "none"
        raise DefinitionError(
            [Problem(place=place, message=f"there is no {name!r}", cure=f"known files: {known}")]
        )
