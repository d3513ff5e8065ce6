"""Webhook signatures: the provider's published vectors, and forgeries of every kind."""

import base64
import hashlib
import hmac

import pytest
from twilio.request_validator import RequestValidator

from pro_service.gateways.signatures import (
    sign,
    verify,
    webhook_url,
)
from tests.gateways.webhooks import INBOUND, TOKEN, URL, pairs, without

# Twilio, "Webhooks security" (the documentation of its helper libraries).
PUBLISHED_URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
PUBLISHED = (
    ("CallSid", "CA1234567890ABCDE"),  # pragma: allowlist secret
    ("Caller", "+14158675309"),
    ("Digits", "1234"),
    ("From", "+14158675309"),
    ("To", "+18005551212"),
)
PUBLISHED_SIGNATURE = "RSOYDt4T1cUTdK1PDd93/VVr8B8="


def genuine(params, url=URL, token=TOKEN):
    return {"url": url, "params": params, "signature": sign(url=url, params=params, token=token)}


def test_the_published_example_verifies():
    assert sign(url=PUBLISHED_URL, params=PUBLISHED, token="12345") == PUBLISHED_SIGNATURE
    assert verify(url=PUBLISHED_URL, params=PUBLISHED, signature=PUBLISHED_SIGNATURE, tokens=("12345",))


def test_a_signature_is_the_hmac_of_url_and_sorted_parameters():
    text = URL + "".join(name + value for name, value in sorted(INBOUND.items()))
    expected = base64.b64encode(hmac.new(TOKEN.encode(), text.encode(), hashlib.sha1).digest()).decode()
    assert sign(url=URL, params=pairs(INBOUND), token=TOKEN) == expected


@pytest.mark.parametrize("url", [URL, URL + "?x=%C3%A9", "https://pro.example.org:8443/sms/status/a1b2"])
def test_what_was_signed_for_an_address_verifies_there(url):
    assert verify(**genuine(pairs(INBOUND, Body="é ✓ 2\n"), url=url), tokens=(TOKEN,))


def test_either_of_two_live_tokens_will_do():
    request = genuine(pairs(INBOUND), token="the-new-one")
    assert verify(**request, tokens=(TOKEN, "the-new-one"))
    assert verify(**request, tokens=("the-new-one", TOKEN))
    assert not verify(**request, tokens=(TOKEN,))
    assert not verify(**request, tokens=())


def test_the_connection_settings_after_the_hash_are_not_signed():
    signed = sign(url=URL + "#rc=3&rp=all", params=pairs(INBOUND), token=TOKEN)
    assert verify(url=URL, params=pairs(INBOUND), signature=signed, tokens=(TOKEN,))


@pytest.mark.parametrize(
    "url",
    [
        "http://pro.example.org/sms/inbound",
        "https://evil.example.org/sms/inbound",
        "https://pro.example.org:9443/sms/inbound",
        "https://pro.example.org/sms/status",
        "https://pro.example.org/sms/inbound?x=1",
    ],
)
def test_a_right_signature_for_another_address_is_refused(url):
    request = genuine(pairs(INBOUND), url=url)
    assert not verify(url=URL, params=request["params"], signature=request["signature"], tokens=(TOKEN,))


def test_the_port_of_our_own_address_may_be_signed_or_not():
    ours = "https://pro.example.org:8443/sms/inbound"
    for signed_url in (ours, URL):
        signature = sign(url=signed_url, params=pairs(INBOUND), token=TOKEN)
        assert verify(url=ours, params=pairs(INBOUND), signature=signature, tokens=(TOKEN,))


@pytest.mark.parametrize("signature", [None, "", "x", "é" * 28, "A" * 28, PUBLISHED_SIGNATURE])
def test_a_missing_or_made_up_signature_is_refused(signature):
    assert not verify(url=URL, params=pairs(INBOUND), signature=signature, tokens=(TOKEN,))


def test_a_changed_added_or_removed_parameter_is_refused():
    signature = genuine(pairs(INBOUND))["signature"]
    for params in (pairs(INBOUND, Body="3"), pairs(INBOUND, Extra="1"), without(INBOUND, "FromZip")[1:]):
        assert not verify(url=URL, params=params, signature=signature, tokens=(TOKEN,))


@pytest.mark.req("FAULT-22")
def test_no_other_algorithm_is_taken():
    signature = RequestValidator(TOKEN).compute_signature(URL, dict(INBOUND), "HMAC_SHA256")
    assert not verify(url=URL, params=pairs(INBOUND), signature=signature, tokens=(TOKEN,))


def test_a_repeated_parameter_is_refused_though_its_signature_is_the_same():
    request = genuine(pairs(INBOUND))
    twice = (*request["params"], ("Body", "2"))
    assert not verify(url=URL, params=twice, signature=request["signature"], tokens=(TOKEN,))


def test_what_is_no_text_is_refused_and_breaks_nothing():
    assert not verify(url=URL, params=pairs(INBOUND, Body="\ud83d"), signature="A" * 28, tokens=(TOKEN,))


def test_the_address_is_built_from_configuration_and_the_undecoded_request():
    assert webhook_url(public_base_url="https://pro.example.org/", path="/sms/inbound") == URL
    assert (
        webhook_url(public_base_url="https://pro.example.org/a", path="/b%20c", query="x=%C3%A9")
        == "https://pro.example.org/a/b%20c?x=%C3%A9"
    )
