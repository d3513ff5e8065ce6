"""Reads the CSV files people bring: a header, columns of text, and where each row stood in the file.

Files as French Excel writes them (byte-order mark, semicolons) and tab-separated ones are understood.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pro_service.core.definition import Problem

_DELIMITERS = ",;\t"
_QUOTED = re.compile(r'"[^"]*"')
#: A first line by which Excel is told the separator; a spreadsheet does not show it.
_SEPARATOR_LINE = re.compile(r"sep=([,;\t])[ ]*\r?\n", re.IGNORECASE)
_ZIP = b"PK\x03\x04"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class InputError(ValueError):
    """A file brought by a user cannot be used; nothing was done. `problems` lists every mistake found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, kw_only=True)
class Table:
    """A file's columns as text. `rows` are the numbers a spreadsheet shows (the header is 1), for messages."""

    source: str
    header: tuple[str, ...]
    columns: tuple[tuple[str, ...], ...]
    rows: Sequence[int]

    def find(self, name: str) -> int | None:
        """The position of a column: spelled exactly so, or else the first that differs only in case."""
        if name in self.header:
            return self.header.index(name)
        folded = [each.casefold() for each in self.header]
        return folded.index(name.casefold()) if name.casefold() in folded else None


def decoded(data: bytes, *, source: str) -> str:
    """The text of a file: UTF-8 (with or without byte-order mark), UTF-16 with one, or Windows-1252 as Excel writes it.

    Raises InputError for anything else, an Excel workbook among them.
    """
    if data.startswith(_ZIP):
        cure = "save it as CSV from the spreadsheet program"
        raise InputError([Problem(place=source, message="is a workbook or archive, no CSV", cure=cure)])
    encodings = ("utf-16",) if data[:2] in _UTF16_MARKS else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(
        [Problem(place=source, message="is no text in a known encoding", cure="save it as UTF-8")]
    )


def read_table(text: str, *, source: str) -> Table:
    """The table of a CSV text. Blank rows and unnamed blank columns are left out. Raises InputError."""
    records = _records(text.removeprefix("\ufeff"), source)
    if not records:
        raise InputError(
            [Problem(place=source, message="is empty", cure="write a header and the rows below it")]
        )
    header = tuple(name.strip() for name in records[0][1])
    body = [(number, _trimmed(row, len(header))) for number, row in records[1:]]
    problems = [*_repeated_names(header, source), *_uneven_rows(body, len(header), source)]
    if problems:
        raise InputError(problems)
    columns = tuple(zip(*(row for _, row in body), strict=True)) if body else ((),) * len(header)
    kept = [place for place, name in enumerate(header) if name or any(map(str.strip, columns[place]))]
    return Table(
        source=source,
        header=tuple(header[place] for place in kept),
        columns=tuple(columns[place] for place in kept),
        rows=tuple(number for number, _ in body),
    )


def _records(text: str, source: str) -> list[tuple[int, list[str]]]:
    """The rows that hold anything, each with its number. Line ends are left to the reader: cells may hold some."""
    told = _SEPARATOR_LINE.match(text)
    text = text[told.end() :] if told else text
    delimiter = told[1] if told else _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return [(number, row) for number, row in enumerate(reader, start=1) if any(map(str.strip, row))]
    except csv.Error as error:
        place = f"{source}: line {reader.line_num}"
        cure = "close every quote, and double the quotes inside a cell"
        raise InputError([Problem(place=place, message=f"is no CSV: {error}", cure=cure)]) from error


def _delimiter(text: str) -> str:
    """What separates the most names in the header, quoted ones left aside; a comma if nothing does."""
    header = next((line for line in io.StringIO(text) if line.strip()), "")
    plain = _QUOTED.sub("", header)
    return max(_DELIMITERS, key=plain.count)


def _trimmed(row: list[str], width: int) -> list[str]:
    """Spreadsheets end short rows with blank cells beyond the header; they mean nothing."""
    return row if len(row) <= width or any(map(str.strip, row[width:])) else row[:width]


def _repeated_names(header: Sequence[str], source: str) -> list[Problem]:
    repeated = [name for name, times in Counter(header).items() if name and times > 1]
    return [
        Problem(
            place=f"{source}: column {name}", message="stands twice in the header", cure="keep one of them"
        )
        for name in repeated
    ]


def _uneven_rows(body: Sequence[tuple[int, list[str]]], width: int, source: str) -> list[Problem]:
    return [
        Problem(
            place=f"{source}: row {number}",
            message=f"has {len(row)} cells where the header has {width}",
            cure="write one cell for each column, blank where nothing is known",
        )
        for number, row in body
        if len(row) != width
    ]
