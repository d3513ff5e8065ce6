"""Patients brought to the point a figure starts from, by the same use cases as in life."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime

from pro_service.core.instrument import Instrument, Item
from pro_service.services.answers import responses
from pro_service.services.answers.deposits import GivenAnswer
from pro_service.services.messages.outbox import link_token
from pro_service.store.db import reading
from pro_service.store.models import Assessment, Patient
from tests.trial import START, Trial

STOPPED_ON = date(2026, 1, 12)
#: The window of M1.5 is open and its invitation is due.
M15_OPEN_AT = datetime(2026, 2, 18, 12, tzinfo=UTC)
BASELINE, FIRST = "BASE", "M1.5"


def code_of(number: int) -> str:
    return f"03-{number:03d}"


def phone_of(number: int) -> str:
    """A number of the range kept for fiction."""
    return f"+3363998{number:04d}"


def include(heroes: Trial, count: int, *, sms_items: bool = False) -> None:
    """Patients 03-000 and so on, included today; their baseline is open."""
    for number in range(count):
        heroes.include(code_of(number), phone=phone_of(number), sms_items=sms_items)
    heroes.beat(rounds=1)


def reach_first_timepoint(heroes: Trial, count: int) -> None:
    """Treatment is stopped and M1.5 is open; its invitations are not sent yet."""
    heroes.now = datetime(2026, 1, 12, 12, tzinfo=UTC)
    for number in range(count):
        heroes.record("treatment_stopped", STOPPED_ON, code_of(number))
    heroes.now = M15_OPEN_AT


def tokens(heroes: Trial, key: str) -> Mapping[str, str]:
    """The link of each patient's assessment `key`, by patient code."""
    installation = heroes.installation
    with heroes.app.app_context(), reading() as session:
        found = session.query(Patient, Assessment).join(Assessment, Assessment.patient_id == Patient.id)
        return {
            patient.code: link_token(installation, patient=patient, assessment=row)
            for patient, row in found.filter(Assessment.key == key).order_by(Patient.id)
        }


def answer(
    heroes: Trial, token: str, instrument: str, choose: Callable[[Item], int], *, finish: bool = True
) -> None:
    """Deposit a whole instrument over a link, and complete it."""
    installation = heroes.installation
    given = answers(installation.catalogue.instruments[instrument], choose)
    with heroes.app.app_context():
        responses.answer(
            installation, token=token, instrument=instrument, answers=given, now=heroes.now, finish=finish
        )


def answers(instrument: Instrument, choose: Callable[[Item], int]) -> tuple[GivenAnswer, ...]:
    return tuple(
        GivenAnswer(client_id=None, item=item.code, value=choose(item), answered_at=START)
        for item in instrument.items
    )


def well(item: Item) -> int:
    """The best answer of the QLQ-C30: 1 of 4, or 7 of 7 for the two overall items."""
    return item.maximum if item.maximum == 7 else item.minimum


def worse(item: Item) -> int:
    """An answer far enough from `well` to raise alerts on most scales."""
    return item.minimum + 2


def tired(item: Item) -> int:
    """Fatigue and sleep are worse, everything else is well: one or two alerts, as a deterioration mostly has."""
    return worse(item) if item.code in ("q10", "q11", "q12", "q18") else well(item)


def with_baseline(heroes: Trial, count: int) -> None:
    """Patients who answered the QLQ-C30 well at the baseline and may now answer it at M1.5."""
    include(heroes, count)
    for token in tokens(heroes, BASELINE).values():
        answer(heroes, token, "qlq-c30", well)
    reach_first_timepoint(heroes, count)
    heroes.beat(rounds=1)
