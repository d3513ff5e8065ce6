"""Rehearsals for tests: the real application with a clock that is set and a carrier in its own process."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from pro_service.app import create_app
from pro_service.config import settings_from
from pro_service.entrypoints.wiring import wired
from pro_service.store.db import db

SECRETS = {
    "PRO_KEYS": "1:" + base64.b64encode(bytes(32)).decode(),
    "PRO_TWILIO_AUTH_TOKENS": "0" * 32,
}


@contextmanager
def demo_app(folder: Path) -> Iterator[Flask]:
    """The demonstration's application with its files in `folder`; no database is made."""
    app = create_app(settings_from({"PRO_DATA_FOLDER": str(folder)}, demo_secrets=SECRETS))
    with app.app_context():
        try:
            yield app
        finally:
            carrier = wired().carrier
            if carrier is not None:
                carrier.close()
            db.session.remove()
            db.engine.dispose()
