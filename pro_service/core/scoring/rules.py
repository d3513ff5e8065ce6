"""The scoring rules, each defined once on columns of answers; a single response is a column of one row.

Columns hold whole numbers, one a row; MISSING stands for an item that was not answered or did not apply. A rule gives
a value for each row (NaN = cannot be scored) and the number of items it rests on. Nothing is rounded.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pro_service.core.instrument import Missing, Rule, Scale
from pro_service.core.scoring.choices import HadsMissing, ScoringChoices, chosen_value_set
from pro_service.core.scoring.facit import facit_prorate, facit_total
from pro_service.core.scoring.health_state import index_of
from pro_service.core.scoring.lookup import composite_grade, table_lookup
from pro_service.core.scoring.sheet import ScaleColumns, Sheet, answered
from pro_service.core.scoring.types import MISSING, Answers, Flags, Values

RULE_VERSION = "2"
"""Changes whenever any rule may give another value, or another reason for none, for the same answers; kept with every
score. 2: `filter` became a reason of its own.
"""


def mean_transform(scale: Scale, sheet: Sheet) -> ScaleColumns:
    """A mean of items moved to 0-100.

    RS = mean of the answered items; score = (RS - minimum) / (maximum - minimum) * 100, and 100 minus that for a scale
    whose equation is `inverted`. With `at_least_half` the score stands when exactly half of the
    items are answered, or more.
    Source: EORTC QLQ-C30 Scoring Manual, 3rd edition, 2001 (functional scales are the inverted ones).
    """
    first = sheet.instrument.item(scale.items[0])
    total, used = _total_and_used(scale, sheet)
    needed = _at_least_half(scale) if scale.missing is Missing.AT_LEAST_HALF else len(scale.items)
    points = (total - used * first.minimum) * 100.0
    values = _divide(points, used * (first.maximum - first.minimum), where=used >= needed)
    if scale.inverted:
        np.subtract(100.0, values, out=values)
    return ScaleColumns(values=values, used=used)


def sum_of_items(scale: Scale, sheet: Sheet) -> ScaleColumns:
    """A sum of items; an item listed in `reversed` enters as minimum + maximum - answer, one in `divided` as its
    answer divided by the number beside it (a chance in per cent as tenths).

    Where the missing rule allows unanswered items, each counts as the mean of the answered ones:
    score = sum * items / answered.
    """
    total, used = _total_and_used(scale, sheet)
    points = total.astype(np.float64)
    for code, divisor in scale.divided.items():
        given = np.maximum(sheet.columns[code], 0)
        points -= given  # whole numbers first, so that 3 + 4 + 5 + 37 / 10 is 15.7
        points += given / divisor
    enough = used >= _needed_for_sum(scale, sheet.choices)
    return ScaleColumns(values=_divide(points * len(scale.items), used, where=enough), used=used)


def summary(scale: Scale, sheet: Sheet) -> ScaleColumns:
    """The mean of 0-100 scores, those listed in `reversed` as 100 minus score; absent if any of them is.

    Source: Giesinger et al., J Clin Epidemiol 2016 (QLQ-C30 summary score: 13 scales, without QL and FI).
    """
    parts = [sheet.scored[code] for code in scale.scales]
    total = np.full(parts[0].values.shape, 100.0 * len(scale.reversed))
    for code, part in zip(scale.scales, parts, strict=True):
        if code in scale.reversed:
            total -= part.values
        else:
            total += part.values
    used = sum((part.used for part in parts[1:]), parts[0].used)
    return ScaleColumns(values=np.divide(total, len(parts), out=total), used=used)


def state(scale: Scale, sheet: Sheet) -> ScaleColumns:
    """The answers written side by side as the digits of one number (11111-55555 for EQ-5D-5L); absent unless
    every item is answered.
    """
    columns = [sheet.columns[code] for code in scale.items]
    digits = np.zeros(columns[0].shape)
    for column in columns:
        digits *= 10
        digits += column
    used = answered(columns)
    digits[used < len(columns)] = np.nan
    return ScaleColumns(values=digits, used=used)


def item_value(scale: Scale, sheet: Sheet) -> ScaleColumns:
    """The answer to one item as it is (EQ VAS: 0-100)."""
    column = sheet.columns[scale.items[0]]
    values = column.astype(np.float64)
    used = answered([column])
    values[used == 0] = np.nan
    return ScaleColumns(values=values, used=used)


def value_set_index(scale: Scale, sheet: Sheet) -> ScaleColumns:
    """What a health state is worth by the chosen value set; absent unless every dimension is answered and a value set
    was chosen.

    Source of the numbers: the paper whose DOI the value set carries.
    """
    columns = {code: sheet.columns[code] for code in scale.items}
    used = answered(list(columns.values()))
    value_set = chosen_value_set(sheet.instrument, sheet.choices)
    values = np.full(used.shape, np.nan) if value_set is None else index_of(value_set, columns)
    return ScaleColumns(values=values, used=used)


RULES: Mapping[Rule, Callable[[Scale, Sheet], ScaleColumns]] = {
    Rule.MEAN_TRANSFORM: mean_transform,
    Rule.SUM: sum_of_items,
    Rule.SUMMARY: summary,
    Rule.STATE: state,
    Rule.ITEM_VALUE: item_value,
    Rule.VALUE_SET: value_set_index,
    Rule.FACIT_PRORATE: facit_prorate,
    Rule.FACIT_TOTAL: facit_total,
    Rule.TABLE_LOOKUP: table_lookup,
    Rule.COMPOSITE_GRADE: composite_grade,
}


def _total_and_used(scale: Scale, sheet: Sheet) -> tuple[Answers, Answers]:
    """The sum of the answered items, and their number. int16 holds 300 items of at most 100."""
    rows = sheet.columns[scale.items[0]].shape
    total, missed = np.zeros(rows, dtype=np.int16), np.zeros(rows, dtype=np.int16)
    for code in scale.items:
        column = sheet.columns[code]
        total += _reversed(column, code, sheet) if code in scale.reversed else column
        missed += np.minimum(column, 0)  # MISSING is -1, and no answer is below 0
    return total - missed, missed + len(scale.items)


def _reversed(column: Answers, code: str, sheet: Sheet) -> Answers:
    item = sheet.instrument.item(code)
    turned: Answers = np.where(column < 0, MISSING, item.minimum + item.maximum - column).astype(np.int16)
    return turned


def _at_least_half(scale: Scale) -> int:
    """The smallest number of items that is half of them or more: 2 of 4, 3 of 5, 1 of 1."""
    return (len(scale.items) + 1) // 2


def _needed_for_sum(scale: Scale, choices: ScoringChoices) -> int:
    if scale.missing is Missing.STUDY_CHOICE:
        by_choice = {
            HadsMissing.HALF: _at_least_half(scale),
            HadsMissing.SIX_OF_SEVEN: 6,
            HadsMissing.COMPLETE: len(scale.items),
        }
        return by_choice[HadsMissing(choices.hads_missing)]
    return _at_least_half(scale) if scale.missing is Missing.AT_LEAST_HALF else len(scale.items)


def _divide(points: NDArray[Any], by: Answers, *, where: Flags) -> Values:
    """The quotient, and NaN where the condition fails."""
    quotient: Values = np.divide(points, np.where(where, by, np.nan))
    return quotient
