"""A site's visits for its own calendar program, at an address nobody can guess: no log-in, no health words.

What the address shows is all that whoever has it can learn: patient codes, days and the neutral words of the protocol.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import timedelta

from flask import Blueprint, Response

from pro_service.core.visits import VisitState
from pro_service.core.visits.icalendar import CalendarEntry, calendar_text
from pro_service.entrypoints.needs import open_to_all
from pro_service.entrypoints.visits_of_sites import SiteVisit, visits_of_sites
from pro_service.entrypoints.wiring import wired
from pro_service.store.acting import Acting, acting_for, system
from pro_service.store.crypto import token_hash
from pro_service.store.db import narrow, reading
from pro_service.store.queries.visits import FeedRead, feed_behind

blueprint = Blueprint("calendar_feed", __name__, url_prefix="/calendar")

_DAYS_BACK, _DAYS_AHEAD = 90, 730
_STATUS = {
    VisitState.PLANNED: "TENTATIVE",
    VisitState.OVERDUE: "TENTATIVE",
    VisitState.SCHEDULED: "CONFIRMED",
    VisitState.MOVED: "CONFIRMED",
    VisitState.DONE: "CONFIRMED",
    VisitState.MISSED: "CANCELLED",
}
"""Visits that no longer take place are left out: a list of them would tell when a patient's course took a turn."""


@blueprint.get("/<token>.ics")
@open_to_all("the token in the address is what a calendar program has; it is checked and can be withdrawn")
def feed(token: str) -> Response:
    """404 alike for an address that never was and for a revoked one."""
    with acting_for(system("webhook:calendar")), reading() as session:
        read = feed_behind(session, token_hash(token))
        if read is None:
            return Response("", status=404, content_type="text/plain; charset=utf-8")
        narrow(session, Acting(name=f"calendar:{read.site.code}", site_ids=frozenset({read.site.id})))
        found = visits_of_sites(session, wired().installation, site_ids=(read.site.id,), now=wired().clock())
    text = calendar_text(f"{read.study.upper()} {read.site.code}", _entries(read, found))
    return Response(text, content_type="text/calendar; charset=utf-8; method=PUBLISH")


def _entries(read: FeedRead, found: Iterable[SiteVisit]) -> Iterator[CalendarEntry]:
    for each in found:
        first, last = (each.today + timedelta(days=days) for days in (-_DAYS_BACK, _DAYS_AHEAD))
        status = _STATUS.get(each.visit.state)
        if status is not None and first <= each.visit.on <= last:
            yield CalendarEntry(
                uid=_uid(read, each),
                on=each.visit.on,
                summary=f"{each.patient_code} · {each.kind.calendar_words[read.language]}",
                description=_window(each, read.language),
                status=status,
                sequence=each.changes,
                changed_at=each.changed_at,
            )


def _uid(read: FeedRead, each: SiteVisit) -> str:
    """The same for good, and without words: a visit's key may name what it is for."""
    named = "|".join((read.study, each.patient_code, each.visit.key))
    return f"{hashlib.sha256(named.encode()).hexdigest()[:40]}@pro-service"


def _window(each: SiteVisit, language: str) -> str:
    first, last = each.visit.open_on, each.visit.close_on
    if first is None or last is None:
        return ""
    if language == "fr":
        return f"Fenêtre : du {first:%d/%m/%Y} au {last:%d/%m/%Y}"
    return f"Window: {first.isoformat()} to {last.isoformat()}"
