"""The hours in which messages may leave: weekdays, holidays, and the nights on which clocks change."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from pro_service.core.reminders import DropCode, agenda
from pro_service.core.sending import may_send, preferred, spans
from tests.core.course_factory import HEROES

PARIS, LORD_HOWE, NEW_YORK, HAVANA = (
    "Europe/Paris",
    "Australia/Lord_Howe",
    "America/New_York",
    "America/Havana",
)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
#: A policy that works at night: nothing but the clocks themselves forbids an hour.
NIGHT = replace(
    HEROES.delivery, quiet_from=time(12), quiet_until=time(18), send_at=time(2, 30), silent_weekdays=(),
    holidays=(), silent_days=(),
)  # fmt: skip
DAY = replace(HEROES.delivery, holidays=("france",), silent_weekdays=(6,), silent_days=())


def shown(instant: datetime, zone: str = PARIS) -> str:
    return instant.astimezone(ZoneInfo(zone)).strftime("%a %d %H:%M %z")


def hours_of(day: str, delivery=DAY, zone: str = PARIS) -> list[str]:
    found = spans(date.fromisoformat(day), delivery, zone)
    return [f"{shown(one.begins_at, zone)[7:12]}-{shown(one.ends_at, zone)[7:12]}" for one in found]


# --- the nights: "02:30" does not exist in spring and comes twice in autumn -----------------------------------------


@pytest.mark.parametrize(
    ("zone", "day", "sent"),
    [
        (PARIS, "2026-03-29", "Sun 29 03:00 +0200"),  # 02:00 is followed by 03:00
        (PARIS, "2026-10-25", "Sun 25 03:00 +0100"),  # 02:00-03:00 comes twice
        (NEW_YORK, "2026-03-08", "Sun 08 03:00 -0400"),
        (NEW_YORK, "2026-11-01", "Sun 01 02:30 -0500"),  # there 01:00-02:00 comes twice
        (LORD_HOWE, "2026-10-04", "Sun 04 02:30 +1100"),  # half an hour: 02:00 is followed by 02:30
        (LORD_HOWE, "2026-04-05", "Sun 05 02:30 +1030"),  # 01:30-02:00 comes twice
        (PARIS, "2026-06-10", "Wed 10 02:30 +0200"),
    ],
)
def test_an_hour_of_sending_in_a_changed_night_becomes_the_first_safe_minute_after_it(zone, day, sent):
    at = preferred(date.fromisoformat(day), NIGHT, zone)
    assert at is not None
    assert shown(at, zone) == sent


def test_where_quiet_hours_follow_the_changed_hour_the_message_goes_out_before_it():
    early = replace(NIGHT, quiet_from=time(3), quiet_until=time(23), send_at=time(2, 15))
    autumn = preferred(date(2026, 10, 25), early, PARIS)
    spring = preferred(date(2026, 3, 29), early, PARIS)
    # The hours left are 00:00-02:00 and 23:00-24:00: after the changed hour, only the evening.
    assert [shown(at) for at in (autumn, spring) if at] == ["Sun 25 23:00 +0100", "Sun 29 23:00 +0200"]
    nothing_after = replace(early, send_until=time(3))
    autumn = preferred(date(2026, 10, 25), nothing_after, PARIS)
    assert autumn is not None
    assert shown(autumn) == "Sun 25 01:00 +0200"  # an hour before 02:00, so that it can still be sent


@pytest.mark.parametrize(
    ("zone", "now", "at"),
    [
        (PARIS, "2026-10-25T00:10+00:00", "2026-10-25T02:00+00:00"),  # 02:10 for the first time
        (PARIS, "2026-10-25T01:59+00:00", "2026-10-25T02:00+00:00"),  # 02:59 for the second time
        (PARIS, "2026-10-24T23:59+00:00", "2026-10-24T23:59+00:00"),  # 01:59
        (PARIS, "2026-03-29T00:59+00:00", "2026-03-29T00:59+00:00"),  # 01:59, one minute before 03:00
        (LORD_HOWE, "2026-04-04T14:45+00:00", "2026-04-04T15:30+00:00"),
        (HAVANA, "2026-11-01T04:30+00:00", "2026-11-01T06:00+00:00"),  # midnight itself comes twice
    ],
)
def test_nothing_leaves_in_an_hour_that_comes_twice(zone, now, at):
    assert may_send(NIGHT, zone, datetime.fromisoformat(now)) == datetime.fromisoformat(at)


# --- days and hours ------------------------------------------------------------------------------------------------


def test_a_weekday_may_have_hours_of_its_own():
    delivery = replace(
        DAY, send_from=time(9), send_until=time(19), hours={5: (time(10), time(12, 30))}, holidays=()
    )
    assert hours_of("2026-06-12", delivery) == ["09:00-19:00"]
    assert hours_of("2026-06-13", delivery) == ["10:00-12:30"]
    assert hours_of("2026-06-14", delivery) == []


@pytest.mark.parametrize(
    ("hours", "sent"),
    [((time(14), time(16)), "14:00"), ((time(8), time(9, 30)), "08:30"), ((time(9), time(12)), "10:00")],
)  # fmt: skip
def test_where_the_hour_of_sending_is_none_the_next_one_of_that_day_is_taken(hours, sent):
    at = preferred(date(2026, 6, 13), replace(DAY, hours={5: hours}), PARIS)
    assert at is not None
    assert shown(at)[7:12] == sent


def test_quiet_hours_cut_a_window_in_two():
    siesta = replace(DAY, quiet_from=time(12), quiet_until=time(14), send_from=time(9), send_until=time(18))
    assert hours_of("2026-06-12", siesta) == ["09:00-12:00", "14:00-18:00"]


def test_a_holiday_and_a_silent_date_have_no_hours():
    assert hours_of("2026-05-01") == []
    assert hours_of("2026-05-02") == ["08:00-20:00"]
    assert hours_of("2026-05-02", replace(DAY, silent_days=(date(2026, 5, 2),))) == []


# --- shifting --------------------------------------------------------------------------------------------------------


def days_sent(due: str, before: int, after: int, delivery=DAY) -> tuple[list[str], list[str]]:
    day = date.fromisoformat(due)
    found = agenda(
        open_on=day - timedelta(days=before), due_on=day, close_on=day + timedelta(days=after),
        delivery=delivery, zone=PARIS, known_at=LONG_AGO,
    )  # fmt: skip
    return [shown(c.not_before)[:6] for c in found.contacts], [str(d.reason) for d in found.dropped]


EARLIER = replace(DAY, shift="earlier", invite_days_before_due=0)
SAME = replace(DAY, invite_days_before_due=0)


@pytest.mark.parametrize(
    ("delivery", "before", "after", "sent", "dropped"),
    [
        # Friday 1 May 2026 is a holiday, Sunday 3 May silent
        (SAME, 2, 4, ["Sat 02", "Mon 04"], ["window_over"]),
        (EARLIER, 2, 4, ["Thu 30", "Sat 02", "Tue 05"], []),
        (SAME, 2, 0, ["Thu 30"], ["window_over", "window_over"]),  # later would pass the close: earlier
        (EARLIER, 0, 4, ["Sat 02", "Mon 04"], ["window_over"]),  # earlier would be before the window: later
        (SAME, 0, 0, [], ["no_sending_day", "no_invitation", "no_invitation"]),
    ],
)
def test_a_holiday_shifts_a_message_later_or_earlier_and_else_it_is_skipped_with_a_reason(
    delivery, before, after, sent, dropped
):
    assert days_sent("2026-05-01", before, after, delivery) == (sent, dropped)


def test_an_earlier_shift_never_goes_back_before_the_slot_was_known():
    """Wanted on Friday 1 May, a holiday; known on Thursday afternoon: Thursday morning is over."""
    found = agenda(
        open_on=date(2026, 4, 20), due_on=date(2026, 5, 1), close_on=date(2026, 5, 1), delivery=SAME, zone=PARIS,
        known_at=datetime(2026, 4, 30, 13, tzinfo=UTC),
    )  # fmt: skip
    assert [shown(c.not_before) for c in found.contacts] == ["Thu 30 15:00 +0200"]


def test_a_reminder_shifted_earlier_keeps_a_day_from_the_message_before_it():
    """Invited on Thursday 30 April, a reminder wanted on Friday's holiday: Thursday has had its message."""
    delivery = replace(SAME, shift="earlier", reminder_days=(1,), max_messages=2)
    assert days_sent("2026-04-30", 0, 1, delivery) == (["Thu 30"], ["no_sending_day"])


# --- the call --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "after", "asked"), [(7, 14, "Mon 15"), (7, 3, None), (None, 14, None)])
def test_the_call_is_asked_for_at_the_start_of_a_day_inside_the_window(days, after, asked):
    due = date(2026, 6, 11)
    found = agenda(
        open_on=date(2026, 6, 1), due_on=due, close_on=due + timedelta(days=after),
        delivery=replace(DAY, call_after_days=days), zone=PARIS, known_at=LONG_AGO,
    )  # fmt: skip
    assert (shown(found.call_at)[:6] if found.call_at else None) == asked


def test_a_silent_window_is_answered_by_a_call_although_nothing_can_be_sent():
    found = agenda(
        open_on=date(2026, 5, 1), due_on=date(2026, 5, 1), close_on=date(2026, 5, 3),
        delivery=replace(DAY, call_after_days=1, silent_weekdays=(5, 6)), zone=PARIS, known_at=LONG_AGO,
    )  # fmt: skip
    assert next(d.reason for d in found.dropped) is DropCode.NO_SENDING_DAY
    assert found.call_at is not None
    assert shown(found.call_at)[:12] == "Sat 02 00:00"
