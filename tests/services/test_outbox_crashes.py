"""A sender that dies, hangs or comes back too late: nothing is sent twice."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from pro_service.core.delivery import FailureKind, Outcome, Refused
from pro_service.core.lifecycle import MessageState
from pro_service.services.messages import outbox
from pro_service.store.db import db, transaction
from pro_service.store.models import Message
from pro_service.store.records import messages
from tests.services.given import M15_INVITED
from tests.services.sending import Spy, accept, message, ready, through
from tests.trial import Trial, trial


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    with trial(migrated_database) as made:
        yield made


@pytest.mark.parametrize("fault", [KeyboardInterrupt, SystemExit, MemoryError])
@pytest.mark.parametrize("taken", [True, False])
def test_a_crash_between_claim_and_settling_leaves_a_message_that_is_never_sent_again(
    heroes: Trial, fault: type[BaseException], taken: bool
) -> None:
    """Row 1: whether the provider had it or not, nobody sends it a second time."""
    ready(heroes)
    sender = heroes.installation.sms

    def crash() -> Outcome:
        if taken:
            sender.send(**spy.sent[-1])
        raise fault

    spy = Spy(crash)
    with pytest.raises(fault):
        through(heroes, spy)
    assert message(heroes).state == "sending"
    for minutes in (0, 1, 2, 30, 300, 700):
        heroes.now = M15_INVITED + timedelta(minutes=minutes)
        heroes.tick()
        heroes.deliver()
    assert len(spy.sent) == 1
    assert len(heroes.texts()) == int(taken)
    assert message(heroes).state == "expired"
    heroes.report()
    assert message(heroes).state == ("delivered" if taken else "expired")


def test_a_crash_before_the_claim_is_committed_leaves_the_message_ready(heroes: Trial) -> None:
    ready(heroes)
    with pytest.raises(KeyError), heroes.app.app_context(), transaction() as session:
        row = messages.claimable(session, now=heroes.now)
        assert row is not None
        row.state = MessageState.SENDING
        raise KeyError
    assert message(heroes).state == "ready"
    assert heroes.deliver().accepted == 1


def test_a_lease_that_is_over_makes_the_message_unknown_and_never_ready(heroes: Trial) -> None:
    ready(heroes)
    with pytest.raises(SystemExit):
        through(heroes, Spy(_exit))
    lease_until = message(heroes).lease_until
    assert lease_until == heroes.now + timedelta(seconds=30)
    heroes.now = lease_until - timedelta(seconds=1)
    heroes.tick()
    assert message(heroes).state == "sending"
    heroes.now = lease_until
    assert heroes.tick().tidied == 1
    row = message(heroes)
    assert (row.state, row.cause) == ("unknown", "lease_over")
    assert heroes.deliver().attempts == 0


def _exit() -> Outcome:
    raise SystemExit


def test_a_sender_that_comes_back_after_its_lease_settles_nothing(heroes: Trial) -> None:
    """Row 7, fencing: another process has given the message up meanwhile."""
    ready(heroes)

    def late() -> Outcome:
        heroes.call(outbox.tidy, now=heroes.now + timedelta(seconds=31))
        return accept()

    through(heroes, Spy(late))
    row = message(heroes)
    assert (row.state, row.cause, row.sid) == ("unknown", "lease_over", None)


def test_a_token_of_an_earlier_attempt_settles_nothing(heroes: Trial) -> None:
    """Fencing: the message has been claimed again since, by somebody with another token."""
    ready(heroes)

    def overtaken() -> Outcome:
        with heroes.app.app_context():
            db.session.execute(update(Message).values(token_hash="0" * 64))
            db.session.commit()
        return Refused(code=21211, kind=FailureKind.PERMANENT)

    through(heroes, Spy(overtaken))
    row = message(heroes)
    assert (row.state, row.error_code) == ("sending", None)


def test_a_process_that_was_held_up_after_its_claim_does_not_send(heroes: Trial) -> None:
    """Row 7: a pause between claim and hand-over; the lease is too short to be sure, so nothing is sent."""
    ready(heroes)
    spy = Spy(accept)
    hurried = replace(heroes.installation, sms=spy, sms_two_way=spy, lease_s=10)
    outcome = heroes.call(outbox.deliver_one, hurried, now=heroes.now)
    assert isinstance(outcome, Refused)
    assert spy.sent == []
    assert message(heroes).state == "ready"
