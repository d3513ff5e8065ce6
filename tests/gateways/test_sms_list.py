"""Asking the provider which messages it has, and what the client must never do on the way."""

import logging
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import requests
from twilio.http.response import Response

from pro_service.core.delivery import ProviderStatus
from pro_service.gateways.sms import ListingFailedError, RebasedHttpClient
from tests.gateways.stand_ins import (
    BODY,
    PHONE,
    START,
    TOKEN,
    TWO_WAY,
    gateway_over,
    send,
    settings,
)


def test_the_list_tells_what_the_provider_has(served, carrier, clock):
    gateway = served()
    first = send(gateway)
    clock.forward(seconds=30)
    carrier.receive_from_phone(from_=PHONE, to=TWO_WAY, body="2", now=clock.now)
    found = gateway.find(to=PHONE, since=START)
    assert [(sent.sid, sent.body, sent.inbound, sent.status) for sent in found] == [
        (first.sid, BODY, False, ProviderStatus.DELIVERED)
    ]
    assert (found[0].created_at, found[0].sender, found[0].recipient) == (START, TWO_WAY, PHONE)
    received = gateway.find(to=TWO_WAY, since=START)
    assert [(sent.body, sent.inbound, sent.sender) for sent in received] == [("2", True, PHONE)]


def test_the_list_is_read_page_after_page_and_oldest_first(served, carrier, clock):
    gateway, texts = served(), [f"text {number}" for number in range(1, 206)]
    for text in texts:
        carrier.create_message({"To": PHONE, "From": TWO_WAY, "Body": text}, now=clock.forward(minutes=1))
    assert [sent.body for sent in gateway.find(to=PHONE, since=START)] == texts
    recent = gateway.find(to=PHONE, since=START + timedelta(minutes=50))
    assert [sent.body for sent in recent] == texts[49:]
    calls = clock.calls
    assert gateway.find(to=PHONE, since=START + timedelta(minutes=300)) == ()
    assert clock.calls == calls + 1  # a page without a recent message is the last one asked for


def test_a_message_of_the_same_second_is_found(sms, clock):
    clock.forward(milliseconds=700)
    send(sms)
    assert len(sms.find(to=PHONE, since=clock.now)) == 1


def test_the_list_may_lag_and_may_lack_texts(carrier, sms, clock):
    carrier.settings = settings(list_lag=timedelta(minutes=5), redacted=True)
    send(sms)
    assert sms.find(to=PHONE, since=START) == ()
    clock.forward(minutes=5)
    assert [sent.body for sent in sms.find(to=PHONE, since=START)] == [""]


@pytest.mark.parametrize(
    "answer",
    [
        requests.exceptions.ReadTimeout(),
        requests.exceptions.ConnectionError(),
        Response(500, "{}"),
        Response(200, "<html>"),
        Response(200, "[]"),
        Response(200, '{"messages": [{"sid": "SM1"}]}'),
    ],
)
def test_a_list_that_cannot_be_read_is_not_an_empty_one(answer):
    with pytest.raises(ListingFailedError) as caught:
        gateway_over(answer).find(to=PHONE, since=START)
    assert PHONE not in str(caught.value)
    assert caught.value.__suppress_context__  # the original names the number in its URL
    assert caught.value.__cause__ is None


def test_numbers_and_texts_are_never_logged(served, caplog):
    caplog.set_level(logging.DEBUG)
    gateway = served()
    send(gateway)
    gateway.find(to=PHONE, since=START)
    ours = [record.getMessage() for record in caplog.records if record.name.split(".")[0] != "werkzeug"]
    assert not [line for line in ours if "3363998" in line or "HEROES" in line or TOKEN in line]


def test_credentials_go_to_the_configured_host_only():
    client = RebasedHttpClient(api_base_url="http://127.0.0.1:8000/simulated-carrier/", timeout_s=1)
    further_page = "https://evil.example.org/2010-04-01/Accounts/AC1/Messages.json?Page=1"
    assert client._rebased(further_page) == (
        "http://127.0.0.1:8000/simulated-carrier/2010-04-01/Accounts/AC1/Messages.json?Page=1"
    )


def test_without_a_base_url_the_provider_itself_is_called():
    client = RebasedHttpClient(api_base_url=None, timeout_s=1)
    assert urlsplit(client._rebased("https://api.twilio.com/2010-04-01/x")).netloc == "api.twilio.com"
    assert client.timeout == 1
    assert client.session.get_adapter("https://api.twilio.com").max_retries.total == 0


def test_a_region_of_the_environment_changes_nothing(monkeypatch):
    monkeypatch.setenv("TWILIO_EDGE", "elsewhere")
    monkeypatch.setenv("TWILIO_REGION", "au1")
    seen = []
    send(gateway_over(Response(201, "{}"), seen))
    assert urlsplit(seen[0]["url"]).netloc == "api.twilio.com"
