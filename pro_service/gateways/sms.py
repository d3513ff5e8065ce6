"""Hands text messages to the SMS provider through its official client, and asks it which messages it has.

One attempt is one POST: nothing here is ever sent twice, because the provider knows no idempotency key. Every way an
attempt can end is a value of core.delivery; no exception leaves `send`. Numbers and texts are never logged: the
library's own request log and the URLs it would write (a list is asked for by number) are switched off here.
"""

import logging
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
import urllib3
from twilio.base.exceptions import (
    TwilioException,
    TwilioRestException,
    TwilioServiceException,
)
from twilio.http import HttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from pro_service.core.delivery import (
    Accepted,
    Doubt,
    FailureKind,
    Outcome,
    ProviderStatus,
    Refused,
    Uncertain,
    status_named,
    verdict,
)

#: How long the provider may keep a message in its queue at most, in seconds; also its own default.
LONGEST_VALIDITY_S = 36_000

_SID = re.compile(r"(?:SM|MM)[0-9a-fA-F]{32}")
_PAGE_SIZE = 100
# What the client raises when an answer is JSON of another shape than it expects.
_UNREADABLE = (ValueError, TypeError, AttributeError, KeyError)


class ListingFailedError(Exception):
    """The provider's list could not be read: nothing follows from it, least of all that a message is not there."""


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One message in the provider's list, going out or coming in. `body` is empty where the account keeps no texts."""

    sid: str
    inbound: bool
    sender: str
    recipient: str
    body: str
    status: ProviderStatus | None
    error_code: int | None
    created_at: datetime


class RebasedHttpClient(TwilioHttpClient):  # type: ignore[misc]  # twilio ships no types
    """The official HTTP client, quiet, without retries, and pointed at `api_base_url` where one is given."""

    def __init__(self, *, api_base_url: str | None, timeout_s: float) -> None:
        super().__init__(timeout=timeout_s, max_retries=0)
        self._base = urlsplit(api_base_url) if api_base_url else None
        # A kept-alive connection that the other side has just dropped would turn a message into an uncertain one.
        self.session.headers["Connection"] = "close"
        # The simulated carrier is on this machine: a proxy of the environment must not come between.
        self.session.trust_env = self._base is None
        # urllib3 writes whole URLs at DEBUG.
        logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        return super().request(method, self._rebased(url), *args, **kwargs)

    def _rebased(self, url: str) -> str:
        # Also for the addresses of further pages, which come from the answer: our credentials go to one host only.
        if self._base is None:
            return url
        asked = urlsplit(url)
        path = self._base.path.rstrip("/") + asked.path
        return urlunsplit((self._base.scheme, self._base.netloc, path, asked.query, ""))

    def log_request(self, kwargs: Any) -> None:
        """Nothing: the address of a list names a phone number."""

    def log_response(self, status_code: int, response: Any) -> None:
        """Nothing: the outcome is what we record."""


class TwilioSms:
    """One sender of one account: a Messaging Service (MG…), a number in E.164, or an alphanumeric name (one-way).

    `http_client` replaces the network, for the simulated carrier in the same process. Safe to share between threads.
    """

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        sender: str,
        api_base_url: str | None = None,
        timeout_s: float = 10,
        http_client: HttpClient | None = None,
    ) -> None:
        self._origin = {"messaging_service_sid" if sender.startswith("MG") else "from_": sender}
        self._client = Client(
            account_sid,
            auth_token,
            http_client=http_client or RebasedHttpClient(api_base_url=api_base_url, timeout_s=timeout_s),
            # Otherwise the client would look for TWILIO_EDGE and TWILIO_REGION in the environment.
            environment={"TWILIO_EDGE": "", "TWILIO_REGION": ""},
        )

    def send(self, *, to: str, body: str, callback_url: str, validity_s: int) -> Outcome:
        """Hand one message over, once. `validity_s` >= 1: how long it still makes sense to deliver it, in seconds."""
        if validity_s < 1:
            raise ValueError("a message whose time is over must not be sent")
        try:
            message = self._client.messages.create(
                to=to,
                body=body,
                status_callback=callback_url,
                validity_period=min(validity_s, LONGEST_VALIDITY_S),
                **self._origin,
            )
        except (TwilioRestException, TwilioServiceException) as error:
            return verdict(http_status=error.status, code=_whole(error.code))
        except requests.exceptions.RequestException as error:
            return _outcome_of_transport(error)
        except _UNREADABLE:
            return Uncertain(cause=Doubt.UNREADABLE)
        return _accepted(message)

    def find(self, *, to: str, since: datetime) -> tuple[Sent, ...]:
        """The messages to `to` created at or after `since`, oldest first; `to` is our number for incoming ones.

        The provider's times are whole seconds. Raises ListingFailedError when the list cannot be read to its end.
        """
        earliest = since.replace(microsecond=0)
        try:
            found = tuple(_sent(record) for record in self._records(to, earliest))
        except (TwilioException, requests.exceptions.RequestException, *_UNREADABLE) as error:
            # `from None`: the original names the URL, and with it the number.
            raise ListingFailedError(type(error).__name__) from None
        return tuple(sorted(found, key=lambda sent: (sent.created_at, sent.sid)))

    def _records(self, to: str, earliest: datetime) -> Iterator[Any]:
        # No filter by date at the provider: the day it filters by is empty until a message is sent.
        page = self._client.messages.page(to=to, page_size=_PAGE_SIZE)
        while page is not None:
            recent = [record for record in page if record.date_created >= earliest]
            yield from recent
            # Newest first, but not to the second: a whole page without a recent one is the end.
            page = page.next_page() if recent else None


def _accepted(message: Any) -> Accepted | Uncertain:
    if not isinstance(message.sid, str) or not _SID.fullmatch(message.sid):
        return Uncertain(cause=Doubt.UNREADABLE)
    return Accepted(sid=message.sid, status=status_named(str(message.status)) or ProviderStatus.ACCEPTED)


def _outcome_of_transport(error: requests.exceptions.RequestException) -> Refused | Uncertain:
    if _never_connected(error):
        return Refused(code=None, kind=FailureKind.TRANSIENT)
    if _is_certificate_refusal(error):
        return Refused(code=None, kind=FailureKind.CONFIGURATION)
    timed_out = isinstance(error, requests.exceptions.Timeout)
    return Uncertain(cause=Doubt.TIMEOUT if timed_out else Doubt.CONNECTION_LOST)


def _never_connected(error: requests.exceptions.RequestException) -> bool:
    # Only these are raised before the first byte of the request was written (urllib3, requests.adapters).
    if isinstance(error, requests.exceptions.ConnectTimeout | requests.exceptions.ProxyError):
        return True
    return isinstance(_reason(error), urllib3.exceptions.NewConnectionError)


def _is_certificate_refusal(error: requests.exceptions.RequestException) -> bool:
    # Of the faults of TLS only this one is sure to come before our request; the others may end a read.
    reason = _reason(error)
    return any(isinstance(cause, ssl.SSLCertVerificationError) for cause in getattr(reason, "args", ()))


def _reason(error: requests.exceptions.RequestException) -> object:
    return getattr(error.args[0], "reason", None) if error.args else None


def _whole(code: object) -> int | None:
    return code if isinstance(code, int) else None


def _sent(record: Any) -> Sent:
    return Sent(
        sid=str(record.sid),
        inbound=record.direction == "inbound",
        sender=record.from_ or "",
        recipient=record.to or "",
        body=record.body or "",
        status=status_named(str(record.status)),
        error_code=_whole(record.error_code),
        created_at=record.date_created,
    )
