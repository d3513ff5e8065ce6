"""Row-level security alone: without any filter of a query, nobody sees a row that is not of their sites or patient."""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError

from pro_service.store.acting import NOBODY, Acting, acting_for, link_holder, system
from pro_service.store.db import Base, db, reading, transaction
from pro_service.store.models import Patient, Site
from pro_service.store.postgres.placing import OPEN, unplaced
from tests.databases import Databases
from tests.trial import Trial, trial

OTHER_PHONE = "+33639980002"

ATTEMPTS = (
    "ALTER TABLE patient DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE patient NO FORCE ROW LEVEL SECURITY",
    "DROP POLICY scope ON patient",
    "CREATE POLICY mine ON patient USING (true)",
    "TRUNCATE patient CASCADE",
    "DELETE FROM patient",
    "DROP TABLE patient CASCADE",
    "CREATE TABLE public.mine (id integer)",
    "UPDATE alembic_version SET version_num = '0001'",
)


@pytest.fixture
def heroes(databases: Databases, postgres_url: str) -> Iterator[Trial]:
    """A patient at each of two sites, on PostgreSQL."""
    del postgres_url
    with databases.migrated("postgresql") as url, trial(url) as made:
        made.include("03-001")
        made.include("04-001", site="04", phone=OTHER_PHONE)
        made.beat()
        with made.app.app_context():
            yield made


def counted() -> dict[str, int]:
    """How many rows of each table are shown, without any filter."""
    with reading() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if table.name not in OPEN
        }


def site_id(code: str) -> int:
    with reading() as session:
        return session.scalars(select(Site.id).where(Site.code == code)).one()


def staff_of(code: str) -> Acting:
    return Acting(name="staff:1", role="nurse", site_ids=frozenset({site_id(code)}))


def test_who_acts_for_nobody_sees_nothing(heroes: Trial) -> None:
    with acting_for(NOBODY):
        assert set(counted().values()) == {0}


def test_who_acts_for_the_system_sees_everything(heroes: Trial) -> None:
    seen = counted()
    assert (seen["patient"], seen["site"]) == (2, 2)
    assert seen["assessment"] == 2
    assert seen["contact"] > 2


def test_the_patients_of_two_sites_are_seen_by_one_or_the_other(heroes: Trial) -> None:
    """Every row that hangs on a patient, at whatever distance, is of exactly one of the two."""
    everything = counted()
    with acting_for(staff_of("03")):
        one = counted()
    with acting_for(staff_of("04")):
        other = counted()
    assert one["patient"] == other["patient"] == 1
    staff_numbers = 1  # shown to the system alone
    for name in ("contact", "data_key"):
        everything[name] -= staff_numbers
    with reading() as session:  # of the study itself and its accounts
        siteless = session.scalar(text("SELECT count(*) FROM audit.audit_entry WHERE site_id IS NULL"))
    everything["audit_entry"] -= siteless or 0
    assert {name: one[name] + other[name] for name in everything} == everything


def test_who_holds_a_link_sees_that_patient_alone(heroes: Trial) -> None:
    heroes.include("03-002", phone="+33639980003")
    with reading() as session:
        found = session.scalars(select(Patient).where(Patient.code == "03-002")).one()
    with acting_for(link_holder(code=found.code, patient_id=found.id, site_id=found.site_id)):
        assert counted()["patient"] == 1
        with reading() as session:
            assert session.scalars(select(Patient.code)).all() == ["03-002"]
        assert counted()["contact"] == 0  # a link discloses no number


@pytest.mark.parametrize(("role", "numbers"), [("nurse", 1), ("monitor", 0), ("data_manager", 0)])
def test_telephone_numbers_are_shown_to_who_may_see_identity(heroes: Trial, role: str, numbers: int) -> None:
    with acting_for(Acting(name="staff:1", role=role, site_ids=frozenset({site_id("03")}))):
        assert counted()["contact"] == numbers


def test_a_row_cannot_be_written_for_another_site(heroes: Trial) -> None:
    where = site_id("04")
    refused = pytest.raises(ProgrammingError, match="row-level security")
    with acting_for(staff_of("03")), refused, transaction() as session:
        session.execute(text("UPDATE patient SET site_id = :site"), {"site": where})


def test_the_scope_is_the_one_of_the_moment_whatever_the_connection_served_before(heroes: Trial) -> None:
    """Rollbacks included: a reading ends with one."""
    for _ in range(2):
        with acting_for(staff_of("03")):
            assert counted()["patient"] == 1
        with acting_for(NOBODY):
            assert counted()["patient"] == 0
        assert counted()["patient"] == 2
        with pytest.raises(RuntimeError), acting_for(staff_of("04")), transaction():
            raise RuntimeError
        with acting_for(staff_of("04")):
            assert counted()["patient"] == 1


@pytest.mark.parametrize("who", [NOBODY, system("system:test")])
def test_the_service_cannot_change_what_guards_it(heroes: Trial, who: Acting) -> None:
    for attempt in ATTEMPTS:
        with acting_for(who), pytest.raises(ProgrammingError, match=r"must be owner|permission denied"):
            db.session.execute(text(attempt))
        db.session.rollback()


def test_every_table_hangs_on_a_patient_or_site_or_says_why_it_is_open() -> None:
    """A new table that no key leads to is shown to nobody; this asks whoever adds it to decide."""
    assert unplaced(Base.metadata) == []


def test_no_reason_is_left_of_a_table_that_is_gone() -> None:
    assert set(OPEN) <= {table.name for table in Base.metadata.sorted_tables}


def test_row_level_security_is_forced_on_every_table_that_is_not_open(heroes: Trial) -> None:
    found = text(
        "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
        " WHERE relkind = 'r' AND nspname IN ('public', 'identity', 'audit') AND relrowsecurity AND relforcerowsecurity"
    )
    with reading() as session:
        forced = set(session.scalars(found))
    assert forced == {table.name for table in Base.metadata.sorted_tables} - set(OPEN)
