"""Finished responses of a study and what each version of the rules made of them: for scoring them again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pro_service.core.lifecycle import CorrectionState
from pro_service.core.scoring import Absent, Scoring
from pro_service.core.scoring import Score as CoreScore
from pro_service.store.models import Assessment, Correction, Patient, Response, Score
from pro_service.store.records.responses import SCORED


class Finished(NamedTuple):
    """A finished response and where it belongs."""

    response: Response
    assessment: Assessment
    patient: Patient


def rule_versions(session: Session, *, study_id: int) -> frozenset[str]:
    """The versions of the rules by which anything of a study was scored."""
    found = (
        select(Score.rule_version)
        .distinct()
        .join(Response, Response.id == Score.response_id)
        .join(Assessment, Assessment.id == Response.assessment_id)
        .join(Patient, Patient.id == Assessment.patient_id)
        .where(Patient.study_id == study_id)
    )
    return frozenset(session.scalars(found))


def finished_ids(session: Session, *, study_id: int) -> Sequence[int]:
    """The finished responses of a study, the first one stored at the front."""
    found = (
        select(Response.id)
        .join(Assessment, Assessment.id == Response.assessment_id)
        .join(Patient, Patient.id == Assessment.patient_id)
        .where(Patient.study_id == study_id, Response.state.in_(SCORED))
        .order_by(Response.id)
    )
    return session.scalars(found).all()


def finished(session: Session, response_ids: Iterable[int]) -> Iterator[Finished]:
    found = (
        select(Response, Assessment, Patient)
        .join(Assessment, Assessment.id == Response.assessment_id)
        .join(Patient, Patient.id == Assessment.patient_id)
        .where(Response.id.in_(response_ids))
        .order_by(Response.id)
    )
    return map(Finished._make, session.execute(found).all())


def scorings(session: Session, response_ids: Sequence[int]) -> Mapping[int, Sequence[Scoring]]:
    """Every scoring of some responses' answers as last corrected, by response."""
    last = answers_versions(session, response_ids)
    found = (
        select(Score)
        .where(Score.response_id.in_(response_ids))
        .order_by(Score.response_id, Score.rule_version, Score.id)
    )
    made: dict[int, list[Scoring]] = {}
    counting = (row for row in session.scalars(found) if row.answers_version == last[row.response_id])
    for (response_id, version), rows in groupby(counting, key=_scoring):
        scores = tuple(as_score(row) for row in rows)
        made.setdefault(response_id, []).append(Scoring(rule_version=version, scores=scores))
    return made


def answers_versions(session: Session, response_ids: Iterable[int]) -> Mapping[int, int]:
    """Which version of their answers some responses have: 1, and one more with each correction that was applied."""
    found = (
        select(Response.id, func.count(Correction.id) + 1)
        .outerjoin(
            Correction,
            (Correction.response_id == Response.id) & (Correction.state == CorrectionState.APPLIED),
        )
        .where(Response.id.in_(response_ids))
        .group_by(Response.id)
    )
    return {row[0]: row[1] for row in session.execute(found)}


def as_score(row: Score) -> CoreScore:
    """A stored score as the scorer gave it."""
    return CoreScore(
        scale=row.scale,
        value=row.value,
        items_used=row.items_used,
        items_missing=row.items_missing,
        absent=None if row.absent is None else Absent(row.absent),
    )


def _scoring(row: Score) -> tuple[int, str]:
    return row.response_id, row.rule_version
