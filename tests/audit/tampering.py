"""What somebody with every right on the database may do to it, covering their tracks as well as they can."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from pro_service.core.audit.chain import Entry, from_ranges, linked
from pro_service.store.db import engine_options

#: Of the tests' server, or of the one that they were told to use.
SUPERUSER = make_url(os.environ.get("TEST_DATABASE_URL") or "postgresql://postgres@/postgres").username
TRAIL = ("audit_entry", "audit_link", "audit_pending")


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A connection beside the application, as the one whom the tests' server lets do everything."""
    options = engine_options(url)
    if url.startswith("sqlite"):
        kept = {name: options[name] for name in ("connect_args", "execution_options")}
        engine = create_engine(url, poolclass=NullPool, **kept)
    else:
        engine = create_engine(make_url(url).set(username=SUPERUSER), poolclass=NullPool)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@contextmanager
def unguarded(url: str, *tables: str) -> Iterator[Connection]:
    """Write past the triggers of `tables`, and put them back as they were."""
    with connected(url) as connection:
        if connection.dialect.name == "sqlite":
            rows = connection.execute(
                text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            ).all()
            _each(connection, [f'DROP TRIGGER "{row.name}"' for row in rows])
            yield connection
            _each(connection, [row.sql for row in rows])
        else:
            _each(
                connection, [f"ALTER TABLE {named(connection, one)} DISABLE TRIGGER USER" for one in tables]
            )
            yield connection
            for one in tables:
                place = named(connection, one)
                for trigger in () if one == "audit_pending" else ("trail", "trail_no_truncate"):
                    _each(connection, [f"ALTER TABLE {place} ENABLE ALWAYS TRIGGER {trigger}"])
        connection.commit()


def named(connection: Connection, table: str) -> str:
    """A table of the trail as this database writes it; any other as it is."""
    return f"audit.{table}" if table in TRAIL and connection.dialect.name == "postgresql" else table


def entries(connection: Connection) -> list[dict[str, Any]]:
    found = connection.execute(text(f"SELECT * FROM {named(connection, 'audit_entry')} ORDER BY seq"))
    return [dict(row) for row in found.mappings()]


def rechain(connection: Connection) -> None:
    """Make every link anew over the entries as they are now, as if nothing had ever been otherwise."""
    by_number = {row["seq"]: Entry(**_typed(row)) for row in entries(connection)}
    place, before = named(connection, "audit_link"), None
    for row in connection.execute(text(f"SELECT n, entries FROM {place} ORDER BY n")).all():
        before = linked(before, [by_number[seq] for seq in from_ranges(row.entries)])
        connection.execute(
            text(f"UPDATE {place} SET digests = :d, hash = :h WHERE n = :n"),
            {"n": row.n, "d": before.digests, "h": before.hash},
        )


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    at = row["at"]
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return {**row, "at": moment if moment.tzinfo else moment.replace(tzinfo=UTC)}


def _each(connection: Connection, statements: list[str]) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)
