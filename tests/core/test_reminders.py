"""When messages go out: inside the window, in the patient's day, never at night or on a Sunday."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.protocol import is_quiet
from pro_service.core.reminders import DropCode, agenda, contacts
from pro_service.core.sending import may_send
from pro_service.core.timing import end_of_day, local_day, local_time
from tests.core.course_factory import HEROES

PARIS, REUNION, GUADELOUPE = "Europe/Paris", "Indian/Reunion", "America/Guadeloupe"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
DELIVERY = HEROES.delivery
DUE = date(2026, 6, 11)  # a Thursday; the invitation three days before falls on a Monday


def local(text: str, zone: str = PARIS) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def times(due=DUE, before=14, after=14, known_at=LONG_AGO, zone=PARIS, delivery=DELIVERY):
    found = agenda(
        open_on=due - timedelta(days=before), due_on=due, close_on=due + timedelta(days=after),
        delivery=delivery, zone=zone, known_at=known_at,
    )  # fmt: skip
    shown = [c.not_before.astimezone(ZoneInfo(zone)).strftime("%a %d %H:%M") for c in found.contacts]
    return shown, [(d.kind, d.ordinal, d.reason) for d in found.dropped]


def test_an_invitation_comes_three_days_before_and_reminders_two_and_five_days_after_it():
    assert times() == (["Mon 08 10:00", "Wed 10 10:00", "Sat 13 10:00"], [])


def test_each_contact_has_its_kind_number_and_latest_moment():
    found = contacts(
        open_on=DUE,
        due_on=DUE,
        close_on=DUE + timedelta(days=14),
        delivery=DELIVERY,
        zone=PARIS,
        known_at=LONG_AGO,
    )
    assert [(c.kind, c.ordinal) for c in found] == [("invitation", 1), ("reminder", 1), ("reminder", 2)]
    assert [c.not_after for c in found] == [local(f"2026-06-{day}T20:00") for day in (11, 13, 16)]


def test_an_invitation_never_comes_before_the_window_opens():
    assert times(before=0)[0][0] == "Thu 11 10:00"


def test_a_sunday_shifts_a_message_to_monday():
    assert times(due=date(2026, 6, 17))[0] == ["Mon 15 10:00", "Wed 17 10:00", "Sat 20 10:00"]


def test_a_reminder_after_the_close_is_dropped_with_a_reason():
    assert times(after=0) == (["Mon 08 10:00", "Wed 10 10:00"], [("reminder", 2, DropCode.WINDOW_OVER)])


def test_a_shift_never_leaves_the_window():
    assert times(due=date(2026, 6, 14), before=0, after=0) == (
        [],
        [
            ("invitation", 1, DropCode.NO_SENDING_DAY),
            ("reminder", 1, DropCode.NO_INVITATION),
            ("reminder", 2, DropCode.NO_INVITATION),
        ],
    )


def test_no_more_messages_than_the_protocol_allows():
    few = replace(DELIVERY, max_messages=2)
    assert times(delivery=few)[1] == [("reminder", 2, DropCode.ENOUGH)]


def test_two_reminders_shifted_to_one_day_become_one():
    close = replace(DELIVERY, reminder_days=(6, 7))  # Sunday and Monday after a Monday
    assert times(delivery=close) == (["Mon 08 10:00", "Mon 15 10:00"], [("reminder", 2, DropCode.SAME_DAY)])


@pytest.mark.parametrize(
    ("known_at", "invited"),
    [
        ("2026-06-08T09:59", "Mon 08 10:00"),
        ("2026-06-08T15:30", "Mon 08 15:30"),
        ("2026-06-08T19:59", "Mon 08 19:59"),
        ("2026-06-08T20:00", "Tue 09 08:00"),
        ("2026-06-10T03:00", "Wed 10 08:00"),
        ("2026-06-13T22:00", "Mon 15 08:00"),  # Saturday night: not on Sunday
        ("2026-06-14T11:00", "Mon 15 08:00"),
    ],
)
def test_a_slot_known_late_is_announced_at_the_next_allowed_moment(known_at, invited):
    assert times(known_at=local(known_at))[0][0] == invited


def test_reminders_count_from_a_late_invitation():
    shown, _ = times(known_at=local("2026-06-16T15:30"))
    assert shown == ["Tue 16 15:30", "Thu 18 10:00", "Mon 22 10:00"]  # the Sunday shifted


def test_nothing_goes_out_for_a_slot_known_after_its_window():
    assert times(known_at=local("2026-06-26T00:00"))[0] == []
    assert times(known_at=local("2026-06-25T19:59"))[0] == ["Thu 25 19:59"]


@pytest.mark.parametrize(
    ("zone", "instant"),
    [(PARIS, "2026-03-30T08:00"), (REUNION, "2026-03-30T06:00"), (GUADELOUPE, "2026-03-30T14:00")],
)
def test_ten_o_clock_is_the_patients_own_after_the_night_the_clocks_change(zone, instant):
    # Three days before 1 April is Sunday 29 March, the night Paris changes to summer time.
    (first, *_) = contacts(
        open_on=date(2026, 3, 20), due_on=date(2026, 4, 1), close_on=date(2026, 4, 14),
        delivery=DELIVERY, zone=zone, known_at=LONG_AGO,
    )  # fmt: skip
    assert first.not_before == datetime.fromisoformat(instant).replace(tzinfo=UTC)


@pytest.mark.parametrize("month_day", ["2026-03-29", "2026-10-25"])
def test_on_a_night_of_changing_clocks_sending_begins_at_eight_by_the_new_clock(month_day):
    everyday = replace(DELIVERY, silent_weekdays=())
    at = may_send(everyday, PARIS, local(f"{month_day}T00:30"))
    assert local_time(at, PARIS) == time(8)
    assert local_day(at, PARIS) == date.fromisoformat(month_day)


def test_quiet_hours_may_lie_within_a_day_or_not_exist():
    siesta = replace(DELIVERY, quiet_from=time(12), quiet_until=time(14), silent_weekdays=())
    assert may_send(siesta, PARIS, local("2026-06-08T13:00")) == local("2026-06-08T14:00")
    assert may_send(siesta, PARIS, local("2026-06-08T03:00")) == local("2026-06-08T03:00")
    never = replace(siesta, quiet_from=time(8), quiet_until=time(8))
    assert not any(is_quiet(time(hour), never) for hour in range(24))
    (first, *_) = contacts(
        open_on=DUE, due_on=DUE, close_on=DUE, delivery=never, zone=PARIS, known_at=LONG_AGO
    )
    assert first.not_after == local("2026-06-12T00:00")
    siesta_sunday = replace(siesta, silent_weekdays=(6,))
    assert may_send(siesta_sunday, PARIS, local("2026-06-14T13:00")) == local("2026-06-15T00:00")


_zones = st.sampled_from([PARIS, REUNION, GUADELOUPE])


@given(
    st.dates(date(2025, 1, 1), date(2027, 12, 31)), st.integers(0, 14), st.integers(0, 14),
    st.integers(-40 * 24 * 60, 20 * 24 * 60), _zones, st.sets(st.integers(0, 6), max_size=6),
)  # fmt: skip
def test_every_message_lies_in_the_window_and_outside_the_silence(due, before, after, minutes, zone, silent):
    delivery = replace(DELIVERY, silent_weekdays=tuple(silent))
    known_at = datetime.combine(due, time(0), UTC) + timedelta(minutes=minutes)
    open_on, close_on = due - timedelta(days=before), due + timedelta(days=after)
    found = agenda(
        open_on=open_on, due_on=due, close_on=close_on, delivery=delivery, zone=zone, known_at=known_at
    )
    days = [local_day(c.not_before, zone) for c in found.contacts]
    assert days == sorted(set(days))
    assert len(found.contacts) <= delivery.max_messages
    assert len(found.contacts) + len(found.dropped) == 1 + len(delivery.reminder_days)
    for contact, day in zip(found.contacts, days, strict=True):
        assert open_on <= day <= close_on
        assert day.weekday() not in silent
        assert not is_quiet(local_time(contact.not_before, zone), delivery)
        assert known_at <= contact.not_before < contact.not_after <= end_of_day(close_on, zone)
        assert local_day(contact.not_after - timedelta(seconds=1), zone) == day


@given(st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)), _zones)
def test_the_next_allowed_moment_is_allowed_and_the_first(naive, zone):
    now = naive.replace(tzinfo=UTC)
    at = may_send(DELIVERY, zone, now)
    assert at >= now
    assert may_send(DELIVERY, zone, at) == at
    if at > now:
        assert may_send(DELIVERY, zone, at - timedelta(seconds=1)) == at
