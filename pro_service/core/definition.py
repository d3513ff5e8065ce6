"""Reads definition files (protocols, instruments) key by key and collects every mistake, each with its cure.

A parser walks a mapping through `Section`: each accessor names a key, checks its type and remembers that the key
is known. Mistakes do not stop the walk; `finish()` adds one for each unknown key. The caller raises
`DefinitionError` once, with all of them, so that an author mends a file in one go.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from math import inf
from typing import Any

LARGEST = 1_000_000_000
"""No number of a definition is larger than this, and none is smaller than its negative: what is, is a slip."""
_SHOWN = 60
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One mistake in a file: where it is (file and key), what is wrong, and what to do about it.

    `spoils` is False where no value could have been meant by it, so that what else was read can still be judged.
    """

    place: str
    message: str
    cure: str
    spoils: bool = True

    def __str__(self) -> str:
        return f"{self.place}: {self.message}; {self.cure}"


class DefinitionError(ValueError):
    """A definition file cannot be used; nothing of it was loaded. `problems` lists every mistake found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass
class Section:
    """One table of a definition file while it is being read. Accessors return a harmless value on a mistake."""

    source: str
    data: Mapping[str, Any]
    problems: list[Problem]
    path: str = ""
    known: set[str] = field(default_factory=set)

    def place(self, key: str = "") -> str:
        inner = ".".join(part for part in (self.path, key) if part)
        return f"{self.source}: {inner}" if inner else self.source

    def problem(self, key: str, message: str, cure: str) -> None:
        self.problems.append(Problem(place=self.place(key), message=message, cure=cure))

    def has(self, key: str) -> bool:
        return key in self.data

    def text(self, key: str, default: str | None = None, *, choices: Sequence[str] = ()) -> str:
        value = self._take(key, str, "a text", default)
        if choices and isinstance(self.data.get(key), str) and value not in choices:
            self.problem(key, f"{_shown(value)} is not known here", f"use one of {', '.join(choices)}")
        return value or ""

    def name(self, key: str, *, most: int = 64) -> str:
        """A text that is neither blank nor longer than `most` characters."""
        value = self.text(key)
        if isinstance(self.data.get(key), str) and not value.strip():
            self.problem(key, "is blank", "write a text")
        if not value.isprintable():
            self.problem(key, "holds characters that cannot be printed", "write a text on one line")
        if len(value) > most:
            self.problem(key, f"has {len(value)} characters", f"write at most {most}")
        return value

    def integer(
        self, key: str, default: int | None = None, *, least: int = -LARGEST, most: int = LARGEST
    ) -> int:
        value = self._take(key, int, "a whole number", default)
        return int(self._held(key, value, least, most, "a whole number"))

    def number(
        self, key: str, default: float | None = None, *, least: float = -LARGEST, most: float = LARGEST
    ) -> float:
        value = self._take(key, (int, float), "a number", default)
        return float(self._held(key, value, least, most, "a number"))

    def flag(self, key: str, default: bool | None = None) -> bool:
        return bool(self._take(key, bool, "true or false", default))

    def day(self, key: str, default: date | None = None) -> date | None:
        value: date | None = self._take(key, date, "a date such as 2026-05-03", default, required=False)
        return value

    def days(self, key: str, default: Sequence[date] | None = None) -> tuple[date, ...]:
        days = tuple(self._list(key, date, "a list of dates such as 2026-05-03", default))
        if any(isinstance(each, datetime) for each in days):
            self.problem(key, "holds a date with a time of day", "write dates such as 2026-05-03")
            return ()
        return days

    def texts(self, key: str, default: Sequence[str] | None = None) -> tuple[str, ...]:
        return tuple(self._list(key, str, "a list of texts", default))

    def names(self, key: str, default: Sequence[str] | None = None) -> tuple[str, ...]:
        """A list of texts, none of them blank and none twice."""
        names = self.texts(key, default)
        if any(not name.strip() for name in names):
            self.problem(key, "holds a blank text", "write a name or remove it")
        for name in dict.fromkeys(names):
            if names.count(name) > 1:
                self.problem(key, f"names {_shown(name)} {names.count(name)} times", "name it once")
        return names

    def integers(
        self, key: str, default: Sequence[int] | None = None, *, least: int = -LARGEST, most: int = LARGEST
    ) -> tuple[int, ...]:
        values = self._list(key, int, "a list of whole numbers", default)
        return tuple(int(self._held(key, each, least, most, "whole numbers")) for each in values)

    def numbers(self, key: str, default: Sequence[float] | None = None) -> tuple[float, ...]:
        values = self._list(key, (int, float), "a list of numbers", default)
        return tuple(float(self._held(key, each, -LARGEST, LARGEST, "numbers")) for each in values)

    def section(self, key: str, *, required: bool = True) -> "Section":
        """The table under `key`; an empty one if it is absent (a mistake only when required)."""
        value = self._take(key, dict, "a table", None if required else {})
        return self._child(key, value or {})

    def sections(self, key: str, *, required: bool = True, by_id: bool = False) -> tuple["Section", ...]:
        """The tables of the list under `key`, in file order; `by_id` calls them `key.id` rather than `key[number]`."""
        values = self._list(key, dict, "a list of tables", None if required else ())
        names = [value.get("id") if by_id else None for value in values]
        return tuple(self._child(listed(key, names, index), value) for index, value in enumerate(values))

    def spoilt(self, key: str) -> bool:
        """Has a mistake been told of this very key? What it should have held can then not be judged."""
        return any(problem.place == self.place(key) for problem in self.problems)

    def children(self, key: str, *, required: bool = True) -> tuple[tuple[str, "Section"], ...]:
        """The named tables under `key`, in file order, each with its name."""
        parent = self.section(key, required=required)
        parent.known.update(parent.data)
        tables = []
        for name, value in parent.data.items():
            if isinstance(value, dict):
                tables.append((name, parent._child(name, value)))
            else:
                parent.problem(name, "is not a table", f"write [{key}.{name}] with its keys below")
        return tuple(tables)

    def finish(self) -> None:
        """Report each key that no accessor asked for."""
        for key in self.data:
            if key not in self.known:
                near = get_close_matches(key, sorted(self.known), n=1)
                cure = (
                    f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(sorted(self.known))}"
                )
                self.problems.append(
                    Problem(place=self.place(key), message="unknown key", cure=cure, spoils=bool(near))
                )

    def _held(self, key: str, value: float | None, least: float, most: float, wanted: str) -> float:
        """The value if it lies in its range; else the problem, and the number nearest to 0 that does."""
        if value is not None:
            if least <= value <= most:
                return value
            cure = f"write {wanted} from {least} to {most}"
            if not -inf < value < inf:
                cure = "write a finite number"
            elif least == -LARGEST:
                cure = f"write {wanted} of at most {most}"
            self.problem(key, f"is {_shown(value)}", cure)
        return max(least, min(0, most))

    def _child(self, key: str, value: Mapping[str, Any]) -> "Section":
        path = ".".join(part for part in (self.path, key) if part)
        return Section(source=self.source, data=value, problems=self.problems, path=path)

    def _take(self, key: str, kind: Any, wanted: str, default: Any, *, required: bool = True) -> Any:
        self.known.add(key)
        if key not in self.data:
            if default is None and required:
                self.problem(key, "is missing", f"add {key} = {wanted}")
            return default
        value = self.data[key]
        wrong_bool = isinstance(value, bool) and kind is not bool
        if wrong_bool or not isinstance(value, kind):
            self.problem(key, f"is {_shown(value)}", f"write {wanted}")
            return default
        return value

    def _list(self, key: str, kind: Any, wanted: str, default: Sequence[Any] | None) -> Sequence[Any]:
        value = self._take(key, list, wanted, list(default) if default is not None else None)
        items: Sequence[Any] = value if value is not None else ()
        wrong = [item for item in items if not isinstance(item, kind) or isinstance(item, bool)]
        if wrong:
            self.problem(key, f"holds {_shown(wrong[0])}", f"write {wanted}")
            return ()
        return items


def listed(key: str, names: Sequence[Any], index: int) -> str:
    """How the table of a list is called: by its name where it has one of its own, such as rules.grid, else rules[1]."""
    name = names[index]
    if isinstance(name, str) and _BARE_KEY.fullmatch(name) and names.index(name) == index:
        return f"{key}.{name}"
    return f"{key}[{index}]"


def open_definition(document: Mapping[str, Any], *, source: str) -> Section:
    """The root section of a parsed file. `source` is the file's name as shown to its author."""
    return Section(source=source, data=document, problems=[])


def _shown(value: Any) -> str:
    """A value as a message shows it; some whole numbers are too long, and some tables too deep, to be written out."""
    try:
        said = repr(value)
    except (ValueError, RecursionError):
        return "too large"
    return said if len(said) <= _SHOWN else f"{said[:_SHOWN]}..."
