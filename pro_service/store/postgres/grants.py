"""What the service's roles may do: work on rows. They own nothing, so they cannot change a table, policy or trigger."""

from collections.abc import Iterator

from sqlalchemy import MetaData, Table

from pro_service.store.postgres.roles import Roles, name_of, quoted

#: Rows of a table may be deleted only if it says so: `info={DELETABLE: "why"}` among its arguments.
DELETABLE = "deletable"
_BOOKKEEPING = '"public"."alembic_version"'


def grants(metadata: MetaData, roles: Roles) -> Iterator[str]:
    """Rights on every table and sequence, for the roles that are not the owner."""
    if not roles.serving:
        return
    to = ", ".join(roles.serving)
    for schema in sorted({table.schema or "public" for table in metadata.sorted_tables}):
        yield f"GRANT USAGE ON SCHEMA {quoted(schema)} TO {to}"
        yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {quoted(schema)} TO {to}"
    yield f"GRANT SELECT ON {_BOOKKEEPING} TO {to}"
    for table in metadata.sorted_tables:
        yield f"REVOKE ALL ON {name_of(table)} FROM {to}"
        yield f"GRANT {_rights(table)} ON {name_of(table)} TO {to}"


def _rights(table: Table) -> str:
    return "SELECT, INSERT, UPDATE, DELETE" if table.info.get(DELETABLE) else "SELECT, INSERT, UPDATE"
