"""Answers that are repeated, mixed between ways of answering, or carry an id that is taken."""

from datetime import timedelta

import pytest

from pro_service.services.messages import outbox
from pro_service.services.refusals import ConflictError, RefusedError
from pro_service.store.models import (
    Answer,
    Assessment,
    Patient,
)
from tests.services.given import (
    M15_INVITED,
    OTHER,
    WELL,
    answer_all,
    complete,
    invited_to_m15,
    off_treatment,
    send,
)
from tests.trial import PHONE, trial


def test_sending_by_link_what_is_being_answered_by_sms_is_refused_with_a_reason(
    migrated_database: str,
) -> None:
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes, sms_items=True)
        for body in ("GO", "1"):
            heroes.now += timedelta(minutes=2)
            heroes.reply(body)
        heroes.reply("LIEN")
        row = heroes.rows(Assessment, key="M1.5")[0]
        token = heroes.call(
            outbox.link_token, heroes.installation, patient=heroes.rows(Patient)[0], assessment=row
        )
        with pytest.raises(ConflictError):
            complete(heroes, token, "eq-5d-5l")


def test_finishing_an_instrument_twice_is_answered_alike(migrated_database: str) -> None:
    """P8, row 58: the phone did not hear our answer and repeats the lot that finishes the instrument."""
    with trial(migrated_database) as heroes:
        token = invited_to_m15(heroes)
        first = send(heroes, token, "qlq-c30", WELL["qlq-c30"], finish=True)
        again = send(heroes, token, "qlq-c30", WELL["qlq-c30"], finish=True)
        assert again.instrument_state == first.instrument_state


@pytest.mark.req("FAULT-58")
def test_a_lot_repeated_after_the_last_one_was_sent_is_acknowledged(migrated_database: str) -> None:
    """P37, row 59: everything in it is stored already, so the phone may forget it."""
    with trial(migrated_database) as heroes:
        token = invited_to_m15(heroes)
        answer_all(heroes, token)
        before = heroes.counts()
        send(heroes, token, "qlq-c30", WELL["qlq-c30"])
        assert heroes.counts() == before


@pytest.mark.req("FAULT-58")
def test_a_known_id_with_another_answer_is_refused_and_not_swallowed(migrated_database: str) -> None:
    """Row 58: same key, other body."""
    with trial(migrated_database) as heroes:
        token = invited_to_m15(heroes)
        send(heroes, token, "qlq-c30", {"q1": 1})
        with pytest.raises(RefusedError):
            send(heroes, token, "qlq-c30", {"q1": 4})


@pytest.mark.req("FAULT-58")
def test_an_id_that_another_patient_used_does_not_swallow_an_answer(migrated_database: str) -> None:
    """Two phones restored from one backup make the same ids."""
    with trial(migrated_database) as heroes:
        off_treatment(heroes, "03-001")
        off_treatment(heroes, "03-002", phone=OTHER)
        heroes.at(M15_INVITED)
        for number, value in ((PHONE, 1), (OTHER, 4)):
            try:
                send(heroes, heroes.link(number), "qlq-c30", {"q1": value})
            except RefusedError:
                return
        assert [row.value for row in heroes.rows(Answer)] == [1, 4]
