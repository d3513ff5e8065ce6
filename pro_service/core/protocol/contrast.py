"""Says key by key how two versions of a protocol differ, as their files say it, each laid over what it extends."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_NAMES_ITSELF = frozenset({"version"})


@dataclass(frozen=True, kw_only=True)
class KeyDifference:
    """One key that differs; None where a version does not have it."""

    key: str
    before: Any
    after: Any


def contrast(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[KeyDifference, ...]:
    """The keys that differ between two documents without `extends`, in the order of the files.

    Tables in lists are told apart by their `id` (rules.grid.window), others by their place; the version itself is none.
    """
    found = _of_tables("", before, after)
    return tuple(each for each in found if each.key not in _NAMES_ITSELF)


def _of_tables(place: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[KeyDifference]:
    for key in dict.fromkeys([*before, *after]):
        yield from _of_values(f"{place}{key}", before.get(key), after.get(key))


def _of_values(place: str, before: Any, after: Any) -> Iterator[KeyDifference]:
    if before == after:
        return
    old, new = _as_table(before), _as_table(after)
    if old is not None and new is not None:
        yield from _of_tables(f"{place}.", old, new)
    else:
        yield KeyDifference(key=place, before=before, after=after)


def _as_table(value: Any) -> Mapping[str, Any] | None:
    """A table, or a list of tables by id or, where they have none, by place; None for anything else."""
    if isinstance(value, Mapping):
        return value
    if not isinstance(value, list) or not value or not all(isinstance(each, Mapping) for each in value):
        return None
    return {str(each.get("id", number)): each for number, each in enumerate(value)}
