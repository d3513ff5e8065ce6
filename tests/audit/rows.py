"""Rows of any table, made from its description alone: what the tests of the trail write and change."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    Table,
    insert,
    select,
)

from pro_service.store.db import Base, JsonValue, UtcDateTime

_LISTED = re.compile(r"(\w+) IN \((.*)\)")


def ancestors(table: Table) -> list[Table]:
    """The tables whose rows a row of this one needs, parents first."""
    found: set[str] = set()

    def climb(one: Table) -> None:
        for key in one.foreign_keys:
            other = key.column.table
            if other is not one and other.key not in found:
                found.add(other.key)
                climb(other)

    climb(table)
    return [one for one in Base.metadata.sorted_tables if one.key in found]


def put(connection: Connection, table: Table, number: int) -> dict[str, Any]:
    """Insert row `number`, which hangs on row `number` of each parent; a reference to itself stays empty."""
    values = {
        column.name: _value(connection, table, column, number) for column in table.columns if _wanted(column)
    }
    connection.execute(insert(table).values(values))
    return values


def other_value(connection: Connection, table: Table, column: Column[Any], row: dict[str, Any]) -> Any:
    """A value that the column may have and the row has not."""
    if any(key.column.table is table for key in column.foreign_keys):
        return row["id"]
    return _value(connection, table, column, 2)


def _wanted(column: Column[Any]) -> bool:
    return not any(key.column.table is column.table for key in column.foreign_keys)


def _value(connection: Connection, table: Table, column: Column[Any], number: int) -> Any:
    for key in column.foreign_keys:
        parent = key.column.table
        return connection.scalars(select(key.column).order_by(*parent.primary_key.columns)).all()[number - 1]
    if words := _words(table, column):
        return words[number % len(words)]
    return _by_type(column, number)


def _words(table: Table, column: Column[Any]) -> list[str]:
    """What a CHECK allows, if one does."""
    for constraint in table.constraints:
        if not isinstance(constraint, CheckConstraint):
            continue
        found = _LISTED.match(str(constraint.sqltext))
        if found and found[1] == column.name:
            return found[2].replace("'", "").split(", ")
    return []


def _by_type(column: Column[Any], number: int) -> Any:
    kind = column.type
    if isinstance(kind, UtcDateTime | DateTime):
        return datetime(2026, 1, number, 8, 30, tzinfo=UTC) + timedelta(microseconds=number)
    if isinstance(kind, JsonValue | JSON):
        return {"number": number}
    if isinstance(kind, LargeBinary):
        return bytes([number]) * 32
    if isinstance(kind, Boolean):
        return number % 2 == 0
    by_kind = {Date: date(2026, 2, number), Integer: 100 + number, Float: number + 0.1}
    for plain, value in by_kind.items():
        if isinstance(kind, plain):
            return value
    length = getattr(kind, "length", None) or 20
    return f"{number}{column.name}"[:length]
