"""The simulated carrier: what it takes, what becomes of it, what it announces, and that it is the same each time."""

import json
from datetime import timedelta
from email.utils import parsedate_to_datetime
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.delivery import ProviderStatus
from pro_service.gateways.signatures import (
    SIGNATURE_HEADER,
    InboundFields,
    StatusFields,
    inbound_fields,
    status_fields,
    verify,
)
from pro_service.gateways.simulated_carrier import (
    BEHAVIOURS,
    ApiRequest,
    NotReceived,
    Received,
    ReplyRefusal,
    SimulatedCarrier,
    answer,
    deliver_due,
)
from tests.gateways.conftest import ACCOUNT, ONE_WAY, PHONE, SERVICE, START, TOKEN, TWO_WAY, settings

CALLBACK = "http://127.0.0.1/sms/status/t0ken?x=%C3%A9#rc=3"
LATER = START + timedelta(days=1)
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"


def create(carrier, now=START, **changed):
    wanted = {"To": PHONE, "From": TWO_WAY, "Body": "Bonjour", "StatusCallback": CALLBACK, **changed}
    params = {name: value for name, value in wanted.items() if value is not None}
    return carrier.create_message(params, now=now)


def statuses_told(carrier, now=LATER):
    webhooks = carrier.due_callbacks(now)
    return [status_fields(webhook.params, account_sid=ACCOUNT).status.value for webhook in webhooks]


# What it takes


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


# What becomes of it


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


# What phones do


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


# What the account is told


def test_every_webhook_is_signed_for_the_address_it_goes_to(carrier):
    create(carrier)
    carrier.receive_from_phone(from_=PHONE, to=TWO_WAY, body="é", now=START)
    webhooks = carrier.due_callbacks(LATER)
    assert len(webhooks) == 3
    for webhook in webhooks:
        signature = dict(webhook.headers)[SIGNATURE_HEADER]
        url = webhook.url.partition("#")[0]
        assert verify(url=url, params=webhook.params, signature=signature, tokens=(TOKEN,))
        assert not verify(url=url + "x", params=webhook.params, signature=signature, tokens=(TOKEN,))


def test_a_failure_is_reported_with_its_code(carrier):
    sid = create(carrier, To="+33639989905")[1]["sid"]
    last = carrier.due_callbacks(LATER)[-1]
    assert status_fields(last.params, account_sid=ACCOUNT) == StatusFields(
        message_sid=sid, status=ProviderStatus.UNDELIVERED, error_code=30005
    )


def test_a_webhook_is_due_at_its_time_and_until_it_is_settled(carrier):
    create(carrier)
    assert carrier.due_callbacks(START) == ()
    at = carrier.next_callback_at()
    (due,) = carrier.due_callbacks(at)
    assert carrier.due_callbacks(at) == (due,)
    carrier.settle(due.id, http_status=204, now=at)
    assert carrier.due_callbacks(at) == ()
    assert carrier.next_callback_at() > at


def test_a_failing_webhook_is_repeated_then_given_up_within_15_seconds_but_still_listed(carrier):
    carrier.receive_from_phone(from_=PHONE, to=TWO_WAY, body="2", now=START)
    attempts = []
    for second in range(60):
        now = START + timedelta(seconds=1 + second)
        attempts += [second] * deliver_due(carrier, now=now, post=lambda _webhook: 503)
    assert attempts == [0, 1, 4, 12]
    (record,) = carrier.webhooks()
    assert (record.state, record.attempts, record.http_status) == ("given_up", 4, 503)
    assert carrier.next_callback_at() is None
    found = carrier.list_messages({"To": TWO_WAY}, now=LATER)[1]["messages"]
    assert [message["body"] for message in found] == ["2"]


