"""Canaries: whatever of a person may be nowhere but in its place, and the watch that every test is under.

The people of the tests are fictitious, and all their telephone numbers are of one block that nobody has (+33 6 39 98).
After each test the watch looks for such a number, for the names, addresses and free answers below in what was logged
and written to standard error, in the bodies of refusals and of metrics, in the addresses of requests and in the texts
that the simulated carrier was given. Finding one fails the test.

A pytest plugin by itself: tests/conftest.py registers this module.
"""

import logging
import re
from collections.abc import Generator, Iterable
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask, Response, request
from flask.signals import request_finished

if TYPE_CHECKING:
    from pro_service.gateways.simulated_carrier import SimulatedCarrier

NAME = "Alix Canari"
EMAIL = "alix.canari@example.org"
FREE_ANSWERS = (
    "j'ai très mal",
    "je veux mourir",
    "je veux mourrir",
    "envie de me tuer",
    "pensées suicidaires",
    "chest pain since this morning",
)
_NUMBER = r"(?:33|0)[ .\-]?6[ .\-]?39[ .\-]?98(?:[ .\-]?[0-9]){4}"
_ANY = re.compile("|".join([_NUMBER, *map(re.escape, (NAME, EMAIL, *FREE_ANSWERS))]), re.IGNORECASE)
#: The stand-in for the provider has the provider's own addresses, which name numbers: they are not ours.
_PROVIDER = "/simulated-carrier/"
_METRICS = "/metrics"
#: A form that is refused comes back to who filled it in, with what was typed in its fields and nowhere else.
_FIELDS = re.compile(r"<input\b[^>]*>|<textarea\b.*?</textarea>", re.DOTALL)
_FIRST_ERROR = 400
_ORDINARY = frozenset(vars(logging.makeLogRecord({})))
_found: list[str] = []


def canary_in(text: str) -> str | None:
    """The first thing of a person that a text holds."""
    match = _ANY.search(text)
    return match[0] if match else None


def look(where: str, text: str) -> None:
    """Note it for the test that runs, if a text holds a canary."""
    if (canary := canary_in(text)) is not None:
        _found.append(f"{where} holds {canary!r}")


def look_at_texts(carrier: "SimulatedCarrier") -> None:
    """The bodies a carrier was given. What a phone sent in its answer is that person's own."""
    for number in carrier.phones():
        for one in carrier.messages_of(number):
            if not one.from_phone:
                look("a text message", one.body)


class _LogWatch(logging.Handler):
    """Reads each record as a log file would show it: the message, the traceback and the extra fields."""

    def emit(self, record: logging.LogRecord) -> None:
        extra = {name: value for name, value in vars(record).items() if name not in _ORDINARY}
        look(f"a log line of {record.name}", f"{self.format(record)} {extra or ''}")


def _answered(_: Flask, response: Response, **__: Any) -> None:
    path = request.full_path
    if not path.startswith(_PROVIDER):
        look("the address of a request", path)
    if response.status_code < _FIRST_ERROR and not path.startswith(_METRICS):
        return
    if not response.is_streamed:
        body = response.get_data(as_text=True)
        look(f"the body of a {response.status_code}", _FIELDS.sub("", body))


_log_watch = _LogWatch()


def pytest_configure() -> None:
    logging.getLogger().addHandler(_log_watch)
    request_finished.connect(_answered)


def pytest_unconfigure() -> None:
    logging.getLogger().removeHandler(_log_watch)
    request_finished.disconnect(_answered)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(call: pytest.CallInfo[None]) -> Generator[None, Any, pytest.TestReport]:
    """Fail what would have passed, if anything of a person was seen where it may not be."""
    report: pytest.TestReport = yield
    if call.when != "setup":
        look("standard error", report.capstderr)
        if seen := _taken():
            report.outcome, report.longrepr = "failed", _told(seen, report.longreprtext)
    return report


def _taken() -> list[str]:
    seen = list(dict.fromkeys(_found))
    _found.clear()
    return seen


def _told(seen: Iterable[str], before: str) -> str:
    return "\n".join(["personal data where none may be:", *seen, before]).rstrip()
