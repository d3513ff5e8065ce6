"""Tells the operator once a day which licensed wordings end soon or have ended: a line in the log for each.

There is no channel to operators yet but the log, `flask wording status` and a notice on administrators' work lists.
"""

import logging
from datetime import datetime, timedelta

from pro_service.services.installation import Installation
from pro_service.store.db import reading, transaction
from pro_service.store.queries.wordings import NOTICE_DAYS, ending
from pro_service.store.records import wordings

log = logging.getLogger(__name__)

_CLOCK = "clock"


def announce(installation: Installation, *, now: datetime) -> int:
    """Log each wording that ends within 60 days, or has ended since 60, once a UTC day however many clocks run.

    Gives how many lines it wrote.
    """
    today = now.date()
    with reading() as session:
        soon = ending(session, installation.catalogue.instruments, on=today)
        told = wordings.announced_on(session, today) if soon else frozenset()
        due = [
            each
            for each in soon
            if each.id not in told and each.valid_until > today - timedelta(days=NOTICE_DAYS)
        ]
    if not due:
        return 0
    with transaction() as session:
        fresh = [
            each for each in due if wordings.announce_expiry(session, each, on=today, actor=_CLOCK, now=now)
        ]
    for each in fresh:
        days = (each.valid_until - today).days
        log.warning(
            "licensed wording %s %s %s: last day %s, days left %d; see flask wording status",
            each.instrument,
            each.version,
            each.language,
            each.valid_until,
            days,
        )
    return len(fresh)
