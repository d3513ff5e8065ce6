"""Locks of the data: the database itself refuses, whoever asks and however (REG-08)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from pro_service.store.db import Base, db, owner_engine, transaction
from pro_service.store.locked import DataLockedError, says_locked
from pro_service.store.locking.coverage import ONLY_INSERTS, OUTSIDE, covered, way_to_patient
from pro_service.store.models import Answer, DataLock, LockRelease, Patient, Signature, Study
from tests.databases import owner_url
from tests.services.given import answer_all, invited_to_m15
from tests.trial import Trial, trial

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    """A study with a patient at each of two sites; the one of site 03 has answered."""
    with trial(migrated_database) as made:
        answer_all(made, invited_to_m15(made))
        made.enrol("04-001", site="04", phone="+33639980002")
        yield made


def lock(heroes: Trial, *, site: str = "", name: str = "final") -> int:
    with heroes.app.app_context(), transaction() as session:
        study = session.scalars(select(Study)).one()
        row = DataLock(
            study_id=study.id,
            site_code=site,
            name=name,
            reason="final analysis",
            locked_at=NOW,
            locked_by="dm",
        )
        session.add(row)
        session.flush()
        return row.id


def release(heroes: Trial, lock_id: int, **over: object) -> None:
    values = {"outcome": "confirmed", "decided_by": "admin", "decided_at": NOW} | over
    with heroes.app.app_context(), transaction() as session:
        session.add(
            LockRelease(
                lock_id=lock_id, reason="late paper form", requested_by="dm", requested_at=NOW, **values
            )
        )


@contextmanager
def owner(heroes: Trial) -> Iterator[Connection]:
    """A connection of whoever owns the tables: what they may not, nobody may."""
    engine = owner_engine(owner_url(heroes.app.config["SQLALCHEMY_DATABASE_URI"]))
    try:
        with engine.connect() as connection:
            yield connection
            connection.rollback()
    finally:
        engine.dispose()


def refused(heroes: Trial, statement: str, **values: object) -> bool:
    """Does the database refuse a statement, given to it behind the service's back, as locked?"""
    with owner(heroes) as connection:
        try:
            connection.execute(text(statement), values)
        except DBAPIError as error:
            return says_locked(error)
        return False


def test_every_table_that_hangs_on_a_patient_is_locked_or_goes_on_for_a_reason() -> None:
    hanging = {table.name for table in Base.metadata.sorted_tables if way_to_patient(table) is not None}
    assert {one.table for one in covered()} | set(OUTSIDE) == hanging
    assert not {one.table for one in covered()} & set(OUTSIDE)
    assert all(OUTSIDE.values())
    assert set(ONLY_INSERTS) <= hanging
    assert {"patient", "answer", "score", "course_event", "assessment"} <= hanging
    assert not {"staff", "site", "study", "data_lock", "opt_out"} & hanging


def filled(heroes: Trial) -> dict[str, tuple[str, object]]:
    """Of each covered table that has rows of site 03's patient: a column and its value in one of them."""
    found = {}
    with heroes.app.app_context():
        for one in covered():
            table = next(each for each in Base.metadata.sorted_tables if each.name == one.table)
            row = db.session.execute(select(table)).mappings().first()
            if row is not None:
                key = next(iter(table.primary_key.columns)).name
                found[one.table] = (key, row[key])
        db.session.rollback()
    return found


def test_under_a_lock_no_row_of_a_patient_can_be_changed_or_removed_by_sql(heroes: Trial) -> None:
    rows = filled(heroes)
    assert {"patient", "answer", "response", "score", "assessment", "course_event", "message"} <= rows.keys()
    for table, (key, value) in rows.items():
        assert not refused(heroes, f"UPDATE {table} SET {key} = {key} WHERE {key} = :v", v=value), table
    lock(heroes)
    for table, (key, value) in rows.items():
        if table not in ONLY_INSERTS:
            assert refused(heroes, f"UPDATE {table} SET {key} = {key} WHERE {key} = :v", v=value), table
        assert refused(heroes, f"DELETE FROM {table} WHERE {key} = :v", v=value), table


