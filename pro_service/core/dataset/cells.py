"""How a table is written as CSV text (RFC 4180, LF): the same values give the same text on every machine."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from pro_service.core.dataset.model import Kind, Row, Table

# The csv module quotes a carriage return in some versions of Python and not in others, hence our own.
_NEEDS_QUOTES = re.compile(r'[",\r\n]')
#: A spreadsheet takes a cell that begins so for a formula; full-width forms are turned into plain ones.
_LOOKS_LIKE_A_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula: with an apostrophe before it if need be.

    An apostrophe that was there already gets another one, so that taking one away always gives the text back.
    """
    return f"'{text}" if _LOOKS_LIKE_A_FORMULA.match(text) else text


def unguarded(cell: str) -> str:
    """The text that `guarded` was given."""
    return cell[1:] if cell.startswith("'") and _LOOKS_LIKE_A_FORMULA.match(cell) else cell


def csv_header(table: Table) -> str:
    return ",".join(_text(name) for name in table.names) + "\n"


def csv_lines(table: Table) -> Callable[[Iterable[Row]], str]:
    """A function from rows of the table to their lines."""
    writers = tuple(_WRITERS[column.kind] for column in table.columns)

    def lines(rows: Iterable[Row]) -> str:
        return "".join([_line(writers, row) for row in rows])

    return lines


def _line(writers: tuple[Callable[[Any], str], ...], row: Row) -> str:
    cells = ["" if cell is None else write(cell) for write, cell in zip(writers, row, strict=True)]
    return ",".join(cells) + "\n"


@lru_cache(maxsize=8192)
def _text(value: str) -> str:
    safe = guarded(value)
    return '"' + safe.replace('"', '""') + '"' if _NEEDS_QUOTES.search(safe) else safe


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else repr(float(value))


def _flag(value: object) -> str:
    return "1" if value else "0"


def _day(value: date) -> str:
    return value.isoformat()


@lru_cache(maxsize=8192)
def _instant(value: datetime) -> str:
    # Always with microseconds: readers guess one format for a whole column.
    return value.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


_WRITERS: dict[Kind, Callable[[Any], str]] = {
    Kind.TEXT: _text,
    Kind.INTEGER: str,
    Kind.NUMBER: _number,
    Kind.FLAG: _flag,
    Kind.DAY: _day,
    Kind.INSTANT: _instant,
}
