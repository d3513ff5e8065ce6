"""What a PostgreSQL server and the service's session on it are set to."""

from collections.abc import Mapping

from sqlalchemy import Connection, MetaData, text

from pro_service.core.database_settings import NAMES
from pro_service.store.postgres.placing import scoped_tables

_SETTINGS = text("SELECT name, setting FROM pg_settings WHERE name = ANY (:names)")
_SESSION = text(
    "SELECT pg_is_in_recovery() AS in_recovery, rolsuper AS superuser, rolbypassrls AS bypass_row_security"
    " FROM pg_roles WHERE rolname = session_user"
)
_FORCED = text(
    "SELECT nspname, relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
    " WHERE relkind = 'r' AND relrowsecurity AND relforcerowsecurity"
)
_OWNED = text(
    "SELECT count(*) FROM pg_class JOIN pg_roles o ON o.oid = relowner"
    " WHERE relkind = 'r' AND rolname = session_user"
)


def found_settings(connection: Connection, metadata: MetaData) -> Mapping[str, str]:
    """What is to be judged, by name; facts of the session are `on` or `off`."""
    server = {row.name: row.setting for row in connection.execute(_SETTINGS, {"names": list(NAMES)})}
    session = connection.execute(_SESSION).one()._asdict()
    forced = {f"{row.nspname}.{row.relname}" for row in connection.execute(_FORCED)}
    wanted = {f"{schema}.{name}" for schema, name in scoped_tables(metadata)}
    facts = {**session, "row_security_forced": wanted <= forced}
    return {**server, **{name: "on" if fact else "off" for name, fact in facts.items()}}


def owns_tables(connection: Connection) -> bool:
    """Does the service's role own tables? Then it could change the policies that bind it."""
    return bool(connection.scalar(_OWNED))
