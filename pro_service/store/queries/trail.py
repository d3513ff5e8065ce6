"""The trail as people read it: one line per field that changed, filtered, sorted, by page or as a stream."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, false, func, literal, or_, select
from sqlalchemy.orm import Session

from pro_service.store.models import AuditEntry, Patient, ReadRecord, Site, Staff
from pro_service.store.queries.dataset.view import stream

#: How the trail names a member of staff; people are shown the login.
_STAFF = literal("staff:") + cast(Staff.id, String)
SORTS = ("newest", "oldest", "table", "actor")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which entries. `site_ids` bounds them to those sites' (None: all, those of no site among them).

    "" and None ask for nothing in particular. `site` is a site's code, `since` an instant.
    """

    site_ids: tuple[int, ...] | None
    patient: str = ""
    site: str = ""
    actor: str = ""
    table: str = ""
    row: str = ""
    field: str = ""
    since: datetime | None = None
    sort: str = "newest"


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """One field that changed: where, from what to what, who did it and why. Values are those of the trail's JSON.

    Of staff, `actor` is the login.
    """

    seq: int
    at: datetime
    table: str
    row: str
    patient: str
    site: str
    action: str
    field: str
    old: Any
    new: Any
    actor: str
    role: str
    organisation: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Read:
    """Somebody looked at a page of a patient's record in that minute."""

    minute: datetime
    patient: str
    actor: str
    role: str
    page: str


def page(session: Session, asked: Asked, *, limit: int, skip: int = 0) -> tuple[list[FieldChange], bool]:
    """The fields of up to `limit` entries after the first `skip`, and whether there are more entries."""
    rows = session.execute(_entries(asked).limit(limit + 1).offset(skip)).all()
    return [change for row in rows[:limit] for change in _fields(row, asked.field)], len(rows) > limit


def everything(session: Session, asked: Asked) -> Iterator[FieldChange]:
    """The fields of all entries asked for, as a stream."""
    for fields in stream(session, _entries(asked), lambda row: _fields(row, asked.field)):
        yield from fields


def reads(session: Session, *, site_ids: tuple[int, ...], patient: str, limit: int) -> list[Read]:
    """Who looked at patients of these sites, newest first."""
    found = (
        select(
            ReadRecord.minute,
            Patient.code.label("patient"),
            func.coalesce(Staff.login, ReadRecord.actor).label("actor"),
            ReadRecord.role,
            ReadRecord.page,
        )
        .join(Patient, Patient.id == ReadRecord.patient_id)
        .outerjoin(Staff, ReadRecord.actor == _STAFF)
        .where(Patient.site_id.in_(site_ids))
        .order_by(ReadRecord.minute.desc(), ReadRecord.id.desc())
        .limit(limit)
    )
    if patient:
        found = found.where(Patient.code == patient)
    return [Read(**row) for row in session.execute(found).mappings()]


def _entries(asked: Asked) -> Select[AuditEntry, str, str, str]:
    found = (
        select(AuditEntry, Patient.code, Site.code, Staff.login)
        .outerjoin(Patient, Patient.id == AuditEntry.patient_id)
        .outerjoin(Site, Site.id == AuditEntry.site_id)
        .outerjoin(Staff, AuditEntry.actor == _STAFF)
        .where(*_conditions(asked))
    )
    newest = AuditEntry.seq.desc()
    order: dict[str, tuple[Any, ...]] = {
        "newest": (newest,),
        "oldest": (AuditEntry.seq,),
        "table": (AuditEntry.table_name, newest),
        "actor": (AuditEntry.actor, newest),
    }
    return found.order_by(*order[asked.sort])


def _conditions(asked: Asked) -> Iterator[ColumnElement[bool]]:
    if asked.site_ids is not None:
        yield AuditEntry.site_id.in_(asked.site_ids) if asked.site_ids else false()
    if asked.since is not None:
        yield AuditEntry.at >= asked.since
    if asked.field:  # the JSON key; a document inside may have one too, and is told apart afterwards
        yield AuditEntry.changes.contains(f'"{asked.field}":', autoescape=True)
    exact = {
        Patient.code: asked.patient,
        Site.code: asked.site,
        AuditEntry.table_name: asked.table,
        AuditEntry.row_key: asked.row,
    }
    yield from (column == value for column, value in exact.items() if value)
    if asked.actor:
        yield or_(AuditEntry.actor == asked.actor, Staff.login == asked.actor)


def _fields(row: Any, only: str) -> list[FieldChange]:
    entry, patient, site, login = row
    whole = FieldChange(
        seq=entry.seq,
        at=entry.at,
        table=entry.table_name,
        row=entry.row_key,
        patient=patient or "",
        site=site or "",
        action=entry.action,
        field="",
        old=None,
        new=None,
        actor=login or entry.actor,
        role=entry.role,
        organisation=entry.organisation,
        reason=entry.reason,
    )
    changes = json.loads(entry.changes)
    return [
        replace(whole, field=name, old=old, new=new)
        for name, (old, new) in changes.items()
        if only in ("", name)
    ]
