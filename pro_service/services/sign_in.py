"""Logs staff in with two factors, and keeps their sessions: idle 15 minutes, at most 12 hours, ended at once."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pro_service.core.access import (
    PATIENT_WRITES,
    SPONSOR_ROLES,
    Decision,
    Permission,
    Place,
    Rights,
    Role,
    decide,
    held,
    roles,
    sites_with,
)
from pro_service.services.installation import Installation
from pro_service.store.credentials import NOBODY, matching_step, password_matches
from pro_service.store.crypto import token_hash
from pro_service.store.db import Session, transaction
from pro_service.store.models import LoginThrottle, Staff, StaffSession
from pro_service.store.records import access, people

IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=12)
_FREE_TRIES = 5
_LONGEST_WAIT = timedelta(minutes=15)
# A request a second need not write "seen" each time; a minute is close enough for a 15-minute limit.
_SEEN_EVERY = timedelta(minutes=1)


class LoginFailedError(Exception):
    """The login, password and code do not go together; which of them is wrong is not told."""


class TooManyTriesError(Exception):
    """This account has to wait after several failures; `retry_at` says until when."""

    def __init__(self, retry_at: datetime) -> None:
        self.retry_at = retry_at
        super().__init__("too many failed log-ins")


@dataclass(frozen=True, kw_only=True)
class LoggedIn:
    """A new session: the cookie's secret and the token every form must carry."""

    token: str
    csrf_token: str


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who is asking, as a live session says, with everything they were given as it is at this request."""

    staff_id: int
    study_id: int
    login: str
    name: str
    language: str
    csrf_token: str
    rights: Rights
    study_sites: tuple[int, ...]
    asked_at: datetime
    asks: Permission = Permission.OWN_ACCOUNT
    places: tuple[Place, ...] = ()

    @property
    def roles(self) -> tuple[Role, ...]:
        return roles(self.rights, now=self.asked_at)

    @property
    def role(self) -> str:
        """The first of the roles in force; empty if none is."""
        return next(iter(self.roles), "")

    @property
    def acts_as(self) -> str:
        """The role a request acts in: one that sees identity only if it is held wherever the request reaches."""
        known = self._sites(Permission.SEE_IDENTITY)
        opened = {each.patient_id for each in self.rights.opened if each.in_force(self.asked_at)}
        known += tuple(each.site_id for each in self.places if each.site_id and each.patient_id in opened)
        everywhere = set(self.reach) <= set(known)
        return next((each for each in self.roles if everywhere or each in SPONSOR_ROLES), self.role)

    @property
    def may(self) -> frozenset[Permission]:
        """What the person holds: at the objects that the request names, or somewhere."""
        everything = held(self.rights, now=self.asked_at)
        if not self.places:
            return everything
        here = {
            each
            for each in Permission
            if decide(self.rights, each, places=self.places, now=self.asked_at) is Decision.ALLOWED
        }
        # What hangs on no patient is shown on every page to whoever holds it.
        of_patients = PATIENT_WRITES | {Permission.SEE_IDENTITY}
        return frozenset(here) | (everything - of_patients) | (everything & {Permission.ENROL})

    @property
    def site_ids(self) -> tuple[int, ...]:
        """The sites where the person holds what the request asks for: lists show these."""
        if self.asks is Permission.OWN_ACCOUNT:
            reached = {site for each in Permission for site in self._sites(each)}
            return tuple(site for site in self.study_sites if site in reached)
        return self._sites(self.asks)

    @property
    def reach(self) -> tuple[int, ...]:
        """As `site_ids`, and the site of a patient opened in an emergency if the request names that patient."""
        named = {each.site_id for each in self.places}
        return tuple(site for site in self.study_sites if site in self.site_ids or site in named)

    def asking(self, permission: Permission, places: tuple[Place, ...] = ()) -> "Person":
        """The same person in a request that needs `permission` and may reach what is at `places`."""
        return replace(self, asks=permission, places=places)

    def _sites(self, permission: Permission) -> tuple[int, ...]:
        return sites_with(
            self.rights, permission, study_id=self.study_id, sites=self.study_sites, now=self.asked_at
        )


def log_in(installation: Installation, *, login: str, password: str, code: str, now: datetime) -> LoggedIn:
    """Start a session. Raises LoginFailedError or TooManyTriesError; a failure is counted, a success resets."""
    if "\x00" in login:
        raise LoginFailedError("login failed")
    with transaction() as session:
        throttle = people.login_throttle(session, token_hash(login))
        if throttle.retry_at is not None and now < throttle.retry_at:
            raise TooManyTriesError(throttle.retry_at)
        staff = people.staff_by_login(session, login)
        right = _right(installation, staff, password=password, code=code, now=now)
        if staff is not None and right:
            throttle.failures, throttle.retry_at = 0, None
            return _start(session, staff, now=now)
        _count_failure(throttle, now=now)
    raise LoginFailedError("login failed")


def _right(
    installation: Installation, staff: Staff | None, *, password: str, code: str, now: datetime
) -> bool:
    if staff is None or not staff.active:
        password_matches(NOBODY, password)  # the same time as for a known login
        return False
    known = password_matches(staff.password_hash, password)
    secret = installation.keys.decrypt(staff.totp_sealed, row=f"staff.totp_sealed:{staff.login}").decode()
    step = matching_step(secret, code, at=now, after=staff.totp_last_step)
    if not known or step is None:
        return False
    staff.totp_last_step = step
    return True


def _count_failure(throttle: LoginThrottle, *, now: datetime) -> None:
    throttle.failures += 1
    if throttle.failures >= _FREE_TRIES:
        wait = timedelta(seconds=2 ** min(throttle.failures - _FREE_TRIES + 3, 20))
        throttle.retry_at = now + min(wait, _LONGEST_WAIT)


def _start(session: Session, staff: Staff, *, now: datetime) -> LoggedIn:
    token, csrf_token = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
    people.add(
        session,
        StaffSession(
            token_hash=token_hash(token),
            staff_id=staff.id,
            csrf_token=csrf_token,
            started_at=now,
            seen_at=now,
        ),
    )
    return LoggedIn(token=token, csrf_token=csrf_token)


def person(*, token: str, now: datetime) -> Person | None:
    """Who holds a session's token; None if it ended, idled out, or the account was switched off."""
    with transaction() as session:
        found = people.staff_session(session, token_hash(token))
        if found is None or not _alive(*found, now=now):
            return None
        log_in_row, staff = found
        if now - log_in_row.seen_at >= _SEEN_EVERY:
            log_in_row.seen_at = now
        return Person(
            staff_id=staff.id,
            study_id=staff.study_id,
            login=staff.login,
            name=staff.name,
            language=staff.language,
            csrf_token=log_in_row.csrf_token,
            rights=access.rights(session, staff.id, now=now),
            study_sites=access.site_ids(session, staff.study_id),
            asked_at=now,
        )


def _alive(log_in_row: StaffSession, staff: Staff, *, now: datetime) -> bool:
    fresh = now - log_in_row.seen_at < IDLE and now - log_in_row.started_at < ABSOLUTE
    return log_in_row.ended_at is None and staff.active and fresh


def log_out(*, token: str, now: datetime) -> None:
    """End the session at once; an unknown token is no error."""
    with transaction() as session:
        found = people.staff_session(session, token_hash(token))
        if found is not None and found[0].ended_at is None:
            found[0].ended_at = now


def choose_language(*, login: str, language: str) -> None:
    """Remember in which language a member of staff reads the desk."""
    with transaction() as session:
        staff = people.staff_by_login(session, login)
        if staff is not None and language in ("fr", "en"):
            staff.language = language
