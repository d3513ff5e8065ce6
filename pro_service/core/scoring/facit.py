"""The rules of the FACIT family: prorated subscales, and totals with a share of answered items.

FACIT asks for strictly MORE than half of a subscale's items, where the EORTC is content with half. Nothing here is
shared with EORTC's rule, so that neither can be mistaken for the other.
"""

import numpy as np

from pro_service.core.instrument import Missing, Scale
from pro_service.core.scoring.sheet import ScaleColumns, Sheet, answered
from pro_service.core.scoring.types import Answers, Flags, Values


def facit_prorate(scale: Scale, sheet: Sheet) -> ScaleColumns:
    """A subscale: sum of the answered items * items / answered items; 0 to maximum * items (PWB: 28).

    A reversed item enters as minimum + maximum - answer (4 - answer). Absent unless strictly more than half of the
    items are answered: of 6 items 4, of 10 items 6. Nothing is rounded.
    Source: FACIT Administration and Scoring Guidelines (facit.org/scoring); compared with FACTscorer, which rounds to
    three decimals.
    """
    columns = [sheet.columns[code] for code in scale.items]
    used = answered(columns)
    total = np.zeros(used.shape, dtype=np.int16)
    for code, column in zip(scale.items, columns, strict=True):
        total += np.where(column < 0, 0, _turned(column, code, scale, sheet)).astype(np.int16)
    enough = used >= more_than_half(len(scale.items))
    values = total * float(len(scale.items)) / np.where(enough, used, np.nan)
    return ScaleColumns(values=values, used=used)


def facit_total(scale: Scale, sheet: Sheet) -> ScaleColumns:
    """A sum of subscales, in their points (FACT-G: 0-108); absent if any of them is.

    With `more_than_80_percent` the total also needs answers to strictly more than 80 % of the items of all its
    subscales together (FACT-G: 22 of 27, FACT-B: 30 of 37); the Trial Outcome Index does not.
    Source: as for the subscales.
    """
    parts = [sheet.scored[code] for code in scale.scales]
    values: Values = np.add.reduce([part.values for part in parts])
    used: Answers = np.add.reduce([part.used for part in parts])
    if scale.missing is Missing.MORE_THAN_80_PERCENT:
        values[~_more_than_80_percent(used, len(scale.items))] = np.nan
    return ScaleColumns(values=values, used=used)


def more_than_half(items: int) -> int:
    """The smallest number of items that is MORE than half of them: 4 of 6, 4 of 7, 6 of 10."""
    return items // 2 + 1


def _more_than_80_percent(used: Answers, items: int) -> Flags:
    """In whole numbers: 80 % of 10 items is exactly 8, which is not enough."""
    enough: Flags = used * 5 > items * 4
    return enough


def _turned(column: Answers, code: str, scale: Scale, sheet: Sheet) -> Answers:
    if code not in scale.reversed:
        return column
    item = sheet.instrument.item(code)
    turned: Answers = np.int16(item.minimum + item.maximum) - column
    return turned
