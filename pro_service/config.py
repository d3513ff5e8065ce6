"""Settings: one frozen value made from a mapping (the environment), complete or the program refuses to start."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

from pro_service.store.crypto import Keyring

ROOT = Path(__file__).parents[1]
_KEY_BYTES = 32
#: Of 32 random bytes fewer than 16 kinds practically never come.
_LEAST_KINDS_OF_BYTE = 16
_SHORTEST_SECRET, _LEAST_KINDS = 16, 6
_WORDS = (
    "changeme",
    "change-me",
    "secret",
    "password",
    "example",
    "placeholder",
    "test",
    "token",
    "default",
    "demo",
)
_TALKS_IN_CLEAR = ("sslmode=disable", "sslmode=allow", "sslmode=prefer")
_ACCOUNT = re.compile(r"AC[0-9a-fA-F]{32}")
_ALPHANUMERIC_SENDER = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")
_NUMBER_OR_SERVICE = re.compile(r"\+?[0-9]{3,15}|MG[0-9a-f]{32}")


class SettingsError(ValueError):
    """The settings are incomplete or wrong; the message lists every problem with its cure."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What one installation is told from outside. `data_folder` holds what the demo keeps between starts."""

    environment: str  # demo | production
    database_url: str
    base_url: str
    keys: Keyring
    account_sid: str
    auth_tokens: tuple[str, ...]  # the live one first; a second one while they are being changed
    sender: str
    two_way_sender: str | None
    api_base_url: str | None
    simulated_carrier: bool
    carrier_file: str
    questionnaires: Path
    data_folder: Path
    tick_s: float
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()

    @property
    def demo(self) -> bool:
        return self.environment == "demo"

    @property
    def sender_is_two_way(self) -> bool:
        """Can patients reply to the usual sender? Not to an alphanumeric one."""
        return _NUMBER_OR_SERVICE.fullmatch(self.sender) is not None

    @property
    def secure(self) -> bool:
        return self.base_url.startswith("https://")

    def __repr__(self) -> str:
        return f"Settings({self.environment}, {self.base_url})"


def settings_from(environ: Mapping[str, str], *, demo_secrets: Mapping[str, str]) -> Settings:
    """Read `PRO_*` from a mapping. In the demo, what is missing has a default and secrets come from `demo_secrets`.

    Raises SettingsError naming every variable that is missing or wrong.
    """
    reader = _Reader(environ, demo_secrets)
    settings = Settings(
        environment=reader.environment,
        database_url=reader.database(
            "PRO_DATABASE_URL", demo=f"sqlite:///{reader.data_folder / 'demo.sqlite'}"
        ),
        base_url=reader.root("PRO_BASE_URL", demo="http://localhost:8000"),
        keys=reader.keyring("PRO_KEYS"),
        account_sid=reader.account("PRO_TWILIO_ACCOUNT_SID", demo="AC" + "0" * 32),
        auth_tokens=reader.tokens("PRO_TWILIO_AUTH_TOKENS"),
        sender=reader.sender("PRO_SMS_SENDER", demo="HEROES"),
        two_way_sender=reader.two_way("PRO_SMS_TWO_WAY_SENDER", demo="+33199009999"),
        api_base_url=reader.url("PRO_SMS_API_BASE_URL") if environ.get("PRO_SMS_API_BASE_URL") else None,
        simulated_carrier=reader.flag("PRO_SIMULATED_CARRIER", default=reader.demo),
        carrier_file=environ.get("PRO_CARRIER_FILE", str(reader.data_folder / "carrier.sqlite")),
        questionnaires=Path(environ.get("PRO_QUESTIONNAIRES", str(ROOT / "questionnaires"))),
        data_folder=reader.data_folder,
        tick_s=reader.number("PRO_TICK_S", default=5.0),
        trusted_proxies=reader.networks("PRO_TRUSTED_PROXIES"),
    )
    reader.finish(settings)
    return settings


