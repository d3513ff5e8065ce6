"""Public holidays by calendar: fixed days and days that move with Easter, computed for any year.

France: Code du travail, L3133-1 (everywhere), L3422-2 (the end of slavery, overseas) and L3134-13 (Alsace-Moselle,
where Good Friday is one only in communes with a Protestant church: whoever names the calendar takes it as one).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

_GOOD_FRIDAY, _EASTER_MONDAY, _ASCENSION, _WHIT_MONDAY = -2, 1, 39, 50


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """Days that return each year: (month, day), and days counted from Easter Sunday.

    A calendar with `zones` counts only for people who live in one of them; without, for everybody.
    """

    fixed: tuple[tuple[int, int], ...]
    from_easter: tuple[int, ...] = ()
    zones: frozenset[str] = frozenset()


def _overseas(month: int, day: int, *zones: str) -> Calendar:
    return Calendar(fixed=((month, day),), zones=frozenset(zones))


CALENDARS: Mapping[str, Calendar] = {
    "france": Calendar(
        fixed=((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)),
        from_easter=(_EASTER_MONDAY, _ASCENSION, _WHIT_MONDAY),
    ),
    "alsace-moselle": Calendar(fixed=((12, 26),), from_easter=(_GOOD_FRIDAY,)),
    "guadeloupe": _overseas(5, 27, "America/Guadeloupe"),
    "guyane": _overseas(6, 10, "America/Cayenne"),
    "martinique": _overseas(5, 22, "America/Martinique"),
    "mayotte": _overseas(4, 27, "Indian/Mayotte"),
    "reunion": _overseas(12, 20, "Indian/Reunion"),
}


def is_holiday(day: date, calendars: Iterable[str], zone: str) -> bool:
    """Is it a holiday of one of these calendars for somebody who lives in this zone? KeyError for an unknown one."""
    return any(day in _days_of(name, day.year) for name in calendars if _counts(name, zone))


def easter(year: int) -> date:
    """Easter Sunday of a Gregorian year (the anonymous algorithm, as in Meeus, Astronomical Algorithms, chapter 8)."""
    golden, (century, rest) = year % 19, divmod(year, 100)
    leap_centuries, of_four = divmod(century, 4)
    moon = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - moon + 15) % 30
    leap, of_leap = divmod(rest, 4)
    weekday = (32 + 2 * of_four + 2 * leap - epact - of_leap) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _counts(name: str, zone: str) -> bool:
    zones = CALENDARS[name].zones
    return not zones or zone in zones


@lru_cache(maxsize=512)
def _days_of(name: str, year: int) -> frozenset[date]:
    calendar, sunday = CALENDARS[name], easter(year)
    fixed = (date(year, month, day) for month, day in calendar.fixed)
    return frozenset((*fixed, *(sunday + timedelta(days=days) for days in calendar.from_easter)))
