"""Takes incoming texts: kept first, byte for byte, in their own transaction; read later, one transaction each."""

import logging
from collections.abc import Iterable
from datetime import datetime

from pro_service.core import dialogue
from pro_service.core.dialogue import (
    AskHuman,
    CompleteInstrument,
    Correction,
    Effect,
    Late,
    Need,
    NotUnderstood,
    OptIn,
    OptOut,
    Record,
    Turn,
    Withdraw,
)
from pro_service.services.answers import dialogues, prompts, questions_left
from pro_service.services.answers.deposits import GivenAnswer, answerable, deposit, finish_instrument
from pro_service.services.installation import Installation
from pro_service.services.messages import replies
from pro_service.services.messages.outbox import record_opt_out
from pro_service.store import vault
from pro_service.store.db import Session, insert_once, reading, transaction
from pro_service.store.models import Inbound, Patient
from pro_service.store.records import assessments, inbound, locks, messages, people, responses

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
_UNKNOWN_SENDER = "unknown_sender"


def receive_text(
    installation: Installation,
    *,
    provider_sid: str,
    sender: str,
    text: str,
    raw: bytes,
    opt_out: str | None,
    now: datetime,
) -> bool:
    """Keep one incoming text. False if the provider sent it before: it has no second effect."""
    with transaction() as session:
        index = vault.phone_index(session, installation.keys, sender)
        contact_id = vault.contact_of(session, index=index)
        added = insert_once(
            session,
            Inbound,
            {
                "provider_sid": provider_sid,
                "contact_id": contact_id,
                "sender_index": index,
                **inbound.sealed(session, installation.keys, provider_sid, contact_id, raw=raw, text=text),
                "provider_keyword": opt_out,
                "attempts": 0,
                "received_at": now,
            },
        )
        return added is not None


def read_texts(installation: Installation, *, now: datetime, limit: int = 100) -> int:
    """Read what has come in, each text in its own transaction; what fails three times waits for a person."""
    with reading() as session:
        waiting = inbound.unread(session, most_attempts=MOST_ATTEMPTS, limit=limit)
        given_up = inbound.given_up(session, most_attempts=MOST_ATTEMPTS, limit=limit)
    for inbound_id in given_up:  # whoever tried last was killed before it could say so
        _park(inbound_id)
    for inbound_id in waiting:
        attempts = _count_attempt(inbound_id)
        try:
            _read_one(installation, inbound_id, now=now)
        except Exception:
            # A text on which we fail must not hold up the others; it is tried again, then shown to a person.
            log.exception("an incoming text could not be read", extra={"inbound_id": inbound_id})
            if attempts >= MOST_ATTEMPTS:
                _park(inbound_id)
    return len(waiting)


def _read_one(installation: Installation, inbound_id: int, *, now: datetime) -> None:
    with transaction() as session:
        row = inbound.locked(session, inbound_id)
        if row.processed_at is None:
            row.outcome = _read(session, installation, row, now=now)
            row.processed_at = now


def _count_attempt(inbound_id: int) -> int:
    # Committed before the reading: a text on which we fail each time must not be tried for ever.
    with transaction() as session:
        row = inbound.locked(session, inbound_id)
        row.attempts += 1
        return row.attempts


def _park(inbound_id: int) -> None:
    """Put a text that we cannot read where its patient's site sees it."""
    with transaction() as session:
        row = inbound.locked(session, inbound_id)
        contact_id = _contact_of(session, row)
        patient = people.patient_of_contact(session, contact_id) if contact_id else None
        row.patient_id = patient.id if patient else None
        row.outcome = "parked"


def _contact_of(session: Session, row: Inbound) -> str | None:
    """Whose text it is: as known at receipt, or of somebody who was enrolled since."""
    if row.contact_id is None and row.sender_index is not None:
        return vault.contact_of(session, index=row.sender_index)
    return row.contact_id


