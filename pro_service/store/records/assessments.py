"""Rows of assessments, and what has become due of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.orm import Session, defer

from pro_service.core.lifecycle import ANSWERABLE, ASSESSMENT, AssessmentState, step
from pro_service.core.plan import Existing
from pro_service.store.models import Assessment, AssessmentChange, FormerLink
from pro_service.store.records.locks import locked_patients

#: The reason of an assessment whose window was over before it was known.
BORN_LATE = "window_over_before_known"
#: The reason of an assessment that was never put before its patient: no wording was allowed while its window was open.
NEVER_WORDED = "wording_missing"
_LIVE = [str(state) for state in ANSWERABLE]
_NOT_PLANNED_WITH = tuple(
    defer(column)
    for column in (
        *(Assessment.link_hash, Assessment.link_number, Assessment.link_expires_at),
        *(Assessment.status_age_days, Assessment.status_stale, Assessment.call_at),
        *(Assessment.known_at, Assessment.contact_from, Assessment.next_contact_at),
        *(Assessment.withheld_until, Assessment.finished_at),
    )
)
# Built once: planning asks it for every patient.
_TO_PLAN = (
    select(Assessment)
    .where(Assessment.patient_id == bindparam("patient_id"))
    .order_by(Assessment.due_on, Assessment.key)
    .options(*_NOT_PLANNED_WITH)
)


def of_patient(session: Session, patient_id: int) -> Sequence[Assessment]:
    return session.scalars(
        select(Assessment)
        .where(Assessment.patient_id == patient_id)
        .order_by(Assessment.due_on, Assessment.key)
    ).all()


def to_plan(session: Session, patient_id: int) -> Sequence[Assessment]:
    """The patient's assessments for planning, which reads neither their links nor their messages' times: those columns
    stay in the database until somebody asks.
    """
    return session.scalars(_TO_PLAN, {"patient_id": patient_id}).all()


def by_id(session: Session, assessment_id: int) -> Assessment:
    return session.get_one(Assessment, assessment_id)


def find(session: Session, assessment_id: int) -> Assessment | None:
    return session.get(Assessment, assessment_id)


def by_link(session: Session, link_hash: str) -> Assessment | None:
    return session.scalar(select(Assessment).where(Assessment.link_hash == link_hash))


def by_former_link(session: Session, link_hash: str) -> tuple[Assessment, datetime] | None:
    """The assessment of a link that another has replaced, and when it was."""
    found = session.execute(
        select(Assessment, FormerLink.replaced_at)
        .join(FormerLink, FormerLink.assessment_id == Assessment.id)
        .where(FormerLink.link_hash == link_hash)
    ).one_or_none()
    return None if found is None else (found[0], found[1])


def keep_former_link(session: Session, row: Assessment, *, now: datetime) -> None:
    session.add(FormerLink(link_hash=row.link_hash, assessment_id=row.id, replaced_at=now))


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
        visit=row.visit,
        visit_on=row.visit_on,
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
    unlocked = Assessment.patient_id.not_in(locked_patients())
    found = (
        select(Assessment.id, Assessment.patient_id)
        .where(Assessment.state.in_(states), column <= now, unlocked, *further)
        .order_by(column, Assessment.id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in session.execute(found)]


def _moments() -> Select[Any]:
    """The earliest instant of each kind of thing to do, each by an index of its own."""
    not_begun, live = Assessment.state == AssessmentState.PLANNED, Assessment.state.in_(_LIVE)
    conditions: tuple[tuple[Any, tuple[ColumnElement[bool], ...]], ...] = (
        (Assessment.opens_at, (not_begun, Assessment.withheld_until.is_(None))),
        (Assessment.withheld_until, (not_begun, Assessment.withheld_until.is_not(None))),
        (Assessment.closes_at, (live,)),
        (Assessment.next_contact_at, (live, Assessment.next_contact_at.is_not(None))),
    )
    return select(
        *(
            select(column).where(*where).order_by(column).limit(1).scalar_subquery()
            for column, where in conditions
        )
    )


_MOMENTS = _moments()  # asked at every tick: one statement, made once


def next_moment(session: Session) -> datetime | None:
    """The earliest instant at which an assessment opens, closes or calls for a message."""
    moments = session.execute(_MOMENTS).one()
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
