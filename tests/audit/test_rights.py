"""REG-03: on PostgreSQL the application can neither change the trail nor stop it; nor can the owner in passing."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from pro_service.services.audit.chaining import chain
from pro_service.store.acting import acting_for, system
from tests.audit.tampering import connected, entries
from tests.databases import APP, Databases
from tests.trial import trial

_REFUSED = "42501"

ATTEMPTS = [
    "UPDATE audit.audit_entry SET actor = 'nobody'",
    "DELETE FROM audit.audit_entry",
    "TRUNCATE audit.audit_entry",
    "INSERT INTO audit.audit_entry SELECT * FROM audit.audit_entry LIMIT 1",
    "SET session_replication_role = replica",
    "UPDATE audit.audit_link SET hash = digests",
    "DELETE FROM audit.audit_link",
    "INSERT INTO audit.audit_link (n, entries, digests, hash, chained_at) VALUES (99, '1', '', '', now())",
    "DELETE FROM audit.audit_pending",
    "ALTER TABLE patient DISABLE TRIGGER trail",
    "DROP TRIGGER trail ON patient",
    "DROP FUNCTION audit.trail_patient() CASCADE",
    "TRUNCATE patient CASCADE",
    "ALTER TABLE audit.audit_entry DISABLE TRIGGER ALL",
    "SELECT audit.trail_patient()",
]


@pytest.fixture(scope="module")
def url(databases: Databases, postgres_url: str) -> Iterator[str]:
    """The service's URL of a database with a patient in it."""
    with databases.migrated("postgresql") as url:
        with acting_for(system("test")), trial(url) as made:
            made.enrol()
            made.call(chain)
        yield url


@pytest.fixture(params=["service", "system"])
def app_role(url: str, request: pytest.FixtureRequest) -> Iterator[Connection]:
    """A session of the service's role, and one of the role in which it acts for every site."""
    with _as_service(url) as connection:
        if request.param == "service":
            connection.exec_driver_sql("SET ROLE none")
        yield connection


@contextmanager
def _as_service(url: str) -> Iterator[Connection]:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"SET ROLE {APP}_system")
        yield connection
    engine.dispose()


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_the_applications_role_is_refused(app_role: Connection, attempt: str) -> None:
    with pytest.raises(DBAPIError) as refused:
        app_role.exec_driver_sql(attempt)
    assert getattr(refused.value.orig, "sqlstate", "") == _REFUSED


def test_what_the_applications_role_changes_is_trailed_and_chained_all_the_same(url: str) -> None:
    with _as_service(url) as connection:
        connection.exec_driver_sql("UPDATE patient SET language = 'en'")
        assert connection.execute(text("SELECT audit.chain(100)")).scalar_one() == 1
        connection.commit()
    with connected(url) as connection:
        last = entries(connection)[-1]
    assert (last["table_name"], last["changes"]) == ("patient", '{"language": ["fr", "en"]}')
    assert last["actor"] == f"database:{APP}", "nobody said who: the role itself is named"


@pytest.mark.parametrize(
    "attempt",
    [one for one in ATTEMPTS if one.startswith(("UPDATE", "DELETE FROM audit.audit_e", "TRUNCATE"))],
)
def test_nor_may_the_owner_in_passing(url: str, attempt: str) -> None:
    with connected(url) as connection, pytest.raises(DBAPIError) as refused:
        connection.exec_driver_sql(attempt)
    assert getattr(refused.value.orig, "sqlstate", "") == _REFUSED


def test_playing_a_replica_does_not_go_past_the_triggers(url: str) -> None:
    with connected(url) as connection:
        before = len(entries(connection))
        connection.exec_driver_sql("SET session_replication_role = replica")
        connection.exec_driver_sql("UPDATE patient SET language = 'de'")
        assert len(entries(connection)) == before + 1
        with pytest.raises(DBAPIError):
            connection.exec_driver_sql("DELETE FROM audit.audit_entry")


def test_on_sqlite_the_trail_is_only_added_to(databases: Databases) -> None:
    with databases.migrated("sqlite") as url:
        with trial(url) as made:
            made.enrol()
            made.call(chain)
        with connected(url) as connection:
            for attempt in ("UPDATE audit_entry SET actor = ''", "DELETE FROM audit_link"):
                with pytest.raises(DBAPIError, match="only added to"):
                    connection.exec_driver_sql(attempt)
