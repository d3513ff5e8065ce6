"""A simulated carrier, the official client in front of it with and without sockets, and a clock that is set by hand."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from pro_service.entrypoints.carrier import blueprint
from pro_service.gateways.simulated_carrier import InProcessHttpClient, SimulatedCarrier
from pro_service.gateways.sms import TwilioSms
from tests.gateways.stand_ins import ACCOUNT, TOKEN, TWO_WAY, Clock, serving, settings


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
    app.register_blueprint(blueprint(carrier, clock, silence_s=2))
    with serving(app) as base:

        def gateway(**changed) -> TwilioSms:
            return TwilioSms(
                **{
                    "account_sid": ACCOUNT,
                    "auth_token": TOKEN,
                    "sender": TWO_WAY,
                    "api_base_url": f"{base}/simulated-carrier",
                    "timeout_s": 20,
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
