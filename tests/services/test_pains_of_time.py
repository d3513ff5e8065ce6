"""What users of other systems complain of about time, each as a story through the real clock, outbox and carrier.

P17 and parts of P11, P13, P15 and P18 are told in test_outbox_hours.py, where the hours themselves are.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest

from pro_service.core.delivery import Accepted, ProviderStatus
from pro_service.services.refusals import InvalidError
from pro_service.store.models import Assessment, Message, PatientZone
from tests.core.wall_clock import ZONES
from tests.services.given import M15_INVITED, OTHER, WELL, invited_to_m15, off_treatment, send
from tests.services.living import (
    GUADELOUPE,
    NOUMEA,
    PARIS,
    REUNION,
    assessment,
    catalogue,
    live,
    move,
    policy,
    utc,
)
from tests.services.sending import Spy, through
from tests.trial import PHONE, Trial, bare, trial

#: Half past two in the night, on any day.
NIGHTLY = {
    "send_at": time(2, 30),
    "quiet_from": time(12),
    "quiet_until": time(18),
    "silent_weekdays": (),
    "holidays": (),
}


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    with trial(migrated_database) as made:
        yield made


def test_p10_another_delivery_policy_sends_nothing_past_again(migrated_database: str) -> None:
    """P10: editing a survey sends past absolute schedules again. Here the hour and the reminders change underway."""
    with policy(migrated_database) as before:
        invited_to_m15(before)
        assert len(before.texts()) == 1
    changed = catalogue(send_at=time(11), reminder_days=(1, 4), invite_days_before_due=4)
    numbers = count(1)
    spy = Spy(lambda: Accepted(sid=f"SM{next(numbers):032d}", status=ProviderStatus.QUEUED))
    with bare(migrated_database, catalogue=changed) as after:
        after.now = M15_INVITED
        while after.now < utc("2026-03-01T00:00"):
            after.now += timedelta(hours=1)
            after.tick()
            through(after, spy)
        sent = [(row.kind, row.ordinal) for row in after.rows(Message) if row.accepted_at]
    # The new first reminder falls on the day of the invitation that went out, and there is one message a day.
    assert sent == [("invitation", 1), ("reminder", 2)]
    assert len(spy.sent) == 1


# --- the nights on which clocks change ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("included", "evening", "sent_at"),
    [
        # invited three days before 1 April and 28 October, in the night itself
        (
            "2026-02-17T09:00",
            "2026-03-28T20:00",
            "2026-03-29T01:00",
        ),  # 02:30 does not exist: 03:00 summer time
        ("2026-09-13T09:00", "2026-10-24T20:00", "2026-10-25T02:00"),  # 02:30 comes twice: 03:00 winter time
    ],
)
def test_p11_a_survey_of_a_changed_night_goes_out_once_and_at_a_safe_minute(
    migrated_database: str, included: str, evening: str, sent_at: str
) -> None:
    """P11: elsewhere 9 PM surveys go out at 10 PM, and after the change both times fire."""
    with policy(migrated_database, **NIGHTLY) as heroes:
        heroes.now = utc(included)
        off_treatment(heroes)
        heroes.now = utc(evening) - timedelta(days=12)
        heroes.tick()
        heroes.deliver()
        heroes.now = utc(evening)
        assert live(heroes, utc(evening) + timedelta(hours=20), step=timedelta(minutes=10)) == [utc(sent_at)]


def test_p12_after_a_move_no_schedule_has_to_be_saved_again_and_the_zone_is_shown(heroes: Trial) -> None:
    """P12: after a mended zone all schedules were wrong and had to be saved by hand; "EST" without a zone shown."""
    off_treatment(heroes)
    moved = move(heroes, REUNION)
    assert moved.in_force == REUNION
    rows = [row for row in heroes.rows(Assessment) if row.state == "planned"]
    assert len(rows) >= 8
    for row in rows:
        opens, closes = (at.astimezone(ZoneInfo(REUNION)) for at in (row.opens_at, row.closes_at))
        assert (opens.date(), opens.time()) == (row.open_on, time(0))
        assert (closes.date(), closes.time()) == (row.close_on + timedelta(days=1), time(0))
    page = heroes.logged_in().get("/staff/patients/03-001").get_data(as_text=True)
    assert "Indian/Reunion, il y est 13:00" in page
    assert "Heures affichées" in page


def test_p13_a_patient_who_goes_abroad_gets_ten_o_clock_there_and_the_history_of_zones_is_kept(
    heroes: Trial,
) -> None:
    """P13: participants abroad get the study's 9 AM, and there is no history of zones."""
    invited_to_m15(heroes)
    heroes.now = utc("2026-02-18T15:00")
    move(heroes, GUADELOUPE)
    heroes.now = utc("2026-02-19T08:50")
    (reminded,) = live(heroes, utc("2026-02-20T08:00"), step=timedelta(minutes=10))
    assert reminded == utc("2026-02-19T14:00")  # 10:00 in Guadeloupe; in Paris it would have been 09:00 UTC
    kept = [(row.zone, row.from_at, row.recorded_by) for row in heroes.rows(PatientZone)]
    assert kept == [
        (PARIS, utc("2026-01-05T09:00"), "test"),
        (GUADELOUPE, utc("2026-02-18T15:00"), "nurse"),
    ]


