"""The OpenAPI document of the API, and the page that shows it without the internet."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Flask, Response, current_app, json
from flask_smorest import Api

from pro_service.entrypoints.api.problems import InvalidSchema, ProblemSchema
from pro_service.entrypoints.api.routes import PREFIX
from pro_service.entrypoints.errors import PROBLEM
from pro_service.entrypoints.login import CSRF_HEADER, Cookie
from pro_service.entrypoints.needs import open_to_all

OPENAPI = "3.1.0"
VERSION = "1"
_DESCRIPTION = f"""
For the staff of a site and their programs: the same rights as on the desk, in JSON.

Log in with `POST {PREFIX}/session`: the answer sets a session cookie and gives a `csrf_token`, which every changing
request repeats in the header `{CSRF_HEADER}`. A session ends after 15 minutes without a request, or 12 hours.

Every error is a problem document (RFC 9457, `{PROBLEM}`). Unknown fields are refused. Days are written `2026-05-03`,
instants in UTC. What belongs to another site is answered like what does not exist. Telephone numbers go in and never
come out.
"""
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>PRO service API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="/static/icons/mark.svg">
<link rel="stylesheet" href="/static/swagger/swagger-ui.css">
</head>
<body>
<div id="documentation"></div>
<noscript><p>This page needs JavaScript; the document itself is <a href="/api/v1/openapi.json">openapi.json</a>.</p>
</noscript>
<script src="/static/swagger/swagger-ui-bundle.js"></script>
<script src="/static/swagger/start.js"></script>
</body>
</html>
"""

_RETRY_AFTER = {"Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer"}}}

blueprint = Blueprint("api_document", __name__, url_prefix=PREFIX)


class ProblemApi(Api):  # type: ignore[misc]  # flask-smorest ships no types
    """flask-smorest's registry with our errors: problem documents, raised and answered by our own handlers."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """None for the whole application: the patients' and nurses' pages answer errors with pages."""

    def _register_pagination_header(self) -> None:
        """Pages are followed by the cursor in their body."""

    def _register_responses(self) -> None:
        for status in HTTPStatus:
            if status >= HTTPStatus.BAD_REQUEST:
                invalid = status is HTTPStatus.UNPROCESSABLE_ENTITY
                schema = InvalidSchema if invalid else ProblemSchema
                response: dict[str, Any] = {
                    "description": status.phrase,
                    "content": {PROBLEM: {"schema": schema}},
                }
                if status is HTTPStatus.TOO_MANY_REQUESTS:
                    response["headers"] = _RETRY_AFTER
                self.spec.components.response(status.name, response, lazy=True)


def new_document(app: Flask, *, secure: bool) -> ProblemApi:
    """An empty document of `app`, to register blueprints with."""
    api = ProblemApi(
        app,
        spec_kwargs={
            "title": "PRO service",
            "version": VERSION,
            "openapi_version": OPENAPI,
            "info": {"description": _DESCRIPTION.strip()},
            "security": [{"session": []}, {"key": []}],
        },
    )
    schemes = api.spec.components
    schemes.security_scheme(
        "session",
        {
            "type": "apiKey",
            "in": "cookie",
            "name": Cookie(secure=secure).name,
            "description": "Set by logging in.",
        },
    )
    schemes.security_scheme(
        "csrf",
        {"type": "apiKey", "in": "header", "name": CSRF_HEADER, "description": "The session's `csrf_token`."},
    )
    schemes.security_scheme(
        "key", {"type": "http", "scheme": "bearer", "description": "A program's key (`flask keys create`)."}
    )
    return api


@blueprint.get("/openapi.json")
@open_to_all("describes the API and shows nothing of anybody")
def openapi() -> Response:
    """The document as flask-smorest gathered it."""
    api = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    return Response(json.dumps(api.spec.to_dict()), mimetype="application/json")


@blueprint.get("/docs")
@open_to_all("describes the API and shows nothing of anybody")
def docs() -> Response:
    return Response(_PAGE, mimetype="text/html")
