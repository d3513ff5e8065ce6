"""A stand-in that listens, a phone, and a tab in which no error may happen."""

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from tests.web.patient.stand_in import Served, Service, stand_in


@pytest.fixture
def served() -> Iterator[Served]:
    service = Service()
    server = make_server("127.0.0.1", 0, stand_in(service), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Served(service=service, link=f"http://127.0.0.1:{server.server_port}/q#T0KEN")
    server.shutdown()
    thread.join()


@pytest.fixture
def phone(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 360, "height": 640}, has_touch=True)
    context.set_default_timeout(5_000)
    yield context
    context.close()


@pytest.fixture
def page(phone: BrowserContext) -> Iterator[Page]:
    """A tab in which any error of the page, or any breach of its content policy, fails the test."""
    tab = phone.new_page()
    wrong: list[str] = []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on(
        "console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None
    )
    yield tab
    assert wrong == []
