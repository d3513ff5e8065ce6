"""Webhook signatures: the provider's published vectors, forgeries, and texts cut up in another way."""

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from pro_service.core.delivery import ProviderStatus
from pro_service.gateways.signatures import (
    INBOUND_PARAMETERS,
    InboundFields,
    Rejected,
    StatusFields,
    inbound_fields,
    sign,
    status_fields,
    verify,
    webhook_url,
)

ACCOUNT = "AC" + "a" * 32
SID = "SM" + "0123456789abcdef" * 2
URL = "https://pro.example.org/sms/inbound"
TOKEN = "made-up-token"

# Twilio, "Webhooks security" (the documentation of its helper libraries).
PUBLISHED_URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
PUBLISHED = (
    ("CallSid", "CA1234567890ABCDE"),
    ("Caller", "+14158675309"),
    ("Digits", "1234"),
    ("From", "+14158675309"),
    ("To", "+18005551212"),
)
PUBLISHED_SIGNATURE = "RSOYDt4T1cUTdK1PDd93/VVr8B8="

INBOUND = {
    "ToCountry": "FR",
    "ToState": "",
    "SmsMessageSid": SID,
    "NumMedia": "0",
    "ToCity": "",
    "FromZip": "",
    "SmsSid": SID,
    "FromState": "",
    "SmsStatus": "received",
    "FromCity": "",
    "Body": "2",
    "FromCountry": "FR",
    "To": "38000",
    "ToZip": "",
    "NumSegments": "1",
    "MessageSid": SID,
    "AccountSid": ACCOUNT,
    "From": "+33639980001",
    "ApiVersion": "2010-04-01",
}
STATUS = {
    "SmsSid": SID,
    "SmsStatus": "undelivered",
    "MessageStatus": "undelivered",
    "To": "+33639980001",
    "MessageSid": SID,
    "AccountSid": ACCOUNT,
    "From": "HEROES",
    "ApiVersion": "2010-04-01",
    "ErrorCode": "30003",
}


def pairs(fields, **changed):
    return tuple({**fields, **changed}.items())


def without(fields, name):
    return tuple((key, value) for key, value in fields.items() if key != name)


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


def test_an_incoming_text_is_read():
    assert inbound_fields(
        pairs(INBOUND, Body=" 2 \n", OptOutType="STOP"), account_sid=ACCOUNT
    ) == InboundFields(
        message_sid=SID, sender="+33639980001", recipient="38000", body=" 2 \n", media=0, opt_out="STOP"
    )


@given(st.text())
def test_any_text_may_be_a_body(body):
    fields = inbound_fields(pairs(INBOUND, Body=body), account_sid=ACCOUNT)
    assert isinstance(fields, InboundFields)
    assert fields.body == body


def test_a_status_report_is_read():
    assert status_fields(pairs(STATUS), account_sid=ACCOUNT) == StatusFields(
        message_sid=SID, status=ProviderStatus.UNDELIVERED, error_code=30003
    )
    assert status_fields(without(STATUS, "ErrorCode"), account_sid=ACCOUNT).error_code is None


@pytest.mark.parametrize("name", ["AccountSid", "Body", "From", "MessageSid", "To"])
def test_a_text_without_a_needed_parameter_is_rejected(name):
    assert inbound_fields(without(INBOUND, name), account_sid=ACCOUNT) == Rejected(
        reason="missing", parameter=name
    )


@pytest.mark.parametrize("name", ["AccountSid", "MessageSid", "MessageStatus", "To"])
def test_a_status_report_without_a_needed_parameter_is_rejected(name):
    assert status_fields(without(STATUS, name), account_sid=ACCOUNT) == Rejected(
        reason="missing", parameter=name
    )


