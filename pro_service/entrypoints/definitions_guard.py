"""Keeps a process from serving a study by a protocol file that was changed since it was activated.

Production refuses: commands end with status 2, a server does not start, and one that runs (the file was activated
otherwise by another process) answers 503 and lets its clock rest until it is started with the right files. The
demonstration only warns, since trying out changes is what it is for.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from http import HTTPStatus

from flask import Flask, Response, current_app, request

from pro_service.core.definition import Problem as Mistake
from pro_service.entrypoints.errors import Problem
from pro_service.entrypoints.wiring import Wiring, wired
from pro_service.services.protocols.unchanged import changed_definitions
from pro_service.store.schema import schema_problem

log = logging.getLogger(__name__)

_EXTENSION = "pro_service.definitions_guard"
_LOOK_AGAIN = timedelta(minutes=1)
#: Incoming texts and reports are kept whatever the protocol says; the rest of these needs no protocol.
_EXEMPT = frozenset({"sms_webhook", "simulated_carrier", None})


class DefinitionsGuard:
    """Remembers for a minute whether the files are those activated, so that a request costs no statement."""

    def __init__(self) -> None:
        self._looked_at: datetime | None = None
        self._mistakes: tuple[Mistake, ...] = ()

    def mistakes(self, wiring: Wiring) -> Sequence[Mistake]:
        """Every changed file of a version in force; none while the database cannot be asked."""
        now = wiring.clock()
        if self._looked_at is None or not timedelta(0) <= now - self._looked_at < _LOOK_AGAIN:
            found = mistakes_now(wiring)
            if found and found != self._mistakes:
                log.error(
                    "protocol files were changed since they were activated; see `flask protocol status`"
                )
            self._looked_at, self._mistakes = now, found
        return self._mistakes


def mistakes_now(wiring: Wiring) -> tuple[Mistake, ...]:
    """As `DefinitionsGuard.mistakes`, asked anew."""
    return () if schema_problem() else changed_definitions(wiring.installation.catalogue.definitions)


def stand_guard(app: Flask) -> None:
    """Let no request of `app` through to a use case in production while a version in force has other words."""
    app.extensions[_EXTENSION] = DefinitionsGuard()

    @app.before_request
    def refuse() -> Response | None:
        if request.blueprint in _EXEMPT or may_go_on():
            return None
        return Problem(
            status=HTTPStatus.SERVICE_UNAVAILABLE, code="definitions_changed", detail=_CLOSED
        ).response()


def may_go_on() -> bool:
    """May the application at hand do what a protocol says? In the demonstration it always may."""
    wiring = wired()
    guard: DefinitionsGuard = current_app.extensions[_EXTENSION]
    return not guard.mistakes(wiring) or wiring.demo


_CLOSED = (
    "Service interrompu pour maintenance ; rien n'est perdu. "
    "The service is closed for maintenance; nothing is lost."
)
