"""What a virtual trial reads of itself: new alerts while it runs; the ledger, the outbox and the inbox at its end."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pro_service.store.models import (
    Alert,
    Assessment,
    CourseEvent,
    Inbound,
    Message,
    Patient,
    Response,
    Study,
)


@dataclass(frozen=True, kw_only=True)
class RaisedAlert:
    """One alert with what it is about, by names that are the same in every run."""

    alert_id: int
    site_id: int
    patient: str
    key: str
    instrument: str
    rule: str
    scale: str
    severity: str
    state: str
    raised_at: datetime
    acknowledged_at: datetime | None
    closed_at: datetime | None

    @property
    def name(self) -> str:
        return "/".join((self.patient, self.key, self.instrument, self.rule, self.scale))


@dataclass(frozen=True, kw_only=True)
class LedgerRow:
    """One assessment as it stands. `asked_at`: when the provider took its invitation."""

    patient: str
    key: str
    rule: str
    due_on: date
    open_on: date
    close_on: date
    instruments: tuple[str, ...]
    state: str
    reason: str
    expected_now: bool
    time_zone: str
    asked_at: datetime | None
    begun_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class SentMessage:
    """One message of the outbox without its words and without its number. `to` is a patient's code or "staff"."""

    to: str
    key: str
    kind: str
    ordinal: int
    state: str
    provider_status: str
    error_code: int | None
    cause: str
    attempts: int
    sid: str | None
    created_at: datetime
    accepted_at: datetime | None


def alerts_after(session: Session, alert_id: int) -> tuple[RaisedAlert, ...]:
    """Alerts raised after the one with this id, in order; all of them after 0."""
    rows = session.execute(
        select(Alert, Patient.code, Assessment.key, Response.instrument)
        .join(Response, Response.id == Alert.response_id)
        .join(Assessment, Assessment.id == Response.assessment_id)
        .join(Patient, Patient.id == Alert.patient_id)
        .where(Alert.id > alert_id)
        .order_by(Alert.id)
    )
    return tuple(_alert(alert, code, key, instrument) for alert, code, key, instrument in rows)


def _alert(alert: Alert, patient: str, key: str, instrument: str) -> RaisedAlert:
    return RaisedAlert(
        alert_id=alert.id,
        site_id=alert.site_id,
        patient=patient,
        key=key,
        instrument=instrument,
        rule=alert.rule,
        scale=alert.scale,
        severity=alert.severity,
        state=alert.state,
        raised_at=alert.raised_at,
        acknowledged_at=alert.acknowledged_at,
        closed_at=alert.closed_at,
    )


def ledger(session: Session, study: str) -> tuple[LedgerRow, ...]:
    """Every assessment of a study, by patient, due date and key."""
    invited = (
        select(Message.assessment_id, Message.accepted_at)
        .where(Message.kind == "invitation")
        .subquery("invited")
    )
    rows = session.execute(
        select(Assessment, Patient.code, Patient.time_zone, invited.c.accepted_at)
        .join(Patient, Patient.id == Assessment.patient_id)
        .join(Study, Study.id == Patient.study_id)
        .outerjoin(invited, invited.c.assessment_id == Assessment.id)
        .where(Study.code == study)
        .order_by(Patient.code, Assessment.due_on, Assessment.key)
    )
    return tuple(_ledger_row(row, code, zone, asked_at) for row, code, zone, asked_at in rows)


def _ledger_row(row: Assessment, patient: str, time_zone: str, asked_at: datetime | None) -> LedgerRow:
    return LedgerRow(
        patient=patient,
        key=row.key,
        rule=row.rule,
        due_on=row.due_on,
        open_on=row.open_on,
        close_on=row.close_on,
        instruments=tuple(row.instruments),
        state=row.state,
        reason=str((row.reason or {}).get("code", "")),
        expected_now=row.expected_now,
        time_zone=time_zone,
        asked_at=asked_at,
        begun_at=row.begun_at,
        finished_at=row.finished_at,
    )


def outbox(session: Session, study: str) -> tuple[SentMessage, ...]:
    """Every message of a study in the order it was put in."""
    rows = session.execute(
        select(Message, Patient.code, Assessment.key)
        .join(Study, Study.id == Message.study_id)
        .outerjoin(Patient, Patient.id == Message.patient_id)
        .outerjoin(Assessment, Assessment.id == Message.assessment_id)
        .where(Study.code == study)
        .order_by(Message.id)
    )
    return tuple(_message(row, patient, key) for row, patient, key in rows)


def _message(row: Message, patient: str | None, key: str | None) -> SentMessage:
    return SentMessage(
        to=patient or "staff",
        key=key or "",
        kind=row.kind,
        ordinal=row.ordinal,
        state=row.state,
        provider_status=row.provider_status or "",
        error_code=row.error_code,
        cause=row.cause or "",
        attempts=row.attempts,
        sid=row.sid,
        created_at=row.created_at,
        accepted_at=row.accepted_at,
    )


def inbox_outcomes(session: Session) -> Counter[str]:
    """How many incoming texts were read as what; `unread` for those that were not."""
    return Counter(
        outcome or "unread" for outcome in session.scalars(select(Inbound.outcome).order_by(Inbound.id))
    )


def pinned_protocols(session: Session, study: str) -> dict[str, str]:
    """The protocol version of each patient of a study, by code."""
    rows = session.execute(
        select(Patient.code, Patient.protocol_version)
        .join(Study, Study.id == Patient.study_id)
        .where(Study.code == study)
        .order_by(Patient.code)
    )
    return {row[0]: row[1] for row in rows}


def site_of_fact(session: Session, event_id: int) -> int:
    """The id of the site that looks after the patient of a fact."""
    found = select(Patient.site_id).join(CourseEvent, CourseEvent.patient_id == Patient.id)
    return session.scalars(found.where(CourseEvent.id == event_id)).one()