def test_p14_a_survey_has_an_end_and_a_move_east_does_not_bring_it_forward(heroes: Trial) -> None:
    """P14: no end time for a survey. The patient was told 27 February: its end in Paris."""
    token = invited_to_m15(heroes)
    promised = assessment(heroes).closes_at
    heroes.now = utc("2026-02-27T10:00")
    move(heroes, NOUMEA)  # where it is the evening already, and midnight comes ten hours earlier
    assert assessment(heroes).closes_at == promised == utc("2026-02-27T23:00")
    heroes.now = promised - timedelta(minutes=1)
    heroes.tick()
    send(heroes, token, "qlq-c30", WELL["qlq-c30"])
    heroes.now = promised
    heroes.tick()
    assert assessment(heroes).state == "partial"
    assert live(heroes, promised + timedelta(days=3), step=timedelta(hours=2)) == []


def test_p14_a_move_west_gives_the_patient_the_whole_of_the_last_day_there(heroes: Trial) -> None:
    invited_to_m15(heroes)
    move(heroes, GUADELOUPE)
    assert assessment(heroes).closes_at == utc("2026-02-28T04:00")
    heroes.record("ctdna_resulted", heroes.now.date(), result="negative")  # a replan keeps it
    assert assessment(heroes).closes_at == utc("2026-02-28T04:00")


@pytest.mark.parametrize(
    ("included", "days"),
    [
        ("2026-02-14T09:00", ["2026-03-26T09:00", "2026-03-28T09:00", "2026-03-31T08:00"]),
        ("2026-09-10T09:00", ["2026-10-22T08:00", "2026-10-24T08:00", "2026-10-27T09:00"]),
    ],
)
def test_p15_a_fixed_time_is_a_clock_time_on_both_sides_of_a_changed_night(
    heroes: Trial, included: str, days: list[str]
) -> None:
    """P15: times kept as milliseconds after midnight are an hour off on such days. 10:00 in Paris, thrice."""
    heroes.now = utc(included)
    off_treatment(heroes)
    heroes.now = utc(days[0]) - timedelta(days=2)
    heroes.tick()
    heroes.deliver()
    heroes.now = utc(days[0]) - timedelta(hours=12)
    assert live(heroes, utc(days[2]) + timedelta(days=2), step=timedelta(hours=1)) == [utc(at) for at in days]


def test_p16_the_patients_own_zone_is_taken_at_enrolment_and_a_wrong_one_refused_with_a_near_one(
    heroes: Trial,
) -> None:
    """P16: participants' own zone cannot be used, only set by hand for all."""
    with pytest.raises(InvalidError, match="Try Indian/Reunion"):
        heroes.enrol(time_zone="La Réunion")
    assert heroes.rows(PatientZone) == []
    off_treatment(heroes, time_zone=REUNION)
    heroes.now = utc("2026-02-16T20:00")
    heroes.tick()
    heroes.deliver()
    (first,) = live(heroes, utc("2026-02-17T12:00"), step=timedelta(minutes=30))
    assert first == utc("2026-02-17T06:00")  # 10:00 there


