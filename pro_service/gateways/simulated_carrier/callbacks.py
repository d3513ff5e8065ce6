"""The webhooks of the simulated carrier: planned with the message, signed when they go out, repeated when they fail."""

import json
from datetime import datetime, timedelta

from pro_service.gateways.signatures import SIGNATURE_HEADER, sign
from pro_service.gateways.simulated_carrier import wire
from pro_service.gateways.simulated_carrier.journey import callback_times
from pro_service.gateways.simulated_carrier.ledger import Ledger, Row, instant
from pro_service.gateways.simulated_carrier.numbers import behaviour_of
from pro_service.gateways.simulated_carrier.values import (
    CarrierMessage,
    CarrierSettings,
    Webhook,
    WebhookRecord,
)

#: Seconds to wait after the first, second and third failed attempt; the fourth is the last.
RETRY_DELAYS_S = (1, 3, 8)
#: How long one webhook is tried, like Twilio's longest retry.
WEBHOOK_LIFE = timedelta(seconds=15)
_RADIO_DELAY = timedelta(milliseconds=300)


def plan_status_callbacks(ledger: Ledger, message: CarrierMessage, settings: CarrierSettings) -> None:
    """Queue a webhook for every status the message will reach, if its sender asked for them."""
    if message.callback_url is None:
        return
    shuffled = behaviour_of(message.recipient).shuffled
    for step, due_at in callback_times(seed=message.sid, steps=message.steps, shuffled=shuffled):
        params = wire.status_params(message, step, account_sid=settings.account_sid)
        ledger.add_webhook(url=message.callback_url, params=params, due_at=due_at)


def announce(ledger: Ledger, message: CarrierMessage, settings: CarrierSettings) -> None:
    """Queue the webhook for a text from a phone, if the account wants them."""
    if settings.inbound_url is None:
        return
    params = wire.inbound_params(message, account_sid=settings.account_sid)
    ledger.add_webhook(url=settings.inbound_url, params=params, due_at=message.created_at + _RADIO_DELAY)


def settle(ledger: Ledger, webhook_id: int, *, http_status: int | None, now: datetime) -> None:
    """Note how an attempt ended. One that is no longer waiting stays as it is."""
    with ledger.transaction():
        row = ledger.webhook(webhook_id)
        if row["state"] != "waiting":
            return
        first_at = instant(row["first_at"]) if row["first_at"] else now
        state, due_at = _after_attempt(row["attempts"], http_status, first_at, now)
        ledger.record_attempt(
            webhook_id, state=state, due_at=due_at, first_at=first_at, http_status=http_status
        )


def webhook(row: Row, settings: CarrierSettings) -> Webhook:
    """The request to make, signed with the account's token."""
    params = tuple((str(name), str(value)) for name, value in json.loads(row["params"]))
    return Webhook(
        id=row["id"],
        url=row["url"],
        params=params,
        headers=(
            ("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"),
            (SIGNATURE_HEADER, sign(url=row["url"], params=params, token=settings.auth_token)),
            ("I-Twilio-Idempotency-Token", f"{settings.seed}-{row['id']}"),
        ),
    )


def webhook_record(row: Row, settings: CarrierSettings) -> WebhookRecord:
    """A webhook with what became of it."""
    return WebhookRecord(
        webhook=webhook(row, settings),
        state=row["state"],
        due_at=instant(row["due_at"]),
        attempts=row["attempts"],
        http_status=row["http_status"],
    )


def _after_attempt(
    earlier: int, http_status: int | None, first_at: datetime, now: datetime
) -> tuple[str, datetime]:
    if http_status is not None and 200 <= http_status < 300:
        return "delivered", now
    if earlier >= len(RETRY_DELAYS_S):
        return "given_up", now
    next_at = now + timedelta(seconds=RETRY_DELAYS_S[earlier])
    return ("waiting", next_at) if next_at - first_at <= WEBHOOK_LIFE else ("given_up", now)
