"""Everything held about one patient: every row that points to the patient, directly or through another of theirs.

Found by the foreign keys, so that a table that comes later is among them by itself.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from pro_service.store.db import Base
from pro_service.store.models import AccessGrant, Inbound, Staff

#: Columns that name who did something.
PERSONS = frozenset(
    {
        "actor",
        "acted_by",
        "answered_by",
        "called_by",
        "changed_by",
        "confirmed_by",
        "enrolled_by",
        "entered_by",
    }
    | {"recorded_by", "read_by", "settled_by"}
)
#: Not the patient's data: secrets of links, sealed bytes (the words are given beside), opaque ids.
_LEFT_OUT = (
    "_hash",
    "_sealed",
    "_index",
    "contact_id",
    "staff_id",
    "lease_until",
    "natural_key",
    "link_key_id",
)


def of_patient(session: Session, patient_id: int) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Table name -> its rows about the patient, by column name; `inbound` is always among them."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    keys: dict[str, list[Any]] = {"patient": [patient_id]}
    for table in Base.metadata.sorted_tables:  # those that are pointed to come first
        rows = _rows(session, table, keys)
        if rows:
            found[table.name] = [_shown(row) for row in rows]
            keys.setdefault(table.name, []).extend(row["id"] for row in rows if "id" in row)
    found.setdefault("inbound", [])
    return found


def _rows(session: Session, table: Table, keys: Mapping[str, Sequence[Any]]) -> list[Mapping[str, Any]]:
    if table.name == "patient":
        chosen = table.c.id.in_(keys["patient"])
        return [dict(row) for row in session.execute(select(table).where(chosen)).mappings()]
    found: dict[Any, Mapping[str, Any]] = {}
    for column in table.columns:
        for key in column.foreign_keys:
            ids = keys.get(key.column.table.name, ())
            if not ids or key.column.table is table:
                continue
            mine = select(table).where(column.in_(ids)).order_by(*table.primary_key.columns)
            for row in session.execute(mine).mappings():
                found[tuple(row[each.name] for each in table.primary_key.columns)] = dict(row)
    return [found[key] for key in sorted(found)]


def _shown(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in row.items() if not name.endswith(_LEFT_OUT)}


def roles(session: Session) -> Mapping[str, str]:
    """Login -> role: the first it was given; who has none is staff."""
    given = (
        select(Staff.login, func.coalesce(AccessGrant.role, "staff"))
        .join_from(Staff, AccessGrant, AccessGrant.staff_id == Staff.id, isouter=True)
        .order_by(AccessGrant.id.desc())
    )
    return {row[0]: row[1] for row in session.execute(given)}


def incoming(session: Session, inbound_id: int) -> Inbound:
    return session.get_one(Inbound, inbound_id)
