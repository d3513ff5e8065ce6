"""The patient's link: an inert page, and the deposits its script makes. The token travels in bodies, never in a URL."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from pro_service.core.evidence import HeldKind
from pro_service.core.instrument import Instrument, Item
from pro_service.core.lifecycle import ANSWERABLE, AssessmentState, ResponseState
from pro_service.entrypoints.acts import request_acts_for
from pro_service.entrypoints.errors import Problem, malformed, problem_of
from pro_service.entrypoints.needs import open_to_all
from pro_service.entrypoints.odd_requests import json_object
from pro_service.entrypoints.wiring import wired
from pro_service.services.answers import held, responses
from pro_service.services.answers.deposits import GivenAnswer, Progress
from pro_service.services.answers.responses import Linked
from pro_service.services.messages import stopping
from pro_service.services.refusals import NotFoundError, RefusedError
from pro_service.store.acting import system
from pro_service.store.locked import DataLockedError

blueprint = Blueprint("patient", __name__, url_prefix="/q")

_MOST_ANSWERS = 200
_HELD = {"answer": HeldKind.ANSWERS, "complete": HeldKind.COMPLETION}
_PHONES_EXIST = range(2000, 2100)


class TokenSchema(Schema):
    """A request that names its link."""

    class Meta:
        unknown = RAISE

    token = fields.String(required=True, validate=validate.Regexp(r"[!-~]{1,64}\Z"))
    language = fields.String(validate=validate.OneOf(["fr", "en"]))


class AnswerSchema(Schema):
    """One answer as the browser made it."""

    class Meta:
        unknown = RAISE

    id = fields.UUID(required=True)
    item = fields.String(required=True, validate=validate.Length(min=1, max=32))
    value = fields.Integer(required=True, allow_none=True, strict=True)
    refused = fields.Boolean(required=True, truthy={True}, falsy={False})
    answered_at = fields.AwareDateTime(required=True, format="iso")


class AnswersSchema(TokenSchema):
    """A lot of answers to one instrument."""

    instrument = fields.String(required=True, validate=validate.Length(min=1, max=64))
    answers = fields.List(
        fields.Nested(AnswerSchema), required=True, validate=validate.Length(min=1, max=_MOST_ANSWERS)
    )


class CompletionSchema(TokenSchema):
    """The patient sends one instrument."""

    instrument = fields.String(required=True, validate=validate.Length(min=1, max=64))


@blueprint.before_request
def act_for_whoever_holds_the_link() -> None:
    """The service finds the link's patient, and from there on acts for that patient alone."""
    request_acts_for(system("webhook:link"))


@blueprint.get("")
@open_to_all("a patient's own link is the key")
def page() -> str:
    """The empty shell: looking at it, prefetching it or scanning it changes nothing."""
    return render_template("patient/form.html")


@blueprint.errorhandler(RefusedError)
@blueprint.errorhandler(NotFoundError)
def refused(error: RefusedError | NotFoundError) -> Response:
    return problem_of(error, language=_language()).response()


@blueprint.errorhandler(DataLockedError)
def locked(_: DataLockedError) -> Response:
    """What a page that was still open sends after a lock is kept; its holder reads that the collection is closed."""
    wiring, document = wired(), json_object() or {}
    kind = _HELD.get(request.path.rpartition("/")[2])
    if kind is not None:
        held.hold(
            wiring.installation,
            token=str(document.get("token", "")),
            kind=kind,
            body=request.get_data(cache=True),
            now=wiring.clock(),
        )
    words = {
        "fr": "Le recueil est clos. Ce que vous avez envoyé est gardé.",
        "en": "The collection is closed. What you sent is kept.",
    }
    # 409 as for every other window that is over: the page knows what to show.
    return Problem(status=HTTPStatus.CONFLICT, code="data_locked", detail=words[_language()]).response()


@blueprint.errorhandler(ValidationError)
def invalid(error: ValidationError) -> Response:
    found = error.messages if isinstance(error.messages, Mapping) else ("body",)
    places = ", ".join(sorted(str(key) for key in found))
    return malformed(f"These fields are missing or not as described: {places}.").response()


@blueprint.post("/open")
@open_to_all("a patient's own link is the key")
def open_link() -> Response:
    body = _load(TokenSchema())
    wiring = wired()
    now = wiring.clock()
    return jsonify(_linked(responses.open_link(wiring.installation, token=body["token"], now=now), now=now))


