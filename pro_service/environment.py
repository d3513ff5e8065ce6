"""Reads the variables of the environment, each into its type; collects what is wrong, with the name and a cure."""

import base64
import hashlib
import re
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

from pro_service.core.database_settings import NAMES as DATABASE_SETTINGS
from pro_service.core.retention import DEFAULT as DEFAULT_RETENTION
from pro_service.core.retention import Retention, RetentionError, retention_from
from pro_service.store.crypto import Keyring
from pro_service.store.signing import KEY_BYTES as SEED_BYTES
from pro_service.store.signing import Signer

ROOT = Path(__file__).parents[1]
_KEY_BYTES = 32
_POSTGRESQL = ("postgresql://", "postgresql+psycopg://")
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
NUMBER_OR_SERVICE = re.compile(r"\+?[0-9]{3,15}|MG[0-9a-f]{32}")


class SettingsError(ValueError):
    """The settings are incomplete or wrong; the message lists every problem with its cure."""


class Reader:
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
        if value and not value.startswith(("sqlite:///", *_POSTGRESQL)):
            self.problems.append(f"{name} is no database; write postgresql://... or sqlite:///...")
        elif not self.demo and any(part in value for part in _TALKS_IN_CLEAR):
            self.problems.append(f"{name} forbids encryption; leave sslmode out, or use verify-full")
        return value

    def owner(self, name: str) -> str:
        """Needed by migrations alone, so that the processes that serve need not know it."""
        value = self.environ.get(name, "")
        if value and not value.startswith(_POSTGRESQL):
            self.problems.append(f"{name} is no PostgreSQL; write postgresql://..., or nothing for SQLite")
        return value

    def database_settings(self, name: str) -> frozenset[str]:
        wanted = frozenset(self.environ.get(name, "").replace(",", " ").split())
        if unknown := wanted - set(DATABASE_SETTINGS):
            known = ", ".join(DATABASE_SETTINGS)
            self.problems.append(
                f"{name} names {', '.join(sorted(unknown))}; use some of {known}, or nothing"
            )
        return wanted

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
        if value and not (_ALPHANUMERIC_SENDER.fullmatch(value) or NUMBER_OR_SERVICE.fullmatch(value)):
            self.problems.append(
                f"{name} is no sender; use up to 11 letters and digits, a number, or a service id MG..."
            )
        return value

    def two_way(self, name: str, *, demo: str) -> str | None:
        value = self.environ.get(name, demo if self.demo else "")
        if value and not NUMBER_OR_SERVICE.fullmatch(value):
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

    def signer(self, name: str) -> Signer:
        """From the variable, or the file it names. The demonstration makes its own of its master key."""
        if self.demo and not self.environ.get(name):
            master = self.environ.get("PRO_KEYS") or self.demo_secrets.get("PRO_KEYS", "")
            return Signer(seed=hashlib.sha256(f"demo signing key of {master}".encode()).digest())
        value = self.text(name)
        seed = _seed(value)
        if value and len(seed) != SEED_BYTES:
            self.problems.append(
                f"{name} holds no key; write 32 random bytes in base64, or the path of a file of them"
            )
        return Signer(seed=seed)

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.environ.get(name, "yes" if default else "no")
        if value not in ("yes", "no"):
            self.problems.append(f"{name} is neither; use yes or no")
        return value == "yes"

    def number(self, name: str, *, default: float, unit: str, at_most: float) -> float:
        value = self.environ.get(name, str(default))
        try:
            number = float(value)
        except ValueError:
            number = 0.0
        if not 0.05 <= number <= at_most:
            self.problems.append(f"{name} cannot be; use a number of {unit} from 0.05 to {at_most}")
        return number

    def retention(self, name: str) -> Retention:
        try:
            return retention_from(self.environ.get(name, ""))
        except RetentionError as error:
            self.problems.append(f"{name}: {error}")
            return DEFAULT_RETENTION

    def finish(self, keys: Keyring, *, simulated_carrier: bool) -> None:
        """Raise SettingsError if anything read was wrong, or if it may be in a rehearsal alone."""
        if not self.demo:
            self._refuse_what_only_a_rehearsal_may(keys, simulated_carrier=simulated_carrier)
        if self.problems:
            raise SettingsError("\n".join(self.problems))

    def _refuse_what_only_a_rehearsal_may(self, keys: Keyring, *, simulated_carrier: bool) -> None:
        if any(len(set(key)) < _LEAST_KINDS_OF_BYTE or _is_counting(key) for key in keys.masters.values()):
            self.problems.append(
                "PRO_KEYS holds a key that can be guessed; make one: openssl rand -base64 32"
            )
        if self.environ.get("FLASK_DEBUG", "0").lower() not in ("", "0", "false", "no"):
            self.problems.append("FLASK_DEBUG is on; it shows code and values to strangers: leave it out")
        if simulated_carrier:
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


def _seed(value: str) -> bytes:
    """The seed that `value` is, or that stands in the file it names. Both may begin with a slash."""
    seed = _decoded(value)
    if len(seed) == SEED_BYTES or not value.startswith("/"):
        return seed
    try:
        return _decoded(Path(value).read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        return b""


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b""
