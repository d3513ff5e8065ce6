"""Amendments undone: to the letter while nothing was sent or answered because of them, and refused afterwards."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from pro_service.services import amendments
from pro_service.services.amendments import Outcome
from pro_service.store.models import Assessment, Message, ProtocolMigration
from tests.amended import amended_catalogue
from tests.services.amending import calendar, migrate, rows, run, texts_sent, told, undo, version_of
from tests.services.given import answer_all, change, off_treatment
from tests.trial import START, Trial, trial


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    with trial(migrated_database, catalogue=amended_catalogue()) as made:
        yield made


def test_undoing_gives_back_every_row_to_the_letter(heroes: Trial) -> None:
    off_treatment(heroes)
    heroes.at(START + timedelta(minutes=5))
    heroes.now += timedelta(minutes=1)
    before = rows(heroes)
    migrate(heroes)
    shown = run(heroes, amendments.preview_undo, "heroes-1")
    assert undo(heroes) == shown
    after = rows(heroes)
    added = after.pop("S2W")
    assert (after, version_of(heroes)) == (before, "heroes-1")
    assert (added["state"], added["expected_now"]) == ("cancelled", False)
    assert added["reason"] == {"code": "amendment_undone", "protocol": "heroes-2", "cause": "no_anchor"}


def test_undoing_is_refused_by_name_once_something_was_sent_under_the_amendment(heroes: Trial) -> None:
    off_treatment(heroes)
    migrate(heroes)
    heroes.through(date(2026, 1, 17))  # S2W is invited to on 16 January
    before = rows(heroes)
    (one,) = undo(heroes)
    assert (one.outcome, one.why) == (Outcome.REFUSED, "sent or answered since: S2W")
    assert (rows(heroes), version_of(heroes)) == (before, "heroes-2")


def test_undoing_is_refused_once_an_answer_came_under_what_it_changed(heroes: Trial) -> None:
    heroes.include()
    heroes.record("treatment_stopped", START.date())
    heroes.beat()
    token = heroes.link()
    heroes.now += timedelta(hours=1)
    migrate(heroes)
    answer_all(heroes, token)
    assert undo(heroes)[0].why == "sent or answered since: BASE"


def test_a_message_that_perhaps_went_out_counts_as_sent(heroes: Trial) -> None:
    off_treatment(heroes)
    migrate(heroes)
    heroes.now = datetime(2026, 1, 16, 10, tzinfo=UTC)
    heroes.tick()
    change(heroes, update(Message).where(Message.kind == "invitation").values(state="unknown", attempts=1))
    assert undo(heroes)[0].outcome is Outcome.REFUSED


def test_what_was_taken_back_unsent_is_sent_once_after_undoing(heroes: Trial) -> None:
    """heroes-1b has no M4.5: its invitation, ready in the outbox, is taken back by the move and lives again."""
    off_treatment(heroes)
    heroes.through(date(2026, 5, 17))
    heroes.now = datetime(2026, 5, 18, 8, 30, tzinfo=UTC)
    heroes.tick()
    migrate(heroes, "heroes-1b")
    of_m45 = heroes.rows(Assessment, key="M4.5")[0]
    assert of_m45.state == "cancelled"
    assert [m.state for m in heroes.rows(Message, assessment_id=of_m45.id)] == ["cancelled"]
    heroes.now += timedelta(minutes=1)
    undo(heroes)
    assert calendar(heroes)["M4.5"][0] == "open"
    heroes.through(date(2026, 5, 27))
    sent = [(kind, ordinal) for row, kind, ordinal in texts_sent(heroes) if row == of_m45.id]
    assert sent == [("invitation", 1), ("reminder", 1), ("reminder", 2)]


def test_only_a_move_from_that_version_is_undone(heroes: Trial) -> None:
    off_treatment(heroes)
    (one,) = undo(heroes, "heroes-1")
    assert one.outcome is Outcome.ALREADY
    (one,) = undo(heroes, "heroes-1b")
    assert (one.outcome, one.why) == (Outcome.REFUSED, "was not moved from heroes-1b to heroes-1")


def test_after_undoing_the_move_can_be_made_again(heroes: Trial) -> None:
    off_treatment(heroes)
    first = migrate(heroes)
    undo(heroes)
    assert [told(one) for one in migrate(heroes)] == [told(one) for one in first]
    undo(heroes)
    moves = [(row.to_version, row.undoes_id) for row in heroes.rows(ProtocolMigration)]
    assert moves == [("heroes-2", None), ("heroes-1", 1), ("heroes-2", None), ("heroes-1", 3)]


def test_facts_recorded_since_are_kept_when_a_move_is_undone(heroes: Trial) -> None:
    off_treatment(heroes)
    migrate(heroes)
    heroes.record("off_study", START.date() + timedelta(days=60), "03-001")
    heroes.now += timedelta(minutes=1)
    undo(heroes)
    heroes.now = datetime(2026, 3, 6, 12, tzinfo=UTC)
    heroes.tick()
    assert calendar(heroes)["M4.5"][0] == "cancelled"