class _Reader:
    """Collects problems while the variables are read."""

    def __init__(self, environ: Mapping[str, str], demo_secrets: Mapping[str, str]) -> None:
        self.environ = environ
        self.demo_secrets = demo_secrets
        self.problems: list[str] = []
        self.environment = environ.get("PRO_ENVIRONMENT", "demo")
        self.demo = self.environment == "demo"
        self.data_folder = Path(environ.get("PRO_DATA_FOLDER", str(ROOT / "var")))
        if self.environment not in ("demo", "production"):
            self.problems.append("PRO_ENVIRONMENT is something else; use demo or production")

    def text(self, name: str, *, demo: str | None = None) -> str:
        value = self.environ.get(name) or (self.demo_secrets.get(name, demo) if self.demo else None)
        if not value:
            self.problems.append(f"{name} is missing; set it (docs/operations.md says how)")
        return value or ""

    def tokens(self, name: str) -> tuple[str, ...]:
        value = self.text(name)
        tokens = tuple(value.split(","))
        if value and not (1 <= len(tokens) <= 2 and all(token.strip() for token in tokens)):
            self.problems.append(f"{name} holds no token or too many; write one, or two while changing them")
        elif value and not self.demo and any(is_weak(token) for token in tokens):
            self.problems.append(f"{name} holds one that can be guessed; copy it from the provider's console")
        return tokens

    def database(self, name: str, *, demo: str) -> str:
        value = self.text(name, demo=demo)
        if value and not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            self.problems.append(f"{name} is no database; write postgresql://... or sqlite:///...")
        elif not self.demo and any(part in value for part in _TALKS_IN_CLEAR):
            self.problems.append(f"{name} forbids encryption; leave sslmode out, or use verify-full")
        return value

    def url(self, name: str, *, demo: str | None = None) -> str:
        value = self.text(name, demo=demo).rstrip("/")
        if not value:
            return ""
        if not _is_web_address(value):
            self.problems.append(f"{name} is not a web address; write one such as https://pro.example.org")
        elif not self.demo and not value.startswith("https:"):
            self.problems.append(f"{name} is not https; patients' data must not travel in clear")
        elif not self.demo and _is_here_only(value):
            self.problems.append(f"{name} leads nowhere from outside; write the public name of the service")
        return value

    def root(self, name: str, *, demo: str) -> str:
        """A web address of nothing but a host: cookies, links and signatures hold for all of it."""
        value = self.url(name, demo=demo)
        if _is_web_address(value) and (urlsplit(value).path or "@" in urlsplit(value).netloc):
            self.problems.append(f"{name} holds more than a host; write one such as https://pro.example.org")
        return value

    def account(self, name: str, *, demo: str) -> str:
        value = self.text(name, demo=demo)
        if value and not self.demo and (not _ACCOUNT.fullmatch(value) or value == demo):
            self.problems.append(f"{name} is no account; copy AC... from the provider's console")
        return value

    def networks(self, name: str) -> tuple[IPv4Network | IPv6Network, ...]:
        """The proxies whose X-Forwarded-For is believed: addresses or networks, none by default."""
        try:
            found = tuple(ip_network(part.strip()) for part in self.environ.get(name, "").split(",") if part)
        except ValueError:
            self.problems.append(f"{name} names no addresses; write such as 10.0.0.2,10.1.0.0/24, or nothing")
            return ()
        if any(network.prefixlen == 0 for network in found):
            self.problems.append(f"{name} trusts everybody; name the proxies' own addresses")
        return found

    def sender(self, name: str, *, demo: str) -> str:
        value = self.text(name, demo=demo)
        if value and not (_ALPHANUMERIC_SENDER.fullmatch(value) or _NUMBER_OR_SERVICE.fullmatch(value)):
            self.problems.append(
                f"{name} is no sender; use up to 11 letters and digits, a number, or a service id MG..."
            )
        return value

    def two_way(self, name: str, *, demo: str) -> str | None:
        value = self.environ.get(name, demo if self.demo else "")
        if value and not _NUMBER_OR_SERVICE.fullmatch(value):
            self.problems.append(
                f"{name} cannot receive replies; use a number or a service id MG..., or nothing"
            )
        return value or None

    def keyring(self, name: str) -> Keyring:
        parts = [part.partition(":") for part in self.text(name).split(",")]
        masters = {int(key_id): _decoded(encoded) for key_id, _, encoded in parts if key_id.isdecimal()}
        usable = all(len(key) == _KEY_BYTES and 1 <= key_id <= 0xFFFF for key_id, key in masters.items())
        if not usable or len(masters) != len(parts):
            self.problems.append(
                f"{name} holds no key, or one id twice; write 1:<32 random bytes in base64>, more after commas"
            )
        return Keyring(masters=masters, current=max(masters, default=0))

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.environ.get(name, "yes" if default else "no")
        if value not in ("yes", "no"):
            self.problems.append(f"{name} is neither; use yes or no")
        return value == "yes"

    def number(self, name: str, *, default: float) -> float:
        value = self.environ.get(name, str(default))
        try:
            number = float(value)
        except ValueError:
            number = 0.0
        if not 0.05 <= number <= 60:
            self.problems.append(f"{name} cannot be; use a number of seconds from 0.05 to 60")
        return number

    def finish(self, settings: Settings) -> None:
        if not settings.demo:
            self._refuse_what_only_a_rehearsal_may(settings)
        if self.problems:
            raise SettingsError("\n".join(self.problems))

    def _refuse_what_only_a_rehearsal_may(self, settings: Settings) -> None:
        if any(
            len(set(key)) < _LEAST_KINDS_OF_BYTE or _is_counting(key)
            for key in settings.keys.masters.values()
        ):
            self.problems.append(
                "PRO_KEYS holds a key that can be guessed; make one: openssl rand -base64 32"
            )
        if self.environ.get("FLASK_DEBUG", "0").lower() not in ("", "0", "false", "no"):
            self.problems.append("FLASK_DEBUG is on; it shows code and values to strangers: leave it out")
        if settings.simulated_carrier:
            self.problems.append(
                "PRO_SIMULATED_CARRIER is yes in production; no text would reach a patient: use no"
            )


def is_weak(secret: str) -> bool:
    """Short, of few kinds of characters, or one of the words people put where a secret should be."""
    plain = secret.strip().lower()
    return (
        len(plain) < _SHORTEST_SECRET
        or len(set(plain)) < _LEAST_KINDS
        or any(word in plain for word in _WORDS)
    )


def _is_counting(key: bytes) -> bool:
    return len({(after - before) % 256 for before, after in pairwise(key)}) == 1


def _is_here_only(url: str) -> bool:
    """Does the address lead to this machine or to a name without a domain?"""
    host = urlsplit(url).hostname or ""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".local", ".localhost"))


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query and not parts.fragment
    )


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b""
