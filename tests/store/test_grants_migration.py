"""Migration 0010 turns the one role of each account into grants, and back."""

from datetime import UTC, datetime

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from pro_service.store.db import MIGRATIONS, upgrade_schema
from tests.store.test_migrations import connected

CREATED = datetime(2025, 11, 3, 8, 30, tzinfo=UTC)
STAFF = (("nadia", "nurse", True), ("ada", "administrator", True), ("dora", "data_manager", False))
GRANTS = "SELECT login, access_grant.role, site_id FROM access_grant JOIN staff ON staff.id = staff_id ORDER BY 1, 3"


def test_each_role_becomes_grants_at_the_sites_it_had_and_comes_back(database: str) -> None:
    upgrade_schema(database, "0009")
    with connected(database) as connection:
        _fill(connection)
        connection.commit()
    upgrade_schema(database, "0010")
    with connected(database) as connection:
        found = [tuple(row) for row in connection.execute(text(GRANTS))]
        # An administrator's work is the study's: no site is named.
        assert found == [
            ("ada", "administrator", None),
            ("dora", "data_manager", 2),
            ("nadia", "nurse", 1),
            ("nadia", "nurse", 2),
        ]
        assert connection.scalar(text("SELECT count(*) FROM staff_session")) == 1
    _down(database, "0009")
    with connected(database) as connection:
        roles = connection.execute(text("SELECT login, role, active FROM staff ORDER BY id"))
        assert [(row[0], row[1], bool(row[2])) for row in roles] == list(STAFF)
        sites = connection.execute(text("SELECT staff_id, site_id FROM staff_site ORDER BY 1, 2"))
        assert [tuple(row) for row in sites] == [(1, 1), (1, 2), (2, 1), (2, 2), (3, 2)]


def _fill(connection: Connection) -> None:
    now = {"now": CREATED}
    connection.execute(
        text(
            "INSERT INTO study (id, code, title, protocol_version, created_at) VALUES (1, 's', 's', 'v', :now)"
        ),
        now,
    )
    for number in (1, 2):
        connection.execute(
            text(
                "INSERT INTO site (id, study_id, code, name, time_zone, phone)"
                " VALUES (:id, 1, :code, 'x', 'Europe/Paris', 'x')"
            ),
            {"id": number, "code": f"0{number}"},
        )
    for number, (login, role, active) in enumerate(STAFF, start=1):
        connection.execute(
            text(
                "INSERT INTO staff (id, study_id, login, name, role, language, password_hash, totp_sealed,"
                " totp_last_step, active, created_at)"
                " VALUES (:id, 1, :login, :login, :role, 'fr', 'x', :sealed, 0, :active, :now)"
            ),
            {"id": number, "login": login, "role": role, "active": active, "sealed": b"x", **now},
        )
    for staff, site in ((1, 1), (1, 2), (2, 1), (3, 2)):
        connection.execute(
            text("INSERT INTO staff_site VALUES (:staff, :site)"), {"staff": staff, "site": site}
        )
    connection.execute(
        text(
            "INSERT INTO staff_session (token_hash, staff_id, csrf_token, started_at, seen_at)"
            " VALUES ('t', 1, 'c', :now, :now)"
        ),
        now,
    )


def _down(url: str, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with connected(url) as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
        connection.commit()
