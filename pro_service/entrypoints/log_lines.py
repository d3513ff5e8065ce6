"""Log lines: one JSON object a line and an event, in UTC, without what a request or a row held.

What somebody sent can neither begin a new line nor colour a terminal, because JSON escapes it. Of an error its kind and
the way through our code are told, not its words: those may quote a value.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from flask import Flask, has_request_context, request

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

_ORDINARY = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_LONGEST = 2_000


class Application(Flask):
    """Flask, but for how it tells of a failed request: by its route, since a path may hold a code or a token."""

    def log_exception(self, exc_info: Any) -> None:
        rule = request.url_rule.rule if has_request_context() and request.url_rule else None
        self.logger.error(
            "a request failed", exc_info=exc_info, extra={"route": rule, "method": request.method}
        )


class OneLine(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage()[:_LONGEST],
            **{name: value for name, value in vars(record).items() if name not in _ORDINARY},
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = _error(record.exc_info)
        return json.dumps(line, default=_kind)


def _error(exc_info: Any) -> dict[str, Any]:
    kind, error, trace = exc_info
    frames = traceback.extract_tb(trace)
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return {
        "kind": f"{kind.__module__}.{kind.__qualname__}",
        "caused_by": _kind(cause) if cause is not None else None,
        "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }


def _kind(value: object) -> str:
    """What stands for a value that JSON does not know."""
    return f"{type(value).__module__}.{type(value).__qualname__}"


def log_to_stderr(level: int = logging.WARNING) -> None:
    """What a server or the clock does once, when it starts."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine())
    logging.basicConfig(level=level, handlers=[handler], force=True)
