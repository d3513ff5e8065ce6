"""Empty and migrated databases for tests, made in a moment on SQLite and on PostgreSQL."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from tests import postgres

ENGINES = ("sqlite", "postgresql")


#: Who owns the tables on PostgreSQL, and as whom the service under test connects: it owns nothing.
OWNER, APP = "pro_owner", "pro_app"
_ROLES = f"""
DO $$ BEGIN
  CREATE ROLE {OWNER} LOGIN;
  CREATE ROLE {APP} LOGIN NOINHERIT;
  CREATE ROLE {APP}_system NOLOGIN;
  GRANT {APP}_system TO {APP};
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""


def owner_url(url: str) -> str:
    """The URL under which a database is migrated, and its tables may be changed."""
    if url.startswith("sqlite"):
        return url
    return make_url(url).set(username=OWNER).render_as_string(hide_password=False)


def administrator_url(url: str) -> str:
    """The URL under which row-level security and the rights of tables bind nobody."""
    if url.startswith("sqlite"):
        return url
    return make_url(url).set(username="postgres").render_as_string(hide_password=False)


def migrate(url: str) -> None:
    """Bring an empty database to the newest schema."""
    # Most tests need no schema: they should not pay for loading the application.
    from pro_service.store.db import upgrade_schema  # noqa: PLC0415 - see above

    upgrade_schema(url, owner_url="" if url.startswith("sqlite") else owner_url(url))


@dataclass(kw_only=True)
class Databases:
    """Makes the databases of one test process. `folder` is the run's (the server), `scratch` this process's own."""

    folder: Path
    scratch: Path
    _templates: dict[str, str] = field(default_factory=dict)

    @cached_property
    def server(self) -> str:
        url = postgres.server_url(self.folder)
        with _administrator(url) as connection:
            connection.execute(text(_ROLES))
        return url

    @contextmanager
    def empty(self, engine: str) -> Iterator[str]:
        """The owner's URL of a database without tables, for as long as the context lasts."""
        with self._scratch_database(engine, template=None) as url:
            yield owner_url(url)

    @contextmanager
    def migrated(self, engine: str) -> Iterator[str]:
        """The URL of a database of the newest schema. It is migrated once; each test gets a copy."""
        if engine not in self._templates:
            self._templates[engine] = self._make_template(engine)
        with self._scratch_database(engine, template=self._templates[engine]) as url:
            yield url

    def close(self) -> None:
        """Drop the templates, which a server of one's own (`TEST_DATABASE_URL`) would keep."""
        for url in self._templates.values():
            self._drop(url)
        self._templates.clear()

    def _make_template(self, engine: str) -> str:
        url = self._create(engine, template=None)
        migrate(url)
        return url

    @contextmanager
    def _scratch_database(self, engine: str, *, template: str | None) -> Iterator[str]:
        url = self._create(engine, template=template)
        try:
            yield url
        finally:
            self._drop(url)

    def _create(self, engine: str, *, template: str | None) -> str:
        name = f"test_{uuid4().hex[:12]}"
        if engine == "sqlite":
            path = self.scratch / f"{name}.db"
            _copy_sqlite(template, path)
            return f"sqlite:///{path}"
        with _administrator(self.server) as connection:
            _create_postgres(connection, name, template)
        own = make_url(self.server).set(database=name, username=APP)
        return own.render_as_string(hide_password=False)

    def _drop(self, url: str) -> None:
        database = make_url(url).database
        if url.startswith("sqlite"):
            for path in self.scratch.glob(f"{Path(str(database)).name}*"):
                path.unlink()
            return
        with _administrator(self.server) as connection:
            connection.execute(text(f"DROP DATABASE {database} WITH (FORCE)"))


def _copy_sqlite(template: str | None, path: Path) -> None:
    """Through SQLite itself, since what was written last may still be in the template's write-ahead log."""
    with closing(sqlite3.connect(path)) as copy:
        if template:
            with closing(sqlite3.connect(str(make_url(template).database))) as original:
                original.backup(copy)


def _create_postgres(connection: Connection, name: str, template: str | None) -> None:
    source = make_url(template).database if template else "template0"
    if template:  # a database in use cannot be copied
        leave = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
        connection.execute(text(leave), {"name": source})
    connection.execute(text(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {source}"))


@contextmanager
def _administrator(server: str) -> Iterator[Connection]:
    """A connection to the server's maintenance database, outside any transaction."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
