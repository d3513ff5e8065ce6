"""Both factors anew, from somebody who is logged in already, for an act such as a signature."""

from datetime import datetime

from pro_service.services.accounts import second_factor, throttling
from pro_service.services.accounts.history import HERE, NOBODY, Origin, note
from pro_service.services.installation import Installation
from pro_service.services.sign_in import LoginFailedError
from pro_service.store.credentials import UNKNOWN_HASH, password_matches
from pro_service.store.db import transaction
from pro_service.store.records import people


def confirm(
    installation: Installation,
    *,
    login: str,
    password: str,
    code: str,
    origin: Origin = HERE,
    now: datetime,
) -> None:
    """LoginFailedError or TooManyTriesError unless both are right; the code is used up.

    Tries are counted apart from those of log-in: whoever mistypes here is not kept out of the desk.
    """
    with transaction() as session:
        staff = people.staff_by_login(session, login)
        paid = throttling.pay(
            session,
            installation,
            login=f"confirm:{login}",
            address=origin.address,
            staff_id=None if staff is None else staff.id,
            now=now,
        )
        stored = staff.password_hash if staff is not None and staff.active else ""
    known = password_matches(stored or UNKNOWN_HASH, password)  # outside: it takes time
    with transaction() as session:
        staff = people.staff_by_login(session, login)
        step = second_factor.code_is_right(installation, staff=staff, code=code, now=now)
        if staff is not None and staff.active and stored and known and step is not None:
            staff.totp_last_step = step
            throttling.forgive(session, paid, now=now)
            return
        staff_id = None if staff is None else staff.id
        note(session, kind="failed", staff_id=staff_id, by=NOBODY, origin=origin, now=now)
    raise LoginFailedError("not confirmed")
