"""The databases that the other tests stand on: both engines answer, and no test sees another's rows."""

import pytest
from playwright.sync_api import Browser
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.databases import Databases, owner_url


def run(url: str, *statements: str) -> list[object]:
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        results = [connection.execute(text(statement)) for statement in statements]
        return list(results[-1].scalars()) if results[-1].returns_rows else []


def test_each_engine_answers(database: str, engine_name: str) -> None:
    assert database.startswith(engine_name)
    assert run(database, "SELECT 1") == [1]


@pytest.mark.parametrize("value", [1, 2])
def test_no_test_sees_the_rows_of_another(database: str, value: int) -> None:
    # Were the second to get the first one's database, its CREATE would fail.
    run(database, "CREATE TABLE seen (value INTEGER)", f"INSERT INTO seen VALUES ({value})")
    assert run(database, "SELECT value FROM seen") == [value]


def test_a_template_is_migrated_once_and_copied_for_each_test(
    databases: Databases, engine_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrated: list[str] = []

    def migrate(url: str) -> None:
        migrated.append(url)
        run(owner_url(url), "CREATE TABLE seen (value INTEGER)")

    monkeypatch.setattr("tests.databases.migrate", migrate)
    own = Databases(folder=databases.folder, scratch=databases.scratch)
    for value in (1, 2):
        with own.migrated(engine_name) as url:
            run(owner_url(url), f"INSERT INTO seen VALUES ({value})")
            assert run(owner_url(url), "SELECT value FROM seen") == [value]
    own.close()
    assert len(migrated) == 1


def test_a_database_is_gone_after_its_test_even_if_a_connection_is_left_open(
    databases: Databases, postgres_url: str
) -> None:
    with databases.empty("postgresql") as url:
        left_open = create_engine(url, poolclass=NullPool).connect()
        name = str(left_open.engine.url.database)
    assert run(postgres_url, f"SELECT datname FROM pg_database WHERE datname = '{name}'") == []
    left_open.invalidate()


def test_postgresql_is_durable_as_in_production(postgres_url: str) -> None:
    assert run(postgres_url, "SHOW fsync") == ["on"]


def test_the_browser_shows_a_page(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content("<title>Bonjour</title>")
    assert page.title() == "Bonjour"
    page.close()


def test_a_migrated_database_knows_which_migration_it_is_at(migrated_database: str) -> None:
    assert len(run(migrated_database, "SELECT version_num FROM alembic_version")) == 1
