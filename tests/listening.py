"""The real application on a loopback port, with a clock that is turned: for browsers and for stories over HTTP."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from pro_service.app import create_app, simulated_carrier
from pro_service.entrypoints.wiring import wired
from pro_service.store.db import db
from tests.canaries import look_at_texts
from tests.trial import Trial, set_up, settings_for


class _Silent(WSGIRequestHandler):
    """Requests are not news."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's name
        if type == "error":
            super().log(type, message, *args)


def _closing(app: Flask) -> WSGIApplication:
    """The application, its answers closed even where a browser hangs up: the development server forgets to."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        body = app(environ, start_response)
        try:
            yield from body
        finally:
            getattr(body, "close", lambda: None)()

    return answer


@contextmanager
def served(database_url: str) -> Iterator[Trial]:
    """The application of tests.trial, listening; its texts carry links to where it listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        base_url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        settings = settings_for(database_url, base_url=base_url)
        carrier = simulated_carrier(settings)
        world: list[Trial] = []
        app = create_app(settings, now=lambda: world[0].now, carrier=carrier, in_process=True)
        world.append(Trial(app=app, carrier=carrier, base_url=base_url))
        with app.app_context():
            set_up(wired().installation)
        with _listening(app, listening):
            yield world[0]
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        look_at_texts(carrier)
        carrier.close()


@contextmanager
def _listening(app: Flask, listening: socket.socket) -> Iterator[None]:
    host, port = listening.getsockname()
    server = make_server(
        host, port, _closing(app), threaded=True, request_handler=_Silent, fd=listening.fileno()
    )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield
    server.shutdown()
    thread.join()
    server.server_close()
