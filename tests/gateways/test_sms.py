"""The SMS gateway: the official client against the simulated carrier, over real sockets, well and badly behaved."""

import logging
import socket
import ssl
import struct
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread
from urllib.parse import urlsplit

import pytest
import requests
import urllib3
from twilio.http.response import Response

from pro_service.core.delivery import Accepted, Doubt, FailureKind, ProviderStatus, Refused, Uncertain
from pro_service.gateways.simulated_carrier import Fault
from pro_service.gateways.sms import ListingFailedError, RebasedHttpClient, TwilioSms
from tests.gateways.conftest import ACCOUNT, ONE_WAY, PHONE, SERVICE, START, TOKEN, TWO_WAY, settings

CALLBACK = "https://pro.example.org/sms/status/token#rc=3&rp=all"
BODY = "HEROES: un questionnaire vous attend"


POOL = urllib3.HTTPSConnectionPool("api.example.org")


@pytest.fixture
def gateways(served, sms):
    """The same carrier over sockets, with little patience, and in this process."""
    return {"sockets": served(timeout_s=0.3), "in process": sms}


def after_retries(reason):
    return urllib3.exceptions.MaxRetryError(POOL, "/", reason)


def send(gateway, **changed):
    return gateway.send(
        **{"to": PHONE, "body": BODY, "callback_url": CALLBACK, "validity_s": 3600, **changed}
    )


def bodies(carrier):
    return [message.body for message in carrier.messages_of(PHONE)]


@pytest.mark.parametrize(
    "sender,status",
    [(TWO_WAY, "queued"), (ONE_WAY, "queued"), (SERVICE, "accepted"), ("+15005550006", "queued")],
)
def test_a_message_is_handed_over_from_each_kind_of_sender(served, carrier, sender, status):
    outcome = send(served(sender=sender))
    assert outcome == Accepted(sid=carrier.messages_of(PHONE)[0].sid, status=ProviderStatus(status))
    assert bodies(carrier) == [BODY]


def test_the_same_happens_without_sockets(sms, carrier):
    assert isinstance(send(sms), Accepted)
    assert bodies(carrier) == [BODY]


@pytest.mark.parametrize(
    "number,code,kind",
    [
        ("+15005550001", 21211, FailureKind.PERMANENT),
        ("not a number", 21211, FailureKind.PERMANENT),
        ("+15005550002", 21612, FailureKind.PERMANENT),
        ("+15005550003", 21408, FailureKind.CONFIGURATION),
        ("+15005550004", 21610, FailureKind.OPT_OUT),
        ("+15005550009", 21614, FailureKind.PERMANENT),
    ],
)
def test_a_number_the_provider_refuses_is_a_definite_no(served, carrier, number, code, kind):
    assert send(served(), to=number) == Refused(code=code, kind=kind)
    assert carrier.phones() == ()


@pytest.mark.parametrize(
    "sender,code,kind",
    [
        ("+15005550001", 21212, FailureKind.CONFIGURATION),
        ("+15005550007", 21606, FailureKind.CONFIGURATION),
        ("SOMEBODY", 21606, FailureKind.CONFIGURATION),
        ("+15005550008", 21611, FailureKind.TRANSIENT),
        ("MG" + "9" * 32, 21705, FailureKind.CONFIGURATION),
    ],
)
def test_a_sender_the_provider_refuses_is_a_definite_no(served, sender, code, kind):
    assert send(served(sender=sender)) == Refused(code=code, kind=kind)


def test_a_wrong_token_is_a_matter_for_the_operator(served):
    refused = Refused(code=20003, kind=FailureKind.CONFIGURATION)
    assert send(served(auth_token="rotated")) == refused
    assert send(served(account_sid="AC" + "c" * 32)) == refused


@pytest.mark.parametrize(
    "case",
    [
        (Fault.ERROR_BEFORE, Uncertain(cause=Doubt.SERVER_ERROR, code=20500), False),
        (Fault.RATE_LIMITED, Refused(code=20429, kind=FailureKind.TRANSIENT), False),
        (Fault.UNAUTHORISED, Refused(code=20003, kind=FailureKind.CONFIGURATION), False),
        (Fault.RESET_BEFORE, Uncertain(cause=Doubt.CONNECTION_LOST), False),
        (Fault.ERROR_AFTER, Uncertain(cause=Doubt.SERVER_ERROR, code=20500), True),
        (Fault.TIMEOUT_AFTER, Uncertain(cause=Doubt.TIMEOUT), True),
        (Fault.RESET_AFTER, Uncertain(cause=Doubt.CONNECTION_LOST), True),
        (Fault.GARBLED, Uncertain(cause=Doubt.UNREADABLE), True),
        (Fault.HTML, Uncertain(cause=Doubt.UNREADABLE), True),
        (Fault.NO_SID, Uncertain(cause=Doubt.UNREADABLE), True),
    ],
)
@pytest.mark.parametrize("transport", ["sockets", "in process"])
def test_each_fault_of_the_provider_has_its_outcome(gateways, carrier, transport, case):
    fault, outcome, taken = case
    gateway = gateways[transport]
    carrier.faults = lambda _params: fault
    assert send(gateway) == outcome
    assert len(bodies(carrier)) == taken


