"""Handing a message over: the official client against the simulated carrier, well and badly behaved."""

import socket
import ssl
import struct
from contextlib import contextmanager
from threading import Thread

import pytest
import requests
import urllib3
from twilio.http.response import Response

from pro_service.core.delivery import Accepted, Doubt, FailureKind, ProviderStatus, Refused, Uncertain
from pro_service.gateways.simulated_carrier import Fault
from tests.gateways.stand_ins import (
    BODY,
    CALLBACK,
    ONE_WAY,
    PHONE,
    SERVICE,
    TWO_WAY,
    gateway_over,
    gateway_to,
    send,
)

POOL = urllib3.HTTPSConnectionPool("api.example.org")


def after_retries(reason):
    return urllib3.exceptions.MaxRetryError(POOL, "/", reason)


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


FAULTS = [
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
]


@pytest.mark.parametrize("fault,outcome,taken", FAULTS)
def test_each_fault_of_the_provider_has_its_outcome(served, carrier, fault, outcome, taken):
    # Patience with a busy machine, except where waiting is what is tested.
    gateway = served(timeout_s=0.7) if fault is Fault.TIMEOUT_AFTER else served()
    carrier.faults = lambda _params: fault
    assert send(gateway) == outcome
    assert len(bodies(carrier)) == taken


@pytest.mark.parametrize("fault,outcome,taken", FAULTS)
def test_each_fault_has_the_same_outcome_without_sockets(sms, carrier, fault, outcome, taken):
    carrier.faults = lambda _params: fault
    assert send(sms) == outcome
    assert len(bodies(carrier)) == taken


def test_every_fault_the_carrier_knows_is_tried():
    assert {fault for fault, _, _ in FAULTS} == set(Fault)


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
