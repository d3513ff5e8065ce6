"""Links that expire before the window closes, and are sent again."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from pro_service.services.answers import responses
from pro_service.services.messages import resending
from pro_service.services.refusals import ConflictError, GoneError, NotFoundError
from pro_service.store.models import Assessment, Message
from tests.services.given import WELL, invited_to_m15, send
from tests.services.living import policy
from tests.trial import Trial, trial

SITE = (1,)


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    with trial(migrated_database) as made:
        yield made


def opened(heroes: Trial, token: str) -> bool:
    return heroes.call(responses.open_link, heroes.installation, token=token, now=heroes.now).open_now


def again(heroes: Trial, *, sites: tuple[int, ...] = SITE) -> None:
    row = heroes.rows(Assessment, key="M1.5")[0]
    heroes.call(
        resending.send_link,
        heroes.installation,
        assessment_id=row.id,
        site_ids=sites,
        actor="nurse",
        now=heroes.now,
    )
    heroes.deliver()


def test_a_link_expires_before_the_close_and_the_next_reminder_brings_another(migrated_database: str) -> None:
    """Good to the end of the day after the invitation of the 17th; reminded on the 19th and the 22nd."""
    with policy(migrated_database, link_days=1, silent_weekdays=()) as heroes:
        old = invited_to_m15(heroes)
        heroes.now = datetime(2026, 2, 18, 22, 59, tzinfo=UTC)
        assert opened(heroes, old)
        heroes.now = datetime(2026, 2, 18, 23, 0, tzinfo=UTC)
        with pytest.raises(GoneError, match="has expired"):
            opened(heroes, old)
        heroes.at(datetime(2026, 2, 19, 9, 0, tzinfo=UTC))
        new = heroes.link()
        assert new != old
        assert opened(heroes, new)
        with pytest.raises(GoneError, match="has expired"):
            opened(heroes, old)


def test_each_message_renews_a_link_that_is_still_good_and_leaves_it_as_it_is(migrated_database: str) -> None:
    with policy(migrated_database, link_days=4) as heroes:
        first = invited_to_m15(heroes)
        heroes.at(datetime(2026, 2, 19, 9, 0, tzinfo=UTC))
        assert heroes.link() == first
        heroes.now = datetime(2026, 2, 23, 12, tzinfo=UTC)  # four days after the reminder
        assert opened(heroes, first)


def test_a_page_that_was_open_when_its_link_expired_loses_nothing(migrated_database: str) -> None:
    with policy(migrated_database, link_days=1) as heroes:
        token = invited_to_m15(heroes)
        heroes.now = datetime(2026, 2, 19, 6, 0, tzinfo=UTC)
        assert send(heroes, token, "qlq-c30", WELL["qlq-c30"]).instrument_state == "in_progress"
        heroes.now = datetime(2026, 2, 20, 6, 0, tzinfo=UTC)
        with pytest.raises(GoneError, match="has expired"):
            send(heroes, token, "qlq-br23", WELL["qlq-br23"])


def test_without_link_days_a_link_is_good_until_the_close(heroes: Trial) -> None:
    token = invited_to_m15(heroes)
    heroes.now = datetime(2026, 2, 27, 22, 59, tzinfo=UTC)
    assert opened(heroes, token)


def test_staff_send_an_expired_link_anew_once_a_day(migrated_database: str) -> None:
    with policy(migrated_database, link_days=1) as heroes:
        old = invited_to_m15(heroes)
        heroes.now = datetime(2026, 2, 20, 12, 0, tzinfo=UTC)
        again(heroes)
        assert heroes.link() != old
        assert opened(heroes, heroes.link())
        with pytest.raises(ConflictError, match="today already"):
            again(heroes)
        assert len(heroes.rows(Message, kind="link")) == 1


def test_a_link_asked_for_at_night_leaves_in_the_morning(heroes: Trial) -> None:
    invited_to_m15(heroes)
    heroes.now = datetime(2026, 2, 17, 21, 0, tzinfo=UTC)
    before = len(heroes.texts())
    again(heroes)
    assert len(heroes.texts()) == before
    heroes.at(datetime(2026, 2, 18, 7, 0, tzinfo=UTC))
    assert len(heroes.texts()) == before + 1


@pytest.mark.req("FAULT-48")
def test_no_link_goes_to_another_sites_patient_nor_after_an_opt_out_nor_after_the_close(
    heroes: Trial,
) -> None:
    invited_to_m15(heroes)
    with pytest.raises(NotFoundError):
        again(heroes, sites=(2,))
    heroes.reply("STOP")
    with pytest.raises(ConflictError, match="wants no more texts"):
        again(heroes)
    heroes.at(datetime(2026, 2, 28, 12, tzinfo=UTC))
    with pytest.raises(ConflictError, match="not open"):
        again(heroes)
    assert heroes.rows(Message, kind="link") == []
