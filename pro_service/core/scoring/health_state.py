"""What an EQ-5D health state is worth by a value set: the one place where the terms of all countries are added up."""

from collections.abc import Mapping

import numpy as np

from pro_service.core.instrument import ValueSet
from pro_service.core.scoring.types import Answers, Values

_SEVERE = 4
_EXTREME = 5


def index_of(value_set: ValueSet, levels: Mapping[str, Answers]) -> Values:
    """The index of each row of levels (1-5, MISSING gives NaN), added up as ValueSet says."""
    columns = [levels[dimension] for dimension in value_set.dimensions]
    values = np.full(columns[0].shape, value_set.start)
    for dimension, column in zip(value_set.dimensions, columns, strict=True):
        values += _by_level(value_set.levels[dimension])[column]
    worst = np.maximum.reduce(columns)
    values += value_set.intercept * (worst > 1)
    values += value_set.any_severe * (worst >= _SEVERE)
    values += value_set.any_extreme * (worst >= _EXTREME)
    values += _severe_terms(value_set, levels)
    for term in value_set.products:
        values += term.weight * (levels[term.first] - 1.0) * (levels[term.second] - 1.0)
    return values


def _by_level(coefficients: tuple[float, ...]) -> Values:
    """A table to be indexed by level: 0 is no level, and MISSING, being -1, finds the NaN at the end."""
    return np.array([np.nan, *coefficients, np.nan])


def _severe_terms(value_set: ValueSet, levels: Mapping[str, Answers]) -> Values | float:
    """The terms for dimensions at level 4 or 5 (Canada): one for each, and one for how many there are beyond the
    first, squared.
    """
    if not value_set.severe_squared and not any(value_set.severe.values()):
        return 0.0
    flags = {dimension: levels[dimension] >= _SEVERE for dimension in value_set.dimensions}
    count = np.add.reduce([each.astype(np.int16) for each in flags.values()])
    terms: Values = value_set.severe_squared * np.maximum(count - 1.0, 0.0) ** 2
    for dimension, flag in flags.items():
        terms += value_set.severe[dimension] * flag
    return terms
