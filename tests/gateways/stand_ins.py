"""A made-up account with its senders and phones, a clock set by hand, and transports that end as they are told."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Thread

from flask import Flask
from werkzeug.serving import make_server

from pro_service.gateways.simulated_carrier import (
    CarrierSettings,
)
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


CALLBACK = "http://127.0.0.1/sms/status/t0ken?x=%C3%A9#rc=3"
LATER = START + timedelta(days=1)

BODY = "HEROES: un questionnaire vous attend"


def create(carrier, now=START, **changed):
    wanted = {"To": PHONE, "From": TWO_WAY, "Body": "Bonjour", "StatusCallback": CALLBACK, **changed}
    params = {name: value for name, value in wanted.items() if value is not None}
    return carrier.create_message(params, now=now)


def send(gateway, **changed):
    return gateway.send(
        **{"to": PHONE, "body": BODY, "callback_url": CALLBACK, "validity_s": 3600, **changed}
    )


def gateway_to(url):
    return TwilioSms(account_sid=ACCOUNT, auth_token=TOKEN, sender=TWO_WAY, api_base_url=url, timeout_s=20)


def gateway_over(answer, seen=None):
    client = Scripted(answer, [] if seen is None else seen)
    return TwilioSms(account_sid=ACCOUNT, auth_token=TOKEN, sender=TWO_WAY, http_client=client)


class Scripted:
    """A transport that ends each request in the same way."""

    def __init__(self, answer, seen):
        self.answer = answer
        self.seen = seen

    def request(self, method, url, **sent):
        self.seen.append({"method": method, "url": url, **sent})
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


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
