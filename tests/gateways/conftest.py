"""A simulated carrier, the official client in front of it with and without sockets, and a clock that is set by hand."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from flask import Flask
from werkzeug.serving import make_server

from pro_service.entrypoints.carrier import blueprint
from pro_service.gateways.simulated_carrier import CarrierSettings, InProcessHttpClient, SimulatedCarrier
from pro_service.gateways.sms import TwilioSms

ACCOUNT = "AC" + "a" * 32
SERVICE = "MG" + "b" * 32
TOKEN = "made-up-token"
TWO_WAY = "38000"
ONE_WAY = "HEROES"
PHONE = "+33639980001"
START = datetime(2026, 6, 1, 8, 0, 0, tzinfo=UTC)


@dataclass
class Clock:
    now: datetime = START
    calls: int = field(default=0)

    def __call__(self) -> datetime:
        self.calls += 1
        return self.now

    def forward(self, **delta: float) -> datetime:
        self.now += timedelta(**delta)
        return self.now


def settings(**changed) -> CarrierSettings:
    return CarrierSettings(
        **{
            "account_sid": ACCOUNT,
            "auth_token": TOKEN,
            "senders": (TWO_WAY, ONE_WAY),
            "services": {SERVICE: "+33937000000"},
            "inbound_url": "http://127.0.0.1/sms/inbound",
            "seed": 7,
            **changed,
        }
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def carrier() -> Iterator[SimulatedCarrier]:
    made = SimulatedCarrier(settings())
    yield made
    made.close()


@pytest.fixture
def served(carrier, clock) -> Iterator[Callable[..., TwilioSms]]:
    """The carrier behind a real loopback port; gives a function that makes a gateway to it."""
    app = Flask("carrier")
    app.register_blueprint(blueprint(carrier, clock, silence_s=0.6))
    with serving(app) as base:

        def gateway(**changed) -> TwilioSms:
            return TwilioSms(
                **{
                    "account_sid": ACCOUNT,
                    "auth_token": TOKEN,
                    "sender": TWO_WAY,
                    "api_base_url": f"{base}/simulated-carrier",
                    "timeout_s": 5,
                    **changed,
                }
            )

        gateway.base = base
        yield gateway


@pytest.fixture
def sms(carrier, clock) -> TwilioSms:
    """The official client without sockets."""
    client = InProcessHttpClient(carrier, clock)
    return TwilioSms(account_sid=ACCOUNT, auth_token=TOKEN, sender=TWO_WAY, http_client=client)


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
