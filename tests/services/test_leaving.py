"""Patients who have left, or want no more texts: silence, and who is told so."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from pro_service.services.messages import outbox
from pro_service.store.db import transaction
from pro_service.store.models import (
    Assessment,
    Inbound,
    Message,
    OptOut,
    Patient,
)
from tests.services.given import (
    M15_REMINDED,
    invited_to_m15,
    off_treatment,
    send,
)
from tests.threads import pool_of
from tests.trial import PHONE, trial


@pytest.mark.parametrize("end", ["death", "questionnaires_withdrawn", "consent_withdrawn", "off_study"])
def test_a_patient_who_began_and_then_left_gets_no_reminder(migrated_database: str, end: str) -> None:
    """P41, row 60: a begun assessment is frozen by the end, and goes on reminding."""
    with trial(migrated_database) as heroes:
        token = invited_to_m15(heroes)
        send(heroes, token, "qlq-c30", {"q1": 1})
        heroes.record(end, heroes.now.date())
        before = heroes.texts()
        heroes.at(M15_REMINDED)
        heroes.on(date(2026, 2, 23))
        assert heroes.texts() == before


@pytest.mark.req("FAULT-60")
def test_nothing_is_sent_to_the_phone_of_a_patient_whose_death_was_recorded_this_morning(
    migrated_database: str,
) -> None:
    """Row 60: the slot stays expected until the end of the day of death, and its reminder still goes out."""
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes)
        heroes.on(date(2026, 2, 20))
        before = heroes.texts()
        heroes.now = datetime(2026, 2, 23, 8, 0, tzinfo=UTC)
        heroes.record("death", date(2026, 2, 23))
        heroes.at(datetime(2026, 2, 23, 9, 30, tzinfo=UTC))
        assert heroes.texts() == before


@pytest.mark.req("FAULT-60")
def test_a_reminder_that_is_ready_is_not_sent_after_a_death(migrated_database: str) -> None:
    """Row 60: set up as ready, then the world changes, then it is delivered."""
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes)
        heroes.now = datetime(2026, 2, 23, 9, 0, tzinfo=UTC)
        heroes.tick()
        assert [row.state for row in heroes.rows(Message, kind="reminder")][-1] == "ready"
        before = heroes.texts()
        heroes.record("death", date(2026, 2, 23))
        heroes.deliver()
        assert heroes.texts() == before


def test_a_wrong_person_who_said_so_gets_no_more_texts(migrated_database: str) -> None:
    """P29, row 29: "nothing more goes there" is what the reply promises."""
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes, sms_items=True)
        heroes.reply("ERREUR")
        assert heroes.rows(Inbound)[0].outcome == "wrong_person"
        before = heroes.texts()
        heroes.at(M15_REMINDED)
        assert heroes.texts() == before


def test_an_assessment_that_is_no_longer_expected_is_not_asked_any_further(migrated_database: str) -> None:
    """P7, P30: after GO, a conversion replaces M1.5; the reply must not get the next question, nor count as answer."""
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes, sms_items=True)
        heroes.reply("GO")
        heroes.now += timedelta(minutes=5)
        today = heroes.now.date()
        heroes.record("ctdna_resulted", today, result="positive", disclosed_on=today)
        assert heroes.rows(Assessment, key="M1.5")[0].state == "cancelled"
        heroes.reply("2")
        assert "2/6" not in heroes.texts()[-1]
        assert heroes.rows(Inbound)[-1].outcome != "answer", "nothing was stored of it"


@pytest.mark.req("REG-21")
def test_a_withdrawn_patient_is_not_asked_the_next_question(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes, sms_items=True)
        heroes.reply("GO")
        heroes.now += timedelta(minutes=5)
        heroes.reply("2")
        heroes.now += timedelta(minutes=5)
        heroes.record("questionnaires_withdrawn", heroes.now.date())
        heroes.reply("1")
        assert "3/6" not in heroes.texts()[-1]


# --- Opting out ------------------------------------------------------------------------------------------------------


def test_stop_twice_is_still_confirmed(migrated_database: str) -> None:
    """P23: the second STOP holds back the confirmation of the first, which was not sent yet."""
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes, sms_items=True)
        before = len(heroes.texts())
        for _ in range(2):
            heroes.carrier.receive_from_phone(from_=PHONE, to="+33199009999", body="arrêt", now=heroes.now)
        heroes.report()
        heroes.beat()
        assert len(heroes.texts()) == before + 1


def test_a_number_that_opted_out_stays_silent_after_the_next_invitation(migrated_database: str) -> None:
    """P23: the next assessment begins a new dialogue, which has forgotten the STOP and answers again."""
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes, sms_items=True)
        heroes.reply("arrêt")
        heroes.on(date(2026, 3, 2))
        heroes.on(date(2026, 5, 20))
        assert heroes.rows(Assessment, key="M4.5")[0].state == "open"
        before = heroes.texts()
        heroes.reply("2")
        assert heroes.texts() == before


def test_two_reports_of_an_opt_out_make_one_that_start_can_end(databases: Any, postgres_url: str) -> None:
    """P22, P24: nothing unique holds two open opt-outs of one number apart; START ends one of them only."""
    with databases.migrated("postgresql") as url, trial(url) as heroes:
        off_treatment(heroes)
        patient = heroes.rows(Patient)[0]

        def opt_out(_: int) -> None:
            with heroes.app.app_context(), transaction() as session:
                outbox.record_opt_out(
                    session,
                    contact_id=patient.contact_id,
                    study_id=patient.study_id,
                    source="provider",
                    now=heroes.now,
                )
                session.flush()
                session.execute(text("SELECT pg_sleep(0.3)"))

        with pool_of(4) as pool:
            list(pool.map(opt_out, range(4)))
        assert len(heroes.rows(OptOut)) == 1
