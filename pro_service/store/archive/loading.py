"""Puts archived rows into a blank database as they were: no trigger fires, and numbers go on after the highest."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection, Integer, Table, text
from sqlalchemy.orm import Session

from pro_service.store.archive.lines import inserting, values_of
from pro_service.store.db import Base
from pro_service.store.postgres.settings import owns_tables

_BATCH = 2_000
#: What a database without any data holds all the same: the checks of its keys, and the trail of that.
FILLED_BY_ITSELF = frozenset({"master_key", "audit_entry", "audit_pending", "audit_link"})
_STATES = {"A": "ENABLE ALWAYS", "O": "ENABLE", "R": "ENABLE REPLICA"}


def load(session: Session, table: Table, path: Path) -> int:
    """Insert every line of a file; how many those were. ValueError for a line that is none of the table."""
    statement = inserting(table, dialect=session.get_bind().dialect.name)
    read, count = values_of(table), 0
    with path.open("rb") as file:
        while batch := [read(line) for line in islice(file, _BATCH)]:
            session.execute(statement, batch)
            count += len(batch)
    return count


def clear(session: Session) -> None:
    """Take away what a new database writes by itself, so that it holds the archive and nothing else."""
    for table in reversed(Base.metadata.sorted_tables):
        if table.name in FILLED_BY_ITSELF:
            session.execute(table.delete())


def may_load(session: Session) -> bool:
    """Does this session own the tables? Nobody else can put in rows past the triggers."""
    connection = session.connection()
    return connection.dialect.name == "sqlite" or owns_tables(connection)


@contextmanager
def without_triggers(session: Session) -> Iterator[None]:
    """Rows that are put in were made elsewhere: nothing of this database acts on them. In one transaction, so that
    nobody sees the tables without.
    """
    connection = session.connection()
    aside = _sqlite_aside if connection.dialect.name == "sqlite" else _postgresql_aside
    with aside(connection):
        yield


def go_on_counting(session: Session, table: Table) -> None:
    """PostgreSQL's counters do not notice rows that bring their number along."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for column in table.primary_key.columns:
        if isinstance(column.type, Integer):
            name = f"{table.schema}.{table.name}" if table.schema else table.name
            highest = f"SELECT max({column.name}) FROM {name}"  # noqa: S608 - our own names
            counter = f"pg_get_serial_sequence('{name}', '{column.name}')"
            session.execute(text(f"SELECT setval({counter}, ({highest})) WHERE ({highest}) IS NOT NULL"))


@contextmanager
def _sqlite_aside(connection: Connection) -> Iterator[None]:
    found = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
    for name, _ in found:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    yield
    for _, statement in found:
        connection.exec_driver_sql(statement)


@contextmanager
def _postgresql_aside(connection: Connection) -> Iterator[None]:
    found = connection.exec_driver_sql(
        "SELECT t.tgrelid::regclass::text, t.tgname, t.tgenabled::text FROM pg_trigger t"
        " JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
    ).all()
    for table, name, _ in found:
        connection.exec_driver_sql(f'ALTER TABLE {table} DISABLE TRIGGER "{name}"')
    yield
    for table, name, state in found:
        connection.exec_driver_sql(f'ALTER TABLE {table} {_STATES[state]} TRIGGER "{name}"')
