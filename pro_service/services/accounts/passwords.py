"""Setting passwords: by the policy of core/passwords.py, and a changed one ends every other session."""

from collections.abc import Iterable
from datetime import datetime

from pro_service.core.passwords import LEAST, MOST, password_problem
from pro_service.services.accounts import throttling
from pro_service.services.accounts.history import HERE, Origin, note
from pro_service.services.accounts.sessions import end_all
from pro_service.services.installation import Installation
from pro_service.services.refusals import InvalidError
from pro_service.store.common_passwords import common_passwords
from pro_service.store.credentials import hash_password, password_matches
from pro_service.store.db import Session, transaction
from pro_service.store.models import Staff
from pro_service.store.records import accounts, people

#: What somebody who attacks this service tries with any account.
_PRODUCT = ("pro_service", "epro", "service", "questionnaire", "hospital", "hopital", "oncologie", "oncology")

_REFUSALS = {
    "too_short": (
        f"Mot de passe trop court : {LEAST} caractères au moins. Une phrase convient bien.",
        f"The password is too short: {LEAST} characters or more. A sentence does well.",
    ),
    "too_long": (
        f"Mot de passe trop long : {MOST} caractères au plus.",
        f"The password is too long: {MOST} characters at most.",
    ),
    "repetitive": (
        "Ce mot de passe se répète ou suit l'ordre du clavier : choisissez-en un autre.",
        "This password repeats itself or runs along the keyboard: choose another.",
    ),
    "common": (
        "Beaucoup de gens ont ce mot de passe, il est essayé en premier : choisissez-en un autre.",
        "Many people have this password, so it is tried first: choose another.",
    ),
    "context": (
        "Ce mot de passe se devine d'après votre nom, l'étude ou le centre : choisissez-en un autre.",
        "This password can be guessed from your name, the study or the site: choose another.",
    ),
}


def require_good(password: str, *, context: Iterable[str]) -> None:
    """InvalidError for a password that is short or guessed first; `context` are words of the account."""
    problem = password_problem(password, context=(*_PRODUCT, *context), common=common_passwords())
    if problem is not None:
        fr, en = _REFUSALS[problem]
        raise InvalidError(f"password_{problem}", fr=fr, en=en)


def context_of(session: Session, staff: Staff) -> tuple[str, ...]:
    """The words somebody who knows the account would try."""
    study, sites = people.surroundings(session, staff.id)
    return (staff.login, *staff.name.split(), study, *sites)


def change_own(
    installation: Installation,
    *,
    staff_id: int,
    current: str,
    new: str,
    session_handle: str,
    origin: Origin = HERE,
    now: datetime,
) -> None:
    """Change the password of somebody who has just given the second factor; every other session ends.

    InvalidError for a wrong present password (TooManyTriesError after several) or a new one that is refused.
    """
    with transaction() as session:
        staff = accounts.staff(session, staff_id)
        require_good(new, context=context_of(session, staff))
        paid = throttling.pay(
            session,
            installation,
            login=f"password:{staff.login}",
            address=origin.address,
            staff_id=staff_id,
            now=now,
        )
        right = password_matches(staff.password_hash, current)
        if right:
            throttling.forgive(session, paid, now=now)
            staff.password_hash = hash_password(new)
            end_all(session, staff, but=session_handle, by=staff.login, origin=origin, now=now)
            note(session, kind="password_changed", staff_id=staff_id, by=staff.login, origin=origin, now=now)
    if not right:
        raise InvalidError(
            "wrong_password",
            fr="Le mot de passe actuel n'est pas le bon.",
            en="The present password is not right.",
        )