def test_under_a_lock_no_row_of_a_patient_can_be_added_by_sql(heroes: Trial) -> None:
    rows = filled(heroes)
    lock(heroes)
    for table, (key, value) in rows.items():
        names = ", ".join(one.name for one in Base.metadata.tables[table].columns if one.name != "on")
        copy = f"INSERT INTO {table} ({names}) SELECT {names} FROM {table} WHERE {key} = :v"
        assert refused(heroes, copy, v=value), table


def test_the_lock_of_a_site_leaves_the_others_alone(heroes: Trial) -> None:
    lock(heroes, site="03")
    assert refused(heroes, "UPDATE patient SET language = 'en' WHERE code = '03-001'")
    assert not refused(heroes, "UPDATE patient SET language = 'en' WHERE code = '04-001'")
    move = "UPDATE patient SET site_id = (SELECT id FROM site WHERE code = :site) WHERE code = :code"
    assert refused(heroes, move, site="03", code="04-001"), "no patient is moved into a locked site"
    assert refused(heroes, move, site="04", code="03-001"), "and none out of it"


def test_a_use_case_under_a_lock_is_told_so_and_changes_nothing(heroes: Trial) -> None:
    lock(heroes)
    before = heroes.counts()
    with pytest.raises(DataLockedError):
        heroes.record("treatment_resumed", date(2026, 2, 16), relation="same", reason="investigator")
    with pytest.raises(DataLockedError):
        heroes.enrol("03-002", phone="+33639980003")
    assert heroes.counts() == before


def test_a_confirmed_release_lifts_the_lock_until_it_ends(heroes: Trial) -> None:
    held = lock(heroes)
    change = "UPDATE patient SET language = 'en'"
    release(heroes, held, outcome=None, decided_by=None, decided_at=None, ended_at=None)
    assert refused(heroes, change), "asked for is not lifted"
    with heroes.app.app_context(), transaction() as session:
        row = session.scalars(select(LockRelease)).one()
        row.outcome, row.decided_by, row.decided_at = "confirmed", "admin", NOW
    assert not refused(heroes, change)
    with heroes.app.app_context(), transaction() as session:
        session.scalars(select(LockRelease)).one().ended_at = NOW
    assert refused(heroes, change)


def test_of_two_locks_both_must_be_lifted(heroes: Trial) -> None:
    first, second = lock(heroes), lock(heroes, site="03", name="interim")
    release(heroes, first)
    assert refused(heroes, "UPDATE patient SET language = 'en' WHERE code = '03-001'")
    release(heroes, second)
    assert not refused(heroes, "UPDATE patient SET language = 'en' WHERE code = '03-001'")


def test_the_database_takes_no_release_confirmed_by_the_person_who_asked(heroes: Trial) -> None:
    held = lock(heroes)
    with pytest.raises(DBAPIError):
        release(heroes, held, decided_by="dm")


def test_locks_and_signatures_are_only_ever_added(heroes: Trial) -> None:
    lock(heroes)
    with heroes.app.app_context(), transaction() as session:
        patient = session.scalars(select(Patient).where(Patient.code == "03-001")).one()
        session.add(
            Signature(
                patient_id=patient.id,
                staff_id=1,
                login="inv",
                name="Dr Fiction",
                meaning="review",
                parts={},
                record_sha256="0" * 64,
                signed_at=NOW,
                key_id="0" * 16,
                seal=b"0" * 64,
            )
        )
    for model in (DataLock, Signature):
        for statement in (f"UPDATE {model.__tablename__} SET id = id", f"DELETE FROM {model.__tablename__}"):
            with owner(heroes) as connection, pytest.raises(DBAPIError, match="only added"):
                connection.execute(text(statement))


def test_nothing_can_be_truncated_under_a_lock(heroes: Trial) -> None:
    if not str(heroes.app.config["SQLALCHEMY_DATABASE_URI"]).startswith("postgresql"):
        pytest.skip("SQLite has no TRUNCATE")
    lock(heroes)
    assert refused(heroes, f"TRUNCATE {Answer.__tablename__} CASCADE")
