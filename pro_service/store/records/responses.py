"""Rows of responses, answers and scores."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from pro_service.core.lifecycle import ResponseState
from pro_service.core.scoring import Score as CoreScore
from pro_service.core.scoring import current
from pro_service.store.db import insert_missing
from pro_service.store.models import Answer, Assessment, Response, Score

#: A response in one of these is finished, and has scores.
SCORED = (ResponseState.COMPLETED, ResponseState.CLOSED)


def of_assessment(session: Session, assessment_id: int) -> Mapping[str, Response]:
    """The sitting that counts of each instrument begun, by instrument code: the one that is not superseded."""
    rows = session.scalars(
        select(Response)
        .where(Response.assessment_id == assessment_id, Response.state != ResponseState.SUPERSEDED)
        .order_by(Response.sitting)
    )
    return {row.instrument: row for row in rows}


def sittings(session: Session, assessment_id: int, instrument: str) -> Sequence[Response]:
    """Every sitting of one instrument, superseded ones included, in the order in which they were begun here."""
    return session.scalars(
        select(Response)
        .where(Response.assessment_id == assessment_id, Response.instrument == instrument)
        .order_by(Response.sitting)
    ).all()


def versions(session: Session, response_ids: Sequence[int]) -> Sequence[Answer]:
    """Every version of every answer of some responses, oldest version first."""
    if not response_ids:
        return ()
    return session.scalars(
        select(Answer).where(Answer.response_id.in_(response_ids)).order_by(Answer.version)
    ).all()


def by_id(session: Session, response_id: int) -> Response:
    return session.get_one(Response, response_id)


def answers(session: Session, response_id: int) -> Mapping[str, Answer]:
    """The newest version of each item's answer, by item code."""
    rows = session.scalars(select(Answer).where(Answer.response_id == response_id).order_by(Answer.version))
    return {row.item: row for row in rows}


def add_answers(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    if rows:
        session.execute(insert(Answer), list(rows))


def add_scores(
    session: Session,
    response: Response,
    scores: Iterable[CoreScore],
    *,
    rule_version: str,
    answers_version: int,
    now: datetime,
) -> int:
    """Add what one version of the rules makes of a response, beside what others made of it; gives how many were added.

    A scale that has a score by this version keeps it: two processes may score at the same moment.
    """
    rows = [
        {
            "response_id": response.id,
            "scale": score.scale,
            "value": score.value,
            "items_used": score.items_used,
            "items_missing": score.items_missing,
            "absent": score.absent,
            "instrument_version": response.instrument_version,
            "rule_version": rule_version,
            "answers_version": answers_version,
            "scored_at": now,
        }
        for score in scores
    ]
    return insert_missing(session, Score, rows)


def earlier_scores(
    session: Session, *, patient_id: int, instrument: str, before: Assessment
) -> Sequence[tuple[Assessment, str, float | None]]:
    """(assessment, scale, value) of one instrument at the patient's other assessments due earlier, oldest first.

    Of a response that several versions of the rules have scored, the scores that are current.
    """
    found = (
        select(Assessment, Score)
        .join(Response, Response.assessment_id == Assessment.id)
        .join(Score, Score.response_id == Response.id)
        .where(
            Assessment.patient_id == patient_id,
            Assessment.id != before.id,
            Assessment.due_on <= before.due_on,
            Response.instrument == instrument,
            Response.state.in_(SCORED),
        )
        .order_by(Assessment.due_on, Assessment.id, Response.id, Score.id)
    )
    rows = session.execute(found)
    return [
        (row, score.scale, score.value)
        for _, of_response in groupby(rows, key=lambda found: found[1].response_id)
        for row, score in current(
            of_response, lambda found: found[1].rule_version, lambda found: found[1].answers_version
        )
    ]
