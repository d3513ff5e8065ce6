"""When messages go out: at the patient's own hours and days, in order, and not in heaps after an outage."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from pro_service.store.db import db, transaction
from pro_service.store.models import Message, Patient
from pro_service.store.records import messages
from tests.services.given import M15_INVITED, M15_REMINDED, off_treatment
from tests.services.sending import Spy, accept, message, ready, through
from tests.trial import Trial, trial


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    with trial(migrated_database) as made:
        yield made


def test_what_is_due_on_a_sunday_goes_out_on_monday(heroes: Trial) -> None:
    """Included on 8 January: M1.5 is due on 23 February, its invitation would fall on Friday, its second reminder
    on Wednesday; of a patient included on 10 January, the invitation falls on Sunday 22 February.
    """
    heroes.now = datetime(2026, 1, 10, 9, 0, tzinfo=UTC)
    off_treatment(heroes)
    heroes.through(date(2026, 2, 22))
    assert heroes.texts() == []
    heroes.at(datetime(2026, 2, 23, 8, 59, tzinfo=UTC))
    assert heroes.texts() == []
    heroes.at(datetime(2026, 2, 23, 9, 0, tzinfo=UTC))
    assert len(heroes.texts()) == 1


@pytest.mark.parametrize(
    ("clock", "sent"),
    [
        ((6, 59), False),
        ((7, 0), True),
        ((18, 59), True),
        ((19, 0), False),
        ((23, 30), False),
        ((2, 0), False),
    ],
)
def test_nothing_is_sent_between_eight_in_the_evening_and_eight_in_the_morning(
    heroes: Trial, clock: tuple[int, int], sent: bool
) -> None:
    """P17, P18: the hours are the patient's (Paris, one hour ahead of UTC in winter)."""
    row = ready(heroes)
    at = datetime(2026, 2, 18, *clock, tzinfo=UTC)
    with heroes.app.app_context():
        db.session.execute(
            update(Message)
            .where(Message.id == row.id)
            .values(not_after=at + timedelta(days=1), not_before=at)
        )
        db.session.commit()
    heroes.now = at
    heroes.deliver()
    assert bool(heroes.texts()) is sent


@pytest.mark.parametrize(
    ("zone", "first_at"),
    [
        ("Europe/Paris", datetime(2026, 2, 17, 9, 0, tzinfo=UTC)),
        ("Indian/Reunion", datetime(2026, 2, 17, 6, 0, tzinfo=UTC)),
        ("America/Guadeloupe", datetime(2026, 2, 17, 14, 0, tzinfo=UTC)),
    ],
)
def test_ten_in_the_morning_is_ten_where_the_patient_lives(
    heroes: Trial, zone: str, first_at: datetime
) -> None:
    """P13, P16, P19, row 34."""
    off_treatment(heroes)
    with heroes.app.app_context():
        db.session.execute(update(Patient).values(time_zone=zone))
        db.session.commit()
    heroes.on(date(2026, 2, 14))
    heroes.at(first_at - timedelta(minutes=1))
    assert heroes.texts() == []
    heroes.at(first_at)
    assert len(heroes.texts()) == 1


@pytest.mark.parametrize(
    ("included", "invited_at"),
    [
        # due on 30 March and 26 October: invited on the Friday before the change, reminded on Monday and Wednesday
        (datetime(2026, 2, 15, 9, tzinfo=UTC), datetime(2026, 3, 27, 9, tzinfo=UTC)),
        (datetime(2026, 9, 11, 9, tzinfo=UTC), datetime(2026, 10, 23, 8, tzinfo=UTC)),
    ],
)
def test_the_change_of_the_clocks_moves_no_message_by_an_hour_and_doubles_none(
    heroes: Trial, included: datetime, invited_at: datetime
) -> None:
    """P11, P15, row 33: ten o'clock before and after, each message once."""
    heroes.now = included
    off_treatment(heroes)
    hours = []
    heroes.now = invited_at - timedelta(days=1)
    heroes.tick()
    heroes.now = invited_at - timedelta(hours=3)
    seen = 0
    while heroes.now < invited_at + timedelta(days=6):
        heroes.tick()
        heroes.deliver()
        if len(heroes.texts()) > seen:
            seen = len(heroes.texts())
            hours.append(heroes.now)
        heroes.now += timedelta(hours=1)
    assert hours[0] == invited_at
    local = {at.astimezone(ZoneInfo("Europe/Paris")).hour for at in hours}
    assert local == {10}
    assert [(at.date() - invited_at.date()).days for at in hours] == [0, 3, 5]


def test_nothing_is_sent_past_the_window(heroes: Trial) -> None:
    """P14: a message that nobody sent while the window was open is not sent afterwards."""
    row = ready(heroes)
    with heroes.app.app_context():
        far = M15_INVITED + timedelta(days=60)
        db.session.execute(update(Message).where(Message.id == row.id).values(not_after=far))
        db.session.commit()
    heroes.now = datetime(2026, 2, 28, 9, 0, tzinfo=UTC)
    heroes.deliver()
    assert heroes.texts() == []
    assert message(heroes).state == "cancelled"


@pytest.mark.parametrize("days", [3, 6])
def test_after_an_outage_of_days_a_patient_gets_one_text_and_not_a_heap(heroes: Trial, days: int) -> None:
    """Row 36: neither clock nor sender ran; invitation and reminder fell due meanwhile."""
    off_treatment(heroes)
    heroes.on(date(2026, 2, 16))
    heroes.at(M15_INVITED + timedelta(days=days))
    assert len(heroes.texts()) == 1
    assert "rappel" not in heroes.texts()[0]


def test_after_an_outage_of_the_sender_what_is_out_of_time_is_marked_and_not_sent(heroes: Trial) -> None:
    ready(heroes)
    heroes.now = M15_REMINDED
    heroes.tick()
    assert message(heroes).state == "expired"
    assert message(heroes).cause == "out_of_time"
    heroes.deliver()
    assert len(heroes.texts()) == 1


def test_alerts_go_out_before_reminders(heroes: Trial) -> None:
    """Row 68."""
    ready(heroes)
    with heroes.app.app_context(), transaction() as session:
        own = session.query(Message).one()
        messages.put(
            session,
            natural_key="alert:0:staff:1:1",
            study_id=own.study_id,
            staff_id=1,
            kind="alert",
            ordinal=1,
            priority=0,
            contact_id=own.contact_id,
            body="later but first",
            not_before=heroes.now,
            not_after=heroes.now + timedelta(days=1),
            created_at=heroes.now,
        )
    spy = Spy(accept)
    through(heroes, spy)
    assert spy.sent[0]["body"] == "later but first"


def test_one_message_cannot_be_meant_twice(heroes: Trial) -> None:
    """P43: whatever happens, a second planner meets the natural key."""
    ready(heroes)
    with heroes.app.app_context(), transaction() as session:
        own = session.query(Message).one()
        again = messages.put(
            session,
            natural_key=own.natural_key,
            study_id=own.study_id,
            kind="invitation",
            ordinal=1,
            contact_id=own.contact_id,
            body="again",
            not_before=heroes.now,
            not_after=heroes.now,
            created_at=heroes.now,
        )
    assert again is False
    assert len(heroes.rows(Message)) == 1
