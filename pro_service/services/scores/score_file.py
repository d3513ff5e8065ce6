"""Scores a file of answers: CSV text in, CSV text out, or every reason why not, each with its row, column and cure.

The header names the columns: `id`, one for each item, and any others, which are carried through. An id may repeat only
where a column `time` tells the rows apart.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import isnan
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pro_service.core.definition import Problem
from pro_service.core.instrument import Instrument, Item, part_asked
from pro_service.core.scoring import MISSING, ScoringChoices, score_columns
from pro_service.services.csv_table import InputError, Table, read_table

_WHOLE = re.compile(r"[+-]?[0-9]{1,9}([.,]0*)?")
_ABSENT = ("", "NA")
_SPECIAL = re.compile(r'[,"\r\n]')


@dataclass(frozen=True, kw_only=True)
class ScoredFile:
    """The scores as CSV text, and the answers that were blanked to make them (only if that was asked for)."""

    text: str
    blanked: tuple[Problem, ...]


@dataclass(frozen=True, kw_only=True)
class _Layout:
    """Where things stand in the table: positions of columns."""

    id: int
    time: int | None
    items: Mapping[str, int]
    carried: tuple[int, ...]


def score_csv(
    text: str,
    *,
    instrument: Instrument,
    choices: ScoringChoices,
    out_of_range: Literal["error", "blank"] = "error",
    source: str = "answers",
) -> ScoredFile:
    """The scores of a CSV text: `id`, the columns carried through, one column for each scale; in the order of rows.

    Scores are unrounded, blank = cannot be scored. An answer that is no whole number or outside its item's range is
    an error, or is taken as missing if `out_of_range` is "blank". Raises InputError with every mistake, or
    UnknownValueSetError.
    """
    table = read_table(text, source=source)
    instrument = _asked(table, instrument)
    layout = _layout(table, instrument)
    problems = _id_problems(table, layout)
    columns: dict[str, NDArray[np.int8]] = {}
    wrong: list[tuple[int, Problem]] = []
    for item in instrument.items:
        columns[item.code], mistakes = _answers(table, layout, item)
        wrong.extend(mistakes)
    answers_wrong = tuple(problem for _, problem in sorted(wrong, key=lambda each: each[0]))
    if problems or (answers_wrong and out_of_range == "error"):
        raise InputError([*problems, *answers_wrong])
    scores = score_columns(instrument, columns, choices=choices)
    return ScoredFile(text=_written(table, layout, scores), blanked=answers_wrong)


def _asked(table: Table, instrument: Instrument) -> Instrument:
    """Of an item library, the terms that the file has a column of. Raises InputError if it has none of any."""
    if not instrument.library:
        return instrument
    part = part_asked(
        instrument, [item.code for item in instrument.items if table.find(item.code) is not None]
    )
    if not part.items:
        cure = f"name columns by item codes, such as {instrument.items[0].code}"
        raise InputError(
            [Problem(place=table.source, message=f"has no item of {instrument.code}", cure=cure)]
        )
    return part


def _layout(table: Table, instrument: Instrument) -> _Layout:
    """Raises InputError if the header lacks a column or holds one that the scores need for themselves."""
    identity = table.find("id")
    places = {item.code: table.find(item.code) for item in instrument.items}
    items = {code: place for code, place in places.items() if place is not None}
    taken = {identity, *items.values()}
    carried = tuple(place for place in range(len(table.header)) if place not in taken)
    problems = list(_header_problems(table, instrument, items, carried))
    if identity is None:
        message = "has no column id"
        problems.insert(
            0, Problem(place=table.source, message=message, cure="name the column of patients id")
        )
    if identity is None or problems:
        raise InputError(problems)
    return _Layout(id=identity, time=table.find("time"), items=items, carried=carried)


def _header_problems(
    table: Table, instrument: Instrument, items: Mapping[str, int], carried: Sequence[int]
) -> Iterator[Problem]:
    absent = [item.code for item in instrument.items if item.code not in items]
    if absent and not instrument.library:
        message = f"has no column {', '.join(absent)}"
        yield Problem(
            place=table.source, message=message, cure="add it, blank where the item was not answered"
        )
    named = {code.casefold(): code for code in items} | {"id": "id", "time": "time"}
    for place in carried:
        told = named.get(table.header[place].casefold())
        if told is not None and place != table.find(told):
            where = f"{table.source}: column {table.header[place]}"
            yield Problem(place=where, message=f"is {told} a second time", cure="keep one of them")
        if table.header[place] in instrument.scales_by_code:
            where = f"{table.source}: column {table.header[place]}"
            yield Problem(
                place=where, message="has the name of a scale to be scored", cure="rename or remove it"
            )


def _id_problems(table: Table, layout: _Layout) -> list[Problem]:
    ids = [cell.strip() for cell in table.columns[layout.id]]
    times = (
        [cell.strip() for cell in table.columns[layout.time]] if layout.time is not None else [""] * len(ids)
    )
    keys = list(zip(ids, times, strict=True))
    if "" not in ids and len(set(keys)) == len(keys):
        return []
    cell = partial(_problem, table, layout, column=layout.id)
    told = " at this time" if layout.time is not None else ""
    seen: set[tuple[str, str]] = set()
    problems = []
    for index, key in enumerate(keys):
        if not key[0]:
            problems.append(cell(index=index, message="has no id", cure="write the patient's code"))
        elif key in seen:
            cure = "give each row of a patient its own time" if told else "keep one row, or add a column time"
            problems.append(cell(index=index, message=f"is there already{told}", cure=cure))
        seen.add(key)
    return problems


def _answers(table: Table, layout: _Layout, item: Item) -> tuple[NDArray[np.int8], list[tuple[int, Problem]]]:
    """One item's column as numbers, and its mistakes (MISSING in the column), each with the index of its row.

    Each different text is read once: a file has many rows and few answers.
    """
    if item.code not in layout.items:  # an item of a library that the study did not ask
        return np.full(len(table.rows), MISSING, dtype=np.int8), []
    place = layout.items[item.code]
    cells = table.columns[place]
    meaning = {text: _read(text, item) for text in set(cells)}
    known = {text: MISSING if value is None else value for text, value in meaning.items()}
    column = np.fromiter(map(known.__getitem__, cells), dtype=np.int8, count=len(cells))
    if None not in meaning.values():
        return column, []
    free = "" if item.does_not_apply is None else f", {item.does_not_apply} if it does not apply"
    cure = f"write a whole number from {item.minimum} to {item.maximum}{free}, or leave the cell blank"
    return column, [
        (
            index,
            _problem(
                table, layout, index=index, column=place, message=f"holds {text.strip()[:40]!r}", cure=cure
            ),
        )
        for index, text in enumerate(cells)
        if meaning[text] is None
    ]


def _read(text: str, item: Item) -> int | None:
    """The answer written in a cell (2, 2.0 or 2,0), MISSING for none, None for what is no answer to the item."""
    cell = text.strip()
    if cell in _ABSENT:
        return MISSING
    if not _WHOLE.fullmatch(cell):
        return None
    value = int(re.split("[.,]", cell)[0])
    return value if item.accepts(value) else None


def _problem(table: Table, layout: _Layout, *, index: int, column: int, message: str, cure: str) -> Problem:
    identity = table.columns[layout.id][index].strip()
    known = f" (id {identity})" if identity else ""
    place = f"{table.source}: row {table.rows[index]}{known}, column {table.header[column]}"
    return Problem(place=place, message=message, cure=cure)


def _written(table: Table, layout: _Layout, scores: Mapping[str, NDArray[np.float64]]) -> str:
    """CSV as Python's writer gives it. Scores need no quotes: joined lines take a fifth of the writer's time."""
    header = ["id", *(table.header[place] for place in layout.carried), *scores]
    carried = [map(_quoted, table.columns[place]) for place in (layout.id, *layout.carried)]
    lines = zip(*carried, *(_texts(values) for values in scores.values()), strict=True)
    return "\n".join([",".join(map(_quoted, header)), *map(",".join, lines), ""])


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if _SPECIAL.search(cell) else cell


def _texts(values: NDArray[np.float64]) -> list[str]:
    """A column as it is written. Each different score is written once: there are few."""
    different, places = np.unique(values, return_inverse=True)
    texts = np.array([_score_text(value) for value in different.tolist()], dtype=object)
    written: list[str] = texts[places].tolist() if len(texts) else []
    return written


def _score_text(value: float) -> str:
    """The shortest text that reads back as the same number; whole numbers without point, NaN blank."""
    if isnan(value):
        return ""
    return str(int(value)) if value.is_integer() else repr(value)
