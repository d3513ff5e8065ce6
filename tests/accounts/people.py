"""People of a small trial who log in from somewhere, and what their authenticators show."""

from datetime import timedelta
from typing import Any

from pro_service.services import sign_in
from pro_service.services.accounts import invitations, second_factor
from pro_service.services.accounts.history import Origin
from pro_service.services.patients import enrolment
from pro_service.store.credentials import totp_code
from pro_service.store.models import LoginEvent
from tests.trial import PASSWORD, SECRET, STUDY, Trial

GOOD = "nuages gris sur la mer (test)"
WARD = Origin(address="192.0.2.10", network="192.0.2.0/24", device="Firefox, Windows")


def code(heroes: Trial, secret: str = SECRET) -> str:
    return totp_code(secret, at=heroes.now)


def log_in(heroes: Trial, origin: Origin = WARD, **over: str) -> sign_in.LoggedIn:
    """Each log-in needs a code of a later half minute."""
    heroes.now += timedelta(seconds=30)
    given = {"login": "nurse", "password": PASSWORD, "code": code(heroes)} | over
    return heroes.call(sign_in.log_in, heroes.installation, origin=origin, now=heroes.now, **given)


def person(heroes: Trial, token: str) -> sign_in.Person | None:
    return heroes.call(sign_in.person, token=token, now=heroes.now)


def invited(heroes: Trial, login: str = "c.martin", role: str = "nurse") -> str:
    """A new account, and the token of the link to set it up."""
    heroes.call(
        enrolment.invite_staff,
        heroes.installation,
        study=STUDY,
        login=login,
        name="Claire Martin",
        role=role,
        sites=["03"],
        language="fr",
        by="admin",
        now=heroes.now,
    )
    return heroes.call(invitations.invite, heroes.installation, login=login, by="admin", now=heroes.now)


def follow(heroes: Trial, token: str, *, login: str = "c.martin", **over: Any) -> tuple[str, tuple[str, ...]]:
    """Set up what a link is for: the authenticator's secret and the recovery codes."""
    offer = second_factor.offer(heroes.installation, login=login)
    given = {"password": GOOD, "sealed": offer.sealed, "code": code(heroes, offer.secret)} | over
    codes = heroes.call(invitations.accept, heroes.installation, token=token, now=heroes.now, **given)
    return offer.secret, codes


def lines(heroes: Trial, **where: Any) -> list[str]:
    """The kinds of lines of the history, oldest first."""
    return [row.kind for row in heroes.rows(LoginEvent, **where)]
