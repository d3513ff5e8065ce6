"""How long the answers of one instrument belong together."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pro_service.core.instrument import parse_instrument, sitting_ends_at
from tests.core.sleep_questionnaire import changed, document

PARIS = ZoneInfo("Europe/Paris")
ABOUT_A_WEEK = parse_instrument(document(), source="sleep.toml")
ABOUT_TODAY = parse_instrument(
    changed("sitting", "same_day", changed("sitting_hours", None)), source="sleep.toml"
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_a_sitting_lasts_as_long_as_the_instrument_says_unless_the_protocol_does() -> None:
    begun = at("2026-03-04T21:00+00:00")
    assert not ABOUT_A_WEEK.same_day
    assert sitting_ends_at(ABOUT_A_WEEK, begun_at=begun, zone=PARIS) == begun + timedelta(hours=24)
    three = timedelta(hours=3)
    assert sitting_ends_at(ABOUT_A_WEEK, begun_at=begun, zone=PARIS, longest=three) == begun + three


@pytest.mark.parametrize(
    "begun,over",
    [
        ("2026-03-04T08:00+00:00", "2026-03-04T23:00+00:00"),
        ("2026-03-04T22:59+00:00", "2026-03-04T23:00+00:00"),  # a minute before midnight in Paris
        ("2026-03-04T23:00+00:00", "2026-03-05T23:00+00:00"),  # midnight: a day of its own
        ("2026-03-28T23:30+00:00", "2026-03-29T22:00+00:00"),  # the day that has 23 hours
        ("2026-10-24T22:30+00:00", "2026-10-25T23:00+00:00"),  # the day that has 25
    ],
)
def test_a_sitting_about_today_ends_with_the_local_day(begun: str, over: str) -> None:
    assert ABOUT_TODAY.same_day
    ends = sitting_ends_at(ABOUT_TODAY, begun_at=at(begun), zone=PARIS)
    assert (ends, ends.tzinfo) == (at(over), UTC)


def test_no_protocol_makes_today_longer() -> None:
    begun = at("2026-03-04T08:00+00:00")
    longer = sitting_ends_at(ABOUT_TODAY, begun_at=begun, zone=PARIS, longest=timedelta(days=3))
    assert longer == at("2026-03-04T23:00+00:00")
