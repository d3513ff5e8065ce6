"""Rows of the calls a site is asked to make."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from pro_service.core.lifecycle import ANSWERABLE, CallOutcome
from pro_service.store.db import insert_once
from pro_service.store.models import Assessment, CallAttempt, CallTask, Patient
from pro_service.store.records.locks import locked_patients


def waits() -> ColumnElement[bool]:
    """Of an assessment and its patient: can it still be answered, and does anybody expect that it is?"""
    return (
        Assessment.state.in_([str(state) for state in ANSWERABLE])
        & Assessment.expected_now.is_(True)
        & Patient.ended_on.is_(None)
    )


def due(session: Session, *, now: datetime, limit: int) -> Sequence[tuple[int, int]]:
    """(assessment id, patient id) for which a call is to be asked for by now, and was not yet."""
    found = (
        select(Assessment.id, Assessment.patient_id)
        .join(Patient, Patient.id == Assessment.patient_id)
        .where(Assessment.call_at <= now, waits(), _not_asked_for(), Patient.id.not_in(locked_patients()))
        .order_by(Assessment.call_at, Assessment.id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in session.execute(found)]


def next_moment(session: Session) -> datetime | None:
    """When the next call is to be asked for."""
    found = (
        select(Assessment.call_at)
        .join(Patient, Patient.id == Assessment.patient_id)
        .where(Assessment.call_at.is_not(None), waits(), _not_asked_for())
        .order_by(Assessment.call_at)
        .limit(1)
    )
    return session.scalar(found)


def ask_for(session: Session, assessment_id: int, *, now: datetime) -> bool:
    """False if a call was asked for already: there is one an assessment."""
    return (
        insert_once(session, CallTask, {"assessment_id": assessment_id, "raised_at": now, "settled_at": None})
        is not None
    )


def locked(session: Session, task_id: int) -> tuple[CallTask, Assessment] | None:
    """The task, locked, and its assessment."""
    task = session.scalar(select(CallTask).where(CallTask.id == task_id).with_for_update())
    return None if task is None else (task, session.get_one(Assessment, task.assessment_id))


def add_attempt(
    session: Session, task: CallTask, *, outcome: CallOutcome, note: str, actor: str, now: datetime
) -> None:
    session.add(CallAttempt(call_task_id=task.id, outcome=outcome, note=note, called_at=now, called_by=actor))


def _not_asked_for() -> ColumnElement[bool]:
    return ~select(CallTask.id).where(CallTask.assessment_id == Assessment.id).exists()
