"""Reads a file of facts from another system (CSV), whole or not at all, with every mistake by row and column."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from pro_service.core.definition import Problem
from pro_service.core.imports import (
    COLUMNS,
    REQUIRED,
    FactRow,
    ReadingRules,
    RowFault,
    fault_words,
    read_rows,
)
from pro_service.services.csv_table import InputError, Table, decoded, read_table
from pro_service.services.installation import Installation

#: A column that begins so is carried by the file and not looked at.
IGNORED = "x_"


def read_file(
    installation: Installation,
    *,
    protocol_version: str,
    data: bytes,
    source: str,
    day_first: bool = False,
    language: str = "en",
) -> tuple[FactRow, ...]:
    """The facts of a CSV file. InputError with every mistake; `source` is the file's name, for the messages."""
    table = read_table(decoded(data, source=source), source=source)
    problems = tuple(_wrong_columns(table))
    if problems:
        raise InputError(problems)
    course = installation.catalogue.protocols[protocol_version].course
    found = read_rows(_cells(table), ReadingRules(course=course, day_first=day_first))
    if found.faults:
        raise InputError(problems_of(found.faults, source=source, language=language))
    return found.rows


def problems_of(faults: Iterable[RowFault], *, source: str, language: str = "en") -> Iterator[Problem]:
    """Faults of rows as problems of a file."""
    for fault in faults:
        wrong, cure = fault_words(fault, language)
        yield Problem(place=f"{source}: row {fault.row}, column {fault.column}", message=wrong, cure=cure)


def _wrong_columns(table: Table) -> Iterator[Problem]:
    names = [name.casefold() for name in table.header]
    for needed in REQUIRED:
        if needed not in names:
            place, known = f"{table.source}: column {needed}", ", ".join(COLUMNS)
            yield Problem(place=place, message="is missing", cure=f"add it; the columns are {known}")
    for name, times in Counter(names).items():
        if name in COLUMNS and times > 1:  # which of the two is meant cannot be known
            place = f"{table.source}: column {name}"
            yield Problem(place=place, message="stands twice in the header", cure="keep one of them")
        if name not in COLUMNS and not name.startswith(IGNORED):
            near = get_close_matches(name, COLUMNS, n=1)
            meant = f"did you mean {near[0]}? " if near else ""
            cure = f"{meant}take it out, or begin its name with {IGNORED} to have it left aside"
            yield Problem(place=f"{table.source}: column {name}", message="is not known", cure=cure)


def _cells(table: Table) -> Iterator[tuple[int, Mapping[str, str]]]:
    places = [(name.casefold(), place) for place, name in enumerate(table.header)]
    for index, number in enumerate(table.rows):
        yield number, {name: table.columns[place][index].strip() for name, place in places}
