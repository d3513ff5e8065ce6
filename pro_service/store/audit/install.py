"""Puts the trail's triggers on a SQLite database after its migrations, on the tables and columns it has by then.

On PostgreSQL `store.postgres` declares them.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, MetaData, inspect, text
from sqlalchemy.engine.reflection import Inspector

from pro_service.store.audit import sqlite
from pro_service.store.audit.coverage import Watched, watched_tables


def remove(connection: Connection) -> None:
    """Before migrations: SQLite builds tables anew, and would stumble over triggers that name them."""
    names = connection.execute(
        text(f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '{sqlite.PREFIX}%'")
    )
    for name in names.scalars().all():
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')


def install(connection: Connection, metadata: MetaData) -> None:
    """After them: every trigger as it must be. Nothing if the schema is older than the trail."""
    look = inspect(connection)
    if look.has_table("audit_entry"):
        for statement in statements(look, metadata):
            connection.exec_driver_sql(statement)


def statements(look: Inspector, metadata: MetaData) -> Iterator[str]:
    """What makes the triggers, for the tables and columns that the database has."""
    present = [one for one in watched_tables(metadata) if look.has_table(one.name)]
    return sqlite.statements([(one, _columns(look, one)) for one in present])


def _columns(look: Inspector, one: Watched) -> list[str]:
    return [column["name"] for column in look.get_columns(one.name)]
