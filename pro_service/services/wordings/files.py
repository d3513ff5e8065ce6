"""Reads the files in which wording comes: CSV, or XLIFF, told apart by their first character."""

from pro_service.core.definition import Problem
from pro_service.core.wording import Given
from pro_service.services.csv_table import InputError, Table, decoded, read_table
from pro_service.services.wordings.xliff import read_xliff

LARGEST_BYTES = 5_000_000
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_KEY, _TEXT, _LANGUAGE = "key", "text", "language"
_KNOWN = frozenset({_KEY, _TEXT, _LANGUAGE, "topic"})


def read_texts(data: bytes, *, language: str, source: str) -> tuple[Given, ...]:
    """The texts of a file as they stand in it, not checked yet. InputError if it cannot be read, whatever it holds."""
    if len(data) > LARGEST_BYTES:
        message = f"has {len(data)} bytes, the wording of a questionnaire has less than {LARGEST_BYTES}"
        raise InputError([Problem(place=source, message=message, cure="name the file of one language")])
    if _looks_like_xml(data):
        return read_xliff(data, language=language, source=source)
    return _given(read_table(decoded(data, source=source), source=source))


def _looks_like_xml(data: bytes) -> bool:
    for mark in _MARKS:
        data = data.removeprefix(mark)
    return data.lstrip(b" \t\r\n\x00").startswith(b"<")


def _given(table: Table) -> tuple[Given, ...]:
    keys, texts = _column(table, _KEY), _column(table, _TEXT)
    at = table.find(_LANGUAGE)
    languages = table.columns[at] if at is not None else None
    problems = [
        Problem(place=f"{table.source}: column {name[:80]}", message="is unknown", cure="remove it")
        for name in table.header
        if name.casefold() not in _KNOWN
    ]
    problems += [_no_column(table, name) for name, found in ((_KEY, keys), (_TEXT, texts)) if found is None]
    if problems or keys is None or texts is None:
        raise InputError(problems)
    return tuple(
        Given(
            place=f"{table.source}: row {row}",
            key=keys[place].strip(),
            text=texts[place],
            language=(languages[place].strip() or None) if languages else None,
        )
        for place, row in enumerate(table.rows)
    )


def _column(table: Table, name: str) -> tuple[str, ...] | None:
    at = table.find(name)
    return table.columns[at] if at is not None else None


def _no_column(table: Table, name: str) -> Problem:
    cure = "begin with the file that `flask wording template` prints"
    return Problem(place=table.source, message=f"has no column {name!r}", cure=cure)
