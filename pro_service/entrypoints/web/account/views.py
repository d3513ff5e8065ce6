"""What the pages of accounts show, as plain facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pro_service.entrypoints.web.desk.views import Chrome


@dataclass(frozen=True, kw_only=True)
class SessionRow:
    """A session of one's own. `current` is the one the page is read in."""

    handle: str
    device: str
    source: str
    started_at: datetime
    seen_at: datetime
    current: bool


@dataclass(frozen=True, kw_only=True)
class LoginRow:
    """A line of the history; `login` is "" where no account was meant."""

    at: datetime
    login: str
    kind: str
    by: str
    source: str
    device: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class AccountPage:
    """One's own sessions and history, newest first; `cut` where older lines are left out."""

    chrome: Chrome
    login: str
    provider: str = ""
    sessions: tuple[SessionRow, ...]
    rows: tuple[LoginRow, ...]
    codes_left: int = 0
    cut: bool = False


@dataclass(frozen=True, kw_only=True)
class LoginsPage:
    """Everybody's history. `may_reset` shows what an administrator may do to an account."""

    chrome: Chrome
    rows: tuple[LoginRow, ...]
    may_reset: bool = False
    cut: bool = False
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class PasswordPage:
    """Changing one's own password."""

    chrome: Chrome
    login: str
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class FactorPage:
    """Setting up an authenticator: `picture` is an SVG drawing of the address, `secret` the same to type."""

    chrome: Chrome
    picture: str
    secret: str
    sealed: str
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class CodesPage:
    """Recovery codes, shown this once. `used` where one of the old ones has just been used; `onward` leads further."""

    chrome: Chrome
    codes: tuple[str, ...]
    onward: str
    used: bool = False


@dataclass(frozen=True, kw_only=True)
class StepUpPage:
    """Giving the second factor again, here or at the `provider`."""

    chrome: Chrome
    provider: str = ""
    next_path: str
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class JoinPage:
    """Behind a one-time link. `purpose` is "" while the link is not opened, or join, second_factor, password."""

    chrome: Chrome
    provider: str = ""
    purpose: str = ""
    login: str = ""
    token: str = ""
    picture: str = ""
    secret: str = ""
    sealed: str = ""
    gone: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ProviderPage:
    """On the way to the provider (`provider` is its name), or back: `purpose` "code" asks for the second factor."""

    chrome: Chrome
    provider: str = ""
    purpose: str = ""
    failed: bool = False


@dataclass(frozen=True, kw_only=True)
class LinkPage:
    """A one-time link that has just been made, shown this once to whoever hands it over."""

    chrome: Chrome
    login: str
    address: str
    purpose: str


@dataclass(frozen=True, kw_only=True)
class InvitePage:
    """Inviting a colleague."""

    chrome: Chrome
    roles: tuple[str, ...]
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
