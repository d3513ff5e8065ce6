"""What the simulated carrier takes, and what becomes of it."""

import json
from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest

from pro_service.gateways.signatures import (
    status_fields,
)
from pro_service.gateways.simulated_carrier import (
    BEHAVIOURS,
)
from tests.gateways.stand_ins import (
    ACCOUNT,
    LATER,
    PHONE,
    SERVICE,
    START,
    TWO_WAY,
    create,
)


def statuses_told(carrier, now=LATER):
    webhooks = carrier.due_callbacks(now)
    return [status_fields(webhook.params, account_sid=ACCOUNT).status.value for webhook in webhooks]


def test_a_message_is_answered_in_the_providers_shape(carrier):
    http_status, message = create(carrier)
    assert http_status == 201
    assert json.loads(json.dumps(message)) == message
    assert parsedate_to_datetime(message["date_created"]) == START
    sid = message["sid"]
    assert len(sid) == 34
    assert message | {"date_created": "", "date_updated": ""} == {
        "account_sid": ACCOUNT,
        "api_version": "2010-04-01",
        "body": "Bonjour",
        "date_created": "",
        "date_sent": None,
        "date_updated": "",
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": TWO_WAY,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": "EUR",
        "sid": sid,
        "status": "queued",
        "subresource_uris": {"media": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}/Media.json"},
        "to": PHONE,
        "uri": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}.json",
    }


@pytest.mark.parametrize(
    "changed,code",
    [
        ({"To": None}, 21604),
        ({"To": "0639980001"}, 21211),
        ({"To": "+15005550001"}, 21211),
        ({"From": None}, 21603),
        ({"From": "?"}, 21212),
        ({"From": "123456789012"}, 21212),
        ({"From": "+33937000009"}, 21606),
        ({"Body": None}, 21602),
        ({"Body": ""}, 21602),
        ({"Body": "x" * 1601}, 21617),
        ({"StatusCallback": "pro.example.org/status"}, 21609),
        ({"StatusCallback": "http://[x"}, 21609),
        ({"ValidityPeriod": "0"}, 90007),
        ({"ValidityPeriod": "36001"}, 90007),
        ({"ValidityPeriod": "soon"}, 90007),
        ({"MessagingServiceSid": "MG" + "0" * 32}, 21705),
    ],
)
def test_a_request_that_is_not_right_is_refused_in_the_providers_shape(carrier, changed, code):
    http_status, error = create(carrier, **changed)
    assert http_status == 400
    assert error == {
        "code": code,
        "message": error["message"],
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": 400,
    }
    assert carrier.phones() == ()


def test_the_longest_body_is_taken(carrier):
    assert create(carrier, Body="x" * 1600)[0] == 201


def test_a_message_is_queued_then_sent_then_delivered(carrier):
    sid = create(carrier)[1]["sid"]
    seen = [
        carrier.fetch_message(sid, now=START + timedelta(milliseconds=100 * tick))[1]["status"]
        for tick in range(120)
    ]
    assert list(dict.fromkeys(seen)) == ["queued", "sent", "delivered"]
    assert carrier.fetch_message(sid, now=LATER)[1]["date_sent"] is not None


def test_a_message_of_a_service_is_accepted_first_and_goes_out_from_its_sender(carrier):
    message = create(carrier, From=None, MessagingServiceSid=SERVICE)[1]
    assert (message["status"], message["from"]) == ("accepted", "+33937000000")
    assert statuses_told(carrier) == ["queued", "sent", "delivered"]


@pytest.mark.parametrize("number", sorted(BEHAVIOURS))
def test_a_special_number_ends_as_the_table_says(carrier, number):
    behaviour = BEHAVIOURS[number]
    message = carrier.fetch_message(create(carrier, To=number)[1]["sid"], now=LATER)[1]
    assert message["status"] == behaviour.statuses[-1].value
    assert message["error_code"] == behaviour.error_code


@pytest.mark.parametrize(
    "number,told",
    [
        (PHONE, ["sent", "delivered"]),
        ("+33639989901", ["failed"]),
        ("+33639989903", ["sent", "undelivered"]),
        ("+33639989910", ["sent"]),
        ("+33639989911", ["delivered", "sent", "delivered", "sent"]),
        ("+33639989912", ["sent", "delivered", "undelivered"]),
    ],
)
def test_each_status_but_the_first_is_reported(carrier, number, told):
    create(carrier, To=number)
    assert statuses_told(carrier) == told


def test_a_message_stuck_in_the_queue_dies_when_its_validity_ends(carrier):
    stuck = "+33639989913"
    short = create(carrier, To=stuck, ValidityPeriod="7200")[1]["sid"]
    full = create(carrier, To=stuck)[1]["sid"]
    two_hours = carrier.fetch_message(short, now=START + timedelta(hours=2))[1]
    assert (two_hours["status"], two_hours["error_code"]) == ("failed", 30036)
    assert carrier.fetch_message(full, now=START + timedelta(hours=2))[1]["status"] == "queued"
    assert carrier.fetch_message(full, now=START + timedelta(hours=10))[1]["status"] == "delivered"


def test_without_a_callback_nothing_is_reported(carrier):
    create(carrier, StatusCallback=None)
    assert carrier.due_callbacks(LATER) == ()
