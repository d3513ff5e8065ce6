"""Keeps each patient's SMS dialogue: begun with the invitation, told what the link page does meanwhile."""

from dataclasses import replace
from datetime import datetime

from pro_service.core import dialogue
from pro_service.core.dialogue import Dialogue, Stage
from pro_service.core.instrument import Instrument
from pro_service.core.lifecycle import ANSWERABLE, AssessmentState
from pro_service.core.protocol import Protocol
from pro_service.services import sittings
from pro_service.services.installation import Installation
from pro_service.store.db import Session
from pro_service.store.models import Assessment, Patient, SmsDialogue
from pro_service.store.records import assessments, inbound


def instruments_by_sms(
    installation: Installation, *, protocol: Protocol, row: Assessment
) -> tuple[Instrument, ...]:
    """Those of the assessment's instruments that are short enough to be asked item by item."""
    most = protocol.answering.sms_items_max
    bundle = _bundle(installation, row)
    return tuple(instrument for instrument in bundle if dialogue.sms_eligible(instrument, most))


def invite(
    session: Session, installation: Installation, protocol: Protocol, patient: Patient, row: Assessment
) -> None:
    """Begin the dialogue of an assessment, unless another one is going on: one at a time."""
    current = inbound.dialogue(session, patient.id)
    if current is not None and _goes_on(session, current):
        return
    mute = dialogue.from_document(current.state).mute if current is not None else None
    turn = dialogue.invite(
        assessment_id=row.id,
        bundle=_bundle(installation, row),
        sms_items_max=protocol.answering.sms_items_max,
        closes_at=row.closes_at,
    )
    save(session, patient, replace(turn.state, mute=mute))


def load(session: Session, patient: Patient) -> Dialogue:
    """Where the patient stands; an idle dialogue if none was ever begun."""
    row = inbound.dialogue(session, patient.id)
    return dialogue.idle() if row is None else dialogue.from_document(row.state)


def standing(session: Session, patient: Patient, state: Dialogue, *, received_at: datetime) -> Dialogue:
    """The dialogue as the world has become: what is no longer expected is not asked, what is closed is too late."""
    if state.assessment_id is None:
        return state
    row = assessments.by_id(session, state.assessment_id)
    if patient.ended_on is not None or row.state == AssessmentState.CANCELLED:
        return dialogue.idle(mute=state.mute)
    if row.state not in ANSWERABLE:
        return replace(state, closes_at=min(received_at, row.closes_at))
    return state


def with_sitting(
    session: Session, installation: Installation, patient: Patient, state: Dialogue, *, received_at: datetime
) -> Dialogue:
    """The dialogue that knows whether an answer received at this instant would begin the open part anew."""
    if state.assessment_id is None or state.open is None:
        return state
    definition = installation.catalogue.instruments[state.open.instrument]
    row = assessments.by_id(session, state.assessment_id)
    begun = sittings.of(session, patient, row, definition)
    return replace(state, over=sittings.is_over(begun, at=received_at))


def save(session: Session, patient: Patient, state: Dialogue) -> None:
    row = inbound.dialogue(session, patient.id)
    document = dialogue.to_document(state)
    if row is None:
        session.add(SmsDialogue(patient_id=patient.id, state=document))
    else:
        row.state = document


def note_link(
    session: Session, patient: Patient, row: Assessment, instrument: str, *, completed: bool
) -> None:
    """The link page has begun or completed an instrument: the dialogue must not ask it any more."""
    current = inbound.dialogue(session, patient.id)
    if current is None:
        return
    state = dialogue.from_document(current.state)
    if state.assessment_id != row.id or instrument not in state.instruments:
        return
    if instrument not in state.completed:
        # Answers by text are of a sitting that is over: in one that is not, the link would have been refused.
        state = state.anew(instrument)
    note = dialogue.completed_by_link if completed else dialogue.taken_by_link
    save(session, patient, note(state, (instrument,)))


def _bundle(installation: Installation, row: Assessment) -> tuple[Instrument, ...]:
    return tuple(installation.catalogue.instruments[code] for code in row.instruments)


def _goes_on(session: Session, current: SmsDialogue) -> bool:
    state = dialogue.from_document(current.state)
    if state.assessment_id is None or state.stage is Stage.FINISHED:
        return False
    return assessments.by_id(session, state.assessment_id).state in ANSWERABLE
