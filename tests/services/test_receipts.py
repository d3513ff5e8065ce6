"""Status reports that a provider may well sign and that make no sense: kept, and nothing moves by them."""

from collections.abc import Iterator

import pytest

from pro_service.services.messages import receipts
from pro_service.store.models import Message, MessageStatus
from tests.services.given import M15_INVITED, OTHER, off_treatment
from tests.services.sending import SID, Spy, accept, through
from tests.trial import Trial, trial


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    with trial(migrated_database) as made:
        yield made


def report(heroes: Trial, token: str, status: str, sid: str = SID) -> bool:
    return heroes.call(
        receipts.record_status, token=token, sid=sid, status=status, error_code=None, now=heroes.now
    )


def sent(heroes: Trial) -> str:
    """An invitation the provider has; gives the secret of its callback address."""
    spy = Spy(accept)
    through(heroes, spy)
    secret: str = spy.sent[0]["callback_url"].rsplit("/", 1)[1]
    return secret


@pytest.mark.parametrize("odd", ["received", "receiving", "queued", "scheduled", "no such status"])
def test_a_report_of_another_kind_of_message_is_kept_and_moves_nothing(heroes: Trial, odd: str) -> None:
    off_treatment(heroes)
    heroes.now = M15_INVITED
    heroes.tick()
    token = sent(heroes)
    assert report(heroes, token, "delivered")
    assert report(heroes, token, odd)
    assert [row.state for row in heroes.rows(Message)] == ["delivered"]
    assert len(heroes.rows(MessageStatus)) == 2


def test_a_report_with_the_id_of_another_message_is_kept_and_proves_nothing(heroes: Trial) -> None:
    """The provider's id is unique among our messages: a second one with it is somebody's mistake, not a delivery."""
    off_treatment(heroes)
    off_treatment(heroes, "03-002", phone=OTHER)
    heroes.now = M15_INVITED
    heroes.tick()
    sent(heroes)
    spy = Spy(_crash)
    with pytest.raises(SystemExit):
        through(heroes, spy)
    token = spy.sent[0]["callback_url"].rsplit("/", 1)[1]
    assert report(heroes, token, "delivered")
    assert sorted(row.state for row in heroes.rows(Message)) == ["accepted", "sending"]


def _crash() -> None:
    raise SystemExit
