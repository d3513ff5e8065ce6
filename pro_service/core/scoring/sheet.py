"""What a scoring rule is given, and what it gives back: columns of answers in, a column of values out."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pro_service.core.instrument import Instrument
from pro_service.core.scoring.choices import ScoringChoices
from pro_service.core.scoring.types import Answers, Values


@dataclass(frozen=True, kw_only=True)
class ScaleColumns:
    """A scale's values (NaN = absent) and the number of answered items each rests on."""

    values: Values
    used: Answers


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What a rule may look at: the instrument, its columns of answers, the scales scored before, the choices."""

    instrument: Instrument
    columns: Mapping[str, Answers]
    scored: Mapping[str, ScaleColumns]
    choices: ScoringChoices


def answered(columns: list[Answers]) -> Answers:
    """How many of these items each row answers."""
    used = np.zeros(columns[0].shape, dtype=np.int16)
    for column in columns:
        used += column >= 0
    return used
