"""Laws of amendments on random courses, and what threads and a killed process may do to them."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pro_service.services import amendments
from pro_service.services.amendments import Outcome
from pro_service.services.refusals import RefusedError
from pro_service.store.models import Answer, Assessment, AssessmentChange, Message, Patient, ProtocolMigration
from tests.amended import amended_catalogue
from tests.architecture.sources import ROOT
from tests.databases import Databases
from tests.services.amending import migrate, rows, run, undo, version_of
from tests.services.given import M15_INVITED, WELL, off_treatment, send
from tests.threads import in_threads
from tests.trial import PHONE, START, Trial, trial

_EVENTS = {
    "treatment_stopped": {},
    "ctdna_resulted": {"result": "positive"},
    "pd_confirmed": {},
    "treatment_resumed": {"relation": "same", "reason": "ctdna_pos"},
    "lost_to_follow_up": {},
    "recontacted": {},
    "off_study": {},
}
courses = st.lists(st.tuples(st.sampled_from(sorted(_EVENTS)), st.integers(0, 400)), max_size=6)
versions = st.sampled_from(["heroes-2", "heroes-1b", "heroes-1-again"])


def live(heroes: Trial, course: list[tuple[str, int]], last: int) -> None:
    """Record each fact on its day, what the course cannot hold left out, with the clock ticking in between."""
    heroes.include()
    for kind, number in sorted([("treatment_stopped", 3), *course], key=lambda each: each[1]):
        heroes.now = max(heroes.now, START + timedelta(days=number, hours=3))
        heroes.tick()
        on = heroes.now.date()
        told = {"disclosed_on": on} if kind == "ctdna_resulted" else {}
        with suppress(RefusedError):
            heroes.record(kind, on, **_EVENTS[kind], **told)
    heroes.now = max(heroes.now, START + timedelta(days=last, hours=3))
    heroes.tick()
    heroes.now += timedelta(minutes=1)


def judged(heroes: Trial, taken_back: set[int]) -> dict[str, Any]:
    """Every column of every assessment, but when the tick looks again at one whose message was taken back."""
    found = rows(heroes)
    for row in found.values():
        if row["id"] in taken_back:
            row["next_contact_at"] = None
    return found


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(course=courses, last=st.integers(0, 420), version=versions)
def test_moving_is_what_was_previewed_and_undoing_gives_every_row_back(
    databases: Databases, course: list[tuple[str, int]], last: int, version: str
) -> None:
    with databases.migrated("sqlite") as url, trial(url, catalogue=amended_catalogue()) as heroes:
        live(heroes, course, last)
        before, changes = rows(heroes), len(heroes.rows(AssessmentChange))
        shown = run(heroes, amendments.preview, version)
        assert migrate(heroes, version) == shown
        if shown[0].outcome is Outcome.ENDED or version == "heroes-1-again":
            assert (rows(heroes), len(heroes.rows(AssessmentChange))) == (before, changes)
        heroes.now += timedelta(minutes=1)
        undo(heroes)
        taken_back = {row.assessment_id for row in heroes.rows(Message) if row.state == "cancelled"}
        after = judged(heroes, taken_back)
        for key in before:
            before[key]["next_contact_at"] = (
                None if before[key]["id"] in taken_back else before[key]["next_contact_at"]
            )
        assert {key: after[key] for key in before} == before
        assert {after[key]["state"] for key in after.keys() - before.keys()} <= {"cancelled"}
        assert version_of(heroes) == "heroes-1"


@pytest.fixture
def four(migrated_database: str) -> Iterator[Trial]:
    """Four patients who were invited to M1.5 this morning."""
    with trial(migrated_database, catalogue=amended_catalogue()) as heroes:
        for number in range(1, 5):
            off_treatment(heroes, f"03-00{number}", phone=f"+3363998000{number}")
        heroes.at(M15_INVITED)
        yield heroes


def wholly_on_one_version(heroes: Trial) -> None:
    """heroes-2 has S2W and asks the BR45 at M1.5; a patient has all of it, or nothing."""
    moved = {row.patient_id for row in heroes.rows(ProtocolMigration)}
    for patient in heroes.rows(Patient):
        own = {row.key: row for row in heroes.rows(Assessment, patient_id=patient.id)}
        is_new = patient.protocol_version == "heroes-2"
        assert (patient.id in moved) == is_new == ("S2W" in own)
        assert own["M4.5"].close_on == date(2026, 6, 3) + timedelta(days=7 * is_new)
        if own["M1.5"].begun_at is None:
            assert ("qlq-br45" in own["M1.5"].instruments) == is_new


def test_moving_while_the_clock_ticks_and_an_answer_comes_leaves_all_three_whole(four: Trial) -> None:
    token = four.link(PHONE)
    failures: list[BaseException] = []

    def guarded(task: Callable[[], object]) -> Callable[[], None]:
        def run_it() -> None:
            try:
                task()
            except BaseException as error:  # noqa: BLE001 - told below, by the test
                failures.append(error)

        return run_it

    def tick() -> None:
        for _ in range(8):
            four.tick()
            four.deliver()

    tasks = [
        lambda: migrate(four),
        lambda: migrate(four),
        tick,
        lambda: send(four, token, "qlq-c30", WELL["qlq-c30"]),
    ]
    in_threads(*(guarded(task) for task in tasks))
    assert failures == []
    assert {row.protocol_version for row in four.rows(Patient)} == {"heroes-2"}
    assert len(four.rows(ProtocolMigration)) == 4
    wholly_on_one_version(four)
    assert len(four.rows(Answer)) == 30
    four.through(date(2026, 3, 20))
    sent = [(m.assessment_id, m.kind, m.ordinal) for m in four.rows(Message) if m.accepted_at]
    assert len(sent) == len(set(sent))


_KILLED = """
import os, signal, sys
from datetime import datetime
from pro_service.services import amendments
from tests.amended import amended_catalogue
from pro_service.store.acting import acting_for, system
from tests.trial import STUDY, bare

def die(prospect):
    if prospect.patient == "03-002":
        os.kill(os.getpid(), signal.SIGKILL)

with bare(sys.argv[1], catalogue=amended_catalogue()) as heroes, acting_for(system("cli:migrate")):
    heroes.now = datetime.fromisoformat(sys.argv[2])
    heroes.call(amendments.migrate, heroes.installation, study=STUDY, version="heroes-2",
                selection=amendments.Selection(), actor="ada", now=heroes.now, progress=die)
"""


def test_a_process_killed_between_patients_leaves_each_wholly_on_one_version(migrated_database: str) -> None:
    with trial(migrated_database, catalogue=amended_catalogue()) as heroes:
        for number in range(1, 5):
            off_treatment(heroes, f"03-00{number}", phone=f"+3363998000{number}")
        now = datetime(2026, 1, 20, 12, tzinfo=UTC)
        done = subprocess.run(
            [sys.executable, "-c", _KILLED, migrated_database, now.isoformat()],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == -9, done.stderr
        on = [row.protocol_version for row in heroes.rows(Patient)]
        assert on == ["heroes-2", "heroes-2", "heroes-1", "heroes-1"]
        wholly_on_one_version(heroes)
        heroes.now = now
        assert [one.outcome for one in migrate(heroes)] == ["already", "already", "moves", "moves"]
        wholly_on_one_version(heroes)
