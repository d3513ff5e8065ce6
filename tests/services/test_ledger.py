"""What was expected at a form's close stays beside what is expected now, and a form names what it stands for."""

from datetime import date

import pytest

from pro_service.services.patients.course import void_event
from pro_service.store.models import Assessment, CourseEvent
from tests.services.given import off_treatment
from tests.trial import Trial, trial

RESUMED = {"relation": "same", "reason": "investigator"}


def form(heroes: Trial, key: str) -> Assessment:
    (row,) = heroes.rows(Assessment, key=key)
    assert isinstance(row, Assessment)
    return row


def void_last(heroes: Trial, kind: str) -> None:
    row = heroes.rows(CourseEvent, type=kind)[-1]
    given = {
        "event_id": row.id,
        "reason": "Recorded in error",
        "site_ids": (1,),
        "actor": "test",
        "now": heroes.now,
    }
    heroes.call(void_event, heroes.installation, **given)


def test_a_death_told_after_the_close_changes_what_is_expected_now_alone(migrated_database: str) -> None:
    """M1.5 closed unanswered on 27 February; in April the site learns of a death in January."""
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.through(date(2026, 3, 1))
        assert (form(heroes, "M1.5").expected_at_close, form(heroes, "M1.5").expected_now) == (None, True)
        heroes.record("death", date(2026, 1, 31))
        row = form(heroes, "M1.5")
        assert (row.state, row.expected_at_close, row.expected_now) == ("missed", True, False)
        void_last(heroes, "death")
        row = form(heroes, "M1.5")
        assert (row.state, row.expected_at_close, row.expected_now) == ("missed", True, True)


def test_a_form_cancelled_before_its_close_was_not_expected_then(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.on(date(2026, 2, 1))
        heroes.record("death", date(2026, 1, 31))
        heroes.through(date(2026, 3, 5))
        void_last(heroes, "death")
        row = form(heroes, "M1.5")
    assert (row.expected_at_close, row.expected_now) == (False, True)


@pytest.mark.req("REG-28")
def test_a_form_known_only_after_its_window_was_not_expected_at_its_close(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.on(date(2026, 6, 1))
        heroes.record("treatment_resumed", date(2026, 4, 2), **RESUMED)
        row = form(heroes, "R1")
    assert (row.expected_at_close, row.expected_now) == (False, True)


def test_a_form_names_the_timepoints_it_stands_for_until_it_closes(migrated_database: str) -> None:
    """A resumption on 15 May takes the place of M4.5 (20 May); voided after R1 has closed, it still says so."""
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.on(date(2026, 5, 10))
        assert form(heroes, "M4.5").stands_for == []
        heroes.record("treatment_resumed", date(2026, 5, 10), **RESUMED)
        assert form(heroes, "R1").stands_for == ["M4.5"]
        heroes.through(date(2026, 6, 1))
        void_last(heroes, "treatment_resumed")
        assert form(heroes, "R1").stands_for == ["M4.5"]


def test_a_form_stands_for_nothing_once_nothing_is_merged_into_it(migrated_database: str) -> None:
    """A progression on the day of the resumption is merged into R1; corrected, it no longer is."""
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.on(date(2026, 4, 1))
        heroes.record("treatment_resumed", date(2026, 4, 1), **RESUMED)
        assert form(heroes, "R1").stands_for == []
        void_last(heroes, "treatment_resumed")
        heroes.record("pd_confirmed", date(2026, 4, 1), disclosed_on=date(2026, 4, 1))
        heroes.record("treatment_resumed", date(2026, 4, 1), **RESUMED)
        assert form(heroes, "R1").stands_for == ["PD"]
        void_last(heroes, "pd_confirmed")
        assert form(heroes, "R1").stands_for == []
