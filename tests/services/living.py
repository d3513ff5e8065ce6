"""A trial with another delivery policy, patients who move, and a clock that is let run: for the tests about time."""

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pro_service.services.patients import zones
from pro_service.store.catalogue import Catalogue, load_catalogue
from pro_service.store.models import Assessment
from tests.core.wall_clock import ZONES
from tests.trial import PHONE, STUDY, Trial, trial

PARIS, REUNION, GUADELOUPE, NOUMEA = ZONES[:4]
_CATALOGUE = load_catalogue()
HEROES = _CATALOGUE.protocols["heroes-1"].delivery


def catalogue(**delivery: Any) -> Catalogue:
    """The catalogue with another delivery policy of HEROES."""
    heroes = _CATALOGUE.protocols["heroes-1"]
    changed = replace(heroes, delivery=replace(heroes.delivery, **delivery))
    return replace(_CATALOGUE, protocols={**_CATALOGUE.protocols, "heroes-1": changed})


def policy(database_url: str, **delivery: Any) -> AbstractContextManager[Trial]:
    """The HEROES trial with another delivery policy."""
    return trial(database_url, catalogue=catalogue(**delivery))


def move(heroes: Trial, zone: str, *, from_on: date | None = None, code: str = "03-001") -> zones.Moved:
    return heroes.call(
        zones.change_zone,
        heroes.installation,
        study=STUDY,
        patient=code,
        zone=zone,
        from_on=from_on,
        actor="nurse",
        now=heroes.now,
    )


def live(heroes: Trial, until: datetime, *, step: timedelta, number: str = PHONE) -> list[datetime]:
    """Let the clock run; the instants at which the phone received something."""
    received = []
    while heroes.now < until:
        heroes.now += step
        before = len(heroes.texts(number))
        heroes.tick()
        heroes.deliver()
        received += [heroes.now] * (len(heroes.texts(number)) - before)
    return received


def assessment(heroes: Trial, key: str = "M1.5") -> Assessment:
    found: Assessment = heroes.rows(Assessment, key=key)[0]
    return found


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
