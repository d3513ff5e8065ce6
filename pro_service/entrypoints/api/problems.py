"""Answers every error of the API with a problem document (RFC 9457), in the language of the person who asks."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, g, json, request
from marshmallow import fields
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from pro_service.entrypoints.api.fields import message
from pro_service.entrypoints.api.shapes import Shape
from pro_service.entrypoints.errors import Problem, problem_of
from pro_service.entrypoints.login import ForgedRequestError, NotAllowedError, NotLoggedInError
from pro_service.entrypoints.step_up import StepUpNeededError
from pro_service.services.refusals import LockedError, NotFoundError, RefusedError
from pro_service.store.locked import DataLockedError

#: Refusals whose fault is one field of the request: they are answered like the fields that cannot be read.
FIELD_OF: Mapping[str, str] = {
    "bad_code": "code",
    "bad_phone": "phone",
    "unknown_language": "language",
    "unknown_site": "site",
    "unknown_type": "type",
    "missing_field": "",
    "wrong_value": "",
    "too_far_ahead": "on",
    "told_before": "disclosed_on",
    "reason_missing": "reason",
    "unknown_action": "action",
    "note_too_long": "note",
    "note_missing": "note",
    "unknown_reason": "reason",
    "unknown_datum": "",
    "text_missing": "text",
    "text_too_long": "text",
    "tells_who": "text",
    "bad_hash": "sha256",
    "day_ahead": "on",
    "never_given": "scope",
    "text_unknown": "text_id",
    "entry_reason_missing": "reason",
}

_SENTENCES: Mapping[HTTPStatus, tuple[str, str, str]] = {
    HTTPStatus.BAD_REQUEST: (
        "malformed",
        "La requête n'est pas du JSON lisible.",
        "The request is no readable JSON.",
    ),
    HTTPStatus.UNAUTHORIZED: ("log_in_first", "Connectez-vous d'abord.", "Log in first."),
    HTTPStatus.FORBIDDEN: (
        "forbidden",
        "La requête ne porte pas le jeton de la session (X-CSRF-Token), ou vient d'un autre site.",
        "The request lacks the session's token (X-CSRF-Token), or comes from another site.",
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        "too_large",
        "La requête est trop longue.",
        "The request is too long.",
    ),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: (
        "not_json",
        "Envoyez du JSON (Content-Type: application/json).",
        "Send JSON (Content-Type: application/json).",
    ),
    HTTPStatus.UNPROCESSABLE_ENTITY: (
        "invalid",
        "La requête ne peut pas être acceptée ainsi.",
        "The request cannot be accepted as it is.",
    ),
}


class InvalidFieldsError(Exception):
    """Fields of a request cannot be read; `messages` as marshmallow nests them, by name."""

    def __init__(self, messages: Mapping[str, Any]) -> None:
        self.messages = messages
        super().__init__("invalid fields")


class ProblemSchema(Shape):
    """RFC 9457. `code` is stable; `title` and `detail` are for people."""

    type = fields.String(required=True, metadata={"example": "about:blank"})
    status = fields.Integer(required=True, metadata={"example": 409})
    title = fields.String(required=True, metadata={"example": "Conflict"})
    code = fields.String(required=True, metadata={"example": "already_recorded"})
    detail = fields.String(required=True, metadata={"example": "This fact is recorded already for this day."})


class FieldErrorSchema(Shape):
    """One thing that is wrong with a request."""

    field = fields.String(
        required=True,
        metadata={
            "description": "The place, with dots between levels; empty for the whole",
            "example": "facts.0.on",
        },
    )
    code = fields.String(required=True, metadata={"example": "not_a_day"})
    message = fields.String(required=True, metadata={"example": "A date such as 2026-05-03 is expected."})


class InvalidSchema(ProblemSchema):
    """A problem that says field by field what is wrong."""

    errors = fields.List(fields.Nested(FieldErrorSchema), required=True)


def answer_with_problems(blueprint: Blueprint) -> None:
    """Every error raised in a route of `blueprint` becomes a problem document."""
    blueprint.register_error_handler(InvalidFieldsError, _invalid)
    blueprint.register_error_handler(RefusedError, _refused)
    blueprint.register_error_handler(
        NotFoundError, lambda error: problem_of(error, language=language()).response()
    )
    blueprint.register_error_handler(DataLockedError, lambda _: _refused(LockedError()))
    blueprint.register_error_handler(NotLoggedInError, lambda _: _log_in_first())
    blueprint.register_error_handler(StepUpNeededError, lambda _: _step_up_needed())
    blueprint.register_error_handler(ForgedRequestError, lambda _: _plain(HTTPStatus.FORBIDDEN))
    blueprint.register_error_handler(NotAllowedError, lambda _: _not_allowed())
    blueprint.register_error_handler(HTTPException, lambda error: _plain(HTTPStatus(error.code or 500)))


def name_the_methods(response: Response) -> Response:
    """A 405 says which methods there are (RFC 9110, 15.5.6), whichever handler answered it."""
    error = request.routing_exception
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers.setdefault("Allow", ", ".join(sorted(error.valid_methods)))
    return response


def language() -> str:
    """That of the person who asks; of a stranger, French unless the browser prefers English."""
    person = getattr(g, "person", None)
    if person is not None:
        return "en" if person.language == "en" else "fr"
    return "en" if request.accept_languages.best_match(["fr", "en"]) == "en" else "fr"


def problem(status: HTTPStatus, *, code: str, fr: str, en: str) -> Response:
    """A problem that no table here foresees."""
    return Problem(status=status, code=code, detail=fr if language() == "fr" else en).response()


def _log_in_first() -> Response:
    """With the challenge that programs expect (RFC 9110, 11.6.1; RFC 6750, 3)."""
    response = _plain(HTTPStatus.UNAUTHORIZED)
    refused = ', error="invalid_token"' if "Authorization" in request.headers else ""
    response.headers["WWW-Authenticate"] = f'Bearer realm="api"{refused}'
    return response


def _step_up_needed() -> Response:
    return problem(
        HTTPStatus.FORBIDDEN,
        code="step_up_needed",
        fr="Redonnez d'abord votre code (POST /session/step-up).",
        en="Give your second factor again first (POST /session/step-up).",
    )


def _not_allowed() -> Response:
    return problem(
        HTTPStatus.FORBIDDEN,
        code="not_allowed",
        fr="Votre rôle ne comprend pas cette action.",
        en="Your role does not include this.",
    )


def _plain(status: HTTPStatus) -> Response:
    ordinary = (status.phrase.lower().replace(" ", "_"), status.phrase, status.phrase)
    code, french, english = _SENTENCES.get(status, ordinary)
    return problem(status, code=code, fr=french, en=english)


def _invalid(error: InvalidFieldsError) -> Response:
    told = [(field, *message(each, language())) for field, each in _flat(error.messages)]
    return _with_errors(told)


def _refused(error: RefusedError) -> Response:
    reason = error.reason
    if reason.code in FIELD_OF:
        return _with_errors([(FIELD_OF[reason.code], reason.code, reason.sentence(language()))])
    return problem_of(error, language=language()).response()


def _with_errors(told: list[tuple[str, str, str]]) -> Response:
    response = _plain(HTTPStatus.UNPROCESSABLE_ENTITY)
    errors = [{"field": field, "code": code, "message": words} for field, code, words in told]
    response.set_data(json.dumps({**response.get_json(), "errors": errors}))
    return response


def _flat(messages: Mapping[str, Any] | list[str], place: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(messages, list):
        for each in messages:
            yield place, each
        return
    for name, inside in messages.items():
        further = place if name == "_schema" else f"{place}.{name}" if place else str(name)
        yield from _flat(inside, further)
