"""Serves the simulated carrier under the provider's own paths, so that the official client can be pointed at it.

Only for the demonstration and tests: TwilioSms(api_base_url="http://127.0.0.1:8000/simulated-carrier").
"""

import socket
from collections.abc import Callable
from datetime import datetime
from threading import Event

from flask import Blueprint, Response, request

from pro_service.entrypoints.needs import open_to_all
from pro_service.gateways.simulated_carrier import ApiReply, ApiRequest, Fault, SimulatedCarrier, answer

_FORM = "application/x-www-form-urlencoded"
#: Where servers keep the connection of a request.
_SOCKETS = ("werkzeug.socket", "gunicorn.socket")


def blueprint(
    carrier: SimulatedCarrier, clock: Callable[[], datetime], *, silence_s: float = 30
) -> Blueprint:
    """The carrier's API. `silence_s`: how long a fault that times out keeps the client waiting, in seconds."""
    pages = Blueprint("simulated_carrier", __name__, url_prefix="/simulated-carrier")

    @pages.route("/<path:path>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    @open_to_all("the carrier checks the account's own key, and is there only where it is simulated")
    def api(path: str) -> Response:
        if request.method == "POST" and request.mimetype != _FORM:
            return Response("Unsupported Media Type", status=415, mimetype="text/plain")
        reply = answer(carrier, _request(path), now=clock())
        if reply.broken:
            _act_out(reply.broken, silence_s)
        return _response(reply)

    return pages


def _request(path: str) -> ApiRequest:
    given = request.authorization
    basic = given is not None and given.type == "basic"
    return ApiRequest(
        method=request.method,
        path=f"/{path}",
        query=request.args.to_dict(),
        form=request.form.to_dict(),
        auth=(given.username or "", given.password or "") if given and basic else None,
    )


def _response(reply: ApiReply) -> Response:
    return Response(reply.text, status=reply.http_status, content_type=reply.content_type)


def _act_out(fault: Fault, silence_s: float) -> None:
    if fault is Fault.TIMEOUT_AFTER:
        Event().wait(silence_s)
        return
    connections = [request.environ[name] for name in _SOCKETS if name in request.environ]
    for connection in connections:
        connection.shutdown(socket.SHUT_RDWR)
