"""Logs staff in with two factors, and keeps their sessions: idle 15 minutes, at most 12 hours, ended at once."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from pro_service.services.installation import Installation
from pro_service.store.credentials import NOBODY, matching_step, password_matches
from pro_service.store.crypto import token_hash
from pro_service.store.db import Session, transaction
from pro_service.store.models import LoginThrottle, Staff, StaffSession
from pro_service.store.records import people

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
    """Who is asking, as a live session says."""

    staff_id: int
    study_id: int
    login: str
    name: str
    role: str
    language: str
    site_ids: tuple[int, ...]
    csrf_token: str


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


def confirm(installation: Installation, *, login: str, password: str, code: str, now: datetime) -> None:
    """Both factors anew from somebody who is logged in, for an act such as a signature. Errors as those of `log_in`."""
    with transaction() as session:
        throttle = people.login_throttle(session, token_hash(login))
        if throttle.retry_at is not None and now < throttle.retry_at:
            raise TooManyTriesError(throttle.retry_at)
        staff = people.staff_by_login(session, login)
        if _right(installation, staff, password=password, code=code, now=now):
            throttle.failures, throttle.retry_at = 0, None
            return
        _count_failure(throttle, now=now)
    raise LoginFailedError("not confirmed")


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
            role=staff.role,
            language=staff.language,
            site_ids=people.site_ids_of(session, staff.id),
            csrf_token=log_in_row.csrf_token,
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
