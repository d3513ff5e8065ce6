"""A row as a line of canonical JSON and back. What is NULL is left out; a JSON null stays a null."""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Date, LargeBinary, String, Table, Text, bindparam, cast, insert, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import Insert

from pro_service.store.canonical import canonical
from pro_service.store.db import Base, JsonValue, UtcDateTime
from pro_service.store.queries.dataset.view import order_of_texts

_BATCH = 2_000


def tables() -> tuple[Table, ...]:
    """Every table, those that others refer to first."""
    return tuple(Base.metadata.sorted_tables)


def is_empty(session: Session, table: Table) -> bool:
    return session.execute(select(*table.primary_key.columns).limit(1)).first() is None


def lines(session: Session, table: Table) -> Iterator[bytes]:
    """Each row of a table, by its primary key; texts by code points on every database."""
    by_text = order_of_texts(session)
    keys = [by_text(key) if isinstance(key.type, String) else key for key in table.primary_key.columns]
    documents = [column for column in table.columns if _is_document(column)]
    found = select(*table.columns, *(column.is_(None) for column in documents)).order_by(*keys)
    names = [column.name for column in table.columns]
    result = session.execute(found, execution_options={"yield_per": _BATCH})
    for rows in result.partitions():
        for row in rows:
            nothing = {column.name for column, null in zip(documents, row[len(names) :], strict=True) if null}
            yield _line(dict(zip(names, row[: len(names)], strict=True)), nothing, documents) + b"\n"


def _line(row: Mapping[str, Any], nothing: set[str], documents: list[Column[Any]]) -> bytes:
    may_be_null = {column.name for column in documents} - nothing
    return canonical({name: value for name, value in row.items() if value is not None or name in may_be_null})


def inserting(table: Table, *, dialect: str) -> Insert:
    """A statement that takes rows as `values_of` gives them."""
    return insert(table).values({column.name: _bound(column, dialect) for column in table.columns})


def values_of(table: Table) -> Callable[[bytes], dict[str, Any]]:
    """Reads a line of the table. ValueError for a line that is none."""
    readers = {column.name: _reader(column) for column in table.columns}

    def read(line: bytes) -> dict[str, Any]:
        row = json.loads(line)
        if not isinstance(row, dict) or not row.keys() <= readers.keys():
            raise ValueError(f"a line of {table.name} is none of this schema")
        return {name: reader(row[name]) if name in row else None for name, reader in readers.items()}

    return read


def _is_document(column: Column[Any]) -> bool:
    return isinstance(column.type, JsonValue)


def _bound(column: Column[Any], dialect: str) -> Any:
    # Documents are handed over as text: NULL and a JSON null are two things, which the type would make one.
    if not _is_document(column):
        return bindparam(column.name, type_=column.type)
    given = bindparam(column.name, type_=Text())
    return cast(given, JSONB) if dialect == "postgresql" else given


def _reader(column: Column[Any]) -> Callable[[Any], Any]:
    if _is_document(column):
        return lambda value: json.dumps(value, ensure_ascii=False)
    for kind, reader in _READERS:
        if isinstance(column.type, kind):
            return reader
    return lambda value: value


_READERS: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (UtcDateTime, datetime.fromisoformat),
    (Date, date.fromisoformat),
    (LargeBinary, base64.b64decode),
)
