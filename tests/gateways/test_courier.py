"""The courier: webhooks carried over real HTTP to a small service, as they fall due, by a thread if wanted."""

from threading import Event

import pytest
from flask import Flask, request

from pro_service.gateways.signatures import inbound_fields, verify, webhook_url
from pro_service.gateways.simulated_carrier import Courier, SimulatedCarrier, deliver_due, http_post
from tests.gateways.stand_ins import (
    ACCOUNT,
    PHONE,
    TOKEN,
    TWO_WAY,
    serving,
    settings,
)


@pytest.fixture
def service():
    """A service that checks and keeps what is posted to it; `service.answers` are the statuses to give first."""
    app = Flask("service")
    app.answers, app.texts, app.came = [], [], Event()

    @app.post("/sms/inbound")
    def inbound():
        url = webhook_url(public_base_url=app.base, path=request.environ["PATH_INFO"])
        params = tuple(request.form.items(multi=True))
        signed = verify(
            url=url, params=params, signature=request.headers["X-Twilio-Signature"], tokens=(TOKEN,)
        )
        fields = inbound_fields(params, account_sid=ACCOUNT)
        app.texts.append((signed, fields.body))
        app.came.set()
        return "", app.answers.pop(0) if app.answers else 204

    with serving(app) as base:
        app.base = base
        yield app


@pytest.fixture
def carrier(service):
    made = SimulatedCarrier(settings(inbound_url=f"{service.base}/sms/inbound#rc=3"))
    yield made
    made.close()


def text(carrier, clock, body):
    carrier.receive_from_phone(from_=PHONE, to=TWO_WAY, body=body, now=clock.now)
    clock.forward(seconds=1)


def test_texts_arrive_signed_and_unchanged_in_order(carrier, service, clock):
    bodies = ["2", "é à ù ✓", "", " a\nb&c=d+e%20 ", "٢"]
    for body in bodies:
        text(carrier, clock, body)
    assert deliver_due(carrier, now=clock.now, post=http_post(timeout_s=20)) == len(bodies)
    assert service.texts == [(True, body) for body in bodies]
    assert deliver_due(carrier, now=clock.now, post=http_post(timeout_s=20)) == 0


def test_a_text_the_service_could_not_take_comes_again(carrier, service, clock):
    service.answers = [503]
    text(carrier, clock, "2")
    deliver_due(carrier, now=clock.now, post=http_post(timeout_s=20))
    deliver_due(carrier, now=clock.forward(seconds=1), post=http_post(timeout_s=20))
    assert service.texts == [(True, "2"), (True, "2")]
    assert [record.state for record in carrier.webhooks()] == ["delivered"]


def test_no_answer_is_noted_as_none(clock):
    away = SimulatedCarrier(settings(inbound_url="http://127.0.0.1:1/sms/inbound"))
    text(away, clock, "2")
    deliver_due(away, now=clock.now, post=http_post(timeout_s=1))
    (record,) = away.webhooks()
    assert (record.state, record.attempts, record.http_status) == ("waiting", 1, None)
    away.close()


def test_the_thread_carries_what_falls_due_until_it_is_stopped(carrier, service, clock):
    courier = Courier(carrier, clock=clock, period_s=0.01)
    courier.start()
    text(carrier, clock, "2")
    assert service.came.wait(30)
    courier.stop()
    text(carrier, clock, "3")
    assert service.texts == [(True, "2")]


def test_one_bad_round_does_not_end_the_thread(carrier, clock, caplog):
    rounds = Event()

    def post(_webhook):
        if "failed, and goes on" in caplog.text:
            rounds.set()
            return 200
        raise RuntimeError("made to fail")

    courier = Courier(carrier, clock=clock, post=post, period_s=0.01)
    text(carrier, clock, "2")
    courier.start()
    assert rounds.wait(30)
    courier.stop()
    assert PHONE not in caplog.text
