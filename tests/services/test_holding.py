"""A stay in hospital holds messages back and leaves windows as they are; who stays silent is put before the site."""

from datetime import date, timedelta

from sqlalchemy import update

from pro_service.store.db import reading
from pro_service.store.models import Assessment, Message
from pro_service.store.queries import courses
from tests.services.given import change, invited_to_m15, off_treatment
from tests.trial import Trial, trial

ADMITTED, INVITED, DISCHARGED = date(2026, 2, 16), date(2026, 2, 17), date(2026, 2, 21)


def window(heroes: Trial) -> tuple[str, date, date]:
    row = heroes.rows(Assessment, key="M1.5")[0]
    return row.state, row.open_on, row.close_on


def test_p6_nobody_is_texted_in_hospital_and_the_window_goes_on(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.on(ADMITTED)
        heroes.record("hospitalised", ADMITTED)
        before = heroes.texts()
        heroes.through(DISCHARGED)
        assert heroes.texts() == before
        assert heroes.rows(Message) == [], "what would only expire is not put in either"
        assert window(heroes) == ("open", date(2026, 2, 13), date(2026, 2, 27))


def test_discharge_lets_the_invitation_out_once_and_reminders_count_from_it(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.on(ADMITTED)
        heroes.record("hospitalised", ADMITTED)
        heroes.through(date(2026, 2, 20))
        before = len(heroes.texts())
        heroes.record("discharged", date(2026, 2, 20))
        heroes.through(date(2026, 2, 22))
        kinds = [row.kind for row in heroes.rows(Message) if row.assessment_id and row.accepted_at]
        assert kinds[-1:] == ["invitation"]
        assert len(heroes.texts()) == before + 1
        heroes.through(date(2026, 2, 26))
        assert [row.kind for row in heroes.rows(Message) if row.assessment_id and row.accepted_at][
            -1
        ] == "reminder"


def test_a_text_that_is_ready_waits_when_the_stay_is_recorded_before_it_leaves(
    migrated_database: str,
) -> None:
    """Looked at again at the moment of sending."""
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes)
        heroes.now += timedelta(days=2)
        heroes.tick()
        assert [row.state for row in heroes.rows(Message, kind="reminder")] == ["ready"]
        before = heroes.texts()
        heroes.record("hospitalised", heroes.now.date())
        heroes.deliver()
        assert heroes.texts() == before
        (held,) = heroes.rows(Message, kind="reminder")
        assert (held.state, held.cause) == ("ready", "held_back")
        assert held.not_before.date() == heroes.now.date() + timedelta(days=1)


def test_a_stay_that_nobody_ended_holds_no_longer_than_the_protocol_says(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.record("hospitalised", date(2025, 12, 19))  # sixty days end on 17 February
        heroes.on(INVITED)
        assert any("/q#" in one for one in heroes.texts())


def silent(heroes: Trial) -> int:
    def ask() -> int:
        with reading() as session:
            return courses.unanswered_in_a_row(session, (1,)).get(1, 0)

    return heroes.call(ask)


def test_windows_closed_in_a_row_without_an_answer_are_counted_and_an_answer_ends_the_row(
    migrated_database: str,
) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.beat()  # BASE opens and closes on this day
        heroes.through(date(2026, 1, 7))
        assert silent(heroes) == 1
        heroes.through(date(2026, 2, 28))
        assert silent(heroes) == 2
        change(heroes, update(Assessment).where(Assessment.key == "M1.5").values(state="completed"))
        assert silent(heroes) == 0


def test_windows_that_nobody_was_asked_in_are_not_held_against_the_patient(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.enrol()
        heroes.record("consent2_signed", date(2026, 1, 5))
        heroes.on(date(2026, 4, 1))
        heroes.record("included", date(2026, 1, 5))
        heroes.record("treatment_stopped", date(2026, 1, 6))
        heroes.beat()
        assert [row.state for row in heroes.rows(Assessment)][:2] == ["missed", "missed"]
        assert silent(heroes) == 0
