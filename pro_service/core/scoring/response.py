"""Scores one response, with the reason for each score that is absent: the last step of every questionnaire."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from math import isnan

import numpy as np

from pro_service.core.instrument import Instrument, Rule, Scale
from pro_service.core.scoring.choices import ScoringChoices
from pro_service.core.scoring.columns import AnswersError, blank_rows, inapplicable_rows, score_sheet
from pro_service.core.scoring.rules import ScaleColumns
from pro_service.core.scoring.types import MISSING, Answers, Flags


class Absent(StrEnum):
    """Why a scale has no value.

    `filter`: every item it lacks hung on an answer that excluded it. `not_applicable`: the patient said of every item
    it lacks that it does not apply (or it was filtered). `refused`: every item it lacks was refused (or one of these).
    `no_value_set`: the study chose none. Everything else is `too_many_missing`.
    """

    TOO_MANY_MISSING = "too_many_missing"
    FILTER = "filter"
    NOT_APPLICABLE = "not_applicable"
    REFUSED = "refused"
    NO_VALUE_SET = "no_value_set"


@dataclass(frozen=True, kw_only=True)
class Score:
    """One scale's value in its own unit, unrounded, or None and the reason.

    `items_used` were answered and applied; `items_missing` applied but were not answered, refused ones included.
    """

    scale: str
    value: float | None
    items_used: int
    items_missing: int
    absent: Absent | None


def score_response(
    instrument: Instrument,
    answers: Mapping[str, int | None],
    *,
    choices: ScoringChoices,
    refused: AbstractSet[str] = frozenset(),
) -> tuple[Score, ...]:
    """Every scale of the instrument, in its order. None or no entry = not answered; `refused` names the items the
    patient preferred not to answer. Raises AnswersError for an unknown item or an answer outside its range.
    """
    columns = _one_row(instrument, answers)
    flags = inapplicable_rows(instrument, columns)
    scored = score_sheet(instrument, columns, blank_rows(columns, flags), choices=choices)
    gaps = _gaps(instrument, answers, flags=flags, refused=refused)
    return tuple(_score(scale, instrument, scored, gaps) for scale in instrument.scales)


@dataclass(frozen=True, kw_only=True)
class _Gaps:
    """The items without a usable answer, and of these those that did not apply and those that were refused."""

    all: AbstractSet[str]
    inapplicable: AbstractSet[str]
    refused: AbstractSet[str]


def _one_row(instrument: Instrument, answers: Mapping[str, int | None]) -> dict[str, Answers]:
    """Each item's answer as a column of one row: views of one array, because this runs on every completed response."""
    unknown = answers.keys() - instrument.items_by_code.keys()
    if unknown:
        raise AnswersError(f"{instrument.code} has no item {', '.join(sorted(unknown))}")
    row = []
    for item in instrument.items:
        value = answers.get(item.code)
        if value is not None and not item.accepts(value):
            raise AnswersError(
                f"item {item.code} holds {value}, no whole number from {item.minimum} to {item.maximum}"
            )
        row.append(MISSING if value is None else value)
    values = np.array(row, dtype=np.int16)
    return {item.code: values[place : place + 1] for place, item in enumerate(instrument.items)}


def _gaps(
    instrument: Instrument,
    answers: Mapping[str, int | None],
    *,
    flags: Mapping[str, Flags],
    refused: AbstractSet[str],
) -> _Gaps:
    """Who refuses an item was not asked those that hang on it: they count as refused with it."""
    inapplicable = {code for code, rows in flags.items() if rows[0]}
    unanswered = {item.code for item in instrument.items if answers.get(item.code) is None}
    declined = unanswered & refused
    for item in instrument.items:
        if item.shown_if is not None and item.code in unanswered and item.shown_if.item in declined:
            declined = declined | {item.code}
    return _Gaps(all=unanswered | inapplicable, inapplicable=inapplicable, refused=declined)


def _score(scale: Scale, instrument: Instrument, scored: Mapping[str, ScaleColumns], gaps: _Gaps) -> Score:
    columns = scored[scale.code]
    value = float(columns.values[0])
    used = int(columns.used[0])
    missing = sum(code in gaps.all and code not in gaps.inapplicable for code in scale.items)
    if isnan(value):
        reason = _reason(_lacking(scale, instrument, scored, gaps), gaps)
        return Score(scale=scale.code, value=None, items_used=used, items_missing=missing, absent=reason)
    return Score(scale=scale.code, value=value, items_used=used, items_missing=missing, absent=None)


def _lacking(
    scale: Scale, instrument: Instrument, scored: Mapping[str, ScaleColumns], gaps: _Gaps
) -> AbstractSet[str]:
    """The items for want of which there is no score; of a summary, only those of its parts without a score."""
    if scale.rule is not Rule.SUMMARY:
        return gaps.all & set(scale.items)
    absent = [code for code in scale.scales if isnan(scored[code].values[0])]
    return gaps.all & {item for code in absent for item in instrument.scale(code).items}


def _reason(lacking: AbstractSet[str], gaps: _Gaps) -> Absent:
    if not lacking:
        return Absent.NO_VALUE_SET
    if lacking <= gaps.inapplicable:
        return Absent.FILTER
    return Absent.REFUSED if lacking <= gaps.inapplicable | gaps.refused else Absent.TOO_MANY_MISSING
