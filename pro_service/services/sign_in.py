"""Logs staff in with two factors, and keeps their sessions: idle 15 minutes, at most 12 hours, ended at once."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pro_service.core.sessions import is_good
from pro_service.services.accounts import second_factor, throttling
from pro_service.services.accounts.history import HERE, NOBODY, Origin, note
from pro_service.services.accounts.throttling import Paid, TooManyTriesError
from pro_service.services.installation import Installation
from pro_service.services.persons import Person
from pro_service.store.credentials import UNKNOWN_HASH, hash_password, is_outdated, password_matches
from pro_service.store.crypto import token_hash
from pro_service.store.db import Session, transaction
from pro_service.store.models import Staff, StaffSession
from pro_service.store.records import access, accounts, people

__all__ = ["LoggedIn", "LoginFailedError", "Person", "TooManyTriesError"]

# A request a second need not write "seen" each time; a minute is close enough for a 15-minute limit.
_SEEN_EVERY = timedelta(minutes=1)


class LoginFailedError(Exception):
    """The login, password and code do not go together; which of them is wrong is not told."""


@dataclass(frozen=True, kw_only=True)
class LoggedIn:
    """A new session: the cookie's secret and the token every form must carry.

    After a log-in by a recovery code `new_codes` are those that replace the others.
    """

    token: str
    csrf_token: str
    new_codes: tuple[str, ...] = field(default=(), repr=False)


def log_in(
    installation: Installation,
    *,
    login: str,
    password: str,
    code: str,
    origin: Origin = HERE,
    replaces: str = "",
    now: datetime,
) -> LoggedIn:
    """Start a session. Raises LoginFailedError or TooManyTriesError; a failure is counted, a success resets.

    `code` is the authenticator's or a recovery code. `replaces` is the token of an earlier session in this browser.
    """
    if not login.isprintable():
        raise LoginFailedError("login failed")
    with transaction() as session:
        staff = people.staff_by_login(session, login)
        active = staff is not None and staff.active
        paid = throttling.pay(
            session,
            installation,
            login=login,
            address=origin.address,
            staff_id=staff.id if staff is not None else None,
            now=now,
        )
        stored = staff.password_hash if staff is not None and active and staff.password_hash else UNKNOWN_HASH
    known = password_matches(stored, password)  # outside: it takes time, and nobody should wait for it
    with transaction() as session:
        staff = people.staff_by_login(session, login)
        person = staff if known and staff is not None and staff.active and staff.password_hash else None
        done = _second_step(session, installation, person, paid, code=code, origin=origin, now=now)
        if person is not None and done is not None:
            if is_outdated(person.password_hash):
                person.password_hash = hash_password(password)
            _end(session, replaces, now=now)
            return done
        note(
            session,
            kind="failed",
            staff_id=None if staff is None else staff.id,
            by=NOBODY,
            origin=origin,
            now=now,
        )
    raise LoginFailedError("login failed")


def _second_step(
    session: Session,
    installation: Installation,
    staff: Staff | None,
    paid: Paid,
    *,
    code: str,
    origin: Origin,
    now: datetime,
) -> LoggedIn | None:
    """A session for whoever has the password and the second factor."""
    step = second_factor.code_is_right(installation, staff=staff, code=code, now=now)
    if staff is None:
        return None
    new_codes: tuple[str, ...] = ()
    if step is not None:
        staff.totp_last_step = step
    elif staff.totp_sealed and second_factor.use_recovery_code(session, installation, staff, code, now=now):
        new_codes = second_factor.issue_codes(session, installation, staff, now=now)
        note(session, kind="recovery_code_used", staff_id=staff.id, by=staff.login, origin=origin, now=now)
    else:
        return None
    throttling.forgive(session, paid, now=now)
    return start(session, installation, staff, new_codes=new_codes, origin=origin, now=now)


def start(
    session: Session,
    installation: Installation,
    staff: Staff,
    *,
    new_codes: tuple[str, ...] = (),
    origin: Origin,
    now: datetime,
) -> LoggedIn:
    """A session of somebody whose two factors were right; from here on this source is one of theirs."""
    token, csrf_token = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
    row = StaffSession(
        token_hash=token_hash(token),
        staff_id=staff.id,
        handle=secrets.token_hex(8),
        csrf_token=csrf_token,
        source=origin.network[:64],
        device=origin.device[:64],
        stepped_up_at=now,
        started_at=now,
        seen_at=now,
    )
    people.add(session, row)
    if origin.address:
        source = throttling.source_hash(installation, address=origin.address)
        accounts.keep_source(session, staff_id=staff.id, source_hash=source, now=now)
    note(session, kind="signed_in", staff_id=staff.id, by=staff.login, origin=origin, now=now)
    return LoggedIn(token=token, csrf_token=csrf_token, new_codes=new_codes)


def step_up(
    installation: Installation, *, token: str, code: str, origin: Origin = HERE, now: datetime
) -> LoggedIn:
    """Give the second factor again; the session goes on under a new token. LoginFailedError for a wrong code."""
    with transaction() as session:
        found = live(session, token, now=now)
        if found is None:
            raise LoginFailedError("no session")
        row, staff = found
        paid = throttling.pay(
            session,
            installation,
            login=f"step-up:{staff.login}",
            address=origin.address,
            staff_id=staff.id,
            now=now,
        )
        step = second_factor.code_is_right(installation, staff=staff, code=code, now=now)
        if step is not None:
            staff.totp_last_step = step
            throttling.forgive(session, paid, now=now)
            return stepped_up(session, row, staff, origin=origin, now=now)
        note(session, kind="failed", staff_id=staff.id, by=staff.login, origin=origin, now=now)
    raise LoginFailedError("login failed")


def stepped_up(
    session: Session, row: StaffSession, staff: Staff, *, origin: Origin, now: datetime
) -> LoggedIn:
    """The session under a new token, with the second factor just given."""
    fresh = secrets.token_urlsafe(32)
    row.token_hash, row.stepped_up_at = token_hash(fresh), now
    note(session, kind="stepped_up", staff_id=staff.id, by=staff.login, origin=origin, now=now)
    return LoggedIn(token=fresh, csrf_token=row.csrf_token)


def person(*, token: str, now: datetime) -> Person | None:
    """Who holds a session's token; None if it ended, idled out, or the account was switched off."""
    with transaction() as session:
        found = live(session, token, now=now)
        if found is None:
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
            session=log_in_row.handle,
            stepped_up_at=log_in_row.stepped_up_at,
        )


def live(session: Session, token: str, *, now: datetime) -> tuple[StaffSession, Staff] | None:
    """A session that is good now, with its account."""
    found = people.staff_session(session, token_hash(token))
    if found is None or not found[1].active:
        return None
    row = found[0]
    good = is_good(started_at=row.started_at, seen_at=row.seen_at, ended_at=row.ended_at, now=now)
    return found if good else None


def log_out(*, token: str, origin: Origin = HERE, now: datetime) -> None:
    """End the session at once; an unknown token is no error."""
    with transaction() as session:
        found = people.staff_session(session, token_hash(token))
        if found is not None and found[0].ended_at is None:
            found[0].ended_at = now
            staff = found[1]
            note(session, kind="signed_out", staff_id=staff.id, by=staff.login, origin=origin, now=now)


def _end(session: Session, token: str, *, now: datetime) -> None:
    found = people.staff_session(session, token_hash(token)) if token else None
    if found is not None and found[0].ended_at is None:
        found[0].ended_at = now


def choose_language(*, login: str, language: str) -> None:
    """Remember in which language a member of staff reads the desk."""
    with transaction() as session:
        staff = people.staff_by_login(session, login)
        if staff is not None and language in ("fr", "en"):
            staff.language = language
