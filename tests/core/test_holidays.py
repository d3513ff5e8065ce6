"""Public holidays against published calendars, and Easter against the tables of the Bureau des longitudes."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.holidays import CALENDARS, easter, is_holiday

PARIS, REUNION, GUADELOUPE = "Europe/Paris", "Indian/Reunion", "America/Guadeloupe"
# service-public.fr, "Jours fériés", and the decrees on the days off of schools
FRANCE_2026 = [
    *("2026-01-01", "2026-04-06", "2026-05-01", "2026-05-08", "2026-05-14", "2026-05-25", "2026-07-14"),
    *("2026-08-15", "2026-11-01", "2026-11-11", "2026-12-25"),
]
FRANCE_2027 = [
    *("2027-01-01", "2027-03-29", "2027-05-01", "2027-05-06", "2027-05-08", "2027-05-17", "2027-07-14"),
    *("2027-08-15", "2027-11-01", "2027-11-11", "2027-12-25"),
]


def days_off(year: int, *calendars: str, zone: str = PARIS) -> list[str]:
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    return [day.isoformat() for day in days if day.year == year and is_holiday(day, calendars, zone)]


@pytest.mark.parametrize(("year", "expected"), [(2026, FRANCE_2026), (2027, FRANCE_2027)])
def test_the_public_holidays_of_france_are_the_eleven_of_the_code_du_travail(year, expected):
    assert days_off(year, "france") == expected


@pytest.mark.parametrize(
    ("calendar", "zone", "days"),
    [
        ("alsace-moselle", PARIS, ["2026-04-03", "2026-12-26"]),
        ("reunion", REUNION, ["2026-12-20"]),
        ("guadeloupe", GUADELOUPE, ["2026-05-27"]),
        ("martinique", "America/Martinique", ["2026-05-22"]),
        ("guyane", "America/Cayenne", ["2026-06-10"]),
        ("mayotte", "Indian/Mayotte", ["2026-04-27"]),
    ],
)
def test_a_region_adds_its_own_days(calendar, zone, days):
    assert days_off(2026, calendar, zone=zone) == days
    assert days_off(2026, "france", calendar, zone=zone) == sorted([*FRANCE_2026, *days])


def test_an_overseas_day_counts_where_the_patient_lives_and_nowhere_else():
    day = date(2026, 12, 20)
    assert [is_holiday(day, ["france", "reunion"], zone) for zone in (REUNION, PARIS, GUADELOUPE)] == [
        True, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "sunday",
    ["1818-03-22", "1943-04-25", "2000-04-23", "2008-03-23", "2011-04-24", "2024-03-31", "2026-04-05",
     "2027-03-28", "2038-04-25", "2049-04-18", "2100-03-28"],
)  # fmt: skip
def test_easter_falls_on_its_published_day(sunday):
    assert easter(date.fromisoformat(sunday).year).isoformat() == sunday


@given(st.integers(1900, 2199))
def test_easter_is_a_sunday_from_22_march_to_25_april(year):
    assert easter(year).weekday() == 6
    assert date(year, 3, 22) <= easter(year) <= date(year, 4, 25)


def test_a_calendar_that_does_not_exist_is_an_error_and_not_a_year_without_holidays():
    assert "france" in CALENDARS
    with pytest.raises(KeyError):
        is_holiday(date(2026, 1, 1), ["atlantis"], PARIS)
