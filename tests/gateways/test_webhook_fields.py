"""What is read from a verified webhook, and why a signed text has one reading only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
)
from tests.gateways.webhooks import ACCOUNT, INBOUND, SID, STATUS, TOKEN, URL, pairs, without


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


@pytest.mark.req("FAULT-22")
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
