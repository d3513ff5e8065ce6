"""Sending when something is broken, slow or late: one text too few is seen, one too many never happens."""

from datetime import UTC, date, datetime, timedelta
from threading import Event as Signal
from typing import Any

import pytest
from sqlalchemy import event as hooks
from sqlalchemy import text, update

from pro_service.core.lifecycle import AssessmentState
from pro_service.entrypoints import metronome
from pro_service.gateways.simulated_carrier import Fault
from pro_service.services.messages import outbox
from pro_service.services.patients import course
from pro_service.store.db import db
from pro_service.store.models import (
    Assessment,
    Message,
    Patient,
)
from pro_service.store.models.identity import Contact
from tests.services.given import (
    M15_INVITED,
    M15_REMINDED,
    OTHER,
    WELL,
    change,
    complete,
    invited_to_m15,
    off_treatment,
    send,
)
from tests.threads import pool_of
from tests.trial import Trial, trial


def test_a_message_is_not_lost_while_the_account_is_misconfigured(migrated_database: str) -> None:
    """Row 15: credentials refused at ten, mended at eleven: the remedy says that nothing is lost."""
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.carrier.faults = lambda _: Fault.UNAUTHORISED
        heroes.at(M15_INVITED)
        assert heroes.texts() == []
        heroes.carrier.faults = None
        heroes.at(M15_INVITED + timedelta(hours=2))
        assert len(heroes.texts()) == 1


@pytest.mark.req("REG-27")
def test_the_first_text_that_arrives_says_that_this_is_no_emergency_service(migrated_database: str) -> None:
    """An invitation that never left counts as the first message; the one that arrives lacks the warning."""
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.now = M15_INVITED
        heroes.tick()  # put in, but nobody sends on that day
        heroes.at(datetime(2026, 2, 18, 9, 0, tzinfo=UTC))
        heroes.at(M15_REMINDED)
        assert "15 ou 112" in heroes.texts()[0]


def test_a_contact_that_cannot_be_read_does_not_hold_up_the_others(migrated_database: str) -> None:
    """Rows 45 and 69: one flipped byte is loud, and isolated to its row."""
    with trial(migrated_database) as heroes:
        off_treatment(heroes, "03-001")
        off_treatment(heroes, "03-002", phone=OTHER)
        broken = heroes.rows(Patient, code="03-001")[0].contact_id
        change(heroes, update(Contact).where(Contact.id == broken).values(phone_sealed=b"\x01" + bytes(40)))
        heroes.now = M15_INVITED
        heroes.tick()
        for _ in range(4):
            try:
                heroes.deliver()
            except ValueError:
                continue
        assert len(heroes.texts(OTHER)) == 1


def test_a_patient_who_cannot_be_planned_does_not_stop_the_clock_for_the_others(
    migrated_database: str,
) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes, "03-001")
        off_treatment(heroes, "03-002", phone=OTHER)
        change(heroes, update(Patient).where(Patient.code == "03-001").values(protocol_version="gone"))
        heroes.now = M15_INVITED
        for _ in range(4):
            try:
                heroes.tick()
            except KeyError:
                continue
        heroes.deliver()
        assert len(heroes.texts(OTHER)) == 1


def test_a_slow_round_does_not_make_its_own_messages_unknown(migrated_database: str) -> None:
    """Row 14: the lease is counted from the beginning of the round, not from the claim."""
    with trial(migrated_database) as heroes:
        off_treatment(heroes, "03-001")
        off_treatment(heroes, "03-002", phone=OTHER)

        def slow(_: object) -> None:
            heroes.call(outbox.tidy, now=heroes.now)  # another replica's tick, by the true time
            heroes.now += timedelta(seconds=40)

        heroes.carrier.faults = slow
        heroes.now = M15_INVITED
        metronome.beat(heroes.app)
        assert [row.state for row in heroes.rows(Message, kind="invitation")] == ["accepted", "accepted"]