# --- the hours of day and night -------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ZONES)
def test_p18_the_black_out_is_each_patients_own_and_no_national_window(heroes: Trial, zone: str) -> None:
    """P18: per-user zones were judged "laborious or unfeasible", hence a seven-hour national window.

    The message waits since the middle of the patient's night; it leaves at the first minute of their morning.
    """
    off_treatment(heroes, time_zone=zone)
    night = datetime(2026, 2, 17, 23, 0, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    heroes.now = night - timedelta(days=3)
    heroes.tick()
    heroes.now = night  # neither clock nor sender ran meanwhile
    received = live(heroes, night + timedelta(hours=12), step=timedelta(minutes=20))
    assert [at.astimezone(ZoneInfo(zone)).strftime("%d %H:%M") for at in received] == ["18 08:00"]


def test_p19_each_contact_has_a_zone_of_its_own_which_a_later_day_may_change(heroes: Trial) -> None:
    """P19: a time zone for each contact was asked for, and the request closed as inactive."""
    off_treatment(heroes)
    heroes.include("03-002", phone=OTHER, time_zone=GUADELOUPE)
    heroes.record("treatment_stopped", heroes.now.date(), "03-002")
    move(heroes, REUNION, from_on=date(2026, 2, 18))
    heroes.now = utc("2026-02-16T20:00")
    ours, theirs = [], []
    while heroes.now < utc("2026-02-19T23:00"):
        heroes.now += timedelta(hours=1)
        counts = [len(heroes.texts(number)) for number in (PHONE, OTHER)]
        heroes.tick()
        heroes.deliver()
        ours += [heroes.now] * (len(heroes.texts(PHONE)) - counts[0])
        theirs += [heroes.now] * (len(heroes.texts(OTHER)) - counts[1])
    assert ours == [utc("2026-02-17T09:00"), utc("2026-02-19T06:00")]  # Paris still, then La Réunion
    assert theirs == [utc("2026-02-17T14:00"), utc("2026-02-19T14:00")]


@pytest.mark.parametrize(
    ("included", "opens", "closes"),
    [
        # a month and fifteen days later, from seven days before to seven days after
        ("2026-02-15T09:00", "2026-03-22T23:00", "2026-04-06T22:00"),
        ("2026-02-21T09:00", "2026-03-28T23:00", "2026-04-12T22:00"),
        ("2026-09-03T08:00", "2026-10-10T22:00", "2026-10-25T23:00"),
        ("2026-09-10T08:00", "2026-10-17T22:00", "2026-11-01T23:00"),
    ],
)
def test_p20_a_window_over_a_changed_night_begins_and_ends_at_midnight_by_the_clock_of_that_day(
    heroes: Trial, included: str, opens: str, closes: str
) -> None:
    """P20: the change of the clocks breaks time values on saved forms. Fifteen days, an hour shorter or longer."""
    heroes.now = utc(included)
    off_treatment(heroes)
    row = assessment(heroes)
    assert (row.opens_at, row.closes_at) == (utc(opens), utc(closes))
    length = timedelta(days=15, hours=-1 if included < "2026-03" else 1)
    assert row.closes_at - row.opens_at == length


def test_p21_validity_is_by_the_patients_midnight_and_not_by_the_servers(heroes: Trial) -> None:
    """P21: server time decides validity and reminders. In Guadeloupe it is still the 27th when UTC has the 28th."""
    off_treatment(heroes, time_zone=GUADELOUPE)
    heroes.now = utc("2026-02-16T20:00")
    heroes.tick()
    live(heroes, utc("2026-02-17T15:00"), step=timedelta(hours=1))
    heroes.beat()
    token = heroes.link()
    heroes.now = utc("2026-02-28T03:59")
    heroes.tick()
    assert send(heroes, token, "eq-5d-5l", WELL["eq-5d-5l"]).instrument_state == "in_progress"
    heroes.now = utc("2026-02-28T04:00")
    heroes.tick()
    assert assessment(heroes).state == "partial"
