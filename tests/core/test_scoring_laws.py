"""What holds for every instrument and every set of answers."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pro_service.core.instrument import Instrument, Missing, Rule
from pro_service.core.scoring import (
    MISSING,
    HadsMissing,
    ScoringChoices,
    score_columns,
    score_range,
    score_response,
)
from pro_service.store.catalogue import load_instruments

SHIPPED = load_instruments()
VALUE_SETS = sorted(SHIPPED["eq-5d-5l"].value_sets)

Answers = Mapping[str, int | None]


def responses(instrument: Instrument) -> st.SearchStrategy[Answers]:
    """Full, sparse and empty responses alike."""
    items = {item.code: st.none() | st.integers(item.minimum, item.maximum) for item in instrument.items}
    full = {item.code: st.integers(item.minimum, item.maximum) for item in instrument.items}
    return (
        st.fixed_dictionaries(items) | st.fixed_dictionaries(full) | st.fixed_dictionaries({}, optional=items)
    )


def column(crowd: Sequence[Answers], code: str) -> NDArray[np.int8]:
    values = (answers.get(code) for answers in crowd)
    return np.array([MISSING if value is None else value for value in values], dtype=np.int8)


choices = st.builds(
    ScoringChoices,
    value_set=st.none() | st.sampled_from(VALUE_SETS),
    hads_missing=st.sampled_from(HadsMissing),
)
every_instrument = pytest.mark.parametrize("code", sorted(SHIPPED))


@every_instrument
@given(data=st.data(), choice=choices)
def test_a_response_scores_alone_as_it_does_in_a_crowd(
    code: str, data: st.DataObject, choice: ScoringChoices
) -> None:
    instrument = SHIPPED[code]
    crowd = data.draw(st.lists(responses(instrument), min_size=1, max_size=4))
    columns = {item.code: column(crowd, item.code) for item in instrument.items}
    together = score_columns(instrument, columns, choices=choice)
    for row, answers in enumerate(crowd):
        for score in score_response(instrument, answers, choices=choice):
            among_others = float(together[score.scale][row])
            assert (None if np.isnan(among_others) else among_others) == score.value


@every_instrument
@given(data=st.data(), choice=choices)
def test_a_score_is_in_its_range_or_absent_with_a_reason(
    code: str, data: st.DataObject, choice: ScoringChoices
) -> None:
    instrument = SHIPPED[code]
    for score in score_response(instrument, data.draw(responses(instrument)), choices=choice):
        assert (score.value is None) == (score.absent is not None)
        if score.value is not None:
            span = score_range(instrument, score.scale, choices=choice)
            assert span is not None
            assert span[0] <= score.value <= span[1]


@every_instrument
@given(data=st.data(), choice=choices)
def test_taking_an_answer_away_never_makes_a_score_appear(
    code: str, data: st.DataObject, choice: ScoringChoices
) -> None:
    """Of items that others hang on it may: without the answer that excluded it, an item counts again."""
    instrument = SHIPPED[code]
    conditions = {item.shown_if.item for item in instrument.items if item.shown_if is not None}
    answers = data.draw(responses(instrument))
    loose = sorted(set(answers) - conditions)
    fewer = {**answers, data.draw(st.sampled_from(loose)): None} if loose else answers
    before = score_response(instrument, answers, choices=choice)
    after = score_response(instrument, fewer, choices=choice)
    assert all(then.value is None for then, first in zip(after, before, strict=True) if first.value is None)


@every_instrument
@given(data=st.data())
def test_a_half_rule_scale_stands_from_exactly_half_of_its_items(code: str, data: st.DataObject) -> None:
    instrument = SHIPPED[code]
    answers = data.draw(responses(instrument))
    excluded = {item.code for item in instrument.items if item.shown_if is not None}
    for score in score_response(instrument, answers, choices=ScoringChoices()):
        scale = instrument.scale(score.scale)
        if scale.rule is Rule.MEAN_TRANSFORM and scale.missing is Missing.AT_LEAST_HALF:
            if not excluded & set(scale.items):
                answered = sum(answers.get(item) is not None for item in scale.items)
                assert answered == score.items_used
            assert (score.value is not None) == (2 * score.items_used >= len(scale.items))


@every_instrument
@given(data=st.data())
def test_refusing_changes_the_reason_and_never_a_value(code: str, data: st.DataObject) -> None:
    instrument = SHIPPED[code]
    answers = data.draw(responses(instrument))
    refused = frozenset(item.code for item in instrument.items if answers.get(item.code) is None)
    plain = score_response(instrument, answers, choices=ScoringChoices())
    told = score_response(instrument, answers, choices=ScoringChoices(), refused=refused)
    assert [score.value for score in plain] == [score.value for score in told]
    assert {score.absent for score in told} <= {None, "refused", "filter", "no_value_set"}