def test_a_webhook_is_not_repeated_after_15_seconds_of_slow_answers(carrier):
    carrier.receive_from_phone(from_=PHONE, to=TWO_WAY, body="2", now=START)
    (webhook,) = carrier.due_callbacks(LATER)
    carrier.settle(webhook.id, http_status=None, now=START)
    carrier.settle(webhook.id, http_status=None, now=START + timedelta(seconds=14))
    assert carrier.webhooks()[0].state == "given_up"
    carrier.settle(webhook.id, http_status=200, now=LATER)
    assert carrier.webhooks()[0].state == "given_up"


@pytest.mark.parametrize("http_status,state", [(200, "delivered"), (204, "delivered"), (302, "waiting")])
def test_only_a_2xx_settles_a_webhook(carrier, http_status, state):
    carrier.receive_from_phone(from_=PHONE, to=TWO_WAY, body="2", now=START)
    (webhook,) = carrier.due_callbacks(LATER)
    carrier.settle(webhook.id, http_status=http_status, now=START)
    assert carrier.webhooks()[0].state == state


def test_without_an_address_for_texts_they_wait_in_the_list():
    carrier = SimulatedCarrier(settings(inbound_url=None))
    assert isinstance(carrier.receive_from_phone(from_=PHONE, to=TWO_WAY, body="2", now=START), Received)
    assert carrier.webhooks() == ()
    carrier.close()


# The same each time


def script(carrier, plan):
    """A run of calls; everything the carrier said, as text."""
    said = []
    for minute, (kind, number) in enumerate(plan):
        now = START + timedelta(minutes=minute)
        phone = f"+3363998{number:04d}"
        if kind == "create":
            said.append(create(carrier, now=now, To=phone))
        else:
            said.append(carrier.receive_from_phone(from_=phone, to=TWO_WAY, body=kind, now=now))
        said.append(carrier.due_callbacks(now))
        deliver_due(carrier, now=now, post=lambda webhook: 503 if webhook.id % 3 == 0 else 200)
    said += [carrier.webhooks(), carrier.list_messages({}, now=LATER)]
    carrier.close()
    return repr(said)


PLANS = st.lists(
    st.tuples(
        st.sampled_from(["create", "create", "STOP", "START", "2"]),
        st.one_of(st.integers(0, 3), st.integers(9901, 9913)),
    ),
    max_size=12,
)


@given(PLANS, st.integers(0, 3))
def test_the_same_calls_with_the_same_seed_give_the_same_bytes(plan, seed):
    runs = [script(SimulatedCarrier(settings(seed=seed)), plan) for _ in range(2)]
    assert runs[0] == runs[1]


def test_another_seed_gives_other_ids_and_delays(carrier):
    other = SimulatedCarrier(settings(seed=8))
    create(carrier)
    create(other)
    assert carrier.messages_of(PHONE)[0].sid != other.messages_of(PHONE)[0].sid
    assert carrier.next_callback_at() != other.next_callback_at()
    other.close()


def test_what_a_file_holds_outlives_the_carrier(tmp_path):
    path = str(tmp_path / "carrier.db")
    first = SimulatedCarrier(settings(), path=path)
    sid = create(first)[1]["sid"]
    first.close()
    second = SimulatedCarrier(settings(), path=path)
    assert create(second)[1]["sid"] != sid
    assert second.messages_of(PHONE)[0].sid == sid
    assert len(second.due_callbacks(LATER)) == 4
    second.close()


