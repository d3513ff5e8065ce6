"""What the simulated carrier tells its account: signed, repeated for a while, and never lost from its list."""

from datetime import timedelta

import pytest

from pro_service.core.delivery import ProviderStatus
from pro_service.gateways.signatures import (
    SIGNATURE_HEADER,
    StatusFields,
    status_fields,
    verify,
)
from pro_service.gateways.simulated_carrier import (
    Received,
    SimulatedCarrier,
    deliver_due,
)
from tests.gateways.stand_ins import ACCOUNT, LATER, PHONE, START, TOKEN, TWO_WAY, create, settings


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
