"""Reading what patients wrote: one text that cannot be read holds up no other, and none is lost."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from pro_service.services.messages import inbox
from pro_service.store.db import reading
from pro_service.store.models import (
    Answer,
    Inbound,
    SmsDialogue,
)
from pro_service.store.queries import work_list
from tests.services.given import (
    M15_INVITED,
    OTHER,
    change,
    invited_to_m15,
    off_treatment,
)
from tests.trial import PHONE, Trial, trial


def broken_dialogue(heroes: Trial) -> None:
    """Two patients by SMS; the dialogue of the first cannot be read any more; both write."""
    off_treatment(heroes, "03-001", sms_items=True)
    off_treatment(heroes, "03-002", sms_items=True, phone=OTHER)
    heroes.at(M15_INVITED)
    change(heroes, update(SmsDialogue).where(SmsDialogue.patient_id == 1).values(state={"stage": "nonsense"}))
    for number in (PHONE, OTHER):
        heroes.carrier.receive_from_phone(from_=number, to="+33199009999", body="GO", now=heroes.now)
    heroes.report()


def test_a_text_that_cannot_be_read_does_not_hold_up_the_others_in_the_same_round(
    migrated_database: str,
) -> None:
    """P30: the round ends at the first failure; with it end the clock's tick and the deliveries of that beat."""
    with trial(migrated_database) as heroes:
        broken_dialogue(heroes)
        heroes.call(inbox.read_texts, heroes.installation, now=heroes.now)
        assert [row.outcome for row in heroes.rows(Inbound)] == [None, "command"]


def test_a_text_that_failed_three_times_waits_where_a_person_sees_it(migrated_database: str) -> None:
    """Nothing is silently dropped: a parked text belongs on the work list of the patient's site."""
    with trial(migrated_database) as heroes:
        broken_dialogue(heroes)
        for _ in range(4):
            try:
                heroes.call(inbox.read_texts, heroes.installation, now=heroes.now)
            except (KeyError, ValueError):
                continue
        assert heroes.rows(Inbound)[0].attempts == 3
        with heroes.app.app_context(), reading() as session:
            found = work_list.troubles(session, [1], since=heroes.now - timedelta(days=1), limit=10)
        assert [one.patient_code for one in found] == ["03-001"]


def test_an_answer_that_came_in_time_is_not_lost_because_the_window_was_closed_before_it_was_read(
    migrated_database: str,
) -> None:
    """Row 27: it was received before the close; another replica's tick was faster than the reader."""
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes, sms_items=True)
        heroes.reply("GO")
        heroes.now = datetime(2026, 2, 27, 22, 59, 30, tzinfo=UTC)
        heroes.carrier.receive_from_phone(from_=PHONE, to="+33199009999", body="2", now=heroes.now)
        heroes.report()
        heroes.now = datetime(2026, 2, 27, 23, 0, 1, tzinfo=UTC)
        heroes.tick()
        heroes.beat()
        row = heroes.rows(Inbound)[-1]
        assert heroes.rows(Answer, item="MO") or row.outcome == "late", f"dropped as {row.outcome!r}"


def test_a_text_whose_reader_was_killed_each_time_is_put_before_a_person(migrated_database: str) -> None:
    """Each attempt is counted before it is made; whoever died in the third could not say that it gave up."""
    with trial(migrated_database) as heroes:
        broken_dialogue(heroes)
        change(heroes, update(Inbound).where(Inbound.id == 1).values(attempts=3))
        heroes.call(inbox.read_texts, heroes.installation, now=heroes.now)
        first = heroes.rows(Inbound)[0]
        assert (first.outcome, first.patient_id) == ("parked", 1)
