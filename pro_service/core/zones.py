"""A patient's history of IANA zones: which one is in force at an instant, and which one a wrong name may mean."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from zoneinfo import available_timezones

from pro_service.core.timing import end_of_day

_MOST_NEAR = 3


@dataclass(frozen=True, kw_only=True)
class ZoneFrom:
    """From an instant (aware UTC) on, a patient lives by the clocks of a zone."""

    zone: str
    from_at: datetime


def zone_at(history: Sequence[ZoneFrom], instant: datetime) -> str | None:
    """The zone in force. `history` is in the order of recording: of two that begin together, the later one counts.

    Before the first of them, that first one is taken; None without any history.
    """
    if not history:
        return None
    begun = [each for each in history if each.from_at <= instant]
    if not begun:
        return min(history, key=lambda each: each.from_at).zone
    newest = max(each.from_at for each in begun)
    return [each.zone for each in begun if each.from_at == newest][-1]


def next_change(history: Iterable[ZoneFrom], *, after: datetime) -> datetime | None:
    """The next instant at which a recorded zone begins to count; None if none is recorded."""
    return min((each.from_at for each in history if each.from_at > after), default=None)


def later_ending(day: date, zones: Iterable[str]) -> str:
    """The zone in which a day ends last; of those alike the first."""
    return max(zones, key=lambda zone: end_of_day(day, zone))


def near_zones(name: str) -> tuple[str, ...]:
    """Zones somebody may have meant by a name that is none: by its city or island, spelling and accents aside."""
    wanted = _plain(name)
    known = sorted(each for each in available_timezones() if "/" in each and not each.startswith("Etc/"))
    by_city: dict[str, list[str]] = {}
    for each in known:
        by_city.setdefault(_plain(each.rpartition("/")[2]), []).append(each)
    city = wanted.rpartition("/")[2]
    cities = get_close_matches(city, by_city, n=_MOST_NEAR, cutoff=0.75)
    whole = {_plain(each): each for each in known}
    found = [whole[each] for each in get_close_matches(wanted, whole, n=_MOST_NEAR, cutoff=0.75)]
    found += [each for one in cities for each in by_city[one]]
    return tuple(dict.fromkeys(found))[:_MOST_NEAR]


def is_zone(name: str) -> bool:
    return name in available_timezones()


def _plain(name: str) -> str:
    """A name without accents, capitals and French articles, its blanks as in the names of zones."""
    letters = unicodedata.normalize("NFD", name.strip().casefold())
    plain = "".join(each for each in letters if not unicodedata.combining(each)).replace(" ", "_")
    return plain.removeprefix("la_").removeprefix("le_")
