"""What the work list reads: everything that waits at some sites. Plain values only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from pro_service.core.lifecycle import ALERT_OPEN, ANSWERABLE, AssessmentState, MessageState
from pro_service.store.models import Alert, Assessment, Inbound, Message, OptOut, Patient
from pro_service.store.queries.facts import (
    AlertFacts,
    AssessmentFacts,
    alert_facts,
    assessment_facts,
    select_alerts,
    select_assessments,
)

_LIVE = [str(state) for state in ANSWERABLE]
_OPEN_ALERTS = [str(state) for state in ALERT_OPEN]
_NOT_ARRIVED = (MessageState.UNDELIVERED, MessageState.FAILED, MessageState.UNKNOWN)
_TROUBLES = {"undelivered": "undelivered", "failed": "invalid", "unknown": "unknown"}
_NEEDS_READING = ("distress", "not_understood", "correction", "wrong_person", "late", "parked", "no_wording")


@dataclass(frozen=True, kw_only=True)
class ContactTrouble:
    """A patient whom messages do not reach, or whose text somebody should read. `trouble`: a contact state,
    "opted_out", "wording_missing", or "reads_" and the reason.
    """

    patient_code: str
    trouble: str
    since_at: datetime


def open_alerts(session: Session, site_ids: Sequence[int], *, limit: int) -> tuple[AlertFacts, ...]:
    """Alerts somebody has to deal with: red first, in each colour those nobody has taken up, then the oldest."""
    rank = case({"red": 0, "amber": 1}, value=Alert.severity, else_=2)
    found = select_alerts().where(Alert.site_id.in_(site_ids), Alert.state.in_(_OPEN_ALERTS))
    taken_up = Alert.acknowledged_at.is_not(None)
    ordered = found.order_by(rank, taken_up, Alert.raised_at, Alert.id).limit(limit)
    return tuple(alert_facts(row) for row in session.execute(ordered))


def count_open_alerts(session: Session, site_ids: Sequence[int]) -> int:
    found = select(func.count()).select_from(Alert)
    return session.scalar(found.where(Alert.site_id.in_(site_ids), Alert.state.in_(_OPEN_ALERTS))) or 0


def count_closed_alerts(session: Session, site_ids: Sequence[int], *, since: datetime) -> int:
    found = select(func.count()).select_from(Alert)
    return session.scalar(found.where(Alert.site_id.in_(site_ids), Alert.closed_at >= since)) or 0


def overdue(
    session: Session, site_ids: Sequence[int], *, today: date, limit: int
) -> tuple[AssessmentFacts, ...]:
    """Assessments past their due date that can still be answered, the next to close first."""
    found = select_assessments().where(
        Patient.site_id.in_(site_ids), Assessment.state.in_(_LIVE), Assessment.due_on < today
    )
    rows = session.execute(found.order_by(Assessment.close_on, Patient.code).limit(limit))
    return tuple(assessment_facts(row) for row in rows)


def soon(
    session: Session, site_ids: Sequence[int], *, today: date, days: int, limit: int
) -> tuple[AssessmentFacts, ...]:
    """Assessments due within `days` from today on that are not answered yet."""
    waiting = [*_LIVE, AssessmentState.PLANNED]
    found = select_assessments().where(
        Patient.site_id.in_(site_ids),
        Assessment.state.in_(waiting),
        Assessment.due_on >= today,
        Assessment.due_on <= today + timedelta(days=days),
    )
    rows = session.execute(found.order_by(Assessment.due_on, Patient.code).limit(limit))
    return tuple(assessment_facts(row) for row in rows)


def next_due_on(session: Session, site_ids: Sequence[int], *, today: date) -> date | None:
    return session.scalar(
        select(func.min(Assessment.due_on))
        .join(Patient, Patient.id == Assessment.patient_id)
        .where(
            Patient.site_id.in_(site_ids),
            Assessment.state == AssessmentState.PLANNED,
            Assessment.due_on >= today,
        )
    )


def count_missed(session: Session, site_ids: Sequence[int], *, since: datetime) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(Assessment)
            .join(Patient, Patient.id == Assessment.patient_id)
            .where(
                Patient.site_id.in_(site_ids),
                Assessment.state == AssessmentState.MISSED,
                Assessment.finished_at >= since,
            )
        )
        or 0
    )


def messages_sent(session: Session, assessment_ids: Sequence[int]) -> Mapping[int, int]:
    """How many invitations and reminders went out for each assessment."""
    found = (
        select(Message.assessment_id, func.count())
        .where(
            Message.assessment_id.in_(assessment_ids),
            Message.kind.in_(("invitation", "reminder")),
            Message.accepted_at.is_not(None),
        )
        .group_by(Message.assessment_id)
    )
    return {row[0]: row[1] for row in session.execute(found) if row[0] is not None}


def troubles(
    session: Session, site_ids: Sequence[int], *, since: datetime, limit: int
) -> tuple[ContactTrouble, ...]:
    """Patients whom our texts do not reach, who opted out, or whose text waits for a reader; newest first."""
    found = [
        *_not_arrived(session, site_ids, since),
        *_opted_out(session, site_ids),
        *_withheld(session, site_ids),
        *_to_read(session, site_ids, since),
    ]
    newest = sorted(found, key=lambda one: (one.since_at, one.patient_code), reverse=True)
    return tuple(newest[:limit])


def _not_arrived(session: Session, site_ids: Sequence[int], since: datetime) -> list[ContactTrouble]:
    """Patients whose newest invitation or reminder did not arrive."""
    newest = (
        select(func.max(Message.id))
        .where(
            Message.patient_id.is_not(None),
            Message.accepted_at.is_not(None) | Message.state.in_(_NOT_ARRIVED),
        )
        .group_by(Message.patient_id)
    )
    found = (
        select(Patient.code, Message.state, Message.settled_at)
        .join(Patient, Patient.id == Message.patient_id)
        .where(
            Message.id.in_(newest),
            Patient.site_id.in_(site_ids),
            Message.state.in_(_NOT_ARRIVED),
            Message.settled_at >= since,
        )
    )
    return [
        ContactTrouble(patient_code=row[0], trouble=_TROUBLES[row[1]], since_at=row[2] or since)
        for row in session.execute(found)
    ]


def _opted_out(session: Session, site_ids: Sequence[int]) -> list[ContactTrouble]:
    """Patients who want no texts although something is still expected of them."""
    expects = select(Assessment.patient_id).where(Assessment.state.in_([*_LIVE, AssessmentState.PLANNED]))
    found = (
        select(Patient.code, OptOut.started_at)
        .join(Patient, Patient.contact_id == OptOut.contact_id)
        .where(Patient.site_id.in_(site_ids), OptOut.ended_at.is_(None), Patient.id.in_(expects))
    )
    return [
        ContactTrouble(patient_code=row[0], trouble="opted_out", since_at=row[1])
        for row in session.execute(found)
    ]


def _withheld(session: Session, site_ids: Sequence[int]) -> list[ContactTrouble]:
    """Patients who are asked nothing because a questionnaire lacks wording that may be used."""
    found = (
        select(Patient.code, func.min(Assessment.opens_at))
        .join(Patient, Patient.id == Assessment.patient_id)
        .where(
            Patient.site_id.in_(site_ids),
            Assessment.withheld_until.is_not(None),
            Assessment.state.in_([*_LIVE, AssessmentState.PLANNED]),
        )
        .group_by(Patient.code)
    )
    return [
        ContactTrouble(patient_code=row[0], trouble="wording_missing", since_at=row[1])
        for row in session.execute(found)
    ]


def _to_read(session: Session, site_ids: Sequence[int], since: datetime) -> list[ContactTrouble]:
    """Patients whose text a person should read."""
    found = (
        select(Patient.code, Inbound.outcome, Inbound.received_at)
        .join(Patient, Patient.id == Inbound.patient_id)
        .where(
            Patient.site_id.in_(site_ids), Inbound.outcome.in_(_NEEDS_READING), Inbound.received_at >= since
        )
    )
    return [
        ContactTrouble(patient_code=row[0], trouble=f"reads_{row[1]}", since_at=row[2])
        for row in session.execute(found)
    ]
