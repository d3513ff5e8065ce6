"""The reasons for which the simulated carrier, like the provider, takes no message, with the provider's codes."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from pro_service.gateways.simulated_carrier.numbers import (
    ALPHANUMERIC,
    E164,
    MAGIC_RECIPIENTS,
    MAGIC_SENDERS,
    SHORT_CODE,
)
from pro_service.gateways.simulated_carrier.values import CarrierSettings, Params

LONGEST_BODY = 1600
_VALIDITY = re.compile(r"[0-9]{1,5}")


@dataclass(frozen=True, kw_only=True)
class ApiError:
    """An error answer in the provider's shape."""

    code: int
    message: str
    http_status: int = 400

    @property
    def payload(self) -> Mapping[str, object]:
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.http_status,
        }


MESSAGES: Mapping[int, str] = {
    20003: "Authenticate",
    20004: "Method not allowed",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    20500: "Internal Server Error",
    21211: "Invalid 'To' Phone Number",
    21212: "Invalid From Number (caller ID)",
    21408: "Permission to send an SMS has not been enabled for the region indicated by the 'To' number",
    21602: "Message body is required",
    21603: "A 'From' phone number is required",
    21604: "A 'To' phone number is required",
    21606: "The 'From' phone number provided is not a valid message-capable phone number for this account",
    21609: "The 'StatusCallback' URL is not a valid URL",
    21610: "Attempt to send to unsubscribed recipient",
    21611: "This 'From' number has exceeded the maximum allowed queue size",
    21612: "Message cannot be sent with the current combination of 'To' and 'From' parameters",
    21614: "'To' number is not a valid mobile number",
    21617: "The concatenated message body exceeds the 1600 character limit",
    21705: "The Messaging Service Sid is invalid",
    90007: "Invalid validity period value",
}


def api_error(code: int, *, http_status: int = 400) -> ApiError:
    """The answer for a known code."""
    return ApiError(code=code, message=MESSAGES[code], http_status=http_status)


def sender_of(params: Params, settings: CarrierSettings) -> str | None:
    """The sender a message would go out from; None when its Messaging Service is not known."""
    service_sid = params.get("MessagingServiceSid")
    return settings.services.get(service_sid) if service_sid else params.get("From")


def refusal(
    params: Params, *, settings: CarrierSettings, has_opted_out: Callable[[str, str], bool]
) -> ApiError | None:
    """The first reason not to take a message with these `params`, if there is one."""
    for code in _reasons(params, settings, has_opted_out):
        return api_error(code)
    return None


def _reasons(
    params: Params, settings: CarrierSettings, has_opted_out: Callable[[str, str], bool]
) -> Iterator[int]:
    # Only the first is ever asked for: each rule may rely on those above it.
    yield from _missing(params)
    sender = sender_of(params, settings)
    if sender is None:
        yield 21705
    else:
        yield from _wrong_sender(sender, settings)
    yield from _wrong_recipient(params["To"])
    yield from _wrong_content(params)
    if has_opted_out(params["To"], sender or ""):
        yield 21610


def _missing(params: Params) -> Iterator[int]:
    if not params.get("To"):
        yield 21604
    if not params.get("From") and not params.get("MessagingServiceSid"):
        yield 21603
    if not params.get("Body"):
        yield 21602


def _wrong_sender(sender: str, settings: CarrierSettings) -> Iterator[int]:
    if sender in MAGIC_SENDERS:
        code = MAGIC_SENDERS[sender]
        if code:
            yield code
    elif not any(shape.fullmatch(sender) for shape in (E164, SHORT_CODE, ALPHANUMERIC)):
        yield 21212
    elif sender not in {*settings.senders, *settings.services.values()}:
        yield 21606


def _wrong_recipient(recipient: str) -> Iterator[int]:
    if recipient in MAGIC_RECIPIENTS:
        yield MAGIC_RECIPIENTS[recipient]
    elif not E164.fullmatch(recipient):
        yield 21211


def _wrong_content(params: Params) -> Iterator[int]:
    if len(params["Body"]) > LONGEST_BODY:
        yield 21617
    callback = params.get("StatusCallback")
    if callback and not _is_web_address(callback):
        yield 21609
    validity = params.get("ValidityPeriod", "1")
    if not _VALIDITY.fullmatch(validity) or not 1 <= int(validity) <= 36_000:
        yield 90007


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
