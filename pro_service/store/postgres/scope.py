"""Tells a PostgreSQL session for whom it acts, which is what its policies of row-level security ask.

The system acts in a role of its own, named as the service's with `_system` behind it, whose policies ask nothing; where
there is none, the setting `pro.all` says the same. Anybody else acts in the service's role, under the other settings:

* `pro.sites`: the ids of the sites, with commas between them;
* `pro.patient`: the id of the only patient, or nothing;
* `pro.identity`: on for who may see telephone numbers;
* `pro.acting`: who acts, as the triggers of the audit trail read it.
"""

from collections.abc import Mapping
from typing import Any, cast

from psycopg import Connection as PsycopgConnection
from sqlalchemy import Connection

from pro_service.core.access import PERMISSIONS, Permission
from pro_service.store.acting import Acting, as_json
from pro_service.store.postgres.limits import SET_LIMITS
from pro_service.store.postgres.roles import SYSTEM_SUFFIX

#: Options of a connection that sees every row: the owner's, who migrates and copies.
EVERYTHING = "-c pro.all=on"
_KNOWN = "pro.acting"

_TELL = """
SELECT
  set_config('role', CASE
    WHEN %(all)s::text = 'on' AND EXISTS (SELECT FROM pg_roles WHERE rolname = session_user || '{suffix}')
    THEN session_user || '{suffix}' ELSE 'none' END, {local}),
  set_config('pro.all', %(all)s, {local}),
  set_config('pro.sites', %(sites)s, {local}),
  set_config('pro.patient', %(patient)s, {local}),
  set_config('pro.identity', %(identity)s, {local}),
  set_config('pro.acting', %(acting)s, {local})
"""
_FOR_SESSION = _TELL.format(suffix=SYSTEM_SUFFIX, local="false")
_FOR_TRANSACTION = _TELL.format(suffix=SYSTEM_SUFFIX, local="true")
_SEES_IDENTITY = frozenset(role for role, may in PERMISSIONS.items() if Permission.SEE_IDENTITY in may)


def act_in(connection: Connection, who: Acting) -> None:
    """Before a transaction begins: act for `who` on this connection. Costs nothing if it did so last."""
    if connection.info.get(_KNOWN) == who:
        return
    # Outside any transaction, so that no rollback takes it back and what we remember stays true.
    driver = cast(PsycopgConnection[Any], connection.connection.dbapi_connection)
    before, driver.autocommit = driver.autocommit, True
    try:
        if connection.info.pop(_KNOWN, None) is None:
            connection.exec_driver_sql(SET_LIMITS)
        connection.exec_driver_sql(_FOR_SESSION, _settings(who))
    finally:
        driver.autocommit = before
    connection.info[_KNOWN] = who


def narrow_in(connection: Connection, who: Acting) -> None:
    """Act for `who` until the end of the transaction that is going on."""
    connection.exec_driver_sql(_FOR_TRANSACTION, _settings(who))


def _settings(who: Acting) -> Mapping[str, str]:
    everything = who.site_ids is None and who.patient_id is None
    return {
        "all": "on" if everything else "off",
        "sites": ",".join(str(site_id) for site_id in sorted(who.site_ids or ())),
        "patient": "" if who.patient_id is None else str(who.patient_id),
        "identity": "on" if who.role in _SEES_IDENTITY else "off",
        "acting": as_json(who),
    }
