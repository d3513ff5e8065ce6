"""The demonstration's accounts, shown with their codes so that a visitor can log in. Never in production, nor where its
data are not.
"""

from pro_service.entrypoints.web.desk.views import DemoLogin
from pro_service.entrypoints.wiring import wired
from pro_service.services.demonstration import ACCOUNTS
from pro_service.store.credentials import totp_code
from pro_service.store.db import reading
from pro_service.store.queries import studies


def demo_logins() -> tuple[DemoLogin, ...]:
    """Each account with what its authenticator shows now."""
    now = wired().clock()
    with reading() as session:
        there = studies.logins(session)
    return tuple(
        DemoLogin(
            login=account.login,
            password=account.password,
            role=account.role,
            site=", ".join(account.sites),
            totp_code=totp_code(account.totp_secret, at=now),
        )
        for account in ACCOUNTS
        if account.login in there
    )
