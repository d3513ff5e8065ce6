"""Declares a route of the API once: what it takes and gives, who may call it, and what can go wrong."""

from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar, cast

from flask import Blueprint, request
from flask_smorest import Blueprint as SmorestBlueprint
from marshmallow import Schema
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from pro_service.entrypoints.api.problems import answer_with_problems
from pro_service.entrypoints.api.reading import StrictParser
from pro_service.entrypoints.form_fields import UnknownFieldsError
from pro_service.entrypoints.login import guard
from pro_service.entrypoints.odd_requests import refuse_impossible_names
from pro_service.entrypoints.strict_json import document

PREFIX = "/api/v1"
#: The content type of FHIR resources in JSON.
FHIR = "application/fhir+json"

View = TypeVar("View", bound=Callable[..., object])


class ApiBlueprint(SmorestBlueprint):  # type: ignore[misc]  # flask-smorest ships no types
    """Routes of one tag of the document."""

    ARGUMENTS_PARSER = StrictParser()


def api_blueprint(tag: str, description: str, *, guarded: bool = True) -> Blueprint:
    """A blueprint under /api/v1 whose errors are problem documents and whose callers are logged in, if `guarded`."""
    blueprint: Blueprint = ApiBlueprint(tag, __name__, url_prefix=PREFIX, description=description)
    answer_with_problems(blueprint)
    if guarded:
        blueprint.before_request(guard)
    blueprint.before_request(refuse_impossible_names)
    return blueprint


def endpoint(
    blueprint: Blueprint,
    rule: str,
    *,
    method: str = "GET",
    gives: type[Schema] | None = None,
    status: HTTPStatus = HTTPStatus.OK,
    body: type[Schema] | None = None,
    bodies: Mapping[str, Any] | None = None,
    query: type[Schema] | None = None,
    example: Mapping[str, Any] | None = None,
    refusals: tuple[HTTPStatus, ...] = (),
    public: bool = False,
) -> Callable[[View], View]:
    """Hang a view under `rule`. It gets the body or query as a mapping first, and the path's names as keywords.

    `bodies` describes a body of several kinds, by content type, which the view reads itself. `example` is a body;
    `refusals` are those that do not follow from the route's shape. The docstring is the document's summary and
    description.
    """

    def decorate(view: View) -> View:
        smorest = cast(Any, blueprint)
        takes_nothing = method != "GET" and body is None and bodies is None
        handler: Any = smorest.response(status, gives)(_without_body(view) if takes_nothing else view)
        for each in _refusals(rule, method, body or bodies, query, refusals, public=public):
            handler = smorest.alt_response(each, response=each.name)(handler)
        if body is not None:
            handler = smorest.arguments(body, example=example)(handler)
        if query is not None:
            handler = smorest.arguments(query, location="query")(handler)
        several = {"requestBody": {"required": True, "content": bodies}} if bodies else {}
        handler = smorest.doc(operationId=view.__name__, **several, **_security(method, public=public))(
            handler
        )
        smorest.route(rule, methods=[method])(handler)
        return cast(View, handler)

    return decorate


def _without_body(view: View) -> View:
    """The view of a request that brings nothing: what it brings all the same would be passed over in silence."""

    @wraps(view)
    def only_nothing(*given: Any, **named: Any) -> object:
        raw = request.get_data(cache=True)
        if raw and not request.is_json:
            raise UnsupportedMediaType
        try:
            found = document(raw or b"{}")
        except ValueError:
            raise BadRequest from None
        if found != {}:
            raise UnknownFieldsError(found if isinstance(found, Mapping) else ["body"])
        return view(*given, **named)

    return cast(View, only_nothing)


def _refusals(
    rule: str,
    method: str,
    body: object | None,
    query: type[Schema] | None,
    others: tuple[HTTPStatus, ...],
    *,
    public: bool,
) -> list[HTTPStatus]:
    status, found = HTTPStatus, set(others)
    if not public:
        found.add(status.UNAUTHORIZED)
    if not public or method != "GET":
        found.add(status.FORBIDDEN)
    if "<" in rule:
        found.add(status.NOT_FOUND)
    if query is not None:
        found.add(status.UNPROCESSABLE_ENTITY)
    if body is not None:
        found |= {status.BAD_REQUEST, status.REQUEST_ENTITY_TOO_LARGE, status.UNSUPPORTED_MEDIA_TYPE}
        found.add(status.UNPROCESSABLE_ENTITY)
    return sorted(found)


def _security(method: str, *, public: bool) -> Mapping[str, Any]:
    if public:
        return {"security": []}
    return {} if method == "GET" else {"security": [{"session": [], "csrf": []}, {"key": []}]}
