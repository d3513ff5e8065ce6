"""Whether the triggers of the trail are what they must be: none missing, switched off or rewritten."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, MetaData, inspect, text

from pro_service.core.audit.verifying import Fault
from pro_service.store.audit import postgres
from pro_service.store.audit.coverage import watched_tables
from pro_service.store.audit.install import statements

# A row trigger AFTER INSERT, DELETE, UPDATE; one BEFORE DELETE, UPDATE; a statement trigger BEFORE TRUNCATE: the bits
# of pg_trigger.tgtype.
_ROW_AFTER, _ROW_BEFORE, _BEFORE_TRUNCATE = 1 | 4 | 8 | 16, 1 | 2 | 8 | 16, 2 | 32
_ALWAYS = "A"

_TRIGGERS = text("""
SELECT c.relname AS name, t.tgname AS trigger, t.tgenabled::text AS enabled, t.tgtype::integer AS kind,
 p.proname AS function, t.tgqual IS NULL AND t.tgattr::text = '' AS whole
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
WHERE NOT t.tgisinternal AND t.tgname IN ('trail', 'trail_no_truncate')
""")
_FUNCTIONS = text("""
SELECT p.proname AS name, p.prosrc AS source FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = 'audit'
""")


def faults(connection: Connection, metadata: MetaData) -> Iterator[Fault]:
    """What is missing, switched off or other than this program made it."""
    wrong = _on_sqlite if connection.dialect.name == "sqlite" else _on_postgres
    for name in wrong(connection, metadata):
        yield Fault(code="trigger", message=f"{name} is missing, switched off or altered")


def _on_sqlite(connection: Connection, metadata: MetaData) -> Iterator[str]:
    rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    found = {row.name: row.sql for row in rows}
    for statement in statements(inspect(connection), metadata):
        name = statement.split()[2]
        if found.get(name) != statement:
            yield f"trigger {name}"


def _on_postgres(connection: Connection, metadata: MetaData) -> Iterator[str]:
    found = {
        (row.name, row.trigger): (row.enabled, row.kind, row.function, row.whole)
        for row in connection.execute(_TRIGGERS)
    }
    for place, (kind, function) in _wanted(metadata).items():
        if found.get(place) != (_ALWAYS, kind, function, True):
            yield f"trigger {place[1]} on {place[0]}"
    sources = {row.name: row.source for row in connection.execute(_FUNCTIONS)}
    for statement in postgres.declared(metadata):
        if statement.startswith("CREATE OR REPLACE FUNCTION"):
            name = statement.split("audit.", 1)[1].split("(", 1)[0]
            if sources.get(name) != statement.split(f"${_quote(statement)}$")[1]:
                yield f"function audit.{name}"


def _quote(statement: str) -> str:
    """The word between dollars with which a function's body begins and ends."""
    return statement.rstrip().removesuffix("$").rsplit("$", 1)[1]


def _wanted(metadata: MetaData) -> Mapping[tuple[str, str], tuple[int, str]]:
    after = {
        (one.name, postgres.TRIGGER): (_ROW_AFTER, f"trail_{one.name}") for one in watched_tables(metadata)
    }
    before = {(name, postgres.TRIGGER): (_ROW_BEFORE, "forbid") for name in postgres.APPEND_ONLY}
    kept = {(name, postgres.NO_TRUNCATE): (_BEFORE_TRUNCATE, "forbid") for name, _ in {**after, **before}}
    return {**after, **before, **kept}
