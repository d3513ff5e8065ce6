"""A result and whether the patient has been told it are two facts: live, only the second makes the first count."""

from datetime import date, timedelta

import pytest

from pro_service.core.course import Event
from pro_service.services.patients import course, disclosure
from pro_service.services.refusals import NotFoundError, RefusedError
from pro_service.store.models import Assessment, CourseEvent
from tests.services.given import off_treatment
from tests.trial import Trial, trial

SAMPLED, RESULTED = date(2026, 3, 18), date(2026, 3, 20)


def tell(heroes: Trial, event_id: int, on: date, site_ids: tuple[int, ...] = (1,)) -> course.Recorded:
    return heroes.call(
        disclosure.confirm_disclosure,
        heroes.installation,
        event_id=event_id,
        told_on=on,
        site_ids=site_ids,
        actor="nurse",
        now=heroes.now,
    )


def keys(heroes: Trial) -> set[str]:
    return {row.key for row in heroes.rows(Assessment) if row.expected_now}


def untold_relapse(heroes: Trial, **fields: object) -> course.Recorded:
    off_treatment(heroes)
    heroes.on(RESULTED)
    return heroes.record("ctdna_resulted", SAMPLED, result="positive", **fields)


def test_a_day_of_telling_to_come_is_a_plan_and_changes_nothing_when_it_comes(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        untold_relapse(heroes, disclosed_on=date(2026, 3, 25))
        heroes.through(date(2026, 4, 2))
        assert "CONV" not in keys(heroes)


def test_confirming_that_the_patient_was_told_makes_the_result_count(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        result = untold_relapse(heroes)
        heroes.on(date(2026, 3, 26))
        tell(heroes, result.event_id, date(2026, 3, 25))
        assert heroes.rows(Assessment, key="CONV")[0].due_on == date(2026, 3, 25)
        rows = heroes.rows(CourseEvent)
        assert [row.type for row in rows[-2:]] == ["ctdna_resulted", "result_disclosed"]
        assert rows[-2].disclosed_on is None, "the result's own row stays as it was recorded"


def test_a_progression_nobody_was_told_of_changes_nothing_until_it_is_told(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.on(RESULTED)
        before = keys(heroes)
        scan = heroes.record("pd_confirmed", RESULTED)
        assert keys(heroes) == before
        heroes.on(date(2026, 3, 24))
        tell(heroes, scan.event_id, date(2026, 3, 24))
        assert "PD" in keys(heroes)


def test_a_telling_confirmed_by_mistake_can_be_voided(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        result = untold_relapse(heroes)
        telling = tell(heroes, result.event_id, RESULTED)
        assert "CONV" in keys(heroes)
        heroes.call(
            course.void_event,
            heroes.installation,
            event_id=telling.event_id,
            reason="Wrong patient",
            site_ids=(1,),
            actor="nurse",
            now=heroes.now,
        )
        assert "CONV" not in keys(heroes)
        tell(heroes, result.event_id, RESULTED)
        assert "CONV" in keys(heroes)


@pytest.mark.parametrize(
    ("told_on", "code"),
    [(RESULTED + timedelta(days=1), "not_told_yet"), (SAMPLED - timedelta(days=1), "told_before")],
)
def test_a_day_on_which_nobody_can_have_been_told_is_refused(
    migrated_database: str, told_on: date, code: str
) -> None:
    with trial(migrated_database) as heroes:
        result = untold_relapse(heroes)
        before = heroes.counts()
        with pytest.raises(RefusedError) as refused:
            tell(heroes, result.event_id, told_on)
        assert refused.value.reason.code == code
        assert heroes.counts() == before


def test_what_does_not_wait_cannot_be_told_and_what_is_another_sites_is_not_there(
    migrated_database: str,
) -> None:
    with trial(migrated_database) as heroes:
        result = untold_relapse(heroes)
        with pytest.raises(NotFoundError):
            tell(heroes, result.event_id, RESULTED, site_ids=(2,))
        tell(heroes, result.event_id, RESULTED)
        for event_id in (result.event_id, heroes.rows(CourseEvent)[0].id):
            with pytest.raises(RefusedError) as refused:
                tell(heroes, event_id, RESULTED)
            assert refused.value.reason.code == "not_waiting"


def test_a_day_planned_for_telling_does_not_hold_up_a_death(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        untold_relapse(heroes, disclosed_on=date(2026, 3, 27))
        heroes.on(date(2026, 3, 24))
        heroes.record("death", date(2026, 3, 23))


def test_a_preview_of_what_waits_shows_no_change_and_says_so(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.on(RESULTED)
        shown = heroes.call(
            course.preview_event,
            heroes.installation,
            study="heroes",
            patient="03-001",
            event=Event(type="pd_confirmed", on=RESULTED),
            now=heroes.now,
        )
        assert shown.waits
        assert shown.before == shown.after
