"""Lets the provider's official client talk to the simulated carrier without sockets, for runs in virtual time."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from twilio.http import HttpClient
from twilio.http.response import Response

from pro_service.gateways.simulated_carrier.api import ApiReply, ApiRequest, answer
from pro_service.gateways.simulated_carrier.carrier import SimulatedCarrier
from pro_service.gateways.simulated_carrier.values import Fault


class InProcessHttpClient(HttpClient):  # type: ignore[misc]  # twilio ships no types
    """Give it to TwilioSms as `http_client`. `clock` says the instant at which each request arrives."""

    def __init__(self, carrier: SimulatedCarrier, clock: Callable[[], datetime]) -> None:
        super().__init__(logging.getLogger(__name__), is_async=False)
        self._carrier = carrier
        self._clock = clock

    def request(self, method: str, url: str, **sent: Any) -> Any:
        """Called by the library with params, data and auth, and with headers and a timeout that mean nothing here."""
        called = urlsplit(url)
        request = ApiRequest(
            method=method,
            path=called.path,
            query={**dict(parse_qsl(called.query)), **_texts(sent.get("params"))},
            form=_texts(sent.get("data")),
            auth=sent.get("auth"),
        )
        return _delivered(answer(self._carrier, request, now=self._clock()))


def _delivered(reply: ApiReply) -> Any:
    if reply.broken is Fault.TIMEOUT_AFTER:
        raise requests.exceptions.ReadTimeout("no answer in time")
    if reply.broken:
        raise requests.exceptions.ConnectionError("the connection broke")
    return Response(reply.http_status, reply.text)


def _texts(values: Mapping[str, object] | None) -> dict[str, str]:
    return {name: str(value) for name, value in (values or {}).items()}
