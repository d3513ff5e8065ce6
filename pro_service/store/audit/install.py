"""Puts the trail's triggers on a database after its migrations, on whatever tables and columns it has by then."""

from collections.abc import Iterator

from sqlalchemy import Connection, MetaData, inspect, text
from sqlalchemy.engine.reflection import Inspector

from pro_service.store.audit import postgres, sqlite
from pro_service.store.audit.coverage import AUDIT, Watched, watched_tables


def remove(connection: Connection) -> None:
    """Before migrations on SQLite: it builds tables anew, and would stumble over triggers that name them."""
    if connection.dialect.name == "sqlite":
        names = connection.execute(
            text(f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '{sqlite.PREFIX}%'")
        )
        for name in names.scalars().all():
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')


def install(connection: Connection, metadata: MetaData) -> None:
    """After migrations: every trigger as it must be. Nothing if the schema is older than the trail."""
    look = inspect(connection)
    if look.has_table("audit_entry", schema=None if connection.dialect.name == "sqlite" else AUDIT):
        for statement in statements(look, metadata):
            connection.exec_driver_sql(statement)


def statements(look: Inspector, metadata: MetaData) -> Iterator[str]:
    """What makes the triggers, for the tables and columns that the database has."""
    if look.dialect.name == "sqlite":
        present = [one for one in watched_tables(metadata) if look.has_table(one.name)]
        yield from sqlite.statements([(one, _columns(look, one)) for one in present])
        return
    yield from postgres.functions()
    for one in watched_tables(metadata):
        if look.has_table(one.name, schema=one.table.schema):
            yield from postgres.triggers(one, schema=str(look.default_schema_name))


def _columns(look: Inspector, one: Watched) -> list[str]:
    return [column["name"] for column in look.get_columns(one.name)]
