"""The rules that look a score up in a published table: PROMIS T scores, and composite grades of the PRO-CTCAE."""

from functools import lru_cache
from itertools import product

import numpy as np

from pro_service.core.instrument import Instrument, Scale
from pro_service.core.scoring.sheet import ScaleColumns, Sheet, answered
from pro_service.core.scoring.types import Answers, Values


def table_lookup(scale: Scale, sheet: Sheet) -> ScaleColumns:
    """The entry of the scale's table for the raw sum of its items (PROMIS: a T score, mean 50, deviation 10).

    Absent unless every item is answered: the tables hold for complete forms only. Answers are the values that the
    form prints beside its options, which are turned where needed already.
    Source of the numbers: the scale's own.
    """
    columns = [sheet.columns[code] for code in scale.items]
    used = answered(columns)
    total = np.add.reduce([column.astype(np.int16) for column in columns])
    lowest = sum(sheet.instrument.item(code).minimum for code in scale.items)
    complete = used == len(columns)
    values: Values = np.array(scale.table)[np.where(complete, total - lowest, 0)]
    values[~complete] = np.nan
    return ScaleColumns(values=values, used=used)


def composite_grade(scale: Scale, sheet: Sheet) -> ScaleColumns:
    """The composite grade (0-3) of one symptom from its attributes (each 0-4), in the order they are asked.

    The first attribute 0: grade 0, whatever stands in the others: they are not asked and count as 0. The first
    attribute missing, or above 0 with another one missing: no grade. The grade of the rest is in the scale's table.
    Source: Basch et al., Clin Trials 2021 (composite grades of the PRO-CTCAE); NCI PRO-CTCAE conditional branching.
    """
    columns = [sheet.columns[code] for code in scale.items]
    places, used = _graded(scale, sheet.instrument)
    place = columns[0].astype(np.int16)
    for code, column in zip(scale.items[1:], columns[1:], strict=True):
        place *= _levels(sheet.instrument, code)
        place += column
    place += _offset(scale, sheet.instrument)
    return ScaleColumns(values=places[place], used=used[place])


def _levels(instrument: Instrument, code: str) -> int:
    """How many different things a column of this item can hold, MISSING included."""
    return instrument.item(code).maximum + 2


def _offset(scale: Scale, instrument: Instrument) -> int:
    """What to add so that MISSING (-1) in every column is place 0."""
    offset = 1
    for code in scale.items[1:]:
        offset = offset * _levels(instrument, code) + 1
    return offset


def _graded(scale: Scale, instrument: Instrument) -> tuple[Values, Answers]:
    return _grades(scale.table, tuple(instrument.item(code).maximum for code in scale.items))


@lru_cache(maxsize=256)
def _grades(table: tuple[float, ...], highest: tuple[int, ...]) -> tuple[Values, Answers]:
    """The grade and the number of items used for every combination of answers, MISSING among them."""
    known = dict(zip(product(*(range(top + 1) for top in highest)), table, strict=True))
    answers = list(product(*(range(-1, top + 1) for top in highest)))
    grades = [_grade(each, known) for each in answers]
    used = [sum(value >= 0 for value in each) for each in answers]
    return np.array(grades), np.array(used, dtype=np.int16)


def _grade(answers: tuple[int, ...], known: dict[tuple[int, ...], float]) -> float:
    if answers[0] == 0:
        return known[(0,) * len(answers)]
    return known.get(answers, np.nan)  # the table has no entry with a missing answer
