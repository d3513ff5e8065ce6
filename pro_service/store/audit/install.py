"""Puts the trail's triggers on a database after its migrations, on whatever tables and columns it has by then."""

from collections.abc import Iterator

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine.reflection import Inspector

from pro_service.store.audit import sqlite
from pro_service.store.audit.coverage import Watched, watched_tables
from pro_service.store.db import AUDIT
from pro_service.store.postgres import trail


def remove(connection: Connection) -> None:
    """Before migrations on SQLite: it builds tables anew, and would stumble over triggers that name them."""
    if connection.dialect.name == "sqlite":
        names = connection.execute(
            text(f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '{sqlite.PREFIX}%'")
        )
        for name in names.scalars().all():
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')


def install(connection: Connection) -> None:
    """After migrations: every trigger as it must be. Nothing if the schema is older than the trail."""
    look = inspect(connection)
    on_sqlite = connection.dialect.name == "sqlite"
    if look.has_table("audit_entry", schema=None if on_sqlite else AUDIT):
        for statement in _on_sqlite(look) if on_sqlite else _on_postgres(look):
            connection.exec_driver_sql(statement)


def _on_sqlite(look: Inspector) -> Iterator[str]:
    present = [one for one in watched_tables() if look.has_table(one.name)]
    return sqlite.statements([(one, _columns(look, one)) for one in present])


def _on_postgres(look: Inspector) -> Iterator[str]:
    yield from trail.functions()
    for one in watched_tables():
        if look.has_table(one.name, schema=one.table.schema):
            yield from trail.triggers(one, schema=str(look.default_schema_name))


def _columns(look: Inspector, one: Watched) -> list[str]:
    return [column["name"] for column in look.get_columns(one.name)]
