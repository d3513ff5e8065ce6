"""Laws of the import of facts, on the real tables: idempotence, any order, nothing half-applied, one winner."""

import random
import threading
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from pro_service.core.imports import FactRow
from pro_service.services.csv_table import InputError
from pro_service.services.patients import importing
from pro_service.services.refusals import ConflictError
from pro_service.store.models import CourseEvent, ImportedFact
from tests.databases import Databases
from tests.services.edc import BEGUN, bring, csv, facts_of, outcomes, read
from tests.services.given import change
from tests.threads import in_threads
from tests.trial import STUDY, Trial, trial

RESUMED = "03-001,E-9,treatment_resumed,2026-03-02,,,same,ctdna_pos,"
LINES = (
    *BEGUN,
    "03-001,E-4,ctdna_resulted,2026-02-18,positive,2026-02-20,,,V2",
    RESUMED,
    "03-001,E-10,visit_done,2026-02-18,,,,,V2",
    "03-001,E-11,death,2026-03-30,,,,,",
    "03-001,E-12,treatment_stopped,2026-01-09,,,,,",
)


@settings(max_examples=6)
@given(seed=st.integers(0, 10_000))
def test_two_files_of_the_same_rows_in_any_order_leave_the_same_facts(
    databases: Databases, seed: int
) -> None:
    luck = random.Random(seed)
    found = []
    for shuffled in (list(LINES), luck.sample(LINES, len(LINES))):
        with databases.migrated("sqlite") as url, trial(url) as heroes:
            heroes.enrol()
            heroes.on(date(2026, 4, 1))
            bring(heroes, shuffled)
            once = facts_of(heroes)
            bring(heroes, luck.sample(LINES, len(LINES)))
            assert facts_of(heroes) == once
            found.append(once)
    assert found[0] == found[1]


@settings(max_examples=15)
@given(data=st.data())
def test_a_damaged_file_lands_whole_or_not_at_all(databases: Databases, data: st.DataObject) -> None:
    """Bytes are dropped, doubled or replaced at random. What the reading lets through, it lets through whole."""
    good = csv(LINES)
    damaged = bytearray(good)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(damaged) - 1))
        damaged[place : place + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=3))
    with databases.migrated("sqlite") as url, trial(url) as heroes:
        heroes.enrol()
        heroes.on(date(2026, 4, 1))
        before = heroes.counts()
        rows = _read_or_told(heroes, bytes(damaged))
        if rows is None:
            assert heroes.counts() == before
            return
        done = heroes.call(
            importing.import_facts,
            heroes.installation,
            study=STUDY,
            source="edc",
            rows=rows,
            actor="edc-import",
            now=heroes.now,
        )
        landed = [each for each in done.rows if each.outcome == "new"]
        assert len(done.rows) == len(rows)
        assert len(heroes.rows(CourseEvent)) == len(landed)


def _read_or_told(heroes: Trial, data: bytes) -> tuple[FactRow, ...] | None:
    """The rows; None if every mistake of the file was told with its place and cure."""
    try:
        return read(heroes, data)
    except InputError as error:
        told = [(problem.place, problem.cure) for problem in error.problems]
    assert told
    assert all(place.startswith("facts.csv") and cure for place, cure in told)
    return None


def test_a_fault_in_the_middle_of_a_patients_rows_leaves_nothing_of_them(databases: Databases) -> None:
    """The database refuses the third key: the two facts before it are not there either, nor their plan."""
    with databases.migrated("sqlite") as url, trial(url) as heroes:
        heroes.enrol()
        before = heroes.counts()
        change(
            heroes,
            text(
                "CREATE TRIGGER refuse BEFORE INSERT ON imported_fact WHEN NEW.source_key = 'E-3' "
                "BEGIN SELECT RAISE(ABORT, 'refused by the test'); END"
            ),
        )
        with pytest.raises(ConflictError):
            bring(heroes, BEGUN)
        assert heroes.counts() == before


def test_two_imports_of_one_file_at_once_record_it_once(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.enrol()
        start, found = threading.Barrier(2), []

        def run() -> None:
            start.wait()
            found.append(outcomes(bring(heroes, BEGUN)))

        in_threads(run, run)
        assert sorted(each["E-2"] for each in found) == ["known", "new"]
        assert len(heroes.rows(CourseEvent)) == len(BEGUN)
        assert len(heroes.rows(ImportedFact)) == len(BEGUN)
