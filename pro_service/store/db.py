"""The database: its engine settings, its column types, and `transaction()`, the one place that commits."""

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from alembic import command
from alembic.config import Config
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, Connection, DateTime, Dialect, Engine, MetaData, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.orm import Session as Session  # services name it in their signatures
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator, TypeEngine

from pro_service.store.acting import TRANSACTION, Acting, act_as, acting, acting_for, trail_functions
from pro_service.store.audit.coverage import AUDIT
from pro_service.store.postgres.scope import EVERYTHING, act_in, narrow_in

MIGRATIONS = Path(__file__).parents[2] / "migrations"

#: Contact data live apart from research data: their own schema on PostgreSQL, their own tables on SQLite.
IDENTITY = "identity"

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table of the service. All constraints are named, so that migrations can drop them."""

    metadata = MetaData(naming_convention=NAMES)


class NestedTransactionError(RuntimeError):
    """A use case was started inside another one: each is one transaction."""


class DuplicateError(ValueError):
    """A row that must be unique is there already: somebody was faster."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant, stored in UTC and given back aware. A naive time is refused: nobody knows when it was."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class JsonValue(TypeDecorator[Any]):
    """A small JSON document: JSONB on PostgreSQL, text on SQLite."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kind: TypeEngine[Any] = JSONB() if dialect.name == "postgresql" else JSON()
        return dialect.type_descriptor(kind)


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


#: Marks the connections of the service, which act for somebody. The owner's, which migrate, act for themselves.
_ACTS = "acts"

_json = json.JSONDecoder()


def _document(stored: bytes | str) -> Any:
    """What PostgreSQL gives as JSON. It stores UTF-8 without space around it, so that nothing has to be found out."""
    text = stored.decode() if isinstance(stored, bytes) else stored
    return _json.raw_decode(text)[0]


def engine_options(database_url: str) -> dict[str, Any]:
    """Engine options by database: a SQLite file is shared by threads, PostgreSQL has a pool that fails fast."""
    # A logged error must not quote what was being stored: answers, texts, numbers.
    quiet = {"hide_parameters": True}
    if database_url.startswith("sqlite"):
        return {
            **quiet,
            "connect_args": {"timeout": 30, "check_same_thread": False},
            "execution_options": {"schema_translate_map": {IDENTITY: None, AUDIT: None}},
        }
    # Instants are handed over and come back in UTC, whatever zone an administrator gave the database.
    utc = {"connect_args": {"options": "-c timezone=UTC"}}
    read_json = {"json_deserializer": _document}
    return {
        **quiet,
        **utc,
        **read_json,
        "execution_options": {_ACTS: True},
        "pool_size": 10,
        "max_overflow": 10,
        "pool_timeout": 2,
        "pool_pre_ping": True,
    }


@event.listens_for(Engine, "connect")
def _prepare_connection(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    if not _is_sqlite(connection):
        return
    for name, arguments, function in trail_functions(entry.info):
        connection.create_function(name, arguments, function)
    connection.isolation_level = None  # we emit BEGIN ourselves, see _begin
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    # A deferred SQLite transaction that reads and then writes can fail with "database is locked" at once, without
    # waiting; a use case therefore takes the write lock when it starts.
    if connection.dialect.name == "sqlite":
        connection.info[TRANSACTION] = secrets.randbits(62)
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
    elif connection.get_execution_options().get(_ACTS, False):
        act_in(connection, acting())


def _is_sqlite(connection: DBAPIConnection) -> bool:
    return type(connection).__module__.startswith("sqlite3")


@contextmanager
def transaction() -> Iterator[Session]:
    """One use case: everything inside is committed together at the end, or nothing is. It does not nest."""
    session = db.session()
    if session.info.get("in_transaction"):
        raise NestedTransactionError("a use case is already running in this context")
    session.rollback()  # a read before us may have left a snapshot open
    session.info["in_transaction"] = True
    try:
        session.connection(execution_options={"writes": True})
        with acting_for(acting()):  # whom it is narrowed to ends with it
            yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["in_transaction"] = False
        session.expunge_all()


@contextmanager
def reading() -> Iterator[Session]:
    """One consistent look; nothing is written. Rows are detached at the end."""
    session = db.session()
    if session.info.get("in_transaction"):
        raise NestedTransactionError("read through the transaction that is running")
    session.rollback()
    try:
        with acting_for(acting()):
            yield session
    finally:
        session.expunge_all()  # before the rollback, which would empty the rows that were read
        session.rollback()


def narrow(session: Session, who: Acting) -> None:
    """Act for `who` for the rest of the transaction, once it has found out whom it serves."""
    act_as(who)
    if session.get_bind().dialect.name == "postgresql":
        narrow_in(session.connection(), who)


def flush(session: Session) -> None:
    """Write what was added, so that it has its ids. DuplicateError if a unique constraint refuses it."""
    try:
        session.flush()
    except IntegrityError as error:
        raise DuplicateError(type(error.orig).__name__) from None


def upgrade_schema(database_url: str, revision: str = "head", *, owner_url: str = "") -> None:
    """Bring a database to the newest schema (or `revision`), as its owner. Creates a SQLite file that is absent."""
    engine = owner_engine(owner_url or database_url)
    try:
        with engine.connect() as connection:
            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS))
            config.attributes["connection"] = connection
            config.attributes["app_role"] = app_role_of(database_url, owner_url=owner_url)
            command.upgrade(config, revision)
            connection.commit()
    finally:
        engine.dispose()


def app_role_of(database_url: str, *, owner_url: str) -> str | None:
    """The role under which PostgreSQL lets the service in; None if that is the owner's."""
    if not owner_url:
        return None
    engine = create_engine(database_url, **engine_options(database_url))
    try:
        with engine.connect() as connection:
            return str(connection.exec_driver_sql("SELECT session_user").scalar_one())
    finally:
        engine.dispose()


def owner_engine(url: str) -> Engine:
    """Connections of whoever owns the tables, for migrations: every row, and statements may take their time."""
    options = engine_options(url)
    if not url.startswith("sqlite"):
        del options["execution_options"]
        own = f"{options['connect_args']['options']} {EVERYTHING}"
        options["connect_args"] = {"options": own}
    return create_engine(url, **options)


def insert_missing(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert those of the rows that no unique constraint says are there already; how many those were."""
    dialect = session.get_bind().dialect.name
    # The rows are parameters, so that the statement is compiled once and not for each number of rows; the table
    # itself is named, so that nothing of what maps rows to objects is done in vain.
    statement = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(
        cast(Table, table.__table__)
    )
    if not rows:
        return 0
    added = session.execute(
        statement.on_conflict_do_nothing().returning(table.__table__.c.id), [dict(row) for row in rows]
    )
    return len(added.all())


def insert_once(
    session: Session, table: type[Base], values: dict[str, Any], *, returning: str = "id"
) -> Any | None:
    """Insert a row unless a unique constraint says that it is there already; its key (`returning`), or None.

    Two processes may do this at the same moment: one of them inserts.
    """
    dialect = session.get_bind().dialect.name
    statement = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(
        cast(Table, table.__table__)
    )
    return session.scalar(statement.on_conflict_do_nothing().returning(table.__table__.c[returning]), values)
