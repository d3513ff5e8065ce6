"""The formats an export can be written in: a further one is a class here and nothing else.

Every format is told of each table, its rows in batches, and at the end the definition of it all. One that needs no
rows (a description of the data) keeps to `finish`; one that is no table (resources a patient) gathers from `write`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self

from pro_service.core.dataset import Definition, Row, Table, csv_header, csv_lines
from pro_service.core.definition import Problem


class Format(Protocol):
    """Writes files of one format below a folder. `end` and `finish` return the names of the files they completed."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def begin(self, table: Table) -> None: ...
    def write(self, rows: Sequence[Row]) -> None: ...
    def end(self) -> tuple[str, ...]: ...
    def finish(self, definition: Definition) -> tuple[str, ...]: ...


class CsvFiles:
    """One CSV file a table, named for it: UTF-8, LF, RFC 4180."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open = ExitStack()
        self._file: BinaryIO
        self._lines: Callable[[Iterable[Row]], str]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def begin(self, table: Table) -> None:
        self._file = self._open.enter_context((self._folder / f"{table.name}.csv").open("xb"))
        self._lines = csv_lines(table)
        self._file.write(csv_header(table).encode())

    def write(self, rows: Sequence[Row]) -> None:
        self._file.write(self._lines(rows).encode())

    def end(self) -> tuple[str, ...]:
        self._open.close()
        return (Path(self._file.name).name,)

    def finish(self, definition: Definition) -> tuple[str, ...]:
        return ()


FORMATS: Mapping[str, Callable[[Path], Format]] = {"csv": CsvFiles}


def format_problems(names: Iterable[str]) -> list[Problem]:
    """One for each name that is no format, and one if there is no name at all."""
    known = ", ".join(FORMATS)
    names = tuple(names)
    if not names:
        return [Problem(place="--formats", message="names none", cure=f"use one or more of {known}")]
    return [
        Problem(place=f"--formats {name}", message="is no format written here", cure=f"use {known}")
        for name in dict.fromkeys(names)
        if name not in FORMATS
    ]
