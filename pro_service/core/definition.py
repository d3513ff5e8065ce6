"""Reads definition files (protocols, instruments) key by key and collects every mistake, each with its cure.

A parser walks a mapping through `Section`: each accessor names a key, checks its type and remembers that the key
is known. Mistakes do not stop the walk; `finish()` adds one for each unknown key. The caller raises
`DefinitionError` once, with all of them, so that an author mends a file in one go.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One mistake in a file: where it is (file and key), what is wrong, and what to do about it."""

    place: str
    message: str
    cure: str

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
            self.problem(key, f"{value!r} is not known here", f"use one of {', '.join(choices)}")
        return value or ""

    def integer(self, key: str, default: int | None = None) -> int:
        value = self._take(key, int, "a whole number", default)
        return 0 if value is None else value

    def number(self, key: str, default: float | None = None) -> float:
        value = self._take(key, (int, float), "a number", default)
        return 0.0 if value is None else float(value)

    def flag(self, key: str, default: bool | None = None) -> bool:
        return bool(self._take(key, bool, "true or false", default))

    def day(self, key: str, default: date | None = None) -> date | None:
        value: date | None = self._take(key, date, "a date such as 2026-05-03", default, required=False)
        return value

    def texts(self, key: str, default: Sequence[str] | None = None) -> tuple[str, ...]:
        return tuple(self._list(key, str, "a list of texts", default))

    def integers(self, key: str, default: Sequence[int] | None = None) -> tuple[int, ...]:
        return tuple(self._list(key, int, "a list of whole numbers", default))

    def numbers(self, key: str, default: Sequence[float] | None = None) -> tuple[float, ...]:
        return tuple(float(each) for each in self._list(key, (int, float), "a list of numbers", default))

    def section(self, key: str, *, required: bool = True) -> "Section":
        """The table under `key`; an empty one if it is absent (a mistake only when required)."""
        value = self._take(key, dict, "a table", None if required else {})
        return self._child(key, value or {})

    def sections(self, key: str, *, required: bool = True) -> tuple["Section", ...]:
        """The tables of the list under `key`, in file order."""
        values = self._list(key, dict, "a list of tables", None if required else ())
        return tuple(self._child(f"{key}[{index}]", value) for index, value in enumerate(values))

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
                self.problem(key, "unknown key", cure)

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
            self.problem(key, f"is {value!r}", f"write {wanted}")
            return default
        return value

    def _list(self, key: str, kind: Any, wanted: str, default: Sequence[Any] | None) -> Sequence[Any]:
        value = self._take(key, list, wanted, list(default) if default is not None else None)
        items: Sequence[Any] = value if value is not None else ()
        wrong = [item for item in items if not isinstance(item, kind) or isinstance(item, bool)]
        if wrong:
            self.problem(key, f"holds {wrong[0]!r}", f"write {wanted}")
            return ()
        return items


def open_definition(document: Mapping[str, Any], *, source: str) -> Section:
    """The root section of a parsed file. `source` is the file's name as shown to its author."""
    return Section(source=source, data=document, problems=[])
