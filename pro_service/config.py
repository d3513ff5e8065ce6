"""Settings: one frozen value made from a mapping (the environment), complete or the program refuses to start."""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pro_service.core.database_settings import NAMES as DATABASE_SETTINGS
from pro_service.gateways.oidc import OidcSettings
from pro_service.gateways.oidc_settings import oidc_settings
from pro_service.store.crypto import Keyring
from pro_service.store.signing import KEY_BYTES as SEED_BYTES
from pro_service.store.signing import Signer

ROOT = Path(__file__).parents[1]
_KEY_BYTES = 32
_POSTGRESQL = ("postgresql://", "postgresql+psycopg://")
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
    signer: Signer
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
    emergency_min: float = 60.0

    database_owner_url: str = ""  # under which the tables are migrated, if not the service's own
    database_tolerated: frozenset[str] = frozenset()  # settings of PostgreSQL that may be unsafe here
    oidc: OidcSettings | None = None

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
        database_owner_url=reader.owner("PRO_DATABASE_OWNER_URL"),
        database_tolerated=reader.database_settings("PRO_DATABASE_TOLERATED"),
        base_url=reader.url("PRO_BASE_URL", demo="http://localhost:8000"),
        keys=reader.keyring("PRO_KEYS"),
        signer=reader.signer("PRO_SIGNING_KEY"),
        account_sid=reader.text("PRO_TWILIO_ACCOUNT_SID", demo="AC" + "0" * 32),
        auth_tokens=reader.tokens("PRO_TWILIO_AUTH_TOKENS"),
        sender=reader.sender("PRO_SMS_SENDER", demo="HEROES"),
        two_way_sender=reader.two_way("PRO_SMS_TWO_WAY_SENDER", demo="+33199009999"),
        api_base_url=reader.url("PRO_SMS_API_BASE_URL") if environ.get("PRO_SMS_API_BASE_URL") else None,
        simulated_carrier=reader.flag("PRO_SIMULATED_CARRIER", default=reader.demo),
        carrier_file=environ.get("PRO_CARRIER_FILE", str(reader.data_folder / "carrier.sqlite")),
        questionnaires=Path(environ.get("PRO_QUESTIONNAIRES", str(ROOT / "questionnaires"))),
        data_folder=reader.data_folder,
        tick_s=reader.number("PRO_TICK_S", default=5.0, unit="seconds", at_most=60),
        emergency_min=reader.number("PRO_EMERGENCY_MINUTES", default=60, unit="minutes", at_most=240),
        oidc=oidc_settings(environ, reader.problems, demo=reader.demo),
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
            self.problems.append(f"PRO_ENVIRONMENT is {self.environment!r}; use demo or production")

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
        return tokens

    def database(self, name: str, *, demo: str) -> str:
        value = self.text(name, demo=demo)
        if value and not value.startswith(("sqlite:///", *_POSTGRESQL)):
            self.problems.append(f"{name} is no database; write postgresql://... or sqlite:///...")
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
        return value

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
            self.problems.append(f"{name} is {value!r}; use yes or no")
        return value == "yes"

    def number(self, name: str, *, default: float, unit: str, at_most: float) -> float:
        value = self.environ.get(name, str(default))
        try:
            number = float(value)
        except ValueError:
            number = 0.0
        if not 0.05 <= number <= at_most:
            self.problems.append(f"{name} is {value!r}; use a number of {unit} from 0.05 to {at_most}")
        return number

    def finish(self, settings: Settings) -> None:
        if not settings.demo and settings.simulated_carrier:
            self.problems.append(
                "PRO_SIMULATED_CARRIER is yes in production; no text would reach a patient: use no"
            )
        if self.problems:
            raise SettingsError("\n".join(self.problems))


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
