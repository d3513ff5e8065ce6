"""Runs migrations: on the connection it is given, or on the application's database under `flask db`."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import click
from alembic import context
from alembic.migration import MigrationContext
from flask import current_app
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.exc import OperationalError

from pro_service.store import models
from pro_service.store.audit.baseline import take_in
from pro_service.store.audit.coverage import AUDIT
from pro_service.store.audit.install import install, remove
from pro_service.store.db import (
    IDENTITY,
    NAMES,
    Base,
    JsonValue,
    UtcDateTime,
    app_role_of,
    owner_engine,
)
from pro_service.store.postgres import apply, withdraw
from pro_service.store.schema import judged_settings, service_owns_tables, unusable

assert models.__all__  # importing the tables registers them


def _ours(name: str | None, kind: str, parents: object) -> bool:
    return kind != "schema" or name in (None, IDENTITY, AUDIT)


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


def _run(connection: Connection, *, moves: bool, app_role: str | None) -> None:
    """`moves`: the schema is to become another one, and what is declared beside it is told anew with it."""
    postgres = connection.dialect.name == "postgresql"
    if postgres and moves:
        for schema in (IDENTITY, AUDIT):
            connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {schema}"))
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
    with nullcontext() if postgres else _tables_may_be_rebuilt(connection), context.begin_transaction():
        before = context.get_context().get_current_revision()
        if moves:
            withdraw(connection) if postgres else remove(connection)
        context.run_migrations()
        if moves and postgres:
            apply(connection, Base.metadata, app_role=app_role)
        elif moves:
            install(connection, Base.metadata)
        after = MigrationContext.configure(connection).get_current_revision()
        if moves and after is not None and after != before:
            take_in(connection, Base.metadata, revision=after)


@contextmanager
def _tables_may_be_rebuilt(connection: Connection) -> Iterator[None]:
    """SQLite changes a constraint by building the table anew, which it refuses while others refer to its rows.

    So references are not enforced meanwhile, and all of them are looked at afterwards.
    """
    below = connection.connection.driver_connection
    assert below is not None
    below.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        if wrong := below.execute("PRAGMA foreign_key_check").fetchall():
            raise RuntimeError(f"a migration left rows that refer to nothing: {wrong[:3]}")
    finally:
        below.execute("PRAGMA foreign_keys=ON")


@contextmanager
def _in_one_line() -> Iterator[None]:
    """A database that cannot be opened or written ends `flask db` like any bad input: one line, status 2."""
    try:
        yield
    except OperationalError as error:
        click.echo(str(unusable(error)), err=True)
        raise SystemExit(2) from error  # any RuntimeError, as click's own, would become a further line


def _run_as_owner() -> None:
    """Under `flask db`: with the rights of the owner, then what is declared beside the migrations."""
    url, owner = (current_app.config[name] for name in ("SQLALCHEMY_DATABASE_URI", "PRO_DATABASE_OWNER_URL"))
    engine = owner_engine(owner or url)
    try:
        command = click.get_current_context().info_name
        with engine.connect() as own:
            app_role = app_role_of(url, owner_url=owner)
            _run(own, moves=command in ("upgrade", "downgrade"), app_role=app_role)
            own.commit()
        if command == "check":
            _tell_settings(current_app.config["PRO_DATABASE_TOLERATED"])
    finally:
        engine.dispose()


def _tell_settings(tolerated: frozenset[str]) -> None:
    """PostgreSQL's settings as a table; status 1 if one of them is unsafe."""
    judged = judged_settings(tolerated)
    for one in judged:
        verdict = "ok" if one.right else "tolerated" if one.tolerated else f"WRONG: {one.cure}"
        click.echo(f"{one.name:36} {one.found:14} {verdict}")
    if service_owns_tables():
        click.echo(
            "note: the service connects as the owner of its tables. Row-level security binds it, and it could switch "
            "that off: a role of its own is safer (docs/operations.md, Roles)."
        )
    if any(one.fails for one in judged):
        raise SystemExit(1)


given = context.config.attributes.get("connection")
if given is not None:
    _run(given, moves=True, app_role=context.config.attributes.get("app_role"))
else:
    with _in_one_line():
        _run_as_owner()
