"""Takes into the trail what a migration found or wrote: rows from before the trail, new columns, rebuilt tables."""

import json
import secrets
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, MetaData, func, insert, inspect, select, text

from pro_service.core.audit.replaying import Replayed, same
from pro_service.store.audit.coverage import AUDIT, Watched, patient_of, site_of, watched_tables
from pro_service.store.audit.reconciling import compared

ACTOR = "system:migration"


def take_in(connection: Connection, metadata: MetaData, *, revision: str) -> None:
    """After a migration to `revision`: an entry `baseline` for whatever a row holds that its trail does not tell."""
    look = inspect(connection)
    schema = None if connection.dialect.name == "sqlite" else AUDIT
    if not look.has_table("audit_entry", schema=schema):
        return
    for one in watched_tables(metadata):
        own = one.table.schema if schema else None
        if not look.has_table(one.name, schema=own):
            continue
        there = {column["name"] for column in look.get_columns(one.name, schema=own)}
        columns = [name for name in one.columns if name in there]
        untold = list(_untold(connection, metadata, one, columns))
        for key, changes in untold:
            _write(connection, metadata, one, key=key, changes=changes, reason=f"migration {revision}")


def _untold(
    connection: Connection, metadata: MetaData, one: Watched, columns: list[str]
) -> Iterator[tuple[str, Mapping[str, tuple[Any, Any]]]]:
    for key, replayed, stored in compared(connection, metadata, one, columns=columns):
        if stored is not None and (changes := _changes(replayed, stored)):
            yield key, changes


def _changes(replayed: Replayed, stored: Mapping[str, Any]) -> Mapping[str, tuple[Any, Any]]:
    return {
        name: (replayed.values.get(name), value)
        for name, value in stored.items()
        if not same(replayed.values.get(name), value)
    }


def _write(
    connection: Connection,
    metadata: MetaData,
    one: Watched,
    *,
    key: str,
    changes: Mapping[str, tuple[Any, Any]],
    reason: str,
) -> None:
    patient, site = _place(connection, one, key)
    entry, pending = (metadata.tables[f"{AUDIT}.{name}"] for name in ("audit_entry", "audit_pending"))
    postgres = connection.dialect.name == "postgresql"
    number = connection.execute(
        insert(entry).values(
            at=func.clock_timestamp() if postgres else text("strftime('%Y-%m-%d %H:%M:%f000', 'now')"),
            tx=text("pg_current_xact_id()::text::bigint") if postgres else secrets.randbits(62),
            table_name=one.name,
            row_key=key,
            patient_id=patient,
            site_id=site,
            action="baseline",
            changes=json.dumps(changes, default=_as_text, ensure_ascii=False),
            actor=ACTOR,
            role="system",
            organisation="",
            reason=reason,
        )
    ).inserted_primary_key
    if postgres and number is not None:  # on SQLite a trigger does it
        connection.execute(insert(pending).values(seq=number[0]))


def _place(connection: Connection, one: Watched, key: str) -> tuple[int | None, int | None]:
    postgres = connection.dialect.name == "postgresql"
    patient = patient_of(one.table, one.name, in_schemas=postgres)
    site = site_of(one.table, one.name, patient)
    parts = dict(zip(one.key, key.split("/"), strict=True)) if len(one.key) > 1 else {one.key[0]: key}
    same_row = " AND ".join(f"CAST({one.name}.{name} AS VARCHAR) = :{name}" for name in parts)
    full = one.table.fullname if postgres else one.name
    found = connection.execute(
        select(text(f"{patient}, {site} FROM {full} AS {one.name} WHERE {same_row}")), parts
    ).one()
    return found[0], found[1]


def _as_text(value: date | datetime) -> str:
    return value.isoformat()
