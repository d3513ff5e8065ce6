"""What one installation runs with (definitions, keys, addresses, ways out): the first argument of every use case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, Protocol

from pro_service.core.delivery import Outcome
from pro_service.core.retention import DEFAULT, Retention
from pro_service.core.scoring import RULE_VERSION
from pro_service.store.catalogue import Catalogue
from pro_service.store.crypto import Keyring
from pro_service.store.signing import Signer


class Sms(Protocol):
    """A way to hand a text to a carrier."""

    def send(self, *, to: str, body: str, callback_url: str, validity_s: int) -> Outcome: ...


@dataclass(frozen=True, kw_only=True)
class Installation:
    """`base_url` is the public address without a slash at its end; links and callback addresses are built on it.

    `sms` is the sender of most texts; `sms_two_way`, where there is one, can receive replies and serves the patients
    who answer item by item. `rule_version` is kept with every score made here.
    `emergency_lasts` is for how long a patient of another site may be opened.
    """

    catalogue: Catalogue
    keys: Keyring
    signer: Signer
    base_url: str
    sms: Sms
    sms_is_two_way: bool
    sms_two_way: Sms | None
    demo: bool  # placeholder wording may be shown
    lease_s: int = 30
    send_timeout_s: int = 10
    rule_version: str = RULE_VERSION
    retention: Retention = DEFAULT
    emergency_lasts: timedelta = timedelta(minutes=60)
    anchors: Path | None = None  # the folder of the trail's anchors; None: none are made

    def way(self, *, sms_items: bool) -> Literal["one_way", "two_way", "sms"]:
        """How a patient's texts go: answered item by item, answerable with a command, or not answerable at all."""
        if sms_items and (self.sms_two_way is not None or self.sms_is_two_way):
            return "sms"
        return "two_way" if self.sms_is_two_way else "one_way"

    def sender_for(self, *, sms_items: bool, reply: bool) -> Sms:
        """The sender of a text to a patient; a reply goes out from where it was received."""
        return self.sms_two_way if self.sms_two_way is not None and (sms_items or reply) else self.sms

    @property
    def link_prefix(self) -> str:
        return f"{self.base_url}/q#"

    def callback_url(self, token: str) -> str:
        return f"{self.base_url}/webhooks/sms/status/{token}"


def earliest(moments: Sequence[datetime | None]) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)
