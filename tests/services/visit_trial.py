"""A small trial whose questionnaires come with its consultations (visit-led-1), for tests of the use cases."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from pro_service.services.patients import enrolment
from tests.trial import PASSWORD, SECRET, START, STUDY, Trial, bare

INCLUDED_ON = START.date() + timedelta(
    days=1
)  # a Tuesday: no invitation of these tests falls on a silent Sunday


def on(number: int) -> date:
    """The day so many days after inclusion."""
    return INCLUDED_ON + timedelta(days=number)


@contextmanager
def visit_led(database_url: str) -> Iterator[Trial]:
    """Sites 03 and 04 with one nurse each, and patient 03-001 included on 6 January 2026."""
    with bare(database_url) as made:
        with made.app.app_context():
            _set_up(made)
        made.now += timedelta(days=1)
        made.include()
        yield made


def _set_up(made: Trial) -> None:
    installation = made.installation
    enrolment.create_study(installation, code=STUDY, protocol_version="visit-led-1", now=START)
    for code in ("03", "04"):
        enrolment.create_site(
            installation,
            study=STUDY,
            code=code,
            name=f"Centre fictif {code}",
            time_zone="Europe/Paris",
            phone="+33199000003",
        )
    for login, site in (("nurse", "03"), ("other", "04")):
        enrolment.create_staff(
            installation,
            study=STUDY,
            login=login,
            name=login.title(),
            role="nurse",
            sites=[site],
            password=PASSWORD,
            totp_secret=SECRET,
            now=START,
        )


def tell(made: Trial, what: str, visit: str, to: int | None = None, **fields: Any) -> Any:
    """Record today a fact about a visit; `to` is the day after inclusion for which it is fixed."""
    day = made.now.date()
    visit_on = None if to is None else on(to)
    return made.record(f"visit_{what}", fields.pop("day", day), visit=visit, visit_on=visit_on, **fields)
