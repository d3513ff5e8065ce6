"""Reads the rows of facts from elsewhere, one cell at a time, and collects every mistake with its row and column."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from pro_service.core.course import RESULT_DISCLOSED, Event
from pro_service.core.course.document import FIRST_YEAR, LAST_YEAR
from pro_service.core.imports.faults import FaultCode, RowFault
from pro_service.core.protocol import EVENT_FIELDS, CourseRules, FieldRule

REQUIRED = ("patient", "source_key", "type", "on")
COLUMNS = (*REQUIRED, "result", "disclosed_on", "relation", "reason", "bundle", "visit")
LONGEST = 64
#: Written by voiding a fact, or by telling a result, with what it is about; alone they would say nothing.
_ELSEWHERE = {"event_corrected": FaultCode.ONLY_BY_VOIDING, RESULT_DISCLOSED: FaultCode.ONLY_BY_TELLING}
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", re.ASCII)
_NEVER = date(FIRST_YEAR, 1, 1)


@dataclass(frozen=True, kw_only=True)
class FactRow:
    """One fact as its source tells it. `number` is the row as a spreadsheet shows it; `source_key` the source's own
    name for the fact, `visit` the visit it was noted at ("" if none was named).
    """

    number: int
    patient: str
    source_key: str
    event: Event
    visit: str = ""


@dataclass(frozen=True, kw_only=True)
class ReadingRules:
    """Which events there are, and whether days are written day first (05/01/2026), as French Excel turns them."""

    course: CourseRules
    day_first: bool = False


@dataclass(frozen=True, kw_only=True)
class Rows:
    """What was read, and everything that is wrong; with a fault nothing may be used."""

    rows: tuple[FactRow, ...]
    faults: tuple[RowFault, ...]


def read_rows(cells: Iterable[tuple[int, Mapping[str, str]]], rules: ReadingRules) -> Rows:
    """Facts from (row number, column -> cell). The same row twice is one; one key with two meanings is a fault."""
    faults: list[RowFault] = []
    rows: dict[str, FactRow] = {}
    for number, row in cells:
        found = [*_faulty_texts(number, row), *_faulty_event(number, row, rules)]
        faults += found
        if not found:
            fresh = _row(number, row, rules)
            first = rows.setdefault(fresh.source_key, fresh)
            faults += _used_twice(first, fresh)
    return Rows(rows=tuple(rows.values()), faults=tuple(faults))


def _faulty_texts(number: int, row: Mapping[str, str]) -> Iterator[RowFault]:
    for column in COLUMNS:
        cell = row.get(column, "")
        if not cell and column in REQUIRED:
            yield RowFault(row=number, column=column, code=FaultCode.BLANK)
        elif len(cell) > LONGEST:
            yield RowFault(
                row=number,
                column=column,
                code=FaultCode.TOO_LONG,
                value=str(len(cell)),
                allowed=str(LONGEST),
            )
        elif not cell.isprintable():
            yield RowFault(row=number, column=column, code=FaultCode.NOT_PRINTABLE)


def _faulty_event(number: int, row: Mapping[str, str], rules: ReadingRules) -> Iterator[RowFault]:
    for column in ("on", "disclosed_on"):
        cell = row.get(column, "")
        if cell and _day(cell, rules) is None:
            yield _fault(number, column, FaultCode.NOT_A_DAY, cell, _example(rules))
    kind = row.get("type", "")
    if kind in _ELSEWHERE:
        yield _fault(number, "type", _ELSEWHERE[kind], kind, "")
    elif kind and kind not in rules.course.event_types:
        yield _fault(number, "type", FaultCode.UNKNOWN_TYPE, kind, _types_near(kind, rules.course))
    elif kind:
        yield from _faulty_fields(number, row, kind, rules.course)


def _faulty_fields(number: int, row: Mapping[str, str], kind: str, course: CourseRules) -> Iterator[RowFault]:
    fields = {field.name: field for field in course.fields.get(kind, ())}
    for name in EVENT_FIELDS:
        yield from _faulty_field(number, row.get(name, ""), name, fields.get(name), kind)
    if row.get("disclosed_on") and kind not in course.effect_days:
        yield _fault(number, "disclosed_on", FaultCode.NOT_OF_THIS_TYPE, "", kind)


def _faulty_field(
    number: int, cell: str, name: str, field: FieldRule | None, kind: str
) -> Iterator[RowFault]:
    if field is None:
        if cell and name != "reason":  # why something happened may be said of every event
            yield _fault(number, name, FaultCode.NOT_OF_THIS_TYPE, "", kind)
    elif cell and cell not in field.values:
        yield _fault(number, name, FaultCode.NOT_KNOWN_HERE, cell, ", ".join(field.values))
    elif not cell and field.required:
        yield RowFault(row=number, column=name, code=FaultCode.BLANK)


def _row(number: int, row: Mapping[str, str], rules: ReadingRules) -> FactRow:
    on, told = _day(row["on"], rules), row.get("disclosed_on", "")
    event = Event(
        type=row["type"],
        on=on or _NEVER,
        result=row.get("result") or None,
        disclosed_on=_day(told, rules) if told else None,
        relation=row.get("relation") or None,
        reason=row.get("reason") or None,
        bundle=row.get("bundle") or None,
    )
    return FactRow(
        number=number,
        patient=row["patient"],
        source_key=row["source_key"],
        event=event,
        visit=row.get("visit", ""),
    )


def _used_twice(first: FactRow, fresh: FactRow) -> Sequence[RowFault]:
    if (first.patient, first.event, first.visit) == (fresh.patient, fresh.event, fresh.visit):
        return ()
    return (_fault(fresh.number, "source_key", FaultCode.KEY_TWICE, fresh.source_key, str(first.number)),)


def _day(cell: str, rules: ReadingRules) -> date | None:
    found = (_DAY_FIRST if rules.day_first else _ISO).fullmatch(cell)
    if found is None:
        return None
    parts = [int(part) for part in found.groups()]
    year, month, day = reversed(parts) if rules.day_first else parts
    try:
        return date(year, month, day) if FIRST_YEAR <= year <= LAST_YEAR else None
    except ValueError:
        return None


def _example(rules: ReadingRules) -> str:
    example = "03/05/2026" if rules.day_first else "2026-05-03"
    return f"{example} ({FIRST_YEAR}–{LAST_YEAR})"


def _types_near(kind: str, course: CourseRules) -> str:
    near = get_close_matches(kind, course.event_types, n=1)
    listed = [each for each in course.event_types if each not in _ELSEWHERE]
    return ", ".join([*near, *(each for each in listed if each not in near)])


def _fault(number: int, column: str, code: FaultCode, value: str, allowed: str) -> RowFault:
    return RowFault(row=number, column=column, code=code, value=value, allowed=allowed)
