"""Rows of responses, answers and scores."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from pro_service.core.lifecycle import ResponseState
from pro_service.core.scoring import RULE_VERSION
from pro_service.core.scoring import Score as CoreScore
from pro_service.store.models import Answer, Assessment, Response, Score

_SCORED = (ResponseState.COMPLETED, ResponseState.CLOSED)


def of_assessment(session: Session, assessment_id: int) -> Mapping[str, Response]:
    """The current sitting of each instrument begun, by instrument code."""
    rows = session.scalars(
        select(Response).where(Response.assessment_id == assessment_id).order_by(Response.sitting)
    )
    return {row.instrument: row for row in rows}


def by_id(session: Session, response_id: int) -> Response:
    return session.get_one(Response, response_id)


def answers(session: Session, response_id: int) -> Mapping[str, Answer]:
    """The newest version of each item's answer, by item code."""
    rows = session.scalars(select(Answer).where(Answer.response_id == response_id).order_by(Answer.version))
    return {row.item: row for row in rows}


def answers_by_client_id(session: Session, response_id: int) -> Mapping[str, Answer]:
    """The answers a response holds that came with an id made by their sender."""
    found = select(Answer).where(Answer.response_id == response_id, Answer.client_id.is_not(None))
    return {row.client_id: row for row in session.scalars(found) if row.client_id is not None}


def add_answers(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    if rows:
        session.execute(insert(Answer), list(rows))


def add_scores(session: Session, response: Response, scores: Iterable[CoreScore], *, now: datetime) -> None:
    rows = [
        {
            "response_id": response.id,
            "scale": score.scale,
            "value": score.value,
            "items_used": score.items_used,
            "items_missing": score.items_missing,
            "absent": score.absent,
            "instrument_version": response.instrument_version,
            "rule_version": RULE_VERSION,
            "scored_at": now,
        }
        for score in scores
    ]
    session.execute(insert(Score), rows)


def earlier_scores(
    session: Session, *, patient_id: int, instrument: str, before: Assessment
) -> Sequence[tuple[Assessment, str, float | None]]:
    """(assessment, scale, value) of one instrument at the patient's other assessments due earlier, oldest first."""
    found = (
        select(Assessment, Score.scale, Score.value)
        .join(Response, Response.assessment_id == Assessment.id)
        .join(Score, Score.response_id == Response.id)
        .where(
            Assessment.patient_id == patient_id,
            Assessment.id != before.id,
            Assessment.due_on <= before.due_on,
            Response.instrument == instrument,
            Response.state.in_(_SCORED),
            Score.rule_version == RULE_VERSION,
        )
        .order_by(Assessment.due_on, Assessment.id)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(found)]
