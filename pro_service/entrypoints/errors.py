"""Turns what a use case raises into an answer: problem documents for programs, pages for people. One table."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import Response, json

from pro_service.services.refusals import (
    ConflictError,
    GoneError,
    InvalidError,
    LockedError,
    NotFoundError,
    RefusedError,
)

PROBLEM = "application/problem+json"

#: The first class that fits gives the status.
STATUSES: tuple[tuple[type[Exception], HTTPStatus], ...] = (
    (InvalidError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (ConflictError, HTTPStatus.CONFLICT),
    (LockedError, HTTPStatus.LOCKED),
    (GoneError, HTTPStatus.GONE),
    (RefusedError, HTTPStatus.CONFLICT),
    (NotFoundError, HTTPStatus.NOT_FOUND),
)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """RFC 9457 problem details: `code` is stable, `title` and `detail` are for people."""

    status: HTTPStatus
    code: str
    detail: str

    def response(self) -> Response:
        document = {
            "type": "about:blank",
            "status": self.status.value,
            "title": self.status.phrase,
            "code": self.code,
            "detail": self.detail,
        }
        return Response(json.dumps(document), status=self.status.value, content_type=PROBLEM)


def status_of(error: Exception) -> HTTPStatus:
    return next(status for kind, status in STATUSES if isinstance(error, kind))


def problem_of(error: RefusedError | NotFoundError, *, language: str = "fr") -> Problem:
    """The problem document of a refusal. A thing that is not there is described alike whatever it was."""
    if isinstance(error, RefusedError):
        return Problem(
            status=status_of(error), code=error.reason.code, detail=error.reason.sentence(language)
        )
    return Problem(status=HTTPStatus.NOT_FOUND, code="not_found", detail=_NOT_FOUND[language])


def malformed(detail: str) -> Problem:
    """The request is not what the route takes."""
    return Problem(status=HTTPStatus.BAD_REQUEST, code="malformed", detail=detail)


_NOT_FOUND = {"fr": "Introuvable.", "en": "Not found."}
