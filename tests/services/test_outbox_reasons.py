"""What changed between putting a message in and sending it: only what still makes sense goes out."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from pro_service.services.messages import outbox, receipts, stopping
from pro_service.services.refusals import GoneError
from pro_service.store.db import db
from pro_service.store.models import Assessment, Message, OptOut, Patient
from tests.services.given import M15_REMINDED, answer_all, invited_to_m15, send
from tests.services.sending import SID, message, ready
from tests.trial import Trial, trial


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    with trial(migrated_database) as made:
        yield made


def _complete(heroes: Trial) -> None:
    answer_all(heroes, _token(heroes))


def _token(heroes: Trial) -> str:
    row = heroes.rows(Assessment, key="M1.5")[0]
    patient = heroes.rows(Patient)[0]
    return heroes.call(outbox.link_token, heroes.installation, patient=patient, assessment=row)


def _event(kind: str, **fields: Any) -> Callable[[Trial], None]:
    def record(heroes: Trial) -> None:
        heroes.record(kind, heroes.now.date(), **fields)

    return record


def _opt_out_by_link(heroes: Trial) -> None:
    heroes.call(stopping.stop_texts, heroes.installation, token=_token(heroes), now=heroes.now)


WAYS_TO_END: dict[str, Callable[[Trial], None]] = {
    "completed": _complete,
    "replaced": lambda heroes: _event("ctdna_resulted", result="positive", disclosed_on=heroes.now.date())(
        heroes
    ),
    "off study": _event("off_study"),
    "questionnaires withdrawn": _event("questionnaires_withdrawn"),
    "consent withdrawn": _event("consent_withdrawn"),
    "death": _event("death"),
    "opted out by link": _opt_out_by_link,
}


@pytest.mark.parametrize("way", WAYS_TO_END)
def test_a_reminder_that_waits_is_not_sent_once_its_reason_is_gone(heroes: Trial, way: str) -> None:
    """P1, P4, P7, P41, rows 24 and 60: set up as ready, then the world changes, then it is delivered."""
    invited_to_m15(heroes)
    heroes.now = M15_REMINDED
    heroes.tick()
    assert message(heroes, kind="reminder").state == "ready"
    before = heroes.texts()
    WAYS_TO_END[way](heroes)
    heroes.deliver()
    assert heroes.texts() == before
    assert message(heroes, kind="reminder").state in ("cancelled", "suppressed")


@pytest.mark.parametrize("way", WAYS_TO_END)
def test_the_claim_itself_looks_again_at_what_made_the_message_right(heroes: Trial, way: str) -> None:
    """Row 24: even if whoever changed the world had not seen the message (it was put in at the same moment)."""
    invited_to_m15(heroes)
    heroes.now = M15_REMINDED
    heroes.tick()
    before = heroes.texts()
    WAYS_TO_END[way](heroes)
    with heroes.app.app_context():
        db.session.execute(
            update(Message).where(Message.kind == "reminder").values(state="ready", cause=None)
        )
        db.session.commit()
    heroes.deliver()
    assert heroes.texts() == before
    assert message(heroes, kind="reminder").state in ("cancelled", "suppressed")


@pytest.mark.parametrize("way", WAYS_TO_END)
def test_no_reminder_is_put_in_afterwards(heroes: Trial, way: str) -> None:
    invited_to_m15(heroes)
    WAYS_TO_END[way](heroes)
    before = [text for text in heroes.texts() if "M1.5" not in text]
    about = heroes.rows(Assessment, key="M1.5")[0].id
    for day in range(18, 28):
        heroes.on(date(2026, 2, day), hour=10)
    sent = [row for row in heroes.rows(Message, assessment_id=about) if row.accepted_at is not None]
    assert len(sent) == 1
    assert heroes.texts()[: len(before)] == before


def test_opening_the_link_or_beginning_does_not_stop_the_reminders(heroes: Trial) -> None:
    """P5: who merely began is reminded; who finished is not."""
    token = invited_to_m15(heroes)
    send(heroes, token, "qlq-c30", {"q1": 1})
    heroes.at(M15_REMINDED)
    assert "rappel" in heroes.texts()[-1]


def test_a_second_click_sends_nothing_twice(heroes: Trial) -> None:
    """P3, P4: ticking and delivering again, in any order, adds nothing."""
    ready(heroes)
    for _ in range(5):
        heroes.tick()
        heroes.deliver()
    assert len(heroes.texts()) == 1
    assert len(heroes.rows(Message)) == 1


def test_stopping_by_link_silences_the_number_and_leaves_the_assessment_open(heroes: Trial) -> None:
    token = invited_to_m15(heroes)
    for _ in range(2):
        heroes.call(stopping.stop_texts, heroes.installation, token=token, now=heroes.now)
    assert [row.source for row in heroes.rows(OptOut)] == ["link"]
    assert heroes.rows(Assessment, key="M1.5")[0].state == "open"
    before = heroes.texts()
    heroes.at(M15_REMINDED)
    assert heroes.texts() == before


def test_stopping_with_a_made_up_link_stores_nothing(heroes: Trial) -> None:
    invited_to_m15(heroes)
    before = heroes.counts()
    with pytest.raises(GoneError):
        heroes.call(stopping.stop_texts, heroes.installation, token="A" * 26, now=heroes.now)
    assert heroes.counts() == before


def test_a_report_about_nothing_of_ours_is_kept_and_changes_nothing(heroes: Trial) -> None:
    ready(heroes)
    heroes.call(
        receipts.record_status, token="nonsense", sid=SID, status="delivered", error_code=None, now=heroes.now
    )
    assert message(heroes).state == "ready"
    assert heroes.counts()["message_status"] == 1
