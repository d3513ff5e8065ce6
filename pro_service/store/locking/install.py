"""Puts the triggers of the locks on a database after its migrations, on whatever tables it has by then."""

from sqlalchemy import Connection, inspect, text

from pro_service.store.locking import triggers
from pro_service.store.locking.coverage import APPEND_ONLY, covered

_NEEDED = ("data_lock", "lock_release", *APPEND_ONLY)


def remove(connection: Connection) -> None:
    """Before migrations: they change and drop tables that triggers name."""
    if connection.dialect.name == "sqlite":
        found = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE :ours")
        for name in connection.execute(found, {"ours": f"{triggers.PREFIX}%"}).scalars().all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        return
    functions = text(
        "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE n.nspname = current_schema() AND p.proname LIKE :ours"
    )
    for name in connection.execute(functions, {"ours": f"{triggers.PREFIX}%"}).scalars().all():
        connection.exec_driver_sql(f"DROP FUNCTION {name} CASCADE")


def install(connection: Connection) -> None:
    """After migrations: every trigger as it must be. Nothing if the schema is older than the locks."""
    look = inspect(connection)
    if not all(look.has_table(name) for name in _NEEDED):
        return
    tables = tuple(one for one in covered() if look.has_table(one.table))
    if connection.dialect.name == "sqlite":
        statements = [*triggers.sqlite(tables)]
    else:
        schema = str(look.default_schema_name)
        statements = [*triggers.shared_functions(schema), *triggers.postgresql(tables, schema=schema)]
    for statement in statements:
        connection.exec_driver_sql(statement.replace("%", "%%") if "%" in statement else statement)
