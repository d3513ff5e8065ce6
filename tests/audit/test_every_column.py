"""REG-01: whatever column of whatever mapped table changes, the trail has exactly one field of it. New ones as well."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Column, Connection, Table, delete, text, update
from sqlalchemy.exc import DBAPIError

from pro_service.store import models
from pro_service.store.acting import Acting, acting_for, as_json
from pro_service.store.audit.coverage import AUDIT, UNWATCHED_COLUMNS, UNWATCHED_TABLES, watched_tables
from pro_service.store.db import Base
from pro_service.store.locking.coverage import APPEND_ONLY
from tests.audit.rows import ancestors, other_value, put
from tests.audit.tampering import connected

assert models.__all__

NURSE = Acting(name="staff:12", role="nurse", organisation="Centre 03", reason="typing error")


@pytest.fixture
def connection(migrated_database: str) -> Iterator[Connection]:
    with connected(migrated_database) as opened:
        yield opened
        opened.rollback()


def entries(connection: Connection, *, after: int = 0) -> list[dict[str, Any]]:
    prefix = f"{AUDIT}." if connection.dialect.name == "postgresql" else ""
    found = connection.execute(
        text(f"SELECT * FROM {prefix}audit_entry WHERE seq > :after ORDER BY seq"), {"after": after}
    )
    return [dict(row) for row in found.mappings()]


def last(connection: Connection) -> int:
    return max((row["seq"] for row in entries(connection)), default=0)


def world(connection: Connection, table: Table) -> dict[str, Any]:
    """Two rows of everything a row of the table hangs on, and the row."""
    for parent in ancestors(table):
        put(connection, parent, 1)
        put(connection, parent, 2)
    return put(connection, table, 1)


@pytest.mark.parametrize(
    "name", [table.name for table in Base.metadata.sorted_tables if table.schema != AUDIT]
)
def test_each_column_changed_is_one_field_of_the_trail(connection: Connection, name: str) -> None:
    table = next(one for one in Base.metadata.sorted_tables if one.name == name)
    if name in UNWATCHED_TABLES:
        assert UNWATCHED_TABLES[name]
        world(connection, table)
        assert name not in {row["table_name"] for row in entries(connection)}
        return
    if name in APPEND_ONLY:
        with pytest.raises(DBAPIError, match="only added"):
            connection.execute(update(table).values(id=102).where(*_same(table, world(connection, table))))
        return
    with acting_for(NURSE):
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT set_config('pro.acting', :who, false)"), {"who": as_json(NURSE)})
        row = world(connection, table)
        for column in table.columns:
            with connection.begin_nested() as attempt:
                _change_one(connection, table, column, row)
                attempt.rollback()


def _change_one(connection: Connection, table: Table, column: Column[Any], row: dict[str, Any]) -> None:
    seen = last(connection)
    value = other_value(connection, table, column, row)
    connection.execute(update(table).values({column.name: value}).where(*_same(table, row)))
    found = entries(connection, after=seen)
    if column.name in UNWATCHED_COLUMNS.get(table.name, {}):
        assert found == []
        return
    (entry,) = found
    (field, (old, new)) = next(iter(json.loads(entry["changes"]).items()))
    assert len(json.loads(entry["changes"])) == 1
    assert (field, entry["table_name"], entry["action"]) == (column.name, table.name, "update")
    assert old != new
    who = [entry[part] for part in ("actor", "role", "organisation", "reason")]
    assert who == ["staff:12", "nurse", "Centre 03", "typing error"]


def _same(table: Table, row: dict[str, Any]) -> list[Any]:
    return [column == row[column.name] for column in table.primary_key.columns]


@pytest.mark.parametrize(
    "name", [one.name for one in watched_tables(Base.metadata) if one.name not in APPEND_ONLY]
)
def test_a_row_is_trailed_when_it_comes_and_when_it_goes(connection: Connection, name: str) -> None:
    table = next(one for one in Base.metadata.sorted_tables if one.name == name)
    row = world(connection, table)
    (come,) = [one for one in entries(connection) if one["table_name"] == name]
    connection.execute(delete(table).where(*_same(table, row)))
    (gone,) = [one for one in entries(connection, after=come["seq"]) if one["table_name"] == name]
    assert (come["action"], gone["action"]) == ("insert", "delete")
    assert come["row_key"] == gone["row_key"] == "/".join(str(row[c.name]) for c in table.primary_key.columns)
    written, removed = json.loads(come["changes"]), json.loads(gone["changes"])
    assert {name: new for name, (_, new) in written.items()} == {
        name: old for name, (old, _) in removed.items()
    }
    assert all(old is None for old, _ in written.values())
    watched = next(one for one in watched_tables(Base.metadata) if one.name == name)
    assert set(written) == {column for column in watched.columns if row.get(column) is not None}


def test_a_change_that_changes_nothing_is_no_entry(connection: Connection) -> None:
    table = Base.metadata.tables["study"]
    row = world(connection, table)
    seen = last(connection)
    connection.execute(update(table).values(title=row["title"]).where(*_same(table, row)))
    assert entries(connection, after=seen) == []


def test_the_patient_and_site_of_a_row_are_found_however_far_it_hangs_from_them(
    connection: Connection,
) -> None:
    for table in ("answer", "call_attempt", "alert_action"):
        made = Base.metadata.tables[table]
        world(connection, made)
        entry = entries(connection)[-1]
        assert (entry["table_name"], entry["patient_id"], entry["site_id"]) == (table, 101, 101)
        connection.rollback()


def test_what_was_not_committed_leaves_no_trace(connection: Connection) -> None:
    world(connection, Base.metadata.tables["patient"])
    assert entries(connection) != []
    connection.rollback()
    assert entries(connection) == []
