"""What values a scale can take, and how far one answer moves it: for axes, checks and alert rules."""

from itertools import product

import numpy as np

from pro_service.core.instrument import Instrument, Rule, Scale
from pro_service.core.instrument.value_set import LEVELS
from pro_service.core.scoring.choices import ScoringChoices, chosen_value_set
from pro_service.core.scoring.health_state import index_of

_PERCENT = 100.0
_BY_ONE = (Rule.SUM, Rule.ITEM_VALUE, Rule.FACIT_PRORATE, Rule.FACIT_TOTAL)


def score_range(instrument: Instrument, scale: str, *, choices: ScoringChoices) -> tuple[float, float] | None:
    """The lowest and highest score possible, in the scale's own unit; None for an index without value set.

    Raises KeyError for an unknown scale.
    """
    wanted = instrument.scale(scale)
    items = [instrument.item(code) for code in wanted.items]
    if wanted.rule in (Rule.MEAN_TRANSFORM, Rule.SUMMARY):
        return 0.0, _PERCENT
    if wanted.rule is Rule.VALUE_SET:
        return _index_range(instrument, wanted, choices)
    if wanted.rule is Rule.STATE:
        lowest = int("".join(str(item.minimum) for item in items))
        return float(lowest), float("".join(str(item.maximum) for item in items))
    if wanted.table:
        return min(wanted.table), max(wanted.table)
    ends = [(item.minimum, item.maximum, wanted.divided.get(item.code, 1)) for item in items]
    return sum(low / by for low, _, by in ends), sum(high / by for _, high, by in ends)


def step_size(instrument: Instrument, scale: str) -> float | None:
    """The points a score moves when one answer moves by one step and all items are answered.

    QLQ-C30: QL 8.33, PF 6.67, a single item 33.3. Sums and single values: 1. None where steps differ from item to
    item or from answer to answer (summary, state, index, tables, a sum with divided items). Raises KeyError for an
    unknown scale.
    """
    wanted = instrument.scale(scale)
    if wanted.rule is Rule.MEAN_TRANSFORM:
        first = instrument.item(wanted.items[0])
        return _PERCENT / ((first.maximum - first.minimum) * len(wanted.items))
    return 1.0 if wanted.rule in _BY_ONE and not wanted.divided else None


def _index_range(instrument: Instrument, scale: Scale, choices: ScoringChoices) -> tuple[float, float] | None:
    """Over all health states: the worst one need not have the lowest index."""
    value_set = chosen_value_set(instrument, choices)
    if value_set is None:
        return None
    states = np.array(list(product(range(1, LEVELS + 1), repeat=len(scale.items))), dtype=np.int8)
    values = index_of(value_set, {code: states[:, place] for place, code in enumerate(scale.items)})
    return float(values.min()), float(values.max())
