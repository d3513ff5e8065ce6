"""Whoever died or withdrew is not included afterwards, gets no text, and no later fact is stored."""

from datetime import date, datetime, timedelta

import pytest

from pro_service.core.course import Event
from pro_service.services.patients import course
from pro_service.services.refusals import RefusedError
from pro_service.store.models import Assessment, CourseEvent, Message, Patient
from tests.services.given import off_treatment
from tests.trial import START, Trial, trial

ENDS = ["death", "consent_withdrawn", "questionnaires_withdrawn", "off_study"]
TODAY = START.date()


def _refused(heroes: Trial, kind: str, on: date, code: str, **fields: str) -> None:
    """The fact is refused with this code and a sentence in both languages, and nothing is stored."""
    before = heroes.counts()
    with pytest.raises(RefusedError) as told:
        heroes.record(kind, on, **fields)
    assert told.value.reason.code == code
    assert heroes.counts() == before


@pytest.mark.parametrize("end", ENDS)
def test_whoever_left_before_inclusion_is_not_included_and_never_texted(
    migrated_database: str, end: str
) -> None:
    with trial(migrated_database) as heroes:
        heroes.enrol()
        heroes.record("consent2_signed", TODAY - timedelta(days=5))
        heroes.record(end, TODAY - timedelta(days=2))
        for on in (TODAY, TODAY - timedelta(days=2)):
            _refused(heroes, "included", on, "after_the_end")
        heroes.on(TODAY + timedelta(days=60))
        assert heroes.texts() == []
        assert not heroes.rows(Message) + heroes.rows(Assessment)


@pytest.mark.parametrize("end", ENDS)
def test_an_end_dated_before_an_inclusion_on_record_is_refused_until_that_one_is_voided(
    migrated_database: str, end: str
) -> None:
    with trial(migrated_database) as heroes:
        heroes.include()
        _refused(heroes, end, TODAY - timedelta(days=2), "makes_another_impossible")
        inclusion = heroes.rows(CourseEvent, type="included")[0]
        _void(heroes, inclusion.id)
        heroes.record(end, TODAY - timedelta(days=2))
        _refused(heroes, "included", TODAY, "after_the_end")


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (0, 2, 1), (1, 0, 2)])
def test_an_enrolment_with_an_end_before_its_inclusion_is_refused_whole(
    migrated_database: str, order: tuple[int, ...]
) -> None:
    known = (
        Event(type="consent2_signed", on=TODAY - timedelta(days=5)),
        Event(type="death", on=TODAY - timedelta(days=2)),
        Event(type="included", on=TODAY),
    )
    with trial(migrated_database) as heroes:
        with pytest.raises(RefusedError):
            heroes.enrol(facts=[known[place] for place in order])
        assert not heroes.rows(Patient) + heroes.rows(CourseEvent)


@pytest.mark.parametrize("end", ["death", "consent_withdrawn"])
@pytest.mark.parametrize("kind", ["visit_done", "hospitalised", "consent1_signed", "consent2_signed"])
def test_a_fact_without_effect_dated_after_an_end_is_refused_and_one_before_it_kept(
    migrated_database: str, end: str, kind: str
) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.on(TODAY + timedelta(days=20))
        visit = heroes.record("visit_done", TODAY + timedelta(days=9))
        heroes.record(end, TODAY + timedelta(days=10))
        _refused(heroes, kind, TODAY + timedelta(days=11), "after_the_end")
        heroes.record(kind, TODAY + timedelta(days=10))
        _void(heroes, visit.event_id)  # voiding stays possible


def test_a_death_is_recorded_at_once_though_a_visit_is_planned_for_later(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.record("visit_scheduled", TODAY + timedelta(days=40))
        heroes.record("death", TODAY)
        assert heroes.rows(Patient)[0].ended_on == TODAY


def test_a_sample_is_positive_or_negative_and_corrected_by_voiding(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        first = heroes.record("ctdna_resulted", TODAY, result="positive")
        _refused(heroes, "ctdna_resulted", TODAY, "contradicts_another", result="negative")
        _void(heroes, first.event_id)
        heroes.record("ctdna_resulted", TODAY, result="negative")


def test_a_second_inclusion_of_a_lost_patient_is_refused_for_the_first_one(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.include()
        heroes.on(TODAY + timedelta(days=20))
        heroes.record("lost_to_follow_up", TODAY + timedelta(days=10))
        with pytest.raises(RefusedError) as told:
            heroes.record("included", TODAY + timedelta(days=15))
        assert told.value.reason.code == "already_started"
        assert told.value.reason.sentences["fr"] == (
            f"« inclusion » du {TODAY + timedelta(days=15):%d/%m/%Y} : déjà enregistré, le {TODAY:%d/%m/%Y}."
        )


def _void(heroes: Trial, event_id: int) -> None:
    now: datetime = heroes.now
    heroes.call(
        course.void_event,
        heroes.installation,
        event_id=event_id,
        reason="recorded by mistake",
        site_ids=(1,),
        actor="nurse",
        now=now,
    )
