"""What is odd in the rows of an export, each with its reason: nothing is left out or mended in silence."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from pro_service.core.dataset.model import Row
from pro_service.core.dataset.stored import StoredAnswer, StoredResponse, StoredScore
from pro_service.core.instrument import Instrument
from pro_service.core.lifecycle import ANSWERABLE, ResponseState

_SCORED = frozenset({ResponseState.COMPLETED, ResponseState.CLOSED})
#: No device's clock is exact; this far ahead it is plainly wrong.
_CLOCK_MAY_DIFFER = timedelta(days=1)

Instruments = Mapping[str, Instrument]


@dataclass(frozen=True, kw_only=True)
class Oddity:
    """One odd thing: a code of the list `problem`, where it is, and the reason in English."""

    problem: str
    patient: str
    timepoint: str = ""
    instrument: str = ""
    subject: str = ""
    explanation: str

    def as_row(self) -> Row:
        return (
            self.problem,
            self.patient,
            self.timepoint,
            self.instrument,
            self.subject,
            self.explanation,
        )


def odd_answers(answers: Iterable[StoredAnswer], instruments: Instruments) -> Iterator[Oddity]:
    """Answers that their instrument cannot hold, or that come from the future."""
    for answer in answers:
        instrument = instruments.get(answer.instrument)
        if instrument is not None:
            item = instrument.items_by_code.get(answer.item)
            if item is None:
                yield _of_answer(answer, "unknown_item", f"{answer.instrument} has no item {answer.item}")
            elif answer.value is not None and not item.accepts(answer.value):
                limits = f"outside {item.minimum} to {item.maximum}"
                yield _of_answer(
                    answer, "out_of_range", f"version {answer.version}: {answer.value} is {limits}"
                )
        if answer.answered_at is not None and answer.answered_at - answer.received_at > _CLOCK_MAY_DIFFER:
            yield _of_answer(
                answer, "device_clock_ahead", f"version {answer.version}: answered_at lies after received_at"
            )


def odd_scores(scores: Iterable[tuple[StoredScore, bool]], *, rule_version: str) -> Iterator[Oddity]:
    """Scores that count (the flag) but were made by other rules than `rule_version`, that of this installation."""
    for score, is_latest in scores:
        if is_latest and score.rule_version != rule_version:
            yield Oddity(
                problem="older_scoring_rules",
                patient=score.patient,
                timepoint=score.timepoint,
                instrument=score.instrument,
                subject=score.scale,
                explanation=f"scored by rules {score.rule_version}; this code has {rule_version}",
            )


def odd_responses(responses: Iterable[StoredResponse], instruments: Instruments) -> Iterator[Oddity]:
    """Responses whose state, scores or definition do not go together."""
    for response in responses:
        instrument = instruments.get(response.instrument)
        if response.state in _SCORED and not response.scores:
            yield _of_response(response, "finished_without_scores", f"is {response.state} and has no score")
        if response.state == ResponseState.IN_PROGRESS and response.form_state not in ANSWERABLE:
            yield _of_response(response, "response_left_open", f"the form is {response.form_state}")
        if instrument is None:
            yield _of_response(response, "unknown_instrument", "no definition: its items are not described")
        elif response.instrument_version != instrument.version:
            given, known = response.instrument_version, instrument.version
            yield _of_response(response, "other_instrument_version", f"answered {given}, described {known}")


def _of_answer(answer: StoredAnswer, problem: str, explanation: str) -> Oddity:
    return Oddity(
        problem=problem,
        patient=answer.patient,
        timepoint=answer.timepoint,
        instrument=answer.instrument,
        subject=answer.item,
        explanation=explanation,
    )


def _of_response(response: StoredResponse, problem: str, explanation: str) -> Oddity:
    return Oddity(
        problem=problem,
        patient=response.patient,
        timepoint=response.timepoint,
        instrument=response.instrument,
        explanation=f"sitting {response.sitting}: {explanation}",
    )
