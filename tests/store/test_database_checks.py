"""A PostgreSQL that may lose or show data: a production server does not start on it, and `flask db check` says why."""

import logging
from collections.abc import Iterator
from typing import Literal

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from pro_service.app import refuse_unsafe_database
from pro_service.config import SettingsError
from pro_service.store.postgres.limits import LIMITS
from tests.databases import Databases, administrator_url, owner_url
from tests.trial import bare


@pytest.fixture
def url(databases: Databases, postgres_url: str) -> Iterator[str]:
    del postgres_url
    with databases.migrated("postgresql") as made:
        yield made


def by_administrator(url: str, statement: str) -> None:
    engine = create_engine(administrator_url(url), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))


def boot(url: str, environment: Literal["demo", "production"]) -> None:
    with bare(url, environment=environment) as heroes:
        refuse_unsafe_database(heroes.app)


def test_production_starts_on_a_safe_server(url: str) -> None:
    boot(url, "production")


def test_production_refuses_a_superuser(url: str) -> None:
    with pytest.raises(SettingsError, match=r"superuser is on; let the service connect as a role of its own"):
        boot(administrator_url(url), "production")


def test_production_refuses_a_setting_of_the_database_that_loses_data(url: str) -> None:
    by_administrator(url, f"ALTER DATABASE {make_url(url).database} SET synchronous_commit = off")
    with pytest.raises(SettingsError, match="synchronous_commit is off"):
        boot(url, "production")


def test_production_refuses_a_table_whose_row_level_security_was_switched_off(url: str) -> None:
    by_administrator(url, "ALTER TABLE message NO FORCE ROW LEVEL SECURITY")
    with pytest.raises(SettingsError, match=r"row_security_forced is off; run `flask db upgrade`"):
        boot(url, "production")


def test_the_demonstration_warns(url: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        boot(administrator_url(url), "demo")
    assert any("superuser is on" in record.message for record in caplog.records)


def test_a_database_nobody_set_limits_for_gets_ours_and_one_with_limits_keeps_its_own(url: str) -> None:
    by_administrator(url, f"ALTER DATABASE {make_url(url).database} SET lock_timeout = '3s'")
    with bare(url) as heroes:
        found = heroes.call(
            lambda: {
                name: heroes.app.extensions["sqlalchemy"].session.scalar(text(f"SHOW {name}"))
                for name in LIMITS
            }
        )
    assert found == {**LIMITS, "lock_timeout": "3s"}


def test_the_command_lists_every_setting_and_ends_with_1_if_one_is_unsafe(url: str) -> None:
    with bare(url) as heroes:
        right = heroes.app.test_cli_runner().invoke(args=["db", "check"])
        assert right.exit_code == 0, right.output
        assert "WRONG" not in right.output
        assert "as the owner of its tables" not in right.output
        by_administrator(url, "ALTER TABLE message DISABLE ROW LEVEL SECURITY")
        wrong = heroes.app.test_cli_runner().invoke(args=["db", "check"])
        assert wrong.exit_code == 1
        assert "row_security_forced" in wrong.output
        assert heroes.app.test_cli_runner().invoke(args=["db", "upgrade"]).exit_code == 0
        assert heroes.app.test_cli_runner().invoke(args=["db", "check"]).exit_code == 0


def test_a_service_that_owns_its_tables_is_told_so(databases: Databases, postgres_url: str) -> None:
    """One role alone: everything works, row-level security is forced on the owner too."""
    del postgres_url
    with databases.empty("postgresql") as url, bare(owner_url(url)) as heroes:
        made = heroes.app.test_cli_runner().invoke(args=["db", "upgrade"])
        assert made.exit_code == 0, made.output
        told = heroes.app.test_cli_runner().invoke(args=["db", "check"])
        assert told.exit_code == 0, told.output
        assert "as the owner of its tables" in told.output
