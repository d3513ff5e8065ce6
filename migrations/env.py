"""Runs migrations: on the connection it is given, or on the application's database under `flask db`."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from alembic import context
from flask import current_app
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.exc import OperationalError

from pro_service.store import models
from pro_service.store.db import IDENTITY, NAMES, Base, JsonValue, UtcDateTime
from pro_service.store.locking import install as locks
from pro_service.store.schema import unusable

assert models.__all__  # importing the tables registers them


def _ours(name: str | None, kind: str, parents: object) -> bool:
    return kind != "schema" or name in (None, IDENTITY)


def _render(kind: str, item: object, context_: object) -> str | bool:
    # A migration must not change when the application's types do: it names the database's own types.
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, JsonValue):
        return 'sa.JSON().with_variant(JSONB(astext_type=Text()), "postgresql")'
    return False


def _described(*, postgres: bool) -> MetaData:
    """The tables as the database at hand has them: SQLite has no schemas, and keeps contact data beside the rest."""
    if postgres:
        return Base.metadata
    plain = MetaData(naming_convention=NAMES)
    for table in Base.metadata.sorted_tables:
        table.to_metadata(plain, schema=None, referred_schema_fn=lambda *_: None)
    return plain


def _run(connection: Connection) -> None:
    postgres = connection.dialect.name == "postgresql"
    if postgres:
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {IDENTITY}"))
        connection.commit()
    context.configure(
        connection=connection,
        target_metadata=_described(postgres=postgres),
        render_as_batch=not postgres,
        include_schemas=postgres,
        include_name=_ours,
        compare_type=True,
        render_item=_render,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        locks.remove(connection)
        context.run_migrations()
        locks.install(connection)


@contextmanager
def _in_one_line() -> Iterator[None]:
    """A database that cannot be opened or written ends `flask db` like any bad input: one line, status 2."""
    try:
        yield
    except OperationalError as error:
        click.echo(str(unusable(error)), err=True)
        raise SystemExit(2) from error  # any RuntimeError, as click's own, would become a further line


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    with _in_one_line(), current_app.extensions["migrate"].db.engine.connect() as own:
        _run(own)
        own.commit()
