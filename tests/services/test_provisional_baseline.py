"""The planned inclusion gives the baseline its window: recording the inclusion late makes nothing born missed."""

from datetime import date, timedelta

import pytest

from pro_service.core.plan import explain, reason_from
from pro_service.services.patients import course
from pro_service.services.refusals import RefusedError
from pro_service.store.models import Assessment, AssessmentChange, Patient
from tests.services.given import answer_all, send
from tests.trial import START, Trial, trial

TODAY = START.date()
PLANNED = TODAY + timedelta(days=10)


def planned(heroes: Trial, *, consent: date = TODAY, on: date = PLANNED) -> int:
    """A patient with both consents whose inclusion is planned; the fact's id."""
    heroes.enrol()
    heroes.record("consent2_signed", consent)
    return heroes.record("inclusion_planned", on).event_id


def base(heroes: Trial) -> Assessment | None:
    return next(iter(heroes.rows(Assessment, key="BASE")), None)


def void(heroes: Trial, event_id: int) -> None:
    heroes.call(
        course.void_event,
        heroes.installation,
        event_id=event_id,
        reason="Wrong day",
        site_ids=(1,),
        actor="nurse",
        now=heroes.now,
    )


def test_the_baseline_alone_is_planned_from_the_planned_day(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        planned(heroes)
        (row,) = heroes.rows(Assessment)
        assert (row.key, row.due_on, row.open_on, row.close_on) == (
            "BASE",
            PLANNED,
            PLANNED - timedelta(days=14),
            PLANNED,
        )
        assert row.provisional
        assert explain(reason_from(row.reason), "fr") == "attendu le 15/01/2026 d'après la date prévue"


def test_an_inclusion_recorded_late_finds_the_baseline_answered_in_time(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        planned(heroes)
        heroes.on(TODAY + timedelta(days=8))
        answer_all(heroes, heroes.link())
        heroes.on(PLANNED + timedelta(days=20))
        heroes.record("included", PLANNED)
        row = base(heroes)
        assert row is not None
        assert (row.state, row.due_on, row.provisional, row.expected_now) == (
            "completed",
            PLANNED,
            False,
            True,
        )


def test_without_a_planned_day_the_same_late_recording_is_born_missed(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.enrol()
        heroes.record("consent2_signed", TODAY)
        heroes.on(PLANNED + timedelta(days=20))
        heroes.record("included", PLANNED)
        heroes.beat()
        row = base(heroes)
        assert row is not None
        assert (row.state, row.reason) == ("missed", {"code": "window_over_before_known"})


def test_an_inclusion_on_another_day_moves_the_open_baseline_and_says_why(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        planned(heroes)
        heroes.on(TODAY + timedelta(days=5))
        heroes.record("included", TODAY + timedelta(days=5))
        row = base(heroes)
        assert row is not None
        assert (row.state, row.due_on, row.provisional) == ("open", TODAY + timedelta(days=5), False)
        moved = heroes.rows(AssessmentChange, change="moved")[-1]
        assert explain(reason_from(moved.reason), "en") == (
            "moved from 2026-01-15 (the planned day) to 2026-01-10 (the actual one)"
        )


def test_a_planned_day_that_passes_closes_the_baseline_and_a_later_inclusion_opens_it_again(
    migrated_database: str,
) -> None:
    with trial(migrated_database) as heroes:
        planned(heroes)
        heroes.through(PLANNED + timedelta(days=2))
        row = base(heroes)
        assert row is not None
        assert row.state == "missed"
        heroes.record("included", PLANNED + timedelta(days=2))
        heroes.beat()
        row = base(heroes)
        assert row is not None
        assert (row.state, row.due_on) == ("open", PLANNED + timedelta(days=2))


def test_what_a_patient_let_close_by_the_actual_day_too_stays_missed_and_is_not_called_born_late(
    migrated_database: str,
) -> None:
    with trial(migrated_database) as heroes:
        planned(heroes)
        heroes.through(PLANNED + timedelta(days=5))
        heroes.record("included", PLANNED + timedelta(days=1))
        heroes.beat()
        row = base(heroes)
        assert row is not None
        assert (row.state, row.reason) == ("missed", {"code": "window_over_unanswered"})
        assert row.due_on == PLANNED + timedelta(days=1)


def test_a_begun_baseline_keeps_its_window_whatever_the_inclusion_says(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        planned(heroes)
        heroes.on(TODAY + timedelta(days=8))
        send(heroes, heroes.link(), "qlq-c30", {"q1": 1})
        heroes.record("included", TODAY + timedelta(days=8))
        row = base(heroes)
        assert row is not None
        assert (row.state, row.due_on) == ("in_progress", PLANNED)


def test_a_second_planned_day_is_refused_until_the_first_is_voided(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        first = planned(heroes)
        with pytest.raises(RefusedError) as refused:
            heroes.record("inclusion_planned", PLANNED + timedelta(days=7))
        assert refused.value.reason.code == "already_planned"
        void(heroes, first)
        row = base(heroes)
        assert row is not None
        assert row.state == "cancelled"
        heroes.record("inclusion_planned", PLANNED + timedelta(days=7))
        row = base(heroes)
        assert row is not None
        assert (row.state, row.due_on) == ("planned", PLANNED + timedelta(days=7))


def test_nothing_is_asked_before_the_second_consent_nor_if_it_comes_after_the_planned_day(
    migrated_database: str,
) -> None:
    with trial(migrated_database) as heroes:
        heroes.enrol()
        heroes.record("inclusion_planned", PLANNED)
        assert base(heroes) is None
        heroes.record("consent2_signed", PLANNED + timedelta(days=2))
        heroes.through(PLANNED + timedelta(days=3))
        assert base(heroes) is None
        assert heroes.texts() == []


def test_a_consent_dated_ahead_lets_the_baseline_in_on_its_day(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        planned(heroes, consent=TODAY + timedelta(days=3))
        assert base(heroes) is None
        heroes.on(TODAY + timedelta(days=3))
        assert base(heroes) is not None


@pytest.mark.parametrize("end", ["death", "consent_withdrawn", "questionnaires_withdrawn", "off_study"])
def test_an_end_before_the_inclusion_takes_the_provisional_baseline_and_its_messages_back(
    migrated_database: str, end: str
) -> None:
    """P41: death before the baseline must stop reminders too."""
    with trial(migrated_database) as heroes:
        planned(heroes)
        heroes.on(TODAY + timedelta(days=8))
        send(heroes, heroes.link(), "qlq-c30", {"q1": 1})
        sent = heroes.texts()
        heroes.record(end, heroes.now.date())
        assert heroes.rows(Patient)[0].ended_on == heroes.now.date()
        heroes.through(PLANNED + timedelta(days=5))
        assert heroes.texts() == sent