def _read(session: Session, installation: Installation, row: Inbound, *, now: datetime) -> str:
    contact_id = _contact_of(session, row)
    patient = people.patient_of_contact(session, contact_id) if contact_id else None
    if patient is None:
        return _UNKNOWN_SENDER  # kept, and never answered
    row.patient_id = patient.id
    text = inbound.text_of(session, installation.keys, row)
    if locks.is_locked(session, patient.id):
        return _kept_only(session, patient, text, now=now)
    state = dialogues.standing(
        session, patient, dialogues.load(session, patient), received_at=row.received_at
    )
    if dialogue.asks_to_go_on(text, language=patient.language):
        state = questions_left.take_up(session, installation, patient, state, now=now)
    state = dialogues.with_sitting(session, installation, patient, state, received_at=row.received_at)
    words = dialogues.words(session, installation, patient, state, received_at=row.received_at, now=now)
    step = dialogue.step_unavailable if words.lacking else dialogue.step
    turn = step(
        state,
        text,
        instruments=words.instruments,
        language=patient.language,
        now=now,
        received_at=row.received_at,
    )
    if any(isinstance(effect, NotUnderstood) for effect in turn.effects):
        prompts.note_text(session, turn.state, row, text, now=now)
    dialogues.save(session, patient, turn.state)
    _apply(session, installation, patient, row, turn, now=now)
    replies.put_replies(session, patient, row, turn, words, now=now)
    return _outcome(turn)


def _kept_only(session: Session, patient: Patient, text: str, *, now: datetime) -> str:
    """Under a lock a text changes no datum and is not answered. A STOP is heeded, and distress is put before people."""
    if dialogue.asks_to_stop(text):
        record_opt_out(
            session, contact_id=patient.contact_id, study_id=patient.study_id, source="text", now=now
        )
    return Need.DISTRESS if dialogue.sounds_distressed(text) else locks.CAUSE


def _apply(
    session: Session, installation: Installation, patient: Patient, row: Inbound, turn: Turn, *, now: datetime
) -> None:
    for effect in _silence_first(turn.effects):
        match effect:
            case Record() | Withdraw():
                _deposit(session, installation, patient, row, turn, effect, now=now)
            case CompleteInstrument(instrument=instrument):
                _complete(session, installation, patient, turn, instrument, now=now)
            case OptOut():
                record_opt_out(
                    session, contact_id=patient.contact_id, study_id=patient.study_id, source="text", now=now
                )
            case AskHuman(need=Need.WRONG_PERSON):
                record_opt_out(
                    session,
                    contact_id=patient.contact_id,
                    study_id=patient.study_id,
                    source="wrong_person",
                    now=now,
                )
            case OptIn():
                messages.end_opt_out(
                    session, contact_id=patient.contact_id, study_id=patient.study_id, now=now
                )
            case _:
                pass


def _silence_first(effects: Iterable[Effect]) -> list[Effect]:
    """Opting out comes before anything is said: what waits is held back, and only the confirmation goes out."""
    return sorted(effects, key=lambda effect: not isinstance(effect, OptOut))


def _deposit(
    session: Session,
    installation: Installation,
    patient: Patient,
    row: Inbound,
    turn: Turn,
    effect: Record | Withdraw,
    *,
    now: datetime,
) -> None:
    if turn.state.assessment_id is None:
        return
    assessment = assessments.by_id(session, turn.state.assessment_id)
    if not answerable(assessment, now=row.received_at):
        return  # the plan took the assessment away meanwhile; the text itself is kept
    given = GivenAnswer(
        client_id=None,
        item=effect.item,
        value=effect.value if isinstance(effect, Record) else None,
        refused=isinstance(effect, Record) and effect.refused,
        answered_at=row.received_at,
        inbound_id=row.id,
    )
    deposit(
        session,
        installation,
        patient,
        assessment,
        instrument=effect.instrument,
        answers=(given,),
        mode="sms",
        now=now,
    )


def _complete(
    session: Session,
    installation: Installation,
    patient: Patient,
    turn: Turn,
    instrument: str,
    *,
    now: datetime,
) -> None:
    if turn.state.assessment_id is None:
        return
    assessment = assessments.by_id(session, turn.state.assessment_id)
    response = responses.of_assessment(session, assessment.id).get(instrument)
    if response is not None and response.finished_at is None:
        finish_instrument(session, installation, patient, assessment, response, now=now)


def _outcome(turn: Turn) -> str:
    """The one word under which the text is found again; what a person must see comes first."""
    for effect in turn.effects:
        if isinstance(effect, AskHuman):
            return str(effect.need)
    for kind, word in (
        (NotUnderstood, "not_understood"),
        (Late, "late"),
        (Correction, "correction"),
        (OptOut, "opt_out"),
    ):
        if any(isinstance(effect, kind) for effect in turn.effects):
            return word
    return "answer" if any(isinstance(effect, Record) for effect in turn.effects) else "command"
