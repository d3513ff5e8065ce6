"""/session: logging in with two factors, who is logged in, logging out."""

import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, after_this_request, request
from marshmallow import fields

from pro_service.core.access import Permission
from pro_service.entrypoints.api import access
from pro_service.entrypoints.api.fields import Strict, Text
from pro_service.entrypoints.api.problems import problem
from pro_service.entrypoints.api.routes import api_blueprint, endpoint
from pro_service.entrypoints.api.shapes import Shape
from pro_service.entrypoints.login import (
    cookie,
    current_token,
    guard_session,
    remember,
    require_person,
    require_same_site,
)
from pro_service.entrypoints.needs import needs, open_to_all
from pro_service.entrypoints.source import origin
from pro_service.entrypoints.wiring import wired
from pro_service.services import sign_in
from pro_service.services.sign_in import LoggedIn, LoginFailedError, TooManyTriesError
from pro_service.store.acting import acting_for, system

blueprint = api_blueprint("Session", "Logging in and out.", guarded=False)


@blueprint.before_request
def _guard_all_but_the_log_in() -> None:
    require_same_site() if request.method == "POST" else guard_session()


class LogInSchema(Strict):
    """Both factors: the password, and the six digits of the authenticator."""

    login = Text(required=True, longest=64)
    password = Text(required=True, longest=256, metadata={"format": "password"})
    code = Text(required=True, longest=16)


class PersonSchema(Shape):
    """Who is logged in, their roles (`role` is the first) and the codes of their sites."""

    login = fields.String(required=True, metadata={"example": "claire"})
    name = fields.String(required=True, metadata={"example": "Claire Martin"})
    role = fields.String(required=True, metadata={"example": "nurse"})
    roles = fields.List(fields.String(), required=True, metadata={"example": ["nurse"]})
    language = fields.String(required=True, metadata={"example": "fr"})
    sites = fields.List(fields.String(), required=True, metadata={"example": ["01", "03"]})


class SessionSchema(Shape):
    """A session; every changing request repeats its `csrf_token`."""

    csrf_token = fields.String(required=True)
    person = fields.Nested(PersonSchema, required=True)


@endpoint(
    blueprint,
    "/session",
    method="POST",
    gives=SessionSchema,
    status=HTTPStatus.CREATED,
    body=LogInSchema,
    example={"login": "claire", "password": "demo-claire", "code": "123456"},
    refusals=(HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS),
    public=True,
)
@open_to_all("whoever logs in has no session yet")
def log_in(body: Mapping[str, Any]) -> Any:
    """Log in

    Sets the session cookie. After five failures an account waits, longer each time; `Retry-After` says how long.
    """
    now = wired().clock()
    with acting_for(system("system:log-in")):
        logged_in = sign_in.log_in(
            wired().installation, **body, origin=origin(), replaces=current_token() or "", now=now
        )
        person = sign_in.person(token=logged_in.token, now=now)
    remember(person)

    _keep(logged_in)
    return _session()


@endpoint(blueprint, "/session", gives=SessionSchema)
@needs(Permission.OWN_ACCOUNT)
def read_session() -> Any:
    """Who is logged in"""
    return _session()


@endpoint(blueprint, "/session", method="DELETE", status=HTTPStatus.NO_CONTENT)
@needs(Permission.OWN_ACCOUNT)
def log_out() -> Any:
    """Log out"""
    sign_in.log_out(token=current_token() or "", origin=origin(), now=wired().clock())
    response = Response(status=HTTPStatus.NO_CONTENT.value)
    cookie().delete_from(response)
    return response


class StepUpSchema(Strict):
    """The second factor, given again."""

    code = Text(required=True, longest=8)


@endpoint(
    blueprint,
    "/session/step-up",
    method="POST",
    status=HTTPStatus.NO_CONTENT,
    body=StepUpSchema,
    example={"code": "123456"},
    refusals=(HTTPStatus.TOO_MANY_REQUESTS,),
)
@needs(Permission.OWN_ACCOUNT)
def give_factor(body: Mapping[str, Any]) -> Any:
    """Give the second factor again

    For five minutes the session may do what answers 403 `step_up_needed` otherwise. It goes on under a new cookie.
    """
    guard_session()
    now, token = wired().clock(), current_token() or ""
    _keep(sign_in.step_up(wired().installation, token=token, **body, origin=origin(), now=now))
    return Response(status=HTTPStatus.NO_CONTENT.value)


def _keep(logged_in: LoggedIn) -> None:
    @after_this_request
    def set_cookie(response: Response) -> Response:
        cookie().set_on(response, logged_in)
        return response


@blueprint.errorhandler(LoginFailedError)
def _log_in_failed(_: LoginFailedError) -> Response:
    return problem(
        HTTPStatus.UNAUTHORIZED,
        code="login_failed",
        fr="L'identifiant, le mot de passe et le code ne vont pas ensemble.",
        en="The login, password and code do not go together.",
    )


@blueprint.errorhandler(TooManyTriesError)
def _too_many_tries(error: TooManyTriesError) -> Response:
    wait_s = max(1, math.ceil((error.retry_at - wired().clock()).total_seconds()))
    response = problem(
        HTTPStatus.TOO_MANY_REQUESTS,
        code="too_many_tries",
        fr=f"Trop d'essais : réessayez dans {wait_s} s.",
        en=f"Too many tries: try again in {wait_s} s.",
    )
    response.headers["Retry-After"] = str(wait_s)
    return response


def _session() -> Mapping[str, Any]:
    person = require_person()
    told = {name: getattr(person, name) for name in ("login", "name", "role", "roles", "language")}
    return {
        "csrf_token": person.csrf_token,
        "person": {**told, "sites": [site.code for site in access.sites()]},
    }
