"""`transaction()` and `reading()`: together or not at all, never one inside the other; and what the columns hold."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from threading import Event as Signal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, StatementError

from pro_service.store.db import (
    DuplicateError,
    NestedTransactionError,
    db,
    flush,
    insert_once,
    reading,
    transaction,
)
from pro_service.store.models import Assessment, MessageStatus, Patient, Study
from tests.threads import pool_of
from tests.trial import START, Trial, trial


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    with trial(migrated_database) as made, made.app.app_context():
        yield made


def study(code: str, *, at: datetime = START) -> Study:
    return Study(code=code, title="T", protocol_version="heroes-1", created_at=at)


def codes(heroes: Trial) -> list[str]:
    return [row.code for row in heroes.rows(Study)]


def test_what_a_use_case_did_is_there_afterwards(heroes: Trial) -> None:
    with transaction() as session:
        session.add(study("second"))
    assert codes(heroes) == ["heroes", "second"]


@pytest.mark.parametrize("fault", [ValueError, KeyboardInterrupt, SystemExit])
def test_nothing_remains_of_a_use_case_that_failed(heroes: Trial, fault: type[BaseException]) -> None:
    with pytest.raises(fault), transaction() as session:
        session.add(study("second"))
        session.flush()
        raise fault
    assert codes(heroes) == ["heroes"]


def test_nothing_remains_when_the_commit_itself_fails(heroes: Trial) -> None:
    with pytest.raises(IntegrityError), transaction() as session:
        session.add_all((study("second"), study("heroes")))
    assert codes(heroes) == ["heroes"]
    with transaction() as session:
        session.add(study("third"))
    assert codes(heroes) == ["heroes", "third"]


def test_a_use_case_inside_another_is_refused(heroes: Trial) -> None:
    with transaction() as session:
        session.add(study("second"))
        with pytest.raises(NestedTransactionError), transaction():
            pass
        with pytest.raises(NestedTransactionError), reading():
            pass
    assert codes(heroes) == ["heroes", "second"], "the outer one goes on"


def test_a_use_case_can_follow_one_that_failed(heroes: Trial) -> None:
    with pytest.raises(ValueError), transaction():
        raise ValueError
    with transaction() as session:
        session.add(study("second"))
    assert codes(heroes) == ["heroes", "second"]


def test_what_was_read_can_be_used_afterwards_and_changes_nothing(heroes: Trial) -> None:
    with reading() as session:
        row = session.query(Study).one()
    row.title = "changed outside"
    with transaction():
        pass
    assert row.code == "heroes"
    assert heroes.rows(Study)[0].title != "changed outside"


def test_what_was_written_while_reading_is_not_kept(heroes: Trial) -> None:
    with reading() as session:
        session.add(study("second"))
        session.flush()
    assert codes(heroes) == ["heroes"]


def test_a_naive_time_is_refused(heroes: Trial) -> None:
    with pytest.raises(StatementError, match="without a zone"), transaction() as session:
        session.add(study("second", at=datetime(2026, 1, 1)))


def test_an_instant_comes_back_as_the_same_instant_in_utc(heroes: Trial) -> None:
    at = datetime(2026, 7, 1, 1, 30, 0, 123456, tzinfo=timezone(timedelta(hours=11)))
    with transaction() as session:
        session.add(study("second", at=at))
    found = heroes.rows(Study)[-1].created_at
    assert found == at
    assert found.utcoffset() == timedelta(0)
    assert found.tzinfo is UTC


def test_inserting_once_inserts_once(heroes: Trial) -> None:
    values = {"sid": "SM1", "status": "sent", "error_code": 0, "received_at": START}
    with transaction() as session:
        first = insert_once(session, MessageStatus, values)
        again = insert_once(session, MessageStatus, values)
    assert isinstance(first, int)
    assert again is None
    assert len(heroes.rows(MessageStatus)) == 1


def test_a_duplicate_is_told_by_its_own_name(heroes: Trial) -> None:
    with pytest.raises(DuplicateError), transaction() as session:
        session.add(study("heroes"))
        flush(session)
    assert codes(heroes) == ["heroes"]


def test_a_state_outside_the_table_is_refused_by_the_database_itself(heroes: Trial) -> None:
    heroes.include()
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(text("UPDATE assessment SET state = 'finished'"))
    assert {row.state for row in heroes.rows(Assessment)} == {"planned"}


def test_a_row_that_hangs_in_the_air_is_refused(heroes: Trial) -> None:
    heroes.enrol()
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(text("UPDATE patient SET site_id = 99"))
    assert heroes.rows(Patient)[0].site_id == 1


def test_two_use_cases_at_once_wait_for_one_another_and_do_not_fail(heroes: Trial) -> None:
    """SQLite: each takes the write lock when it starts, so that the second waits instead of failing half-way."""
    heroes.enrol()
    together = Signal()

    def rename(number: int) -> None:
        with heroes.app.app_context(), transaction() as session:
            row = session.query(Patient).with_for_update().one()
            together.wait(0.05)
            row.code = f"{row.code}.{number}"

    with pool_of(4) as pool:
        list(pool.map(rename, range(4)))
    parts = heroes.rows(Patient)[0].code.split(".")
    assert sorted(parts[1:]) == ["0", "1", "2", "3"]


def test_sqlite_is_durable_and_checks_its_references(heroes: Trial) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("settings of SQLite")
    with db.engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}
