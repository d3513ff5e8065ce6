"""Keeps each patient's SMS dialogue: begun with the invitation, told what the link page does meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pro_service.core import dialogue
from pro_service.core.dialogue import Dialogue, Stage
from pro_service.core.instrument import Instrument
from pro_service.core.lifecycle import ANSWERABLE, AssessmentState
from pro_service.core.wording import Mode
from pro_service.services.answers import sittings
from pro_service.services.installation import Installation
from pro_service.services.wordings import gate
from pro_service.store.db import Session
from pro_service.store.models import Assessment, Patient, SmsDialogue
from pro_service.store.records import assessments, inbound


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a dialogue may say now: instruments with their wordings, and the instant at which these may no more be used.

    `lacking` if an instrument that is still to be asked here has no wording that may be used in a text.
    """

    lacking: bool
    instruments: Mapping[str, Instrument]
    until: datetime | None = None


def candidates_for_sms(
    installation: Installation, *, patient: Patient, row: Assessment
) -> tuple[Instrument, ...]:
    """Instruments short enough to be asked item by item, of a patient who may be and can reply. Licences aside."""
    if installation.way(sms_items=patient.sms_items) != "sms":
        return ()
    most = installation.catalogue.protocols[patient.protocol_version].answering.sms_items_max
    bundle = bundle_of(installation, row=row)
    return tuple(instrument for instrument in bundle if dialogue.sms_eligible(instrument, most))


def words(
    session: Session,
    installation: Installation,
    patient: Patient,
    state: Dialogue,
    *,
    received_at: datetime,
    now: datetime,
) -> Words:
    """The words for a text that has come in."""
    known = installation.catalogue.instruments
    if not state.instruments:
        return Words(lacking=False, instruments=known)
    bundle = [known[code] for code in state.instruments]
    to_ask = [known[code] for code in state.to_ask] if _waits(state, received_at) else []
    allowed = gate.allowed(session, installation, patient, to_ask, mode=Mode.SMS, now=now)
    shown = gate.shown_to(session, installation, patient, bundle, mode=Mode.SMS, now=now)
    return Words(
        lacking=len(allowed) < len(to_ask),
        instruments={**known, **{each.code: each for each in shown.instruments}},
        until=gate.last_moment(session, installation, patient, to_ask, now=now),
    )


def _waits(state: Dialogue, received_at: datetime) -> bool:
    """Does something wait for the patient's reply? After the close nothing is asked any more."""
    in_time = state.closes_at is None or received_at < state.closes_at
    return state.stage is not Stage.FINISHED and in_time


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
    begun = sittings.of(session, installation, patient, row, definition)
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


def bundle_of(installation: Installation, *, row: Assessment) -> tuple[Instrument, ...]:
    return tuple(installation.catalogue.instruments[code] for code in row.instruments)
