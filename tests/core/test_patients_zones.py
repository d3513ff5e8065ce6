"""Zones of patients: which is one, which is in force, and in which a day ends last."""

from datetime import UTC, date, datetime

import pytest

from pro_service.core.zones import ZoneFrom, is_zone, later_ending, zone_at

DAY = date(2026, 1, 20)


@pytest.mark.parametrize(
    ("zones", "last"),
    [
        (("Europe/Paris", "America/Guadeloupe"), "America/Guadeloupe"),
        (("America/Guadeloupe", "Europe/Paris"), "America/Guadeloupe"),
        (("Pacific/Apia", "Indian/Reunion"), "Indian/Reunion"),
        (("Europe/Paris", "Europe/Berlin"), "Europe/Paris"),
    ],
)
def test_a_window_ends_in_the_zone_in_which_its_last_day_ends_last(zones: tuple[str, str], last: str) -> None:
    assert later_ending(DAY, zones) == last


def test_of_two_zones_that_begin_together_the_one_recorded_later_counts() -> None:
    at = datetime(2026, 1, 20, tzinfo=UTC)
    history = [ZoneFrom(zone=zone, from_at=at) for zone in ("Indian/Reunion", "Europe/Paris")]
    assert zone_at(history, at) == "Europe/Paris"


@pytest.mark.parametrize(
    "name", ["localtime", "Factory", "posixrules", "europe/paris", "../../etc/passwd", ""]
)
def test_a_name_that_another_machine_reads_otherwise_is_no_zone(name: str) -> None:
    assert not is_zone(name)
