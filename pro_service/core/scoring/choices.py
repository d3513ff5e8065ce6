"""What a study decides about scoring, because no owner of an instrument does: value set, missing items of the HADS."""

from dataclasses import dataclass
from enum import StrEnum

from pro_service.core.instrument import Instrument, ValueSet


class HadsMissing(StrEnum):
    """How a HADS subscale (7 items) with unanswered items is scored; sources differ, so a study must say.

    `half`: at least 4 answered, the others at the mean of those (Bell 2016, for use with individuals).
    `six_of_seven`: at least 6 answered, the other at their mean.
    `complete`: all 7 answered.
    """

    HALF = "half"
    COMPLETE = "complete"
    SIX_OF_SEVEN = "six_of_seven"


class UnknownValueSetError(ValueError):
    """The instrument has no value set of that name."""


@dataclass(frozen=True, kw_only=True)
class ScoringChoices:
    """`value_set` is the name of an EQ-5D value set; without one there is no index. Texts of `hads_missing` are
    taken as well as its values; any other text raises ValueError.
    """

    value_set: str | None = None
    hads_missing: HadsMissing | str = HadsMissing.HALF

    def __post_init__(self) -> None:
        object.__setattr__(self, "hads_missing", HadsMissing(self.hads_missing))


def chosen_value_set(instrument: Instrument, choices: ScoringChoices) -> ValueSet | None:
    """The value set to score with; None if the study chose none or the instrument has none."""
    if choices.value_set is None or not instrument.value_sets:
        return None
    if choices.value_set not in instrument.value_sets:
        names = ", ".join(instrument.value_sets)
        raise UnknownValueSetError(
            f"{instrument.code} has no value set {choices.value_set!r}; use one of {names}"
        )
    return instrument.value_sets[choices.value_set]
