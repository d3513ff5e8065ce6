"""What phones do at the simulated carrier: reply, stop, and show their texts."""

from datetime import timedelta

import pytest

from pro_service.core.delivery import ProviderStatus
from pro_service.gateways.signatures import (
    InboundFields,
    inbound_fields,
)
from pro_service.gateways.simulated_carrier import (
    NotReceived,
    ReplyRefusal,
)
from tests.gateways.stand_ins import ACCOUNT, LATER, ONE_WAY, PHONE, SERVICE, START, TWO_WAY, create


def test_a_reply_is_kept_and_announced(carrier):
    received = carrier.receive_from_phone(from_=PHONE, to=TWO_WAY, body="2 ✓\x00", now=START)
    (webhook,) = carrier.due_callbacks(LATER)
    assert webhook.url == "http://127.0.0.1/sms/inbound"
    assert inbound_fields(webhook.params, account_sid=ACCOUNT) == InboundFields(
        message_sid=received.sid, sender=PHONE, recipient=TWO_WAY, body="2 ✓\x00", media=0, opt_out=None
    )


def test_a_name_without_a_number_cannot_be_answered(carrier):
    refused = carrier.receive_from_phone(from_=PHONE, to=ONE_WAY, body="STOP", now=START)
    assert refused == NotReceived(reason=ReplyRefusal.ONE_WAY_SENDER)
    assert refused.sentence["en"] == "This sender cannot receive replies."
    assert refused.sentence["fr"] == "Cet expéditeur ne peut pas recevoir de réponse."
    assert carrier.due_callbacks(LATER) == ()
    assert create(carrier, From=ONE_WAY)[0] == 201


def test_a_number_that_is_nobodys_cannot_be_answered(carrier):
    refused = carrier.receive_from_phone(from_=PHONE, to="+33937999999", body="2", now=START)
    assert refused == NotReceived(reason=ReplyRefusal.UNKNOWN_NUMBER)


@pytest.mark.parametrize("word", ["STOP", "stop", " Stop\n", "UNSUBSCRIBE", "QUIT"])
def test_after_stop_the_sender_may_not_write_until_start(carrier, word):
    carrier.receive_from_phone(from_=PHONE, to=TWO_WAY, body=word, now=START)
    assert create(carrier)[1]["code"] == 21610
    assert create(carrier, From=ONE_WAY)[0] == 201
    assert create(carrier, To="+33639980002")[0] == 201
    carrier.receive_from_phone(from_=PHONE, to=TWO_WAY, body="start", now=START)
    assert create(carrier)[0] == 201


@pytest.mark.parametrize("word", ["ARRET", "Arrêt", "stop svp", "2"])
def test_other_words_stop_nothing_at_the_carrier(carrier, word):
    carrier.receive_from_phone(from_=PHONE, to=TWO_WAY, body=word, now=START)
    assert create(carrier)[0] == 201


def test_stop_reaches_the_service_a_number_belongs_to(carrier):
    carrier.receive_from_phone(from_=PHONE, to="+33937000000", body="STOP", now=START)
    assert create(carrier, From=None, MessagingServiceSid=SERVICE)[1]["code"] == 21610
    assert dict(carrier.due_callbacks(LATER)[0].params)["MessagingServiceSid"] == SERVICE


def test_what_no_radio_can_carry_becomes_question_marks(carrier):
    carrier.receive_from_phone(from_=PHONE, to=TWO_WAY, body="a\ud83db", now=START)
    assert carrier.messages_of(PHONE)[0].body == "a?b"


def test_the_phone_shows_its_texts_in_order_and_when_they_arrive(carrier):
    create(carrier, Body="first")
    reply_at = START + timedelta(minutes=1)
    carrier.receive_from_phone(from_=PHONE, to=TWO_WAY, body="2", now=reply_at)
    create(carrier, now=START + timedelta(minutes=2), To="+33639989903", Body="elsewhere")
    create(carrier, now=START + timedelta(minutes=3), Body="second")
    assert [message.body for message in carrier.messages_of(PHONE)] == ["first", "2", "second"]
    assert [message.from_phone for message in carrier.messages_of(PHONE)] == [False, True, False]
    at_once = carrier.messages_of(PHONE, now=START)
    assert [(message.body, message.arrived_at) for message in at_once] == [("first", None)]
    first, reply = carrier.messages_of(PHONE, now=reply_at)
    assert START < first.arrived_at < reply_at
    assert (reply.sent_at, reply.arrived_at, reply.status) == (reply_at, reply_at, ProviderStatus.RECEIVED)
    (off,) = carrier.messages_of("+33639989903")
    assert (off.arrived_at, off.status, off.error_code) == (None, ProviderStatus.UNDELIVERED, 30003)
    assert carrier.phones() == (PHONE, "+33639989903")
