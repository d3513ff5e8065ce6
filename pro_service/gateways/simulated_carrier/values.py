"""The values the simulated carrier deals in: its settings, messages, webhooks, and the ways it can be made to fail."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from pro_service.core.delivery import ProviderStatus

Params = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class CarrierSettings:
    """One account at the simulated carrier. Senders without letters are two-way; the same seed gives the same bytes."""

    account_sid: str
    auth_token: str
    senders: tuple[str, ...]
    inbound_url: str | None = None  # where texts from phones are announced
    services: Mapping[str, str] = field(default_factory=dict)  # Messaging Service sid -> the sender it uses
    seed: int = 0
    list_lag: timedelta = timedelta(0)  # how late a message shows in the list
    redacted: bool = False  # the list keeps no texts


@dataclass(frozen=True, kw_only=True)
class Step:
    """One status of a message, from an instant on."""

    status: ProviderStatus
    at: datetime
    error_code: int | None = None


@dataclass(frozen=True, kw_only=True)
class CarrierMessage:
    """One message the carrier has, with every step of its life, those to come included."""

    number: int
    sid: str
    inbound: bool
    sender: str
    recipient: str
    service_sid: str | None
    body: str
    callback_url: str | None
    created_at: datetime
    steps: tuple[Step, ...]

    def step_at(self, now: datetime | None) -> Step:
        """The step it has reached by `now`; its last one without it."""
        reached = [step for step in self.steps if now is None or step.at <= now]
        return reached[-1] if reached else self.steps[0]


@dataclass(frozen=True, kw_only=True)
class PhoneMessage:
    """One text as a phone page shows it. `arrived_at`: when it reached the phone; None if it has not (yet)."""

    sid: str
    from_phone: bool
    sender: str
    recipient: str
    body: str
    sent_at: datetime
    arrived_at: datetime | None
    status: ProviderStatus
    error_code: int | None


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """One request the carrier wants to make, form-encoded POST, `headers` (its signature among them) as they are."""

    id: int
    url: str
    params: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class WebhookRecord:
    """What became of a webhook: waiting, delivered or given_up, after how many attempts, with the last HTTP status."""

    webhook: Webhook
    state: str
    due_at: datetime
    attempts: int
    http_status: int | None


@dataclass(frozen=True, kw_only=True)
class Received:
    """A text from a phone was taken."""

    sid: str


class ReplyRefusal(StrEnum):
    """Why a phone cannot send a text to a sender."""

    ONE_WAY_SENDER = "one_way_sender"
    UNKNOWN_NUMBER = "unknown_number"


@dataclass(frozen=True, kw_only=True)
class NotReceived:
    """A text from a phone went nowhere: `sentence` is what the phone shows, by language."""

    reason: ReplyRefusal

    @property
    def sentence(self) -> Mapping[str, str]:
        return _SENTENCES[self.reason]


_SENTENCES: Mapping[ReplyRefusal, Mapping[str, str]] = {
    ReplyRefusal.ONE_WAY_SENDER: {
        "fr": "Cet expéditeur ne peut pas recevoir de réponse.",
        "en": "This sender cannot receive replies.",
    },
    ReplyRefusal.UNKNOWN_NUMBER: {
        "fr": "Ce numéro n'est pas attribué.",
        "en": "This number is not in service.",
    },
}


class Fault(StrEnum):
    """A way the carrier's API can fail on the creation of a message. After: the message was taken all the same."""

    ERROR_BEFORE = "error_before"  # HTTP 500, nothing taken
    RATE_LIMITED = "rate_limited"  # HTTP 429, nothing taken
    UNAUTHORISED = "unauthorised"  # HTTP 401, nothing taken
    RESET_BEFORE = "reset_before"  # the connection breaks, nothing taken
    ERROR_AFTER = "error_after"  # HTTP 500
    TIMEOUT_AFTER = "timeout_after"  # no answer in time
    RESET_AFTER = "reset_after"  # the connection breaks
    GARBLED = "garbled"  # HTTP 201, JSON cut short
    HTML = "html"  # HTTP 200, a page of something in between
    NO_SID = "no_sid"  # HTTP 201 without the message's id


#: Asked before each creation of a message; None lets it pass.
FaultPlan = Callable[[Params], Fault | None]
