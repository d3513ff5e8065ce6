"""The pages of accounts, filled with invented facts."""

from pro_service.entrypoints.web.account import authenticator
from pro_service.entrypoints.web.account.views import (
    AccountPage,
    CodesPage,
    FactorPage,
    InvitePage,
    JoinPage,
    LinkPage,
    LoginRow,
    LoginsPage,
    PasswordPage,
    ProviderPage,
    SessionRow,
    StepUpPage,
)
from pro_service.store.models.accounts import LOGIN_EVENTS
from tests.web.desk.frame import NOW

SECRET = "TESTSECRET234567TESTSECRET234567"
CODES = tuple(f"TEST{number}-CODE{number}" for number in range(10))
_DRAWN = {
    "picture": authenticator.drawn(SECRET, login="c.martin"),
    "secret": authenticator.typed(SECRET),
    "sealed": "00",
}


def _session(handle, *, current=False, device="Firefox, Windows"):
    return SessionRow(
        handle=handle, device=device, source="192.0.2.0/24", started_at=NOW, seen_at=NOW, current=current
    )


def _row(kind, **more):
    facts = {"login": "c.martin", "by": "c.martin", "source": "192.0.2.0/24", "device": "Firefox, Windows"}
    return LoginRow(at=NOW, kind=kind, reason="", **(facts | more))


ROWS = (*(_row(kind) for kind in LOGIN_EVENTS), _row("failed", login="", by="nobody", source="", device=""))


def account_pages(chrome):
    """Each page of accounts by its name: template and facts."""
    own = chrome("/staff/account")
    wrong = {"code": "wrong_code"}
    join = {"chrome": own, "login": "c.martin", "token": "t"}
    sessions = (_session("a", current=True), _session("b", device=""))
    return {
        "my account": (
            "my_account",
            AccountPage(chrome=own, login="c.martin", sessions=sessions, rows=ROWS, codes_left=1, cut=True),
        ),
        "new account": ("my_account", AccountPage(chrome=own, login="x", sessions=sessions[:1], rows=())),
        "log-ins": ("logins", LoginsPage(chrome=own, rows=ROWS)),
        "log-ins refused": (
            "logins",
            LoginsPage(chrome=own, rows=(), may_reset=True, errors={"login": "unknown", "reason": "none"}),
        ),
        "password": ("password", PasswordPage(chrome=own, login="x", errors={"current": "no", "new": "no"})),
        "second factor": ("factor", FactorPage(chrome=own, **_DRAWN)),
        "second factor refused": ("factor", FactorPage(chrome=own, errors=wrong, **_DRAWN)),
        "recovery codes": ("codes", CodesPage(chrome=own, codes=CODES, onward="/staff")),
        "recovery code used": ("codes", CodesPage(chrome=own, codes=CODES, onward="/staff", used=True)),
        "password is set": ("codes", CodesPage(chrome=own, codes=(), onward="/login")),
        "step up": ("step_up", StepUpPage(chrome=own, next_path="/staff", errors=wrong)),
        "link": ("join", JoinPage(chrome=own)),
        "link gone": ("join", JoinPage(chrome=own, gone=True)),
        **{
            f"link for {purpose}": ("join", JoinPage(**join, purpose=purpose, errors=wrong, **_DRAWN))
            for purpose in ("join", "second_factor", "password")
        },
        "on the way to a provider": ("provider", ProviderPage(chrome=own, provider="PSC", purpose="join")),
        "back from a provider": ("provider", ProviderPage(chrome=own, purpose="code", failed=True)),
        "provider failed": ("provider", ProviderPage(chrome=own, failed=True)),
        "link made": (
            "link",
            LinkPage(chrome=own, login="c.martin", address="/join#t0ken", purpose="join"),
        ),
        "invite": (
            "invite",
            InvitePage(chrome=own, roles=("nurse", "monitor"), errors={"login": "taken"}),
        ),
    }
