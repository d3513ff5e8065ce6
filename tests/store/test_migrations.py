"""Migrations: up from nothing, down to nothing, up again; and afterwards the tables are those the models describe."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Connection, create_engine, inspect, text
from sqlalchemy.pool import NullPool

from pro_service.store import models
from pro_service.store.audit.coverage import AUDIT
from pro_service.store.db import IDENTITY, MIGRATIONS, Base, engine_options, upgrade_schema
from tests.databases import Databases, owner_url
from tests.trial import trial

assert models.__all__

HEAD = MIGRATIONS / "HEAD"


def test_head_names_the_newest_migration() -> None:
    """Two branches that each add a migration both change this line: merging them is a conflict somebody has to see."""
    assert HEAD.read_text().split() == [*scripts().get_heads()]


def test_migrations_are_one_line_without_a_fork() -> None:
    assert len(scripts().get_heads()) == 1
    assert len(scripts().get_bases()) == 1


def test_migrations_are_numbered_in_their_order() -> None:
    revisions = [script.revision for script in scripts().walk_revisions()][::-1]
    files = sorted(path.name for path in (MIGRATIONS / "versions").glob("*.py"))
    assert [name.split("_")[0] for name in files] == revisions


def test_a_schema_goes_up_down_to_nothing_and_up_again(database: str) -> None:
    upgrade_schema(database)
    there = table_names(database)
    assert there == {table.name for table in Base.metadata.sorted_tables} | {"alembic_version"}
    downgrade(database)
    assert table_names(database) == {"alembic_version"}
    upgrade_schema(database)
    assert table_names(database) == there


def test_upgrading_twice_changes_nothing(database: str) -> None:
    upgrade_schema(database)
    before = table_names(database)
    upgrade_schema(database)
    assert table_names(database) == before


def test_the_migrated_schema_is_the_one_the_models_describe(databases: Databases, postgres_url: str) -> None:
    """On PostgreSQL, both schemas included; SQLite has neither schemas nor types that could be compared."""
    with databases.migrated("postgresql") as url, connected(url) as connection:
        assert compare_metadata(context_on(connection), Base.metadata) == []


def test_the_command_that_compares_finds_a_migrated_database_right_and_a_changed_one_wrong(
    migrated_database: str,
) -> None:
    """`flask db check`, which operations.md tells people to run."""
    with trial(migrated_database) as heroes:
        runner = heroes.app.test_cli_runner()
        right = runner.invoke(args=["db", "check"])
        assert right.exit_code == 0, right.output
        with connected(owner_url(migrated_database)) as connection:
            schema = f"{own}." if (own := schema_of(connection)) else ""
            connection.execute(text(f"ALTER TABLE {schema}contact ADD COLUMN odd INTEGER"))
            connection.commit()
        assert runner.invoke(args=["db", "check"]).exit_code == 1


def test_contact_data_are_in_a_schema_of_their_own_on_postgresql(migrated_database: str) -> None:
    with connected(migrated_database) as connection:
        own = inspect(connection).get_table_names(schema=schema_of(connection))
    assert "contact" in own
    assert ("study" in own) == migrated_database.startswith("sqlite")


def test_the_database_checks_the_states_that_the_models_name(migrated_database: str) -> None:
    """Alembic does not compare CHECK constraints: a state added to a table of states needs a migration too."""
    with connected(migrated_database) as connection:
        for table in Base.metadata.sorted_tables:
            wanted = {
                c.name: literals(str(c.sqltext)) for c in table.constraints if isinstance(c, CheckConstraint)
            }
            found = inspect(connection).get_check_constraints(
                table.name, schema=schema_named(connection, table)
            )
            assert {row["name"]: literals(row["sqltext"]) for row in found} == wanted


def test_every_constraint_has_a_name(migrated_database: str) -> None:
    """What has no name cannot be dropped by a later migration on every database."""
    with connected(migrated_database) as connection:
        look = inspect(connection)
        for table in Base.metadata.sorted_tables:
            schema = schema_named(connection, table)
            named: list[Any] = [
                *look.get_unique_constraints(table.name, schema=schema),
                *look.get_foreign_keys(table.name, schema=schema),
                look.get_pk_constraint(table.name, schema=schema),
            ]
            assert all(row["name"] for row in named), table.name


def scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config)


def downgrade(url: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with connected(url) as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        connection.commit()


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    options = {k: v for k, v in engine_options(url).items() if k in ("connect_args", "execution_options")}
    engine = create_engine(url, poolclass=NullPool, **options)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def context_on(connection: Connection) -> MigrationContext:
    def ours(name: str | None, kind: str, _: object) -> bool:
        return kind != "schema" or name in (None, IDENTITY, AUDIT)

    def no_bookkeeping(_: object, name: str | None, kind: str, *__: object) -> bool:
        return not (kind == "table" and name == "alembic_version")

    return MigrationContext.configure(
        connection,
        opts={
            "include_schemas": True,
            "include_name": ours,
            "include_object": no_bookkeeping,
            "compare_type": True,
            "compare_server_default": True,
        },
    )


def table_names(url: str) -> set[str]:
    with connected(url) as connection:
        look = inspect(connection)
        schemas = {None, schema_of(connection), AUDIT} & {None, *look.get_schema_names()}
        return {name for schema in schemas for name in look.get_table_names(schema=schema)}


def schema_of(connection: Connection) -> str | None:
    return IDENTITY if connection.dialect.name == "postgresql" else None


def schema_named(connection: Connection, table: Any) -> str | None:
    return table.schema if connection.dialect.name == "postgresql" else None


def literals(sql: str) -> set[str]:
    """The quoted words of a CHECK: PostgreSQL rewrites the rest."""
    return set(sql.split("'")[1::2])
