"""The carrier's REST API without a transport: one request value in, one reply value out, faults acted out on the way.

The blueprint (sockets) and the in-process client (none) both go through `answer`, so they cannot differ.
"""

import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pro_service.gateways.simulated_carrier.carrier import SimulatedCarrier
from pro_service.gateways.simulated_carrier.refusals import api_error
from pro_service.gateways.simulated_carrier.values import Fault, Params

_PATH = re.compile(r"/2010-04-01/Accounts/(?P<account>AC[0-9a-fA-F]{32})/Messages(?:/(?P<sid>\w{34}))?\.json")
_HTML = "<!doctype html><title>502</title><h1>Bad gateway</h1>"
_JSON = "application/json; charset=utf-8"


@dataclass(frozen=True, kw_only=True)
class ApiRequest:
    """`auth`: user and password of HTTP basic authentication."""

    method: str
    path: str
    query: Params
    form: Params
    auth: tuple[str, str] | None


@dataclass(frozen=True, kw_only=True)
class ApiReply:
    """`broken`: the transport must not deliver this reply but time out or break, as the fault says."""

    http_status: int
    text: str
    content_type: str = _JSON
    broken: Fault | None = None


def answer(carrier: SimulatedCarrier, request: ApiRequest, *, now: datetime) -> ApiReply:
    """What the account's API says to `request` at `now`."""
    path = _PATH.fullmatch(request.path)
    if path is None:
        return _error(20404, http_status=404)
    if path["account"] != carrier.settings.account_sid or not _is_ours(carrier, request.auth):
        return _error(20003, http_status=401)
    if request.method == "POST" and path["sid"] is None:
        return _create(carrier, request.form, now)
    if request.method != "GET":
        return _error(20004, http_status=405)
    if path["sid"]:
        return _json(*carrier.fetch_message(path["sid"], now=now))
    return _json(*carrier.list_messages(request.query, now=now))


def _create(carrier: SimulatedCarrier, form: Params, now: datetime) -> ApiReply:
    fault = carrier.faults(form) if carrier.faults else None
    early = _fault_before(fault)
    if early:
        return early
    http_status, payload = carrier.create_message(form, now=now)
    reply = _json(http_status, payload)
    return _fault_after(fault, reply, payload) if fault and http_status == 201 else reply


def _fault_before(fault: Fault | None) -> ApiReply | None:
    if fault is Fault.ERROR_BEFORE:
        return _error(20500, http_status=500)
    if fault is Fault.RATE_LIMITED:
        return _error(20429, http_status=429)
    if fault is Fault.UNAUTHORISED:
        return _error(20003, http_status=401)
    if fault is Fault.RESET_BEFORE:
        return ApiReply(http_status=500, text="", broken=fault)
    return None


def _fault_after(fault: Fault, reply: ApiReply, payload: Mapping[str, Any]) -> ApiReply:
    if fault is Fault.ERROR_AFTER:
        return _error(20500, http_status=500)
    if fault is Fault.GARBLED:
        return ApiReply(http_status=201, text=reply.text[: len(reply.text) // 2])
    if fault is Fault.HTML:
        return ApiReply(http_status=200, text=_HTML, content_type="text/html; charset=utf-8")
    if fault is Fault.NO_SID:
        return _json(201, {name: value for name, value in payload.items() if name != "sid"})
    return ApiReply(http_status=500, text="", broken=fault)


def _is_ours(carrier: SimulatedCarrier, auth: tuple[str, str] | None) -> bool:
    if auth is None:
        return False
    given, kept = ":".join(auth), f"{carrier.settings.account_sid}:{carrier.settings.auth_token}"
    return hmac.compare_digest(given.encode("utf-8", "replace"), kept.encode())


def _json(http_status: int, payload: Mapping[str, Any]) -> ApiReply:
    return ApiReply(http_status=http_status, text=json.dumps(payload))


def _error(code: int, *, http_status: int) -> ApiReply:
    return _json(http_status, api_error(code, http_status=http_status).payload)
