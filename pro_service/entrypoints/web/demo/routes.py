"""The demonstration's own pages: where a visitor begins, and a simulated patient's phone."""

from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, jsonify, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from pro_service.entrypoints.acts import request_acts_for
from pro_service.entrypoints.errors import Problem, malformed, problem_of
from pro_service.entrypoints.form_fields import UnknownFieldsError
from pro_service.entrypoints.login import require_same_site
from pro_service.entrypoints.needs import open_to_all
from pro_service.entrypoints.odd_requests import json_object, printable
from pro_service.entrypoints.web.demo.logins import demo_logins
from pro_service.entrypoints.web.desk.context import desk_context
from pro_service.entrypoints.web.desk.views import Chrome, LandingPage
from pro_service.entrypoints.web.visitor import page_language
from pro_service.entrypoints.web.words.phrases import Say
from pro_service.entrypoints.wiring import Wiring, wired
from pro_service.gateways.simulated_carrier import NotReceived, PhoneMessage, SimulatedCarrier
from pro_service.services import demonstration
from pro_service.services.refusals import NotFoundError
from pro_service.store.acting import system
from pro_service.store.db import reading
from pro_service.store.queries import dataset, phones

blueprint = Blueprint("demo", __name__)

_SHOWN = 6
_CONFLICT = HTTPStatus.CONFLICT
_LONGEST_TEXT = 1600


@blueprint.before_request
def act_for_every_visitor() -> None:
    """The demonstration's patients are fictitious: whoever comes may see them."""
    request_acts_for(system("system:demonstration"))


@blueprint.get("/")
@open_to_all("the demonstration alone has it, and its people are fictitious")
def landing() -> AnyResponse:
    wiring = wired()
    with reading() as session:
        sites, patients = phones.counts(session)
        codes = phones.lively(session, limit=_SHOWN)
        here = dataset.study_codes(session) or (demonstration.STUDY,)
    page = LandingPage(
        chrome=Chrome(study=", ".join(here).upper(), here="/", demo=True),
        patients=patients,
        sites=sites,
        phone_patients=codes,
        demo_logins=demo_logins(),
    )
    say = Say(language=page_language(), now=wiring.clock(), zone="Europe/Paris")
    context = desk_context(page=page, say=say, csrf_token="")
    return Response(render_template("desk/landing.html", **context))


@blueprint.get("/demo/phone")
@open_to_all("the demonstration alone has it, and its people are fictitious")
def phone() -> str:
    return render_template("demo/phone.html", csrf_token="", patient=request.args.get("patient", ""))


@blueprint.get("/demo/phone/messages")
@open_to_all("the demonstration alone has it, and its people are fictitious")
def phone_messages() -> Response:
    wiring, carrier = wired(), _carrier()
    with reading() as session:
        listed = phones.patients(session)
        code = printable(request.args.get("patient", "")) or next((one.code for one in listed), "")
        number = phones.number_of(session, wiring.installation.keys, code=code)
    if number is None:
        return problem_of(NotFoundError("patient")).response()
    messages = carrier.messages_of(number, now=wiring.clock())
    two_way = _sender_of(messages, wiring) == wiring.two_way_sender
    return jsonify(
        patients=[
            {
                "code": one.code,
                "site": one.site,
                "mode": "sms" if one.sms_items else "link",
                "zone": one.zone,
            }
            for one in listed
        ],
        sender=_sender_of(messages, wiring),
        two_way=two_way,
        messages=[_bubble(message) for message in messages],
    )


@blueprint.post("/demo/phone/reply")
@open_to_all("the demonstration alone has it, and its people are fictitious")
def phone_reply() -> Response:
    require_same_site()
    document = json_object()
    if document is None or not isinstance(document.get("body"), str):
        return malformed("A JSON object with patient and body is expected.").response()
    if unknown := set(document) - {"patient", "body"}:
        raise UnknownFieldsError(unknown)
    wiring, carrier = wired(), _carrier()
    with reading() as session:
        number = phones.number_of(
            session, wiring.installation.keys, code=printable(str(document.get("patient", "")))
        )
    if number is None:
        return problem_of(NotFoundError("patient")).response()
    sender = _sender_of(carrier.messages_of(number), wiring)
    result = carrier.receive_from_phone(
        from_=number, to=sender, body=document["body"][:_LONGEST_TEXT], now=wiring.clock()
    )
    if isinstance(result, NotReceived):
        return Problem(status=_CONFLICT, code=result.reason, detail=result.sentence["fr"]).response()
    return jsonify(sent=True)


def _carrier() -> SimulatedCarrier:
    carrier = wired().carrier
    if carrier is None:
        raise NotFoundError("carrier")
    return carrier


def _sender_of(messages: tuple[PhoneMessage, ...], wiring: Wiring) -> str:
    """Whom a reply would go to: the sender of the newest text received."""
    return next((one.sender for one in reversed(messages) if not one.from_phone), wiring.sender)


def _bubble(message: PhoneMessage) -> dict[str, Any]:
    return {
        "id": quote(message.sid),
        "from_me": message.from_phone,
        "body": message.body,
        "at": message.sent_at.isoformat(),
        "status": message.status,
    }
