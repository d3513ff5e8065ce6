"""Writes the trail as a table for other programs: one row per field that changed, all of them or those asked for."""

import csv
import json
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any

from pro_service.core.dataset import guarded
from pro_service.store.queries.trail import FieldChange

COLUMNS = (
    *("entry", "at_utc", "patient", "site", "table", "row", "action", "field", "old", "new"),
    *("actor", "role", "organisation", "reason"),
)
_NUMBERED = (int, float)


def csv_lines(changes: Iterable[FieldChange]) -> Iterator[str]:
    """The lines of a CSV file, header first. No spreadsheet takes a text in it for a formula; numbers stay numbers."""
    yield _line(COLUMNS)
    for one in changes:
        texts = (one.patient, one.site, one.table, one.row, one.action, one.field)
        who = (one.actor, one.role, one.organisation, one.reason)
        yield _line(
            (
                *(one.seq, one.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")),
                *map(guarded, texts),
                *(_cell(one.old), _cell(one.new)),
                *map(guarded, who),
            )
        )


def shown(value: Any) -> str:
    """A value of the trail as text: a text as it is, nothing as nothing, anything else as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _cell(value: Any) -> Any:
    plain = isinstance(value, _NUMBERED) and not isinstance(value, bool)
    return value if plain else guarded(shown(value))


def _line(cells: Iterable[Any]) -> str:
    line = StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()