@pytest.mark.parametrize("kept_in", ["memory", "file"])
def test_many_threads_may_use_it_at_once(tmp_path, kept_in):
    path = ":memory:" if kept_in == "memory" else str(tmp_path / "carrier.db")
    shared = [SimulatedCarrier(settings(), path=path)]
    if kept_in == "file":
        shared.append(SimulatedCarrier(settings(), path=path))
    taken = []

    def work(carrier):
        taken.extend(create(carrier)[1]["sid"] for _ in range(20))

    threads = [Thread(target=work, args=(shared[index % len(shared)],)) for index in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 120
    assert len(shared[0].messages_of(PHONE)) == 120
    for carrier in shared:
        carrier.close()


def test_an_instant_without_a_zone_is_refused(carrier):
    naive = START.replace(tzinfo=None)
    with pytest.raises(ValueError, match="offset"):
        create(carrier, now=naive)
    with pytest.raises(ValueError, match="offset"):
        carrier.receive_from_phone(from_=PHONE, to=TWO_WAY, body="2", now=naive)
    with pytest.raises(ValueError, match="offset"):
        carrier.due_callbacks(naive)
    assert carrier.phones() == ()


def test_a_failure_while_writing_leaves_nothing_behind(carrier):
    ledger = carrier._ledger
    with pytest.raises(RuntimeError), ledger.transaction():
        ledger.opt_out(number=PHONE, sender=TWO_WAY)
        raise RuntimeError("made to fail")
    with pytest.raises(UnicodeEncodeError):
        create(carrier, Body="\ud83d")
    assert carrier.phones() == ()
    assert create(carrier)[0] == 201


# Its API


def ask(carrier, *, method="GET", path=MESSAGES, query=(), form=(), auth=(ACCOUNT, TOKEN)):
    request = ApiRequest(method=method, path=path, query=dict(query), form=dict(form), auth=auth)
    reply = answer(carrier, request, now=LATER)
    return reply.http_status, json.loads(reply.text)


@pytest.mark.parametrize(
    "changed,http_status,code",
    [
        ({"auth": None}, 401, 20003),
        ({"auth": (ACCOUNT, "wrong")}, 401, 20003),
        ({"auth": ("wrong", TOKEN)}, 401, 20003),
        ({"auth": (ACCOUNT, "\ud83d")}, 401, 20003),
        ({"path": MESSAGES.replace(ACCOUNT, "AC" + "0" * 32)}, 401, 20003),
        ({"path": "/2010-04-01/Accounts.json"}, 404, 20404),
        ({"path": MESSAGES.replace(".json", "/SM" + "0" * 32 + ".json")}, 404, 20404),
        ({"method": "DELETE"}, 405, 20004),
        ({"method": "POST", "path": MESSAGES.replace(".json", "/SM" + "0" * 32 + ".json")}, 405, 20004),
        ({"query": {"DateSent": "2026-06-01"}}, 400, 20001),
    ],
)
def test_a_request_the_api_does_not_take_is_told_why(carrier, changed, http_status, code):
    status, error = ask(carrier, **changed)
    assert (status, error["code"], error["status"]) == (http_status, code, http_status)


def test_the_list_has_pages_that_lead_to_each_other(carrier):
    sids = [create(carrier, Body=str(number))[1]["sid"] for number in range(5)]
    query, seen = {"PageSize": "2", "To": PHONE}, []
    for page in range(3):
        status, listed = ask(carrier, query=query)
        assert (status, listed["page"], listed["page_size"], listed["start"]) == (200, page, 2, 2 * page)
        seen += [message["sid"] for message in listed["messages"]]
        following = listed["next_page_uri"]
        if following:
            query = dict(
                pair.split("=") for pair in following.partition("?")[2].replace("%2B", "+").split("&")
            )
    assert following is None
    assert seen == sids[::-1]


def test_messages_made_while_a_list_is_read_do_not_move_its_pages(carrier):
    create(carrier, Body="a")
    create(carrier, Body="b")
    listed = ask(carrier, query={"PageSize": "1"})[1]
    create(carrier, Body="c")
    token = listed["next_page_uri"].rpartition("PageToken=")[2]
    second = ask(carrier, query={"PageSize": "1", "Page": "1", "PageToken": token})[1]
    assert [message["body"] for message in second["messages"]] == ["a"]


def test_the_list_filters_by_sender_and_bears_odd_page_sizes(carrier):
    create(carrier)
    create(carrier, From=ONE_WAY)
    assert len(ask(carrier, query={"From": ONE_WAY})[1]["messages"]) == 1
    for size in ("0", "-1", "²", "many", ""):
        assert ask(carrier, query={"PageSize": size})[0] == 200