@pytest.mark.parametrize(
    "name,value",
    [
        ("From", "+33639980001FromCity"),
        ("From", "+33639980001\n"),
        ("From", "+٣٣٦٣٩٩٨٠٠٠١"),
        ("From", "whatsapp:+33639980001"),
        ("To", ""),
        ("MessageSid", "SM123"),
        ("MessageSid", "CA" + "0" * 32),
        ("SmsStatus", "delivered"),
        ("NumMedia", "many"),
        ("FromCity", "PARIS+33"),
        ("OptOutType", "MAYBE"),
        ("MediaUrl0", "https://x.example.org/From38123"),
        ("ApiVersion", "2010-04-01Body2"),
    ],
)
def test_a_parameter_of_another_form_is_rejected(name, value):
    assert inbound_fields(pairs(INBOUND, **{name: value}), account_sid=ACCOUNT) == Rejected(
        reason="malformed", parameter=name
    )


def test_a_status_nobody_knows_is_rejected():
    rejected = status_fields(pairs(STATUS, MessageStatus="teleported"), account_sid=ACCOUNT)
    assert rejected == Rejected(reason="malformed", parameter="MessageStatus")


def test_parameters_that_disagree_are_rejected():
    other = "SM" + "f" * 32
    assert inbound_fields(pairs(INBOUND, SmsSid=other), account_sid=ACCOUNT) == Rejected(
        reason="inconsistent", parameter="SmsSid"
    )
    assert status_fields(pairs(STATUS, SmsStatus="sent"), account_sid=ACCOUNT) == Rejected(
        reason="inconsistent", parameter="SmsStatus"
    )


def test_another_account_is_rejected():
    rejected = Rejected(reason="other_account", parameter="AccountSid")
    assert inbound_fields(pairs(INBOUND), account_sid="AC" + "b" * 32) == rejected
    assert status_fields(pairs(STATUS), account_sid="AC" + "b" * 32) == rejected


def test_a_repeated_or_unknown_parameter_is_rejected_without_telling_it():
    assert inbound_fields((*pairs(INBOUND), ("Body", "3")), account_sid=ACCOUNT) == Rejected(
        reason="repeated", parameter="?"
    )
    assert inbound_fields(pairs(INBOUND, secret="1"), account_sid=ACCOUNT) == Rejected(
        reason="unexpected", parameter="?"
    )


def test_no_parameter_stands_where_the_free_text_could_swallow_it():
    assert not [name for name in INBOUND_PARAMETERS if "Body" < name < "From"]


def readings(text, after=""):
    """Every way to cut `text` into known names in rising order, each followed by its value."""
    if not text:
        yield ()
        return
    for name in INBOUND_PARAMETERS:
        if name > after and text.startswith(name):
            rest = text[len(name) :]
            for end in range(len(rest) + 1):
                for others in readings(rest[end:], name):
                    yield ((name, rest[:end]), *others)


# Texts a hostile phone could send to make its signed webhook readable as somebody else's.
HOSTILE = [
    "2",
    "",
    "2From+33639980002",
    "2From+33639980002FromCity",
    "2From38001FromCity",
    "2From+33639980002FromZip",
    "2From38001FromZip",
    "2From38001FromState",
    "2From38001MediaUrl0https://x.example.org/",
    "2From38001MediaContentType0image/",
    "2From+33639980002MessageSid" + "SM" + "f" * 32,
    "2From+33639980002FromCityParisFromCountryFR",
    "ApiVersion2010-04-01Body3",
]


@pytest.mark.parametrize("place", [{}, {"FromCity": "PARIS"}])
@pytest.mark.parametrize("sender", ["+33639980001", "38123"])
@pytest.mark.parametrize("body", HOSTILE)
def test_a_signed_text_has_one_reading_only(body, sender, place):
    sent = {"AccountSid": ACCOUNT, "Body": body, "From": sender, **place}
    sent |= {"MessageSid": SID, "NumMedia": "0", "To": "38000"}
    run_together = "".join(name + value for name, value in sorted(sent.items()))
    signature = sign(url=URL, params=pairs(sent), token=TOKEN)
    cuts = list(readings(run_together))
    assert all(verify(url=URL, params=cut, signature=signature, tokens=(TOKEN,)) for cut in cuts[:50])
    accepted = {
        fields
        for cut in cuts
        if isinstance(fields := inbound_fields(cut, account_sid=ACCOUNT), InboundFields)
    }
    assert accepted == {inbound_fields(pairs(sent), account_sid=ACCOUNT)}
    if "From" in body:
        assert len(cuts) > 5
