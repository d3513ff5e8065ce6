"""What app.py has put together for the routes and commands of one application."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Protocol, cast

from flask import Flask, current_app

from pro_service.gateways.oidc import OidcProvider
from pro_service.gateways.simulated_carrier import SimulatedCarrier
from pro_service.services.installation import Installation

EXTENSION = "pro_service"
_BEFORE_USE = "pro_service.before_use"


class Rehearse(Protocol):
    """Builds a second application like this one, on another database, with its own clock and carrier in process."""

    def __call__(
        self, *, database_url: str, carrier_file: str, now: Callable[[], datetime], seed: int
    ) -> Flask: ...


@dataclass(frozen=True, kw_only=True)
class Wiring:
    """`auth_tokens` verify webhooks (two while one is being changed); `carrier` is there in demo and rehearsal only."""

    installation: Installation
    clock: Callable[[], datetime]
    account_sid: str
    auth_tokens: tuple[str, ...]
    sender: str
    two_way_sender: str | None
    secure: bool
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...]
    demo: bool
    tick_s: float
    carrier: SimulatedCarrier | None
    rehearse: Rehearse
    database_url: str
    carrier_file: str
    questionnaires: Path
    oidc: OidcProvider | None = None

    def attach(self, app: Flask, *, before_use: Callable[[], None] | None = None) -> None:
        app.extensions[EXTENSION] = self
        if before_use is not None:
            app.extensions[_BEFORE_USE] = before_use


def glanced_at() -> Wiring:
    """The wiring, for a command that only looks: unlike `wired`, nothing is prepared or kept before its use."""
    return cast(Wiring, current_app.extensions[EXTENSION])


def wired() -> Wiring:
    """The wiring of the application that is handling this request or command."""
    before_use = current_app.extensions.get(_BEFORE_USE)
    if before_use is not None:
        before_use()
    return glanced_at()
