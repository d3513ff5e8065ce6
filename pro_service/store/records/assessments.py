"""Rows of assessments, and what has become due of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from pro_service.core.lifecycle import ANSWERABLE, ASSESSMENT, AssessmentState, step
from pro_service.core.plan import Existing
from pro_service.store.models import Assessment, AssessmentChange

#: The reason of an assessment whose window was over before it was known.
BORN_LATE = "window_over_before_known"
#: The reason of an assessment that was never put before its patient: no wording was allowed while its window was open.
NEVER_WORDED = "wording_missing"
_LIVE = [str(state) for state in ANSWERABLE]


def of_patient(session: Session, patient_id: int) -> Sequence[Assessment]:
    return session.scalars(
        select(Assessment)
        .where(Assessment.patient_id == patient_id)
        .order_by(Assessment.due_on, Assessment.key)
    ).all()


def by_id(session: Session, assessment_id: int) -> Assessment:
    return session.get_one(Assessment, assessment_id)


def find(session: Session, assessment_id: int) -> Assessment | None:
    return session.get(Assessment, assessment_id)


def by_link(session: Session, link_hash: str) -> Assessment | None:
    return session.scalar(select(Assessment).where(Assessment.link_hash == link_hash))


def as_existing(row: Assessment) -> Existing:
    return Existing(
        key=row.key,
        rule=row.rule,
        due_on=row.due_on,
        open_on=row.open_on,
        close_on=row.close_on,
        instruments=tuple(row.instruments),
        state=AssessmentState.PLANNED if never_offered(row) or _let_close_too_soon(row) else row.state,
        touched=row.begun_at is not None,
        reason=row.reason,
    )


def never_offered(row: Assessment) -> bool:
    """Was its window over before anybody here knew of it, or without wording? Then nobody let it close: a correction
    may move it.
    """
    never = (BORN_LATE, NEVER_WORDED)
    return row.state == AssessmentState.MISSED and (row.reason or {}).get("code") in never


def _let_close_too_soon(row: Assessment) -> bool:
    """Did it close by a planned day while the event was not a fact yet? Then nothing is final: the fact may move it."""
    return (
        row.provisional
        and row.begun_at is None
        and row.state in (AssessmentState.MISSED, AssessmentState.OPEN)
    )


def to_open(session: Session, *, now: datetime, limit: int) -> Sequence[tuple[int, int]]:
    """(assessment id, patient id) of planned assessments whose window has begun (it may even be over).

    Those that are withheld wait until they are to be looked at again, so that they do not hold up the others.
    """
    waits = Assessment.withheld_until.is_not(None) & (Assessment.withheld_until > now)
    return _due(session, [AssessmentState.PLANNED], Assessment.opens_at, now, limit, ~waits)


def to_close(session: Session, *, now: datetime, limit: int) -> Sequence[tuple[int, int]]:
    """(assessment id, patient id) of open assessments whose window is over."""
    return _due(session, _LIVE, Assessment.closes_at, now, limit)


def to_contact(session: Session, *, now: datetime, limit: int) -> Sequence[tuple[int, int]]:
    """(assessment id, patient id) of open assessments for which a message is due."""
    return _due(session, _LIVE, Assessment.next_contact_at, now, limit)


def _due(
    session: Session,
    states: Sequence[str],
    column: Any,
    now: datetime,
    limit: int,
    *further: ColumnElement[bool],
) -> Sequence[tuple[int, int]]:
    found = (
        select(Assessment.id, Assessment.patient_id)
        .where(Assessment.state.in_(states), column <= now, *further)
        .order_by(column, Assessment.id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in session.execute(found)]


def next_moment(session: Session) -> datetime | None:
    """The earliest instant at which an assessment opens, closes or calls for a message."""
    not_begun = Assessment.state == AssessmentState.PLANNED
    planned = select(Assessment.opens_at).where(not_begun, Assessment.withheld_until.is_(None))
    withheld = select(Assessment.withheld_until).where(not_begun, Assessment.withheld_until.is_not(None))
    live = Assessment.state.in_(_LIVE)
    closing = select(Assessment.closes_at).where(live)
    contact = select(Assessment.next_contact_at).where(live, Assessment.next_contact_at.is_not(None))
    moments = [
        session.scalar(found.order_by(column).limit(1))
        for found, column in (
            (planned, Assessment.opens_at),
            (withheld, Assessment.withheld_until),
            (closing, Assessment.closes_at),
            (contact, Assessment.next_contact_at),
        )
    ]
    return min((moment for moment in moments if moment is not None), default=None)


def change_state(
    session: Session,
    row: Assessment,
    state: AssessmentState,
    *,
    reason: Mapping[str, Any],
    actor: str,
    now: datetime,
) -> None:
    """Take the one step, and remember why in the patient's history."""
    before = AssessmentState(row.state)
    row.state = step(ASSESSMENT, before, state)
    row.reason = dict(reason)
    if state not in ANSWERABLE:
        row.next_contact_at = None
    remember(
        session,
        row,
        change=state,
        reason=reason,
        before={"state": before},
        after={"state": state},
        actor=actor,
        now=now,
    )


def remember(
    session: Session,
    row: Assessment,
    *,
    change: str,
    reason: Mapping[str, Any],
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    actor: str,
    now: datetime,
) -> None:
    session.add(
        AssessmentChange(
            assessment_id=row.id,
            change=change,
            reason=dict(reason),
            before=dict(before) if before else None,
            after=dict(after) if after else None,
            changed_at=now,
            changed_by=actor,
        )
    )


def unanswered_of_patient(session: Session, patient_id: int) -> Sequence[Assessment]:
    """Assessments the patient can answer now, the one that closes first at the front."""
    return session.scalars(
        select(Assessment)
        .where(Assessment.patient_id == patient_id, Assessment.state.in_(_LIVE))
        .order_by(Assessment.close_on, Assessment.due_on, Assessment.key)
    ).all()
