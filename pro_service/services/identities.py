"""People who log in elsewhere: linked by a one-time link or from their session, never by an e-mail address."""

from datetime import datetime

from pro_service.core.oidc import Identity
from pro_service.services import sign_in
from pro_service.services.accounts import invitations, second_factor, throttling
from pro_service.services.accounts.history import HERE, NOBODY, Origin, note
from pro_service.services.installation import Installation
from pro_service.services.refusals import ConflictError, InvalidError
from pro_service.services.sign_in import LoggedIn, LoginFailedError
from pro_service.store.db import DuplicateError, Session, transaction
from pro_service.store.models import Staff, StaffIdentity
from pro_service.store.records import accounts, people


def log_in(
    installation: Installation, *, who: Identity, code: str = "", origin: Origin = HERE, now: datetime
) -> LoggedIn:
    """Start a session of the account an identity is linked to.

    If the provider did not see two factors, `code` has to be the authenticator's. LoginFailedError for an identity
    nobody is linked to, an account that is switched off, or a wrong code; TooManyTriesError after several.
    """
    with transaction() as session:
        staff = accounts.staff_of_identity(session, issuer=who.issuer, subject=who.subject)
        paid = throttling.pay(
            session,
            installation,
            login=f"identity:{who.issuer}:{who.subject}",
            address=origin.address,
            staff_id=None if staff is None else staff.id,
            now=now,
        )
    with transaction() as session:
        staff = accounts.staff_of_identity(session, issuer=who.issuer, subject=who.subject)
        if staff is not None and staff.active and _second(installation, staff, who, code, now=now):
            throttling.forgive(session, paid, now=now)
            return sign_in.start(session, installation, staff, origin=origin, now=now)
        staff_id = None if staff is None else staff.id
        note(session, kind="failed", staff_id=staff_id, by=NOBODY, origin=origin, now=now)
    raise LoginFailedError("login failed")


def accept(_: Installation, *, token: str, who: Identity, origin: Origin = HERE, now: datetime) -> None:
    """Set an account up by an identity instead of a password and a second factor, and use the link up.

    GoneError for a link that is no longer good, InvalidError unless the provider saw two factors, ConflictError for an
    identity that belongs to an account already.
    """
    with transaction() as session:
        invitation, staff = invitations.good_link(session, token, now=now)
        if invitation.purpose != "join" or not who.strong:
            raise InvalidError(
                "second_factor_missing",
                fr="Ce fournisseur n'atteste pas deux facteurs : choisissez un mot de passe, puis reliez-le.",
                en="This provider does not vouch for two factors: choose a password, then link it.",
            )
        _link(session, staff, who, origin=origin, now=now)
        invitation.used_at = now
        note(session, kind="joined", staff_id=staff.id, by=staff.login, origin=origin, now=now)


def link_own(_: Installation, *, staff_id: int, who: Identity, origin: Origin = HERE, now: datetime) -> None:
    """Link an identity to the account of somebody who is logged in and has just given the second factor."""
    with transaction() as session:
        _link(session, accounts.staff(session, staff_id), who, origin=origin, now=now)


def step_up(_: Installation, *, token: str, who: Identity, origin: Origin = HERE, now: datetime) -> LoggedIn:
    """The provider has just seen both factors of the person whose session this is. LoginFailedError for another's."""
    with transaction() as session:
        found = sign_in.live(session, token, now=now)
        staff = accounts.staff_of_identity(session, issuer=who.issuer, subject=who.subject)
        if found is None or staff is None or staff.id != found[1].id or not who.strong:
            raise LoginFailedError("login failed")
        return sign_in.stepped_up(session, found[0], staff, origin=origin, now=now)


def _second(installation: Installation, staff: Staff, who: Identity, code: str, *, now: datetime) -> bool:
    if who.strong:
        return True
    step = second_factor.code_is_right(installation, staff=staff, code=code, now=now)
    if step is not None:
        staff.totp_last_step = step
    return step is not None


def _link(session: Session, staff: Staff, who: Identity, *, origin: Origin, now: datetime) -> None:
    row = StaffIdentity(staff_id=staff.id, issuer=who.issuer, subject=who.subject, linked_at=now)
    try:
        people.add(session, row)
    except DuplicateError:
        raise ConflictError(
            "identity_in_use",
            fr="Cette identité est déjà reliée à un compte.",
            en="This identity is linked to an account already.",
        ) from None
    note(session, kind="identity_linked", staff_id=staff.id, by=staff.login, origin=origin, now=now)
