"""What PostgreSQL is told beside the migrations, again after each of them: rights, row-level security, the audit trail.

Each declaration gives statements that may be run any number of times. A new one is added to `DECLARATIONS`.
"""

from collections.abc import Callable, Iterable

from sqlalchemy import Connection, MetaData, inspect

from pro_service.store.postgres.audit_trail import trail
from pro_service.store.postgres.grants import grants
from pro_service.store.postgres.roles import Roles, roles_of
from pro_service.store.postgres.row_security import WITHDRAW, row_security

#: Statements without parameters, whose percent signs are their own.
_AS_IT_IS = {"no_parameters": True}

DECLARATIONS: tuple[Callable[[MetaData, Roles], Iterable[str]], ...] = (grants, row_security, trail)


def withdraw(connection: Connection) -> None:
    """Take back what would be in the way of a migration, in its transaction; `apply` tells it again at its end."""
    connection.exec_driver_sql(WITHDRAW, execution_options=_AS_IT_IS)


def apply(connection: Connection, metadata: MetaData, *, app_role: str | None = None) -> None:
    """Tell the database everything that is declared, as the owner of its tables; not before all of them are there.

    `app_role` is the role of the service where it is not the owner itself.
    """
    look = inspect(connection)
    if not all(look.has_table(table.name, schema=table.schema) for table in metadata.sorted_tables):
        return
    roles = roles_of(connection, app_role=app_role)
    for declare in DECLARATIONS:
        for statement in declare(metadata, roles):
            connection.exec_driver_sql(statement, execution_options=_AS_IT_IS)
