"""Scores many responses at once: columns of answers in, one column of scores a scale out."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pro_service.core.instrument import Instrument, Item
from pro_service.core.scoring.choices import ScoringChoices
from pro_service.core.scoring.rules import RULES
from pro_service.core.scoring.sheet import ScaleColumns, Sheet
from pro_service.core.scoring.types import MISSING, Answers, Flags, Values


class AnswersError(ValueError):
    """The answers given are not answers to this instrument; nothing was scored."""


def score_columns(
    instrument: Instrument, columns: Mapping[str, NDArray[Any]], *, choices: ScoringChoices
) -> Mapping[str, Values]:
    """One column of scores for each scale, by scale code in the instrument's order; NaN = cannot be scored.

    `columns` holds one column of whole numbers (int8 is enough) for each item, all of one length; MISSING = not
    answered. Other columns are ignored. Raises AnswersError for an item without column, columns of another type or
    length, and answers outside an item's range.
    """
    for item in instrument.items:
        _check(item, columns)
    if len({columns[item.code].shape for item in instrument.items}) > 1:
        raise AnswersError("the columns of answers differ in length")
    blanked = blank_rows(columns, filtered_rows(instrument, columns), exempt_rows(instrument, columns))
    scored = score_sheet(instrument, columns, blanked, choices=choices)
    return {code: each.values for code, each in scored.items()}


def score_sheet(
    instrument: Instrument,
    columns: Mapping[str, Answers],
    blanked: Mapping[str, Answers],
    *,
    choices: ScoringChoices,
) -> dict[str, ScaleColumns]:
    """Every scale of checked columns. `blanked` replaces the columns of items that did not apply to some rows."""
    scored: dict[str, ScaleColumns] = {}
    sheet = Sheet(instrument=instrument, columns={**columns, **blanked}, scored=scored, choices=choices)
    for scale in instrument.scales:
        scored[scale.code] = RULES[scale.rule](scale, sheet)
    return scored


def filtered_rows(instrument: Instrument, columns: Mapping[str, Answers]) -> Mapping[str, Flags]:
    """For each conditional item, the rows it was not for: its condition was answered, and not high enough, or was
    filtered itself. An unanswered condition excludes nothing: who answers the item says that it applied.
    """
    flags: dict[str, Flags] = {}
    for item in instrument.items:
        if item.shown_if is not None:
            asked = columns[item.shown_if.item]
            flags[item.code] = (asked >= 0) & (asked <= item.shown_if.above)
            if item.shown_if.item in flags:
                flags[item.code] |= flags[item.shown_if.item]
    return flags


def exempt_rows(instrument: Instrument, columns: Mapping[str, Answers]) -> Mapping[str, Flags]:
    """For each item that may be none of a patient's business, the rows in which it was answered so."""
    return {
        item.code: columns[item.code] == item.does_not_apply
        for item in instrument.items
        if item.does_not_apply is not None
    }


def blank_rows(columns: Mapping[str, Answers], *flags: Mapping[str, Flags]) -> Mapping[str, Answers]:
    """The columns named by `flags` without the answers of the rows flagged: an item that did not apply has no answer.

    Source: EORTC's own QLQ-BR23 program scores neither item 46 if item 45 is 1 nor item 35 if item 34 is 1, whatever
    was answered.
    """
    blanked: dict[str, Answers] = {}
    for rows_by_code in flags:
        for code, rows in rows_by_code.items():
            blanked[code] = np.where(rows, MISSING, blanked.get(code, columns[code]))
    return blanked


def _check(item: Item, columns: Mapping[str, NDArray[Any]]) -> None:
    if item.code not in columns:
        raise AnswersError(f"item {item.code} has no column")
    column = columns[item.code]
    if not np.issubdtype(column.dtype, np.signedinteger) or column.ndim != 1:
        raise AnswersError(
            f"item {item.code} is no column of signed whole numbers but {column.dtype} {column.shape}"
        )
    if not column.size:
        return
    below = int(column.min()) < MISSING
    gap = item.minimum > 0 and bool(((column > MISSING) & (column < item.minimum)).any())
    if below or gap or _is_beyond(column, item):
        raise AnswersError(f"item {item.code} holds answers outside {item.minimum} to {item.maximum}")


def _is_beyond(column: Answers, item: Item) -> bool:
    if int(column.max()) <= item.maximum:
        return False
    return item.does_not_apply is None or bool(
        ((column > item.maximum) & (column != item.does_not_apply)).any()
    )
