"""Settings: one frozen value made from a mapping (the environment), complete or the program refuses to start."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from pro_service.core.retention import DEFAULT as DEFAULT_RETENTION
from pro_service.core.retention import Retention
from pro_service.environment import NUMBER_OR_SERVICE, ROOT, Reader, SettingsError
from pro_service.gateways.oidc import OidcSettings
from pro_service.gateways.oidc_settings import oidc_settings
from pro_service.store.crypto import Keyring
from pro_service.store.signing import Signer

__all__ = ["ROOT", "Settings", "SettingsError", "settings_from"]


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
    copies_folder: Path
    tick_s: float
    retention: Retention = DEFAULT_RETENTION
    emergency_min: float = 60.0
    anchors: Path | None = (
        None  # the folder of the trail's anchors, outside the database; None: none are made
    )

    database_owner_url: str = ""  # under which the tables are migrated, if not the service's own
    database_tolerated: frozenset[str] = frozenset()  # settings of PostgreSQL that may be unsafe here
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    oidc: OidcSettings | None = None

    @property
    def demo(self) -> bool:
        return self.environment == "demo"

    @property
    def sender_is_two_way(self) -> bool:
        """Can patients reply to the usual sender? Not to an alphanumeric one."""
        return NUMBER_OR_SERVICE.fullmatch(self.sender) is not None

    @property
    def secure(self) -> bool:
        return self.base_url.startswith("https://")

    def __repr__(self) -> str:
        return f"Settings({self.environment}, {self.base_url})"


def settings_from(environ: Mapping[str, str], *, demo_secrets: Mapping[str, str]) -> Settings:
    """Read `PRO_*` from a mapping. In the demo, what is missing has a default and secrets come from `demo_secrets`.

    Raises SettingsError naming every variable that is missing or wrong.
    """
    reader = Reader(environ, demo_secrets)
    settings = Settings(
        environment=reader.environment,
        database_url=reader.database(
            "PRO_DATABASE_URL", demo=f"sqlite:///{reader.data_folder / 'demo.sqlite'}"
        ),
        database_owner_url=reader.owner("PRO_DATABASE_OWNER_URL"),
        database_tolerated=reader.database_settings("PRO_DATABASE_TOLERATED"),
        base_url=reader.root("PRO_BASE_URL", demo="http://localhost:8000"),
        keys=reader.keyring("PRO_KEYS"),
        signer=reader.signer("PRO_SIGNING_KEY"),
        account_sid=reader.account("PRO_TWILIO_ACCOUNT_SID", demo="AC" + "0" * 32),
        auth_tokens=reader.tokens("PRO_TWILIO_AUTH_TOKENS"),
        sender=reader.sender("PRO_SMS_SENDER", demo="HEROES"),
        two_way_sender=reader.two_way("PRO_SMS_TWO_WAY_SENDER", demo="+33199009999"),
        api_base_url=reader.url("PRO_SMS_API_BASE_URL") if environ.get("PRO_SMS_API_BASE_URL") else None,
        simulated_carrier=reader.flag("PRO_SIMULATED_CARRIER", default=reader.demo),
        carrier_file=environ.get("PRO_CARRIER_FILE", str(reader.data_folder / "carrier.sqlite")),
        questionnaires=Path(environ.get("PRO_QUESTIONNAIRES", str(ROOT / "questionnaires"))),
        data_folder=reader.data_folder,
        retention=reader.retention("PRO_RETENTION"),
        copies_folder=Path(environ.get("PRO_COPIES_FOLDER", str(reader.data_folder / "copies"))),
        tick_s=reader.number("PRO_TICK_S", default=5.0, unit="seconds", at_most=60),
        emergency_min=reader.number("PRO_EMERGENCY_MINUTES", default=60, unit="minutes", at_most=240),
        anchors=Path(environ.get("PRO_ANCHOR_FOLDER", str(reader.data_folder / "anchors"))),
        trusted_proxies=reader.networks("PRO_TRUSTED_PROXIES"),
        oidc=oidc_settings(environ, reader.problems, demo=reader.demo),
    )
    reader.finish(settings.keys, simulated_carrier=settings.simulated_carrier)
    return settings
