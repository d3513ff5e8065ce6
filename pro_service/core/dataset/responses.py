"""Rows of answers and scores: which version counts, in the order of the printed questionnaire."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from pro_service.core.dataset.model import Row
from pro_service.core.dataset.stored import StoredAnswer, StoredScore, StoredSitting
from pro_service.core.instrument import Instrument, Rule
from pro_service.core.lifecycle import ResponseState
from pro_service.core.provenance import originator_of
from pro_service.core.scoring import current, rule_order

#: How many columns an answer has without what is known of the form it came in.
_OWN = len(StoredAnswer._fields) - len(StoredAnswer._field_defaults)

Sitting = tuple[str, str, str, int]


def response_rows(sittings: Iterable[StoredSitting]) -> Iterator[Row]:
    """The rows of `responses`."""
    behind = StoredSitting._fields.index("wording_hash") + 1
    for each in sittings:
        yield (*each[:behind], each.wording_hash is None, *each[behind:])


def in_order_of_items(
    answers: Iterable[StoredAnswer], instruments: Mapping[str, Instrument]
) -> Iterator[StoredAnswer]:
    """Answers that come sitting by sitting, each sitting in the order of its instrument, oldest version first."""
    for (_, _, code, _), sitting in groupby(answers, key=_sitting):
        place = _places(instruments[code].items_by_code) if code in instruments else {}
        last = len(place)
        yield from sorted(sitting, key=lambda a: (place.get(a.item, last), a.item, a.version))


def item_rows(answers: Iterable[StoredAnswer]) -> Iterator[Row]:
    """The rows of `items`: answers whose versions follow each other."""
    for versions in _runs(answers):
        for answer in versions:
            counts = answer is versions[-1] and answer.response_state != ResponseState.SUPERSEDED
            originator = originator_of(answer.mode, answer.respondent)
            yield (*answer[:_OWN], counts, originator, *answer[_OWN + 1 :])


def in_order_of_scales(
    scores: Iterable[StoredScore], instruments: Mapping[str, Instrument]
) -> Iterator[tuple[StoredScore, bool]]:
    """Scores that come sitting by sitting, in the order of the instrument's scales, each with whether it counts."""
    for (_, _, code, _), sitting in groupby(scores, key=_sitting):
        place = _places(instruments[code].scales_by_code) if code in instruments else {}
        last = len(place)
        ordered = sorted(
            sitting,
            key=lambda s: (place.get(s.scale, last), s.scale, s.answers_version, rule_order(s.rule_version)),
        )
        counting = set(
            current(ordered, lambda score: score.rule_version, lambda score: score.answers_version)
        )
        for score in ordered:
            yield score, score in counting and score.response_state != ResponseState.SUPERSEDED


def score_rows(
    scores: Iterable[tuple[StoredScore, bool]], instruments: Mapping[str, Instrument]
) -> Iterator[Row]:
    """The rows of `scores`. A health state is a label made of digits, no quantity: 33222, not 33222.0."""
    labels = {
        (instrument.code, scale.code)
        for instrument in instruments.values()
        for scale in instrument.scales
        if scale.rule is Rule.STATE
    }
    for score, counts in scores:
        if (score.instrument, score.scale) in labels and score.value is not None:
            yield _score_row(score._replace(value=int(score.value)), counts=counts)
        else:
            yield _score_row(score, counts=counts)


def _score_row(score: StoredScore, *, counts: bool) -> Row:
    return (*score[:-1], counts, score.answers_version)


def _sitting(row: StoredAnswer | StoredScore) -> Sitting:
    return row.patient, row.timepoint, row.instrument, row.sitting


def _places(by_code: Mapping[str, object]) -> Mapping[str, int]:
    return {code: place for place, code in enumerate(by_code)}


def _runs(answers: Iterable[StoredAnswer]) -> Iterator[tuple[StoredAnswer, ...]]:
    for _, versions in groupby(answers, key=lambda a: (_sitting(a), a.item)):
        yield tuple(versions)
