"""Messages that are not sent: each with its reason, where staff read it."""

from datetime import UTC, date, datetime, timedelta

from pro_service.store.models import Message
from tests.services.given import M15_INVITED, invited_to_m15, off_treatment
from tests.services.living import catalogue, policy
from tests.trial import Trial, bare


def skipped(heroes: Trial) -> list[tuple[str, int, str | None]]:
    rows = heroes.rows(Message, state="cancelled")
    return [(row.kind, row.ordinal, row.cause) for row in rows]


def test_a_reminder_after_the_close_is_on_record_with_its_reason_where_staff_read_it(
    migrated_database: str,
) -> None:
    with policy(migrated_database, reminder_days=(2, 11), max_messages=3) as heroes:
        invited_to_m15(heroes)
        assert skipped(heroes) == []
        heroes.at(datetime(2026, 2, 19, 9, 0, tzinfo=UTC))
        assert skipped(heroes) == [("reminder", 2, "skipped:window_over")]
        page = heroes.logged_in().get("/staff/patients/03-001").get_data(as_text=True)
        assert "la période se termine avant" in page


def test_a_window_without_a_day_to_send_on_leaves_a_reason_for_each_message(migrated_database: str) -> None:
    every = tuple(date(2026, 2, 13) + timedelta(days=n) for n in range(15))
    with policy(migrated_database, silent_days=every) as heroes:
        off_treatment(heroes)
        heroes.now = datetime(2026, 2, 12, 23, 0, tzinfo=UTC)
        heroes.tick()
        assert skipped(heroes) == [
            ("invitation", 1, "skipped:no_sending_day"),
            ("reminder", 1, "skipped:no_invitation"),
            ("reminder", 2, "skipped:no_invitation"),
        ]
        heroes.through(date(2026, 2, 28))
        assert heroes.texts() == []
        assert len(skipped(heroes)) == 3


def test_a_skipped_message_counts_as_none_that_was_sent(migrated_database: str) -> None:
    """The next invitation is still the first text the patient ever has, with its words of safety."""
    every = tuple(date(2026, 2, 13) + timedelta(days=n) for n in range(15))
    with policy(migrated_database, silent_days=every) as heroes:
        off_treatment(heroes)
        heroes.now = datetime(2026, 2, 13, 12, tzinfo=UTC)
        heroes.tick()
        heroes.now = datetime(2026, 5, 10, 12, tzinfo=UTC)
        heroes.through(date(2026, 5, 20))
        assert "112" in heroes.texts()[0]


def test_what_waits_in_the_outbox_is_asked_again_about_the_day_when_it_leaves(migrated_database: str) -> None:
    """The clock put it in before the day was declared silent; the sender looks at the policy of now."""
    with policy(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.now = M15_INVITED
        heroes.tick()
    with bare(migrated_database, catalogue=catalogue(silent_days=(M15_INVITED.date(),))) as later:
        later.now = M15_INVITED
        later.deliver()
        assert later.texts() == []
        (row,) = later.rows(Message, kind="invitation")
        assert row.state == "ready"
        assert row.not_before == datetime(2026, 2, 18, 7, 0, tzinfo=UTC)
