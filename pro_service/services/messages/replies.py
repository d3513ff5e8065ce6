"""Puts what a dialogue says to a patient into the outbox."""

from datetime import datetime, timedelta

from pro_service.core.dialogue import Say, Turn
from pro_service.core.wording import LINK, compose
from pro_service.services.answers import dialogues
from pro_service.store.db import Session
from pro_service.store.models import Inbound, Patient
from pro_service.store.records import messages, people

_REPLY_LASTS = timedelta(hours=2)


def put_replies(
    session: Session, patient: Patient, row: Inbound, turn: Turn, words: dialogues.Words, *, now: datetime
) -> None:
    """Put what is to be said into the outbox; a question does not go out when its wording may no more be used."""
    says = [effect for effect in turn.effects if isinstance(effect, Say)]
    for ordinal, say in enumerate(says, start=1):
        lasts = now + _REPLY_LASTS
        asks = words.until is not None and "question" in say.params
        until = min(lasts, words.until) if asks and words.until is not None else lasts
        _say(session, patient, row, turn, say, ordinal, until=until, now=now)


def _say(
    session: Session,
    patient: Patient,
    row: Inbound,
    turn: Turn,
    say: Say,
    ordinal: int,
    *,
    until: datetime,
    now: datetime,
) -> None:
    context: dict[str, str | int] = {
        "study": people.study_of(session, patient).code.upper(),
        "phone": people.site_of(session, patient).phone,
        "link": LINK,
        **say.params,
    }
    messages.put(
        session,
        natural_key=f"reply:{row.id}:{ordinal}",
        study_id=patient.study_id,
        patient_id=patient.id,
        assessment_id=turn.state.assessment_id,
        kind="reply",
        ordinal=ordinal,
        priority=0,
        contact_id=patient.contact_id,
        body=compose(say.key, patient.language, context),
        not_before=now,
        not_after=until,
        created_at=now,
    )
