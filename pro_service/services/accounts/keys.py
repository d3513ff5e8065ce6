"""Keys of programs: made for a purpose, a set of sites and a year at most; shown once, revoked at once."""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pro_service.core.access.keys import LONGEST, SCOPES, not_for_programs
from pro_service.services.accounts.history import note
from pro_service.services.refusals import InvalidError, NotFoundError
from pro_service.store.crypto import token_hash
from pro_service.store.db import Session, transaction
from pro_service.store.models import ApiKey, ServiceAccount
from pro_service.store.records import accounts, people

#: So that a key in the wrong place is found by whoever looks for secrets.
PREFIX = "pro"


@dataclass(frozen=True, kw_only=True)
class Program:
    """Who calls with a key, and what the key allows where."""

    name: str
    study_id: int
    site_ids: tuple[int, ...]
    scopes: frozenset[str]
    valid_from: datetime


def create(
    name: str,
    *,
    study: str,
    sites: Sequence[str],
    scopes: Sequence[str],
    days: int,
    by: str,
    now: datetime,
) -> str:
    """A new key of the program `name`, as "pro.<id>.<256 random bits>"; it is kept nowhere.

    InvalidError for a scope no program may have or a time that is too long; NotFoundError for a study or site that is
    not there.
    """
    _check(scopes, days)
    public_id, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    with transaction() as session:
        account = _account(session, name, study, by=by, now=now)
        row = ApiKey(
            service_account_id=account.id,
            public_id=public_id,
            secret_hash=token_hash(secret),
            scopes=sorted(set(scopes)),
            site_ids=[_site_id(session, account.study_id, code) for code in dict.fromkeys(sites)],
            created_at=now,
            created_by=by,
            expires_at=now + timedelta(days=days),
        )
        accounts.add(session, row)
        told = f"{name} {public_id}: {', '.join(sorted(set(scopes)))}"
        note(session, kind="key_created", staff_id=None, by=by, reason=told, now=now)
    return f"{PREFIX}.{public_id}.{secret}"


def revoke(public_id: str, *, by: str, now: datetime) -> None:
    """From the next request on the key is good for nothing. Revoking it again changes nothing."""
    with transaction() as session:
        found = accounts.api_key(session, public_id)
        if found is None:
            raise NotFoundError(f"key {public_id}")
        row, account = found
        if row.revoked_at is None:
            row.revoked_at, row.revoked_by = now, by
            told = f"{account.name} {public_id}"
            note(session, kind="key_revoked", staff_id=None, by=by, reason=told, now=now)


def caller(*, key: str, now: datetime) -> Program | None:
    """The program that holds a key; None if there is none such, or it has ended or been revoked."""
    prefix, _, rest = key.partition(".")
    public_id, _, secret = rest.partition(".")
    if prefix != PREFIX or not key.isascii():
        return None
    with transaction() as session:
        found = accounts.api_key(session, public_id)
        # Compared even if there is no such key, so that the answer takes as long.
        stored = found[0].secret_hash if found is not None else token_hash(PREFIX)
        if not hmac.compare_digest(stored, token_hash(secret)) or found is None:
            return None
        row, account = found
        if row.revoked_at is not None or now >= row.expires_at:
            return None
        if row.last_used_on != now.date():
            row.last_used_on = now.date()
        return Program(
            name=account.name,
            study_id=account.study_id,
            site_ids=tuple(row.site_ids),
            scopes=frozenset(row.scopes) & SCOPES,
            valid_from=row.created_at,
        )


def _check(scopes: Sequence[str], days: int) -> None:
    wrong = not_for_programs(scopes)
    if wrong or not scopes:
        listed = ", ".join(sorted(SCOPES))
        raise InvalidError(
            "bad_scope",
            fr=f"Droit impossible pour un programme ({', '.join(wrong)}) : choisissez parmi {listed}.",
            en=f"No program may do that ({', '.join(wrong)}): use one or more of {listed}.",
        )
    if not 1 <= days <= LONGEST.days:
        raise InvalidError(
            "bad_duration",
            fr=f"Durée impossible : de 1 à {LONGEST.days} jours.",
            en=f"The key cannot be good for so long: use 1 to {LONGEST.days} days.",
        )


def _account(session: Session, name: str, study: str, *, by: str, now: datetime) -> ServiceAccount:
    found = accounts.service_account(session, name)
    owner = people.study(session, study)
    if owner is None:
        raise NotFoundError(f"study {study}")
    if found is None:
        found = ServiceAccount(study_id=owner.id, name=name, created_at=now, created_by=by)
        people.add(session, found)
    if found.study_id != owner.id:
        raise InvalidError(
            "other_study",
            fr="Ce programme travaille pour une autre étude.",
            en="This program works for another study.",
        )
    return found


def _site_id(session: Session, study_id: int, code: str) -> int:
    row = people.site(session, study_id=study_id, code=code)
    if row is None:
        raise NotFoundError(f"site {code}")
    return row.id
