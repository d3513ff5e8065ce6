"""Patients who move to another time zone: what is computed anew, what is kept, and what is never sent twice."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from pro_service.core.protocol import Delivery
from pro_service.services.patients import time_travel
from pro_service.services.refusals import InvalidError
from pro_service.store.models import Message, PatientZone
from tests.core.wall_clock import ZONES, wrong_with
from tests.services.given import M15_INVITED, invited_to_m15, off_treatment
from tests.services.living import (
    GUADELOUPE,
    HEROES,
    NOUMEA,
    PARIS,
    REUNION,
    assessment,
    live,
    move,
    policy,
    utc,
)
from tests.trial import Trial, trial


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    with trial(migrated_database) as made:
        yield made


@pytest.mark.parametrize("zone", [REUNION, GUADELOUPE, NOUMEA, "America/New_York"])
@pytest.mark.parametrize("hours", [0, 1, 30, 47, 49, 121])
def test_a_move_while_a_window_is_open_sends_nothing_twice(heroes: Trial, zone: str, hours: int) -> None:
    """Before, between and after the reminders: each message goes out once, or its reason is on record."""
    invited_to_m15(heroes)
    live(heroes, M15_INVITED + timedelta(hours=hours), step=timedelta(hours=1))
    move(heroes, zone)
    live(heroes, utc("2026-03-01T00:00"), step=timedelta(hours=1))
    rows = heroes.rows(Message)
    sent = [(row.kind, row.ordinal) for row in rows if row.accepted_at]
    skipped = [(row.kind, row.ordinal) for row in rows if row.cause == "skipped:passed_over"]
    assert sorted(sent + skipped) == [("invitation", 1), ("reminder", 1), ("reminder", 2)]
    assert len(heroes.texts()) == len(sent)
    # In Noumea the day's sending hours end within the hour in which the reminder was due in Paris.
    assert skipped == ([("reminder", 1)] if (zone, hours) == (NOUMEA, 47) else [])


def test_a_move_recorded_ahead_takes_effect_by_itself_and_a_later_record_corrects_it(heroes: Trial) -> None:
    off_treatment(heroes)
    move(heroes, REUNION, from_on=date(2026, 2, 1))
    heroes.at(utc("2026-01-31T19:59"))
    assert assessment(heroes).closes_at == utc("2026-02-27T23:00")
    heroes.at(utc("2026-01-31T20:00"))  # midnight there
    assert assessment(heroes).closes_at == utc("2026-02-27T20:00")
    assert heroes.tick().zones_changed == 0
    move(heroes, PARIS, from_on=date(2026, 2, 1))
    assert assessment(heroes).closes_at == utc("2026-02-27T20:00")  # there the 1st begins three hours later
    heroes.at(utc("2026-01-31T23:00"))
    assert assessment(heroes).closes_at == utc("2026-02-27T23:00")


@pytest.mark.parametrize("day", [date(2026, 1, 4), date(2027, 1, 8)])
def test_a_move_before_the_enrolment_or_more_than_a_year_ahead_is_refused(heroes: Trial, day: date) -> None:
    heroes.enrol()
    with pytest.raises(InvalidError, match="between the enrolment"):
        move(heroes, REUNION, from_on=day)
    assert len(heroes.rows(PatientZone)) == 1


def test_what_is_closed_is_never_computed_anew(heroes: Trial) -> None:
    invited_to_m15(heroes)
    heroes.at(utc("2026-03-01T12:00"))
    closed = assessment(heroes)
    assert closed.state == "missed"
    move(heroes, GUADELOUPE, from_on=date(2026, 2, 1))
    assert assessment(heroes).closes_at == closed.closes_at


# --- the law, through the clock, the outbox and the carrier -----------------------------------------------------------


def test_every_message_that_reaches_a_phone_lies_inside_its_local_window(migrated_database: str) -> None:
    """One patient a zone; M1.5 over the nights of March in Paris, New York and Lord Howe, and over Easter Monday."""
    delivery: Delivery = replace(HEROES, holidays=("france", "reunion", "guadeloupe"))
    with policy(migrated_database, holidays=delivery.holidays) as heroes:
        numbers = {zone: f"+3363998000{n}" for n, zone in enumerate(ZONES, start=1)}
        heroes.now = utc("2026-02-18T09:00")
        for n, (zone, number) in enumerate(numbers.items(), start=1):
            code = f"03-00{n}"
            heroes.include(code, phone=number, time_zone=zone)
            heroes.record("treatment_stopped", heroes.now.date(), code)
        heroes.now = utc("2026-03-25T00:00")
        wrong, seen = [], 0
        while heroes.now < utc("2026-04-10T00:00"):
            heroes.now += timedelta(minutes=30)
            counts = {zone: len(heroes.texts(number)) for zone, number in numbers.items()}
            heroes.tick()
            heroes.deliver()
            for zone, number in numbers.items():
                new = len(heroes.texts(number)) - counts[zone]
                seen += new
                wrong += [(zone, heroes.now)] * bool(new and wrong_with(heroes.now, delivery, zone))
        assert wrong == []
        assert seen == 3 * len(ZONES)


def test_another_day_is_shown_by_the_clocks_of_where_the_patient_lives_on_it(heroes: Trial) -> None:
    """The page of a day to come, after a move recorded ahead: the invitation is foreseen at ten o'clock there."""
    off_treatment(heroes)
    move(heroes, REUNION, from_on=date(2026, 2, 1))

    def invited(on: date) -> datetime:
        (first,) = (
            each
            for each in heroes.call(
                time_travel.standing,
                heroes.installation,
                study_id=1,
                patient="03-001",
                site_ids=(1,),
                on=on,
                now=heroes.now,
            ).expected
            if (each.key, each.kind) == ("M1.5", "invitation")
        )
        return first.at

    assert invited(date(2026, 2, 17)) == utc("2026-02-17T06:00")
