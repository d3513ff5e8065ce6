"""The SMS provider's webhooks: signature first, then the bytes are kept, then an empty answer. Reading comes later."""

import logging
from urllib.parse import parse_qsl

from flask import Blueprint, Response, current_app, request

from pro_service.entrypoints.acts import request_acts_for
from pro_service.entrypoints.headers import MAX_WEBHOOK_BODY
from pro_service.entrypoints.limits import count
from pro_service.entrypoints.needs import open_to_all
from pro_service.entrypoints.wiring import wired
from pro_service.gateways.signatures import (
    SIGNATURE_HEADER,
    InboundFields,
    Rejected,
    StatusFields,
    inbound_fields,
    status_fields,
    verify,
    webhook_url,
)
from pro_service.services.messages import inbox, receipts
from pro_service.store.acting import system

blueprint = Blueprint("sms_webhook", __name__, url_prefix="/webhooks/sms")

log = logging.getLogger(__name__)

_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 100
_EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'

Pairs = tuple[tuple[str, str], ...]


@blueprint.before_request
def only_signed_forms() -> Response | None:
    """Whoever cannot sign is refused before anything is read or stored."""
    # A body that does not say how long it is gets read up to the limit, and no further.
    request.max_content_length = MAX_WEBHOOK_BODY
    if (request.content_length or 0) > MAX_WEBHOOK_BODY or len(request.get_data()) >= MAX_WEBHOOK_BODY:
        return Response(status=413)
    if request.mimetype != _FORM:
        return Response(status=415)
    pairs = _pairs()
    if pairs is None or not _signed(pairs):
        count(current_app, "unsigned")
        return Response(status=403)
    request_acts_for(system("webhook:sms"))
    return None


@blueprint.post("/inbound")
@open_to_all("the provider's signature is checked")
def inbound() -> Response:
    wiring = wired()
    fields = inbound_fields(_pairs() or (), account_sid=wiring.account_sid)
    if isinstance(fields, Rejected):
        return Response(status=403)
    _keep(fields)
    return Response(_EMPTY_TWIML, content_type="text/xml")


@blueprint.post("/status/<token>")
@open_to_all("the provider's signature is checked")
def status(token: str) -> Response:
    wiring = wired()
    fields = status_fields(_pairs() or (), account_sid=wiring.account_sid)
    if isinstance(fields, Rejected):
        return Response(status=403)
    _record(token, fields)
    return Response(status=204)


def _keep(fields: InboundFields) -> None:
    wiring = wired()
    is_new = inbox.receive_text(
        wiring.installation,
        provider_sid=fields.message_sid,
        sender=fields.sender,
        text=fields.body,
        raw=request.get_data(cache=True),
        opt_out=fields.opt_out,
        now=wiring.clock(),
    )
    if not is_new:  # the provider repeats what it thinks was lost; anybody may repeat what they captured
        log.warning("a text came again and changed nothing")


def _record(token: str, fields: StatusFields) -> None:
    receipts.record_status(
        token=token,
        sid=fields.message_sid,
        status=fields.status,
        error_code=fields.error_code,
        now=wired().clock(),
    )


def _pairs() -> Pairs | None:
    """The parameters as they came, in order, repeats included; None for a body that is no form."""
    try:
        raw = request.get_data(cache=True).decode("ascii")
        pairs = parse_qsl(
            raw, keep_blank_values=True, strict_parsing=True, max_num_fields=_MOST_FIELDS, errors="strict"
        )
    except ValueError:
        return None
    return tuple(pairs)


def _signed(pairs: Pairs) -> bool:
    wiring = wired()
    url = webhook_url(
        public_base_url=wiring.installation.base_url,
        path=str(request.environ.get("RAW_URI") or request.path).partition("?")[0],
        query=request.query_string.decode("ascii", "replace"),
    )
    return verify(
        url=url, params=pairs, signature=request.headers.get(SIGNATURE_HEADER), tokens=wiring.auth_tokens
    )
