"""Compares every row under the trail with what its entries say: what was changed past the triggers shows here."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, MetaData, String, Table, cast, literal, select
from sqlalchemy.sql.elements import ColumnElement

from pro_service.core.audit.replaying import Change, Replayed, difference, replay
from pro_service.core.audit.verifying import Fault
from pro_service.store.audit.coverage import AUDIT, Watched, watched_tables

_STREAMED = {"yield_per": 2_000}


def faults(connection: Connection, metadata: MetaData) -> Iterator[Fault]:
    """Every difference between the tables and their trail, table by table and row by row. Linear, and streamed."""
    for one in watched_tables(metadata):
        for key, replayed, stored in compared(connection, metadata, one, columns=one.columns):
            place = f"{one.name} {key}"
            yield from replayed.faults
            yield from difference(place, replayed, stored)


def compared(
    connection: Connection, metadata: MetaData, one: Watched, *, columns: list[str]
) -> Iterator[tuple[str, Replayed, Mapping[str, Any] | None]]:
    """Each row that the table or its trail knows: its key, what the trail says, and what is stored (None: nothing)."""
    told = _trail(connection, metadata, one)
    stored = _stored(connection, one, columns)
    trail_row, table_row = next(told, None), next(stored, None)
    while trail_row is not None or table_row is not None:
        key = min(row[0] for row in (trail_row, table_row) if row is not None)
        replayed, values = Replayed(), None
        if trail_row is not None and trail_row[0] == key:
            replayed, trail_row = trail_row[1], next(told, None)
        if table_row is not None and table_row[0] == key:
            values, table_row = table_row[1], next(stored, None)
        yield key, replayed, values


def shown(one: Watched, column: str, value: Any) -> Any:
    """A stored value as the trail writes it: what is secret as its digest."""
    if value is None or column not in one.secret:
        return value
    return "sha256:" + hashlib.sha256(value.encode() if isinstance(value, str) else bytes(value)).hexdigest()


def _trail(connection: Connection, metadata: MetaData, one: Watched) -> Iterator[tuple[str, Replayed]]:
    entry = metadata.tables[f"{AUDIT}.audit_entry"].c
    found = connection.execute(
        select(entry.row_key, entry.seq, entry.action, entry.changes)
        .where(entry.table_name == one.name)
        .order_by(_in_bytes(connection, entry.row_key), entry.seq),
        execution_options=_STREAMED,
    )
    for key, rows in groupby(found, key=lambda row: str(row.row_key)):
        yield key, replay(f"{one.name} {key}", (_change(row) for row in rows))


def _change(row: Any) -> Change:
    fields = {name: (old, new) for name, (old, new) in json.loads(row.changes).items()}
    return Change(seq=row.seq, action=row.action, fields=fields)


def _stored(
    connection: Connection, one: Watched, columns: list[str]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    key = _key(one.table, one.key)
    wanted = [one.table.c[name] for name in columns]
    found = connection.execute(
        select(key.label("trail_key"), *wanted).order_by(_in_bytes(connection, key)),
        execution_options=_STREAMED,
    )
    for row in found:
        yield (
            str(row[0]),
            {name: shown(one, name, value) for name, value in zip(columns, row[1:], strict=True)},
        )


def _key(table: Table, names: tuple[str, ...]) -> ColumnElement[str]:
    first, *rest = (cast(table.c[name], String) for name in names)
    whole: ColumnElement[str] = first
    for part in rest:
        whole = whole + literal("/") + part
    return whole


def _in_bytes(connection: Connection, text: ColumnElement[str]) -> ColumnElement[str]:
    """In the order of code points, which is Python's, whatever the database's language."""
    return text.collate("C" if connection.dialect.name == "postgresql" else "BINARY")
