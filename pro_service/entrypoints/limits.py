"""Limits what one address, session or link may ask in a minute. The counts are in the database, for all processes."""

from collections.abc import Iterator
from datetime import datetime
from threading import Lock

from flask import Flask, request
from werkzeug.exceptions import TooManyRequests

from pro_service.core.budgets import BUDGETS, Budget, retry_after_s, window_of
from pro_service.entrypoints.client_address import client_address
from pro_service.entrypoints.login import current_token
from pro_service.entrypoints.strict_json import document
from pro_service.entrypoints.wiring import wired
from pro_service.services import budgets

_EXTENSION = "pro_service.limits"
_MOST_SOURCES = 10_000
#: Route classes by the start of the path; of two that fit, the first counts. What fits none shows nothing and costs
#: little (files, the log-in page), or is counted once its signature has failed (webhooks).
_CLASSES = (
    ("link", "/q/"),
    ("link", "/demo/"),
    ("feed", "/calendar/"),
    ("staff", "/staff"),
    ("staff", "/api/"),
)
_LOG_INS = frozenset({"/login", "/api/v1/session"})


class LocalCounts:
    """What this process counted in the current window, so that most requests cost no statement."""

    def __init__(self) -> None:
        self._window: datetime | None = None
        self._counts: dict[str, int] = {}
        self._lock = Lock()

    def to_share(self, source: str, budget: Budget, now: datetime) -> int:
        """Count one; how many the database has to be told of: none, all so far, or one."""
        with self._lock:
            if self._window != window_of(now) or len(self._counts) > _MOST_SOURCES:
                self._window, self._counts = window_of(now), {}
            count = self._counts[source] = self._counts.get(source, 0) + 1
        if count <= budget.free:
            return 0
        return count if count == budget.free + 1 else 1


def limit_requests(app: Flask) -> None:
    """Refuse with 429 what goes beyond a budget of core.budgets."""
    app.extensions[_EXTENSION] = LocalCounts()

    @app.before_request
    def check() -> None:
        kind = _class_of()
        if kind is not None:
            count(app, kind)


def count(app: Flask, kind: str) -> None:
    """Count this request in its class. Raises TooManyRequests with the seconds to wait."""
    wiring = wired()
    now = wiring.clock()
    local: LocalCounts = app.extensions[_EXTENSION]
    for what, value in _sources():
        budget = BUDGETS[kind].get(what)
        if budget is None:
            continue
        source = wiring.installation.keys.index("budget", f"{kind}:{what}:{value}").hex()
        amount = local.to_share(source, budget, now)
        if amount and budgets.spend(source, amount=amount, now=now) > budget.most:
            raise TooManyRequests(retry_after=retry_after_s(now))


def _class_of() -> str | None:
    if request.method == "POST" and request.path in _LOG_INS:
        return "login"
    return next((kind for kind, start in _CLASSES if request.path.startswith(start)), None)


def _sources() -> Iterator[tuple[str, str]]:
    yield "address", client_address()
    token = current_token()
    if token:
        yield "session", token
    link = _link_token()
    if link:
        yield "token", link


def _link_token() -> str | None:
    if not (request.path.startswith("/q/") and request.is_json):
        return None
    try:
        body = document(request.get_data(cache=True))
    except ValueError:
        return None
    token = body.get("token") if isinstance(body, dict) else None
    return token if isinstance(token, str) and token.isascii() else None
