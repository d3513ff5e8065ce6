"""Gives people their roles, ends them, and switches accounts off. Everything counts from the next request on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pro_service.core.access import SITE_ROLES, STUDY_ROLES, Role
from pro_service.services.installation import Installation
from pro_service.services.refusals import ConflictError, InvalidError, NotFoundError
from pro_service.store.db import Session, transaction
from pro_service.store.models import AccessGrant, Staff
from pro_service.store.records import access, people

LONGEST_REASON = 255


@dataclass(frozen=True, kw_only=True)
class Giving:
    """A role to give: at the sites of these codes, or at all of the study; from `valid_from` (now without it)."""

    role: Role
    sites: tuple[str, ...]
    reason: str
    actor: str
    now: datetime
    valid_from: datetime | None = None
    valid_to: datetime | None = None


def grant(_: Installation, *, study_id: int, login: str, giving: Giving) -> None:
    """Give a person a role. Nobody gives themselves one (ConflictError); NotFoundError for whom the study has not."""
    with transaction() as session:
        give(session, _other(session, study_id, login, giving.actor), giving)


def end_grant(
    _: Installation, *, study_id: int, grant_id: int, reason: str, actor: str, now: datetime
) -> str:
    """End a grant at once; whose it was. ConflictError for one's own, or for one that has ended."""
    require_reason(reason)
    with transaction() as session:
        row = access.grant(session, grant_id)
        if row is None or row.study_id != study_id:
            raise NotFoundError(f"grant {grant_id}")
        staff = people.staff_by_id(session, row.staff_id)
        _require_other(staff, actor)
        if row.ended_at is not None:
            raise ConflictError(
                "grant_ended", fr="Ce droit a déjà pris fin.", en="This grant has ended already."
            )
        _end(row, reason=reason, actor=actor, now=now)
        return staff.login


def disable(_: Installation, *, study_id: int, login: str, reason: str, actor: str, now: datetime) -> None:
    """Switch an account off: its sessions and grants end at once, and nobody logs in with it any more."""
    require_reason(reason)
    with transaction() as session:
        staff = _other(session, study_id, login, actor)
        staff.active = False
        for row in access.grants_of(session, staff.id):
            if row.ended_at is None:
                _end(row, reason=reason, actor=actor, now=now)
        for log_in in access.sessions_of(session, staff.id):
            log_in.ended_at = now


def give(session: Session, staff: Staff, giving: Giving) -> None:
    """Add the rows of a role to a person, in the transaction that is running."""
    require_reason(giving.reason)
    if not staff.active:
        raise ConflictError(
            "account_off",
            fr="Ce compte est désactivé.",
            en="This account is switched off.",
        )
    begins = giving.valid_from or giving.now
    _require_dates(giving, begins)
    for site_id in _sites(session, staff.study_id, giving):
        _require_new(access.grants_of(session, staff.id), giving.role, site_id, begins, giving.valid_to)
        people.add(
            session,
            AccessGrant(
                staff_id=staff.id,
                role=giving.role,
                study_id=staff.study_id,
                site_id=site_id,
                valid_from=begins,
                valid_to=giving.valid_to,
                reason=giving.reason.strip(),
                granted_by=giving.actor,
                created_at=giving.now,
            ),
        )


def _sites(session: Session, study_id: int, giving: Giving) -> list[int | None]:
    """The ids of the sites named; [None] for the whole study."""
    if giving.role in SITE_ROLES and not giving.sites:
        raise InvalidError(
            "role_needs_sites",
            fr="Ce rôle s'exerce dans des centres : nommez-les.",
            en="This role is one of sites: name them.",
        )
    if giving.role in STUDY_ROLES and giving.sites:
        raise InvalidError(
            "role_of_the_study",
            fr="Ce rôle porte sur toute l'étude : ne nommez aucun centre.",
            en="This role is the whole study's: name no site.",
        )
    return [_site(session, study_id, code) for code in giving.sites] or [None]


def _site(session: Session, study_id: int, code: str) -> int:
    row = people.site(session, study_id=study_id, code=code)
    if row is None:
        raise NotFoundError(f"site {code}")
    return row.id


def _require_dates(giving: Giving, begins: datetime) -> None:
    # Of the past nothing is given: otherwise nobody could tell afterwards what somebody could see on a day.
    if begins < giving.now or (giving.valid_to is not None and giving.valid_to <= begins):
        raise InvalidError(
            "bad_validity",
            fr="Un droit commence maintenant ou plus tard, et finit après son début.",
            en="A grant begins now or later, and ends after it begins.",
        )


def _require_new(
    rows: Sequence[AccessGrant], role: Role, site_id: int | None, begins: datetime, ends: datetime | None
) -> None:
    for row in rows:
        alike = row.ended_at is None and (row.role, row.site_id) == (role, site_id)
        apart = (row.valid_to is not None and row.valid_to <= begins) or (
            ends is not None and ends <= row.valid_from
        )
        if alike and not apart:
            raise ConflictError(
                "grant_exists",
                fr="Cette personne a déjà ce rôle à ce moment.",
                en="This person has this role at that time already.",
            )


def require_reason(reason: str) -> None:
    """InvalidError unless somebody said why, in one line."""
    if not reason.strip() or not reason.isprintable() or len(reason) > LONGEST_REASON:
        raise InvalidError(
            "reason_missing",
            fr=f"Donnez une raison, en une ligne de {LONGEST_REASON} caractères au plus.",
            en=f"Give a reason, in one line of {LONGEST_REASON} characters at most.",
        )


def _other(session: Session, study_id: int, login: str, actor: str) -> Staff:
    staff = people.staff_by_login(session, login)
    if staff is None or staff.study_id != study_id:
        raise NotFoundError(f"account {login}")
    _require_other(staff, actor)
    return staff


def _require_other(staff: Staff, actor: str) -> None:
    if staff.login == actor:
        raise ConflictError(
            "own_rights",
            fr="Personne ne change ses propres droits : demandez-le à quelqu'un d'autre.",
            en="Nobody changes their own rights: ask somebody else.",
        )


def _end(row: AccessGrant, *, reason: str, actor: str, now: datetime) -> None:
    row.ended_at, row.ended_by, row.end_reason = now, actor, reason.strip()
