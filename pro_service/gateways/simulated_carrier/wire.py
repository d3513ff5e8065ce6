"""How the simulated carrier writes: messages and lists in the provider's JSON, and the parameters of its webhooks.

Shapes: Twilio, "Messages resource" (API version 2010-04-01) and "Messaging webhooks".
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from pro_service.core.delivery import PROVIDER_ERRORS, ProviderStatus
from pro_service.gateways.simulated_carrier.values import CarrierMessage, CarrierSettings, Step

API_VERSION = "2010-04-01"


def account_path(account_sid: str) -> str:
    return f"/{API_VERSION}/Accounts/{account_sid}"


def message_json(message: CarrierMessage, *, now: datetime, settings: CarrierSettings) -> Mapping[str, Any]:
    """A message as the API shows it at `now`."""
    step = message.step_at(now)
    uri = f"{account_path(settings.account_sid)}/Messages/{message.sid}"
    return {
        "account_sid": settings.account_sid,
        "api_version": API_VERSION,
        "body": "" if settings.redacted else message.body,
        "date_created": format_datetime(message.created_at),
        "date_sent": _sent_on(message, now),
        "date_updated": format_datetime(step.at),
        "direction": "inbound" if message.inbound else "outbound-api",
        "error_code": step.error_code,
        "error_message": _error_sentence(step.error_code),
        "from": message.sender,
        "messaging_service_sid": message.service_sid,
        "num_media": "0",
        "num_segments": "1",  # not counted: nobody is billed here
        "price": None,
        "price_unit": "EUR",
        "sid": message.sid,
        "status": step.status.value,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": message.recipient,
        "uri": f"{uri}.json",
    }


def list_json(
    messages: Sequence[Mapping[str, Any]],
    *,
    query: Mapping[str, str],
    next_token: str | None,
    account_sid: str,
) -> Mapping[str, Any]:
    """One page of messages. `query` holds the filters and Page, PageSize as asked for."""
    path = f"{account_path(account_sid)}/Messages.json"
    page = int(query["Page"])
    first = {**query, "Page": "0"}
    following = {**query, "Page": str(page + 1), "PageToken": next_token or ""}
    start = page * int(query["PageSize"])
    return {
        "end": start + max(len(messages) - 1, 0),
        "first_page_uri": f"{path}?{urlencode(first)}",
        "messages": list(messages),
        "next_page_uri": f"{path}?{urlencode(following)}" if next_token else None,
        "page": page,
        "page_size": int(query["PageSize"]),
        "previous_page_uri": None,
        "start": start,
        "uri": f"{path}?{urlencode(query)}",
    }


def status_params(message: CarrierMessage, step: Step, *, account_sid: str) -> tuple[tuple[str, str], ...]:
    """The parameters of a status callback."""
    error = (("ErrorCode", str(step.error_code)),) if step.error_code else ()
    return (
        *error,
        ("SmsSid", message.sid),
        ("SmsStatus", step.status.value),
        ("MessageStatus", step.status.value),
        ("To", message.recipient),
        ("MessageSid", message.sid),
        ("AccountSid", account_sid),
        ("From", message.sender),
        ("ApiVersion", API_VERSION),
        *_service(message),
    )


def inbound_params(message: CarrierMessage, *, account_sid: str) -> tuple[tuple[str, str], ...]:
    """The parameters of the webhook for a text from a phone."""
    return (
        ("ToCountry", "FR"),
        ("ToState", ""),
        ("SmsMessageSid", message.sid),
        ("NumMedia", "0"),
        ("ToCity", ""),
        ("FromZip", ""),
        ("SmsSid", message.sid),
        ("FromState", ""),
        ("SmsStatus", ProviderStatus.RECEIVED.value),
        ("FromCity", ""),
        ("Body", message.body),
        ("FromCountry", "FR"),
        ("To", message.recipient),
        *_service(message),
        ("ToZip", ""),
        ("NumSegments", "1"),
        ("MessageSid", message.sid),
        ("AccountSid", account_sid),
        ("From", message.sender),
        ("ApiVersion", API_VERSION),
    )


def _service(message: CarrierMessage) -> tuple[tuple[str, str], ...]:
    return (("MessagingServiceSid", message.service_sid),) if message.service_sid else ()


def _sent_on(message: CarrierMessage, now: datetime) -> str | None:
    if message.inbound:
        return format_datetime(message.created_at)
    sent = [step for step in message.steps if step.status is ProviderStatus.SENT and step.at <= now]
    return format_datetime(sent[0].at) if sent else None


def _error_sentence(code: int | None) -> str | None:
    return PROVIDER_ERRORS[code].sentence["en"] if code is not None and code in PROVIDER_ERRORS else None
