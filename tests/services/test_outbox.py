"""Sending: once at most; what is uncertain stays so."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from pro_service.core.delivery import FailureKind, Outcome, Refused
from pro_service.gateways.simulated_carrier import Fault
from pro_service.store.crypto import token_hash
from pro_service.store.db import transaction
from pro_service.store.models import Message, OptOut
from tests.services.given import M15_INVITED, M15_REMINDED
from tests.services.sending import NIGHT, Spy, accept, fail_with, message, ready, through
from tests.trial import PHONE, Trial, trial


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    with trial(migrated_database) as made:
        yield made


def test_an_accepted_message_has_the_providers_id(heroes: Trial) -> None:
    ready(heroes)
    done = heroes.deliver()
    assert (done.accepted, done.refused, done.uncertain, done.attempts) == (1, 0, 0, 1)
    row = message(heroes)
    assert row.state == "accepted"
    assert row.sid is not None
    assert row.accepted_at == heroes.now
    assert row.attempts == 1
    assert len(heroes.texts()) == 1


def test_a_message_is_handed_over_with_no_transaction_open(heroes: Trial) -> None:
    """Row 14: a provider that is slow holds no connection and no lock."""
    ready(heroes)
    seen: list[str] = []

    def look() -> Outcome:
        with transaction() as session:  # would be refused inside another one, and block on SQLite
            seen.append(session.query(Message).filter_by(kind="invitation").one().state)
        return accept()

    through(heroes, Spy(look))
    assert seen == ["sending"]


def test_the_link_is_in_the_text_that_goes_out_and_in_no_row(heroes: Trial) -> None:
    row = ready(heroes)
    spy = Spy(accept)
    through(heroes, spy)
    assert "/q#" in spy.sent[0]["body"]
    assert "/q#" not in row.body
    assert spy.sent[0]["to"] == PHONE
    secret = spy.sent[0]["callback_url"].rsplit("/", 1)[1]
    assert len(secret) == 32
    assert message(heroes).token_hash == token_hash(secret)


def test_the_provider_may_keep_a_message_only_as_long_as_it_makes_sense(heroes: Trial) -> None:
    """Row 37: put in at ten, the night begins at eight; the longest is what the provider allows."""
    ready(heroes)
    spy = Spy(accept)
    through(heroes, spy, now=NIGHT - timedelta(minutes=10))
    assert spy.sent[0]["validity_s"] == 600
    assert message(heroes).not_after == NIGHT


@pytest.mark.parametrize(
    ("number", "state", "cause"),
    [
        ("+15005550001", "failed", "permanent"),  # not valid
        ("+15005550009", "failed", "permanent"),  # not a mobile
        ("+15005550004", "suppressed", "opted_out_at_provider"),
    ],
)
def test_a_refusal_for_good_is_not_tried_again(heroes: Trial, number: str, state: str, cause: str) -> None:
    """P22, P29: numbers that opted out or do not exist are not tried again and again."""
    row = ready(heroes)
    refused = {21211: FailureKind.PERMANENT, 21610: FailureKind.OPT_OUT}
    kind = refused[21610 if number == "+15005550004" else 21211]
    through(heroes, Spy(lambda: Refused(code=21211, kind=kind)))
    row = message(heroes)
    assert (row.state, row.cause, row.error_code) == (state, cause, 21211)
    assert through(heroes, Spy(accept)) is None


def test_an_opt_out_at_the_provider_is_one_here(heroes: Trial) -> None:
    """P22, P24: opted out there, enrolled here, and both know it."""
    ready(heroes)
    through(heroes, Spy(lambda: Refused(code=21610, kind=FailureKind.OPT_OUT)))
    assert [(row.source, row.ended_at) for row in heroes.rows(OptOut)] == [("provider", None)]
    heroes.at(M15_REMINDED)
    assert heroes.texts() == []


@pytest.mark.parametrize("fault", [Fault.RATE_LIMITED, Fault.UNAUTHORISED])
def test_what_was_certainly_not_taken_is_tried_again_later(heroes: Trial, fault: Fault) -> None:
    """Rows 13, 15."""
    ready(heroes)
    fail_with(heroes, fault)
    assert heroes.deliver().refused == 1
    row = message(heroes)
    assert row.state == "ready"
    assert row.not_before == heroes.now + timedelta(minutes=1)
    fail_with(heroes, None)
    assert heroes.deliver().attempts == 0
    heroes.now += timedelta(minutes=1)
    assert heroes.deliver().accepted == 1
    assert len(heroes.texts()) == 1


def test_trying_again_backs_off_and_ends_with_the_messages_time(heroes: Trial) -> None:
    ready(heroes)
    fail_with(heroes, Fault.RATE_LIMITED)
    waits = []
    while heroes.now < NIGHT:
        if heroes.deliver().attempts:
            waits.append(int((message(heroes).not_before - heroes.now).total_seconds() // 60))
        heroes.now += timedelta(minutes=1)
    assert waits[:5] == [1, 5, 20, 60, 60]
    assert len(waits) < 15
    heroes.tick()
    assert message(heroes).state == "expired"
    fail_with(heroes, None)
    assert heroes.deliver().attempts == 0


@pytest.mark.parametrize(
    "fault",
    [Fault.ERROR_AFTER, Fault.TIMEOUT_AFTER, Fault.RESET_AFTER, Fault.GARBLED, Fault.HTML, Fault.NO_SID],
)
def test_what_may_have_been_taken_is_never_sent_again(heroes: Trial, fault: Fault) -> None:
    """P8, rows 12 and 16: the carrier has it although its answer was lost."""
    ready(heroes)
    fail_with(heroes, fault)
    assert heroes.deliver().uncertain == 1
    assert message(heroes).state == "unknown"
    fail_with(heroes, None)
    for hours in range(48):
        heroes.now = M15_INVITED + timedelta(hours=hours)
        heroes.tick()
        heroes.deliver()
    bodies = [one for one in heroes.texts() if "rappel" not in one]
    assert len(bodies) == 1


@pytest.mark.parametrize("fault", [Fault.ERROR_AFTER, Fault.TIMEOUT_AFTER, Fault.RESET_AFTER, Fault.NO_SID])
def test_the_report_with_our_token_proves_that_it_went_out(heroes: Trial, fault: Fault) -> None:
    ready(heroes)
    fail_with(heroes, fault)
    heroes.deliver()
    heroes.report()
    row = message(heroes)
    assert row.state == "delivered"
    assert row.sid is not None


@pytest.mark.parametrize("fault", [Fault.ERROR_BEFORE, Fault.RESET_BEFORE])
def test_what_was_not_taken_but_might_have_been_expires_as_uncertain(heroes: Trial, fault: Fault) -> None:
    """Row 11: when in doubt nothing is sent; a missing text is visible, a second one is not."""
    ready(heroes)
    fail_with(heroes, fault)
    heroes.deliver()
    assert message(heroes).state == "unknown"
    heroes.now = NIGHT
    heroes.tick()
    row = message(heroes)
    assert (row.state, row.cause) == ("expired", "uncertain")
    assert heroes.texts() == []