def test_a_slow_round_does_not_send_into_the_night(migrated_database: str) -> None:
    """P17: quiet hours are judged by the time the round began."""
    with trial(migrated_database) as heroes:
        off_treatment(heroes, "03-001")
        off_treatment(heroes, "03-002", phone=OTHER)
        sent: list[datetime] = []

        def slow(_: object) -> None:
            sent.append(heroes.now)
            heroes.now += timedelta(minutes=20)

        heroes.carrier.faults = slow
        heroes.now = M15_INVITED
        heroes.tick()
        heroes.now = datetime(2026, 2, 17, 18, 50, tzinfo=UTC)  # 19:50 in Paris
        heroes.beat(rounds=1)
        assert max(sent) < datetime(2026, 2, 17, 19, 0, tzinfo=UTC)


def test_after_an_outage_a_patient_of_two_assessments_gets_one_text(migrated_database: str) -> None:
    """Row 36: down for three days across two questionnaires."""
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.at(datetime(2026, 3, 20, 9, 0, tzinfo=UTC))
        before = len(heroes.texts())
        heroes.now = datetime(
            2026, 3, 26, 8, 0, tzinfo=UTC
        )  # no tick since: told meanwhile, and recorded now
        heroes.record("ctdna_resulted", date(2026, 3, 20), result="positive", disclosed_on=date(2026, 3, 23))
        heroes.record("pd_confirmed", date(2026, 3, 20), disclosed_on=date(2026, 3, 24))
        heroes.at(datetime(2026, 3, 26, 9, 0, tzinfo=UTC))
        assert {row.key for row in heroes.rows(Assessment, state="open")} == {"CONV", "PD"}
        assert len(heroes.texts()) <= before + 1


def test_an_assessment_that_is_expected_again_is_invited_again(migrated_database: str) -> None:
    """P2: its invitation was taken back unsent; the first text about it must not be a reminder two days later."""
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.now = M15_INVITED
        heroes.tick()
        today = heroes.now.date()
        wrong = heroes.record("ctdna_resulted", today, result="positive", disclosed_on=today)
        patient = heroes.rows(Patient)[0]
        heroes.call(
            course.void_event,
            heroes.installation,
            event_id=wrong.event_id,
            reason="other patient",
            site_ids=(patient.site_id,),
            actor="test",
            now=heroes.now,
        )
        heroes.beat()
        assert heroes.rows(Assessment, key="M1.5")[0].state == "open"
        assert len(heroes.texts()) == 1


def test_delivering_and_completing_at_once_do_not_deadlock(databases: Any, postgres_url: str) -> None:
    """Row 40: the deliverer locks the message, then the patient; completing locks the patient, then the messages."""
    with databases.migrated("postgresql") as url, trial(url) as heroes:
        token = invited_to_m15(heroes)
        answer_all_but_one(heroes, token)
        heroes.now = M15_REMINDED
        heroes.tick()
        waits = Signal()
        engine = heroes.call(lambda: db.engine)

        def pause(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if statement.startswith("UPDATE message SET") and "assessment_id" in statement:
                waits.wait(5)

        def watch() -> None:
            for _ in range(100):
                with engine.connect() as connection:
                    locked = connection.scalar(
                        text(
                            "SELECT count(*) FROM pg_stat_activity"
                            " WHERE wait_event_type = 'Lock' AND datname = current_database()"
                        )
                    )
                if locked:
                    break
                Signal().wait(0.05)
            waits.set()

        hooks.listen(engine, "before_cursor_execute", pause)
        with pool_of(3) as pool:
            completing = pool.submit(complete, heroes, token, "eq-5d-5l")
            Signal().wait(0.5)
            delivering = pool.submit(heroes.deliver)
            pool.submit(watch).result()
            assert completing.result(timeout=30).assessment_state is AssessmentState.COMPLETED
            delivering.result(timeout=30)


def answer_all_but_one(heroes: Trial, token: str) -> None:
    for instrument in ("qlq-c30", "qlq-br23"):
        send(heroes, token, instrument, WELL[instrument])
        complete(heroes, token, instrument)
    send(heroes, token, "eq-5d-5l", WELL["eq-5d-5l"])
