"""A patient's record as an investigator signs it: every row of what was told, expected and answered."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, cast

from sqlalchemy import Select, Table, select
from sqlalchemy.orm import Session

from pro_service.core.evidence import Part
from pro_service.core.lifecycle import ANSWERABLE, AssessmentState
from pro_service.store.canonical import part_of
from pro_service.store.db import Base
from pro_service.store.models import Answer, Assessment, CourseEvent, Response, Score, SiteEntry

Rows = Sequence[Mapping[str, Any]]

#: Part -> its table.
PARTS: Mapping[str, type[Base]] = {
    "events": CourseEvent,
    "assessments": Assessment,
    "responses": Response,
    "answers": Answer,
    "scores": Score,
    "site_entries": SiteEntry,
}
#: Columns of these tables that are not part of the record, each with its reason.
UNSIGNED: Mapping[str, Mapping[str, str]] = {
    "assessment": {
        **dict.fromkeys(("link_hash", "link_number", "link_expires_at"), "the way to the form, not the form"),
        **dict.fromkeys(
            ("next_contact_at", "contact_from", "call_at"), "when somebody is written to or called"
        ),
        **dict.fromkeys(("withheld_until", "close_zone"), "what the clock looks at"),
        **dict.fromkeys(("status_age_days", "status_stale"), "how fresh the status was at a message"),
        **dict.fromkeys(
            ("expected_now", "expected_at_close", "provisional"), "computed anew from the events"
        ),
    },
    "site_entry": {"content_sealed": "its SHA-256 is signed; the bytes change when keys do"},
}
#: Assessments belong to the record once nothing more can come of them.
_UNFINISHED = (AssessmentState.PLANNED, *ANSWERABLE)


def signed_columns(table: str, names: Sequence[str]) -> tuple[str, ...]:
    """Those of a table's columns that are part of the record."""
    return tuple(name for name in names if name not in UNSIGNED.get(table, {}))


def rows_of(
    session: Session, patient_ids: Sequence[int]
) -> Mapping[str, Iterator[tuple[int, Mapping[str, Any]]]]:
    """Of each part, (patient id, row): by patient, then in the order of recording."""
    return {part: _read(session, model, patient_ids) for part, model in PARTS.items()}


def parts_of(session: Session, patient_ids: Sequence[int]) -> Mapping[int, Mapping[str, Part]]:
    """The record of each patient, part by part: its fingerprint and how many rows it has."""
    found: dict[int, dict[str, Part]] = {each: {} for each in patient_ids}
    for part, rows in rows_of(session, patient_ids).items():
        for patient_id, own in groupby(rows, key=lambda row: row[0]):
            found[patient_id][part] = part_of(row for _, row in own)
    nothing = part_of(())
    return {each: {part: parts.get(part, nothing) for part in PARTS} for each, parts in found.items()}


def record_of(session: Session, patient_id: int) -> Mapping[str, Rows]:
    """The rows of one patient's record, for whoever is to sign it."""
    return {part: [row for _, row in rows] for part, rows in rows_of(session, [patient_id]).items()}


def _read(
    session: Session, model: type[Base], patient_ids: Sequence[int]
) -> Iterator[tuple[int, Mapping[str, Any]]]:
    table = cast(Table, model.__table__)
    names = signed_columns(model.__tablename__, [column.name for column in table.columns])
    owner, joined = _joined(model, [table.c[name] for name in names])
    found = joined.where(owner.in_(patient_ids)).order_by(owner, *table.primary_key.columns)
    for row in session.execute(found):
        yield row[0], dict(zip(names, row[1:], strict=True))


def _joined(model: type[Base], columns: Sequence[Any]) -> tuple[Any, Select[Any]]:
    """The column that names the patient, and the columns asked for after it."""
    if model is CourseEvent:
        return CourseEvent.patient_id, select(CourseEvent.patient_id, *columns)
    owner = Assessment.patient_id
    found = select(owner, *columns)
    if model is Assessment:
        return owner, found.where(Assessment.state.not_in([str(state) for state in _UNFINISHED]))
    if model in (Response, SiteEntry):
        return owner, found.join_from(model, Assessment, Assessment.id == model.__table__.c.assessment_id)
    found = found.join_from(model, Response, Response.id == model.__table__.c.response_id)
    return owner, found.join(Assessment, Assessment.id == Response.assessment_id)
