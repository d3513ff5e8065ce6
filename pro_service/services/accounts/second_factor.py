"""The second factor of staff: a code of an authenticator, good once, or one of ten codes kept for bad days."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pro_service.services.accounts.history import HERE, Origin, note
from pro_service.services.installation import Installation
from pro_service.store.credentials import UNKNOWN_SECRET, matching_step, new_totp_secret
from pro_service.store.crypto import DecryptionError
from pro_service.store.db import Session, transaction
from pro_service.store.models import RecoveryCode, Staff
from pro_service.store.records import accounts

RECOVERY_CODES = 10
# Crockford's alphabet without U: nothing that is mistaken for something else on paper.
_LETTERS = "0123456789" + "ABCDEFGHJKMNPQRSTVWXYZ"
_HALF = 5  # two halves of five: 50 bits (ASVS 5.0, 6.5.4 asks 20)


@dataclass(frozen=True, kw_only=True)
class Offered:
    """A secret for a new authenticator, until a code proves that it arrived. `sealed` is handed back with the code."""

    secret: str
    sealed: str


def offer(installation: Installation, *, login: str) -> Offered:
    """A fresh secret. Nothing is stored: the form carries it sealed, for this account alone."""
    secret = new_totp_secret()
    carried = installation.keys.encrypt(secret.encode(), row=_offered_to(login)).hex()
    return Offered(secret=secret, sealed=carried)


def offered(installation: Installation, *, login: str, sealed: str) -> Offered | None:
    """The secret offered before, to show it again; None if this account was offered none such."""
    try:
        secret = installation.keys.decrypt(bytes.fromhex(sealed), row=_offered_to(login)).decode()
    except (ValueError, DecryptionError):
        return None
    return Offered(secret=secret, sealed=sealed)


def take(
    session: Session, installation: Installation, staff: Staff, secret: str, *, code: str, now: datetime
) -> tuple[str, ...] | None:
    """Make `secret` the second factor and issue recovery codes; None if `code` is not one of it."""
    step = matching_step(secret, code, at=now, after=0)
    if step is None:
        return None
    staff.totp_sealed = sealed(installation, login=staff.login, secret=secret)
    staff.totp_last_step = step
    return issue_codes(session, installation, staff, now=now)


def replace_own(
    installation: Installation, *, staff_id: int, sealed: str, code: str, origin: Origin = HERE, now: datetime
) -> tuple[str, ...] | None:
    """Another authenticator for somebody who is logged in and has just given the old one's code; new recovery codes.

    None if `code` is not one of the secret that was offered.
    """
    with transaction() as session:
        staff = accounts.staff(session, staff_id)
        given = offered(installation, login=staff.login, sealed=sealed)
        codes = given and take(session, installation, staff, given.secret, code=code, now=now)
        if codes:
            note(session, kind="second_factor_set", staff_id=staff_id, by=staff.login, origin=origin, now=now)
        return codes or None


def renew_codes(
    installation: Installation, *, staff_id: int, origin: Origin = HERE, now: datetime
) -> tuple[str, ...]:
    """Ten new recovery codes for somebody who is logged in."""
    with transaction() as session:
        staff = accounts.staff(session, staff_id)
        note(session, kind="recovery_codes_issued", staff_id=staff_id, by=staff.login, origin=origin, now=now)
        return issue_codes(session, installation, staff, now=now)


def sealed(installation: Installation, *, login: str, secret: str | None) -> bytes | None:
    """A secret as it is stored."""
    return None if secret is None else installation.keys.encrypt(secret.encode(), row=_sealed_for(login))


def code_is_right(installation: Installation, *, staff: Staff | None, code: str, now: datetime) -> int | None:
    """The step whose code this is, later than the last one used. Takes as long for an account that does not exist."""
    stored = staff.totp_sealed if staff is not None else None
    if staff is None or not stored:
        matching_step(UNKNOWN_SECRET, code, at=now, after=0)
        return None
    secret = installation.keys.decrypt(stored, row=_sealed_for(staff.login)).decode()
    return matching_step(secret, code, at=now, after=staff.totp_last_step)


def use_recovery_code(
    session: Session, installation: Installation, staff: Staff, code: str, *, now: datetime
) -> bool:
    """Use up one of the codes kept for bad days; False if this is none of them."""
    index = _index(installation, staff.id, code)
    found = next((row for row in accounts.recovery_codes(session, staff.id) if row.code_index == index), None)
    if found is None:
        return False
    found.used_at = now
    return True


def issue_codes(
    session: Session, installation: Installation, staff: Staff, *, now: datetime
) -> tuple[str, ...]:
    """Ten new codes, to be shown this once; earlier ones are void."""
    for row in accounts.recovery_codes(session, staff.id):
        row.void_at = now
    codes = tuple(_new_code() for _ in range(RECOVERY_CODES))
    accounts.add(session, *_rows(installation, staff.id, codes, now=now))
    return codes


def _rows(
    installation: Installation, staff_id: int, codes: Sequence[str], *, now: datetime
) -> list[RecoveryCode]:
    return [
        RecoveryCode(staff_id=staff_id, code_index=_index(installation, staff_id, code), created_at=now)
        for code in codes
    ]


def _new_code() -> str:
    letters = "".join(secrets.choice(_LETTERS) for _ in range(2 * _HALF))
    return f"{letters[:_HALF]}-{letters[_HALF:]}"


def _index(installation: Installation, staff_id: int, code: str) -> bytes:
    """Keyed, since 50 bits could be tried one by one against a stolen table."""
    plain = (
        code.upper().replace("-", "").replace(" ", "").replace("O", "0").replace("I", "1").replace("L", "1")
    )
    return installation.keys.index("recovery_code", f"{staff_id}:{plain}")


def _sealed_for(login: str) -> str:
    return f"staff.totp_sealed:{login}"


def _offered_to(login: str) -> str:
    return f"offered_second_factor:{login}"