@blueprint.post("/answer")
@open_to_all("a patient's own link is the key")
def answer() -> Response:
    body = _load(AnswersSchema())
    wiring = wired()
    given = [_given(each) for each in body["answers"]]
    progress = responses.answer(
        wiring.installation,
        token=body["token"],
        instrument=body["instrument"],
        answers=given,
        now=wiring.clock(),
    )
    saved = [each.client_id for each in given]
    return jsonify(saved=saved, state=progress.instrument_state, begins_anew=progress.begins_anew)


@blueprint.post("/complete")
@open_to_all("a patient's own link is the key")
def complete() -> Response:
    body = _load(CompletionSchema())
    wiring = wired()
    progress = responses.complete(
        wiring.installation, token=body["token"], instrument=body["instrument"], now=wiring.clock()
    )
    return jsonify(_progress(progress))


@blueprint.post("/stop")
@open_to_all("a patient's own link is the key")
def stop() -> Response:
    """No more texts to this number; the way to opt out where the sender cannot receive replies."""
    body = _load(TokenSchema())
    wiring = wired()
    stopping.stop_texts(wiring.installation, token=body["token"], now=wiring.clock())
    return jsonify(stopped=True)


def _load(schema: Schema) -> Any:
    document = json_object()
    if document is None:
        raise ValidationError("a JSON object is expected", field_name="body")
    return schema.load(document)


def _language() -> str:
    document = json_object()
    wanted = document.get("language") if document else None
    return wanted if wanted in ("fr", "en") else "fr"


def _given(each: Mapping[str, Any]) -> GivenAnswer:
    return GivenAnswer(
        client_id=str(each["id"]),
        item=each["item"],
        value=each["value"],
        refused=each["refused"],
        answered_at=_plausible(each["answered_at"]),
    )


def _plausible(at: datetime) -> datetime | None:
    """What a phone's clock says, if that can be; an answer from a phone whose clock has gone mad still counts."""
    return at if at.year in _PHONES_EXIST else None


def _linked(linked: Linked, *, now: datetime) -> dict[str, Any]:
    asked = linked.instruments if linked.open_now else ()
    return {
        "study": linked.study.upper(),
        "site": {"name": linked.site_name, "phone": linked.site_phone},
        "language": linked.patient_language,
        "languages": ["fr", "en"],
        "assessment": {
            "id": linked.assessment_id,
            "state": _state(linked),
            "closes_on": linked.close_on.isoformat(),
            "minutes": sum(instrument.minutes for instrument in linked.instruments),
        },
        "monitored": linked.alerts_read,
        "placeholder_languages": list(linked.placeholder_languages),
        "server_time": now.isoformat(),
        "instruments": [_instrument(linked, instrument) for instrument in asked],
    }


def _state(linked: Linked) -> AssessmentState:
    """The state as the patient should see it: a window that is over is over, also before the clock came by."""
    over = linked.state in ANSWERABLE and not linked.open_now
    return AssessmentState.MISSED if over else linked.state


def _instrument(linked: Linked, instrument: Instrument) -> dict[str, Any]:
    state = linked.states.get(instrument.code)
    anew = linked.begins_anew.get(instrument.code)
    return {
        "code": instrument.code,
        "title": dict(instrument.title),
        "recall": dict(instrument.recall),
        "instruction": dict(instrument.instruction),
        "minutes": instrument.minutes,
        "state": state if state in (ResponseState.IN_PROGRESS, ResponseState.COMPLETED) else "open",
        "items": [_item(item) for item in instrument.items],
        "answered": list(linked.answered.get(instrument.code, ())),
        "begins_anew": anew.isoformat() if anew else None,
    }


def _item(item: Item) -> dict[str, Any]:
    shown_if = item.shown_if
    return {
        "code": item.code,
        "label": dict(item.label),
        "recall": dict(item.recall),
        "instruction": dict(item.instruction),
        "anchors": {"top": dict(item.high), "bottom": dict(item.low)},
        "kind": "choice" if item.options else "vas",
        "minimum": item.minimum,
        "maximum": item.maximum,
        "options": [{"value": option.value, "label": dict(option.label)} for option in item.options],
        "may_refuse": item.may_refuse,
        "shown_if": {"item": shown_if.item, "above": shown_if.above} if shown_if else None,
    }


def _progress(progress: Progress) -> dict[str, Any]:
    return {
        "instrument_state": progress.instrument_state,
        "assessment_state": progress.assessment_state,
        "emergency": {"show": False, "text": {}},
    }