def test_nothing_is_ever_sent_again_by_the_client(served, carrier):
    asked = []
    carrier.faults = lambda params: asked.append(params["Body"]) or Fault.ERROR_AFTER
    send(served())
    assert asked == [BODY]
    assert bodies(carrier) == [BODY]


def test_what_never_left_this_machine_may_be_sent_again():
    with socket.create_server(("127.0.0.1", 0)) as once:
        closed_port = once.getsockname()[1]
    outcome = send(gateway_to(f"http://127.0.0.1:{closed_port}"))
    assert outcome == Refused(code=None, kind=FailureKind.TRANSIENT)


@pytest.mark.parametrize(
    "error,outcome",
    [
        (requests.exceptions.ConnectTimeout(), Refused(code=None, kind=FailureKind.TRANSIENT)),
        (requests.exceptions.ProxyError(), Refused(code=None, kind=FailureKind.TRANSIENT)),
        (
            requests.exceptions.ConnectionError(
                after_retries(
                    urllib3.exceptions.NameResolutionError("api.example.org", POOL, socket.gaierror())
                )
            ),
            Refused(code=None, kind=FailureKind.TRANSIENT),
        ),
        (requests.exceptions.ReadTimeout(), Uncertain(cause=Doubt.TIMEOUT)),
        (requests.exceptions.ConnectionError("reset"), Uncertain(cause=Doubt.CONNECTION_LOST)),
        (requests.exceptions.ChunkedEncodingError(), Uncertain(cause=Doubt.CONNECTION_LOST)),
        (requests.exceptions.SSLError("eof while reading"), Uncertain(cause=Doubt.CONNECTION_LOST)),
        (
            requests.exceptions.SSLError(
                after_retries(urllib3.exceptions.SSLError(ssl.SSLCertVerificationError("wrong name")))
            ),
            Refused(code=None, kind=FailureKind.CONFIGURATION),
        ),
    ],
)
def test_each_end_of_a_connection_has_its_outcome(error, outcome):
    assert send(gateway_over(error)) == outcome


@pytest.mark.parametrize(
    "status,text,outcome",
    [
        (201, "", Uncertain(cause=Doubt.UNREADABLE)),
        (201, "{", Uncertain(cause=Doubt.UNREADABLE)),
        (201, "[]", Uncertain(cause=Doubt.UNREADABLE)),
        (201, "null", Uncertain(cause=Doubt.UNREADABLE)),
        (201, '{"sid": 12}', Uncertain(cause=Doubt.UNREADABLE)),
        (201, '{"sid": "SM12", "status": "queued"}', Uncertain(cause=Doubt.UNREADABLE)),
        (201, '{"sid": "SM%s", "date_created": 5}' % ("0" * 32), Uncertain(cause=Doubt.UNREADABLE)),
        (302, "", Uncertain(cause=Doubt.UNLISTED_ERROR, code=302)),
        (400, "<html>", Uncertain(cause=Doubt.UNLISTED_ERROR, code=400)),
        (400, '{"code": 99999}', Uncertain(cause=Doubt.UNLISTED_ERROR, code=99999)),
        (400, '{"code": "odd"}', Uncertain(cause=Doubt.UNLISTED_ERROR)),
        (429, "<html>", Refused(code=429, kind=FailureKind.TRANSIENT)),
        (503, "<html>", Uncertain(cause=Doubt.SERVER_ERROR, code=503)),
        (
            400,
            '{"type": "t", "title": "t", "status": 400, "code": 21610}',
            Refused(code=21610, kind=FailureKind.OPT_OUT),
        ),
        (
            201,
            '{"sid": "SM%s", "status": "brand new"}' % ("0" * 32),
            Accepted(sid="SM" + "0" * 32, status=ProviderStatus.ACCEPTED),
        ),
    ],
)
def test_each_answer_has_its_outcome(status, text, outcome):
    assert send(gateway_over(Response(status, text))) == outcome


def test_a_connection_reset_while_waiting_is_uncertain():
    with resetting_server() as url:
        assert send(gateway_to(url)) == Uncertain(cause=Doubt.CONNECTION_LOST)


def test_validity_is_cut_to_what_the_provider_allows_and_never_empty():
    seen = []
    gateway = gateway_over(Response(201, "{}"), seen)
    send(gateway, validity_s=999_999)
    assert seen[0]["data"]["ValidityPeriod"] == 36_000
    assert seen[0]["data"]["StatusCallback"] == CALLBACK
    with pytest.raises(ValueError, match="must not be sent"):
        send(gateway, validity_s=0)
    assert len(seen) == 1


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


def gateway_to(url):
    return TwilioSms(account_sid=ACCOUNT, auth_token=TOKEN, sender=TWO_WAY, api_base_url=url, timeout_s=2)


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
def resetting_server():
    """Reads a request, then breaks the connection with RST instead of answering."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def break_one():
            connection, _ = listening.accept()
            connection.recv(65_536)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()

        thread = Thread(target=break_one)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.join()
