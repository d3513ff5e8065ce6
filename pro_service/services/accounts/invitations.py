"""One-time links by which people set what nobody else may know: their password and second factor.

An administrator makes a link and hands it over; it is good for 72 hours, once, and a later one voids it.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from pro_service.services.accounts import passwords, second_factor, throttling
from pro_service.services.accounts.history import HERE, Origin, note
from pro_service.services.accounts.sessions import end_all
from pro_service.services.installation import Installation
from pro_service.services.refusals import GoneError, InvalidError, NotFoundError
from pro_service.store.credentials import hash_password, password_matches
from pro_service.store.crypto import token_hash
from pro_service.store.db import Session, transaction
from pro_service.store.models import Staff, StaffInvitation
from pro_service.store.records import accounts, people

GOOD_FOR = timedelta(hours=72)
#: What the history says once a link was followed, by its purpose.
_TOLD = {
    "join": "joined",
    "password": "password_changed",  # pragma: allowlist secret
    "second_factor": "second_factor_set",
}


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What a link is for: join (password and second factor), second_factor, or password."""

    purpose: str
    login: str
    language: str


@dataclass(frozen=True, kw_only=True)
class _Given:
    """What was typed behind the link."""

    password: str
    sealed: str
    code: str


def invite(
    _: Installation, *, login: str, study_id: int | None = None, by: str, origin: Origin = HERE, now: datetime
) -> str:
    """The token of a link by which `login` sets password and second factor; earlier links are void.

    InvalidError for an account that has both already; NotFoundError for one of another study than `study_id`.
    """
    with transaction() as session:
        staff = _account(session, login, study_id)
        if staff.password_hash and staff.totp_sealed:
            raise InvalidError(
                "has_joined",
                fr="Ce compte a déjà un mot de passe et un second facteur : réinitialisez l'un ou l'autre.",
                en="This account has a password and a second factor already: reset one or the other.",
            )
        return _link(session, staff, purpose="join", kind="invited", reason="", by=by, origin=origin, now=now)


def reset(
    _: Installation,
    *,
    login: str,
    what: str,
    reason: str,
    study_id: int | None = None,
    by: str,
    origin: Origin = HERE,
    now: datetime,
) -> str:
    """Take away `what` (second_factor or password) of an account, end its sessions; the token of a link to new ones.

    For somebody who lost it, or whose has become known. The other factor stays and is asked for behind the link.
    """
    if not reason.strip():
        raise InvalidError("reason_missing", fr="Donnez un motif.", en="Give a reason.")
    with transaction() as session:
        staff = _account(session, login, study_id)
        if what == "second_factor":
            staff.totp_sealed = None
            for row in accounts.recovery_codes(session, staff.id):
                row.void_at = now
        else:
            staff.password_hash = ""
        end_all(session, staff, by=by, origin=origin, now=now)
        kind = f"{what}_reset"
        purpose = what if staff.password_hash or staff.totp_sealed else "join"
        return _link(session, staff, purpose=purpose, kind=kind, reason=reason, by=by, origin=origin, now=now)


def open_link(*, token: str, now: datetime) -> Opened:
    """What the link asks for; looking does not use it up. GoneError unless it is good."""
    with transaction() as session:
        found, staff = good_link(session, token, now=now)
        return Opened(purpose=found.purpose, login=staff.login, language=staff.language)


def accept(
    installation: Installation,
    *,
    token: str,
    password: str,
    sealed: str,
    code: str,
    origin: Origin = HERE,
    now: datetime,
) -> tuple[str, ...]:
    """Set what the link is for and use it up; the recovery codes, to be shown this once (none for a new password).

    `sealed` is the secret that was offered, `code` what the authenticator shows for it. For a new password `code` is
    that of the present second factor, for a new second factor `password` is the present one. Raises GoneError,
    InvalidError, or TooManyTriesError after several wrong ones.
    """
    with transaction() as session:
        _, staff = good_link(session, token, now=now)
        # Paid for by the account whatever the source: a link that leaked must not become a way to try passwords.
        throttling.pay(session, installation, login=f"link:{staff.login}", address="", staff_id=None, now=now)
    with transaction() as session:
        found, staff = good_link(session, token, now=now)
        if found.purpose in ("join", "password"):
            passwords.require_good(password, context=passwords.context_of(session, staff))
        given = _Given(password=password, sealed=sealed, code=code)
        codes = _prove(session, installation, staff, found.purpose, given, now=now)
        if found.purpose != "second_factor":
            staff.password_hash = hash_password(password)
        found.used_at = now
        kind = _TOLD[found.purpose]
        note(session, kind=kind, staff_id=staff.id, by=staff.login, origin=origin, now=now)
        return codes


def _prove(
    session: Session,
    installation: Installation,
    staff: Staff,
    purpose: str,
    given: _Given,
    *,
    now: datetime,
) -> tuple[str, ...]:
    """The factor that stays is right, and the new second factor works. InvalidError if not."""
    if purpose == "password":
        step = second_factor.code_is_right(installation, staff=staff, code=given.code, now=now)
        if step is None:
            raise wrong_code()
        staff.totp_last_step = step
        return ()
    if purpose == "second_factor" and not password_matches(staff.password_hash, given.password):
        raise InvalidError(
            "wrong_password", fr="Ce n'est pas votre mot de passe.", en="This is not your password."
        )
    offer = second_factor.offered(installation, login=staff.login, sealed=given.sealed)
    codes = offer and second_factor.take(session, installation, staff, offer.secret, code=given.code, now=now)
    if not codes:
        raise wrong_code()
    return codes


def wrong_code() -> InvalidError:
    """The six digits are not those of this authenticator now."""
    return InvalidError(
        "wrong_code",
        fr="Ce code n'est pas celui que l'application affiche maintenant. Essayez le suivant.",
        en="This is not the code the app shows now. Try the next one.",
    )


def _account(session: Session, login: str, study_id: int | None) -> Staff:
    staff = people.staff_by_login(session, login)
    if staff is None or study_id not in (None, staff.study_id):
        raise NotFoundError(f"login {login}")
    return staff


def _link(
    session: Session,
    staff: Staff,
    *,
    purpose: str,
    kind: str,
    reason: str,
    by: str,
    origin: Origin,
    now: datetime,
) -> str:
    accounts.void_invitations(session, staff.id, now=now)
    token = secrets.token_urlsafe(24)
    row = StaffInvitation(
        staff_id=staff.id,
        purpose=purpose,
        token_hash=token_hash(token),
        made_by=by,
        created_at=now,
        expires_at=now + GOOD_FOR,
    )
    accounts.add(session, row)
    note(session, kind=kind, staff_id=staff.id, by=by, reason=reason.strip(), origin=origin, now=now)
    return token


def good_link(session: Session, token: str, *, now: datetime) -> tuple[StaffInvitation, Staff]:
    """The invitation behind a link, with its account, both locked. GoneError unless it can still be used."""
    found = accounts.invitation(session, token_hash(token)) if token.isascii() else None
    if found is not None:
        row, staff = found
        if row.used_at is None and row.void_at is None and now < row.expires_at and staff.active:
            return found
    raise GoneError(
        "link_gone",
        fr="Ce lien n'est plus valable : il a servi, a plus de 72 heures ou a été remplacé. Demandez-en un autre.",
        en="This link is no longer good: it was used, is older than 72 hours or was replaced. Ask for another.",
    )
