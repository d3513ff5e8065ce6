"""Facts from an EDC: what lands, what is listed, and that nothing is half-applied."""

from datetime import date

import pytest

from pro_service.core.plan import ChangeKind
from pro_service.services.csv_table import InputError
from pro_service.services.patients import course, freshness
from pro_service.services.refusals import ConflictError, InvalidError, NotFoundError
from pro_service.store.models import Assessment, AssessmentChange, CourseEvent, ImportedFact, Patient
from tests.services.edc import BEGUN, HEAD, bring, csv, outcomes, read
from tests.services.given import OTHER
from tests.trial import Trial, trial

RESUMED = "03-001,E-9,treatment_resumed,2026-03-02,,,same,ctdna_pos,"


def standing(heroes: Trial) -> list[tuple[str, date]]:
    rows = heroes.rows(CourseEvent)
    voided = {row.voids_id for row in rows}
    return sorted((row.type, row.on) for row in rows if row.voids_id is None and row.id not in voided)


# --- What lands -------------------------------------------------------------------------------------------------------


def test_a_file_in_any_order_is_recorded_and_planned(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.enrol()
        done = bring(heroes, reversed(BEGUN))
        assert outcomes(done) == {"E-1": "new", "E-2": "new", "E-3": "new"}
        assert not done.open
        assert {row.key for row in heroes.rows(Assessment)} >= {"BASE", "M1.5", "M22.5"}
        fact = heroes.rows(CourseEvent, type="included")[0]
        assert fact.details == {"source": "edc", "source_key": "E-2", "visit": "V1"}
        assert fact.recorded_by == "edc-import"


def test_the_same_file_again_writes_nothing(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.enrol()
        bring(heroes, [*BEGUN, RESUMED])
        heroes.on(date(2026, 1, 6))
        before, kept = heroes.counts(), [vars(row) for row in heroes.rows(ImportedFact)]
        again = bring(heroes, [*BEGUN, RESUMED])
        assert set(outcomes(again).values()) == {"known"}
        assert again.plans == ()
        assert heroes.counts() == before
        for old, new in zip(kept, heroes.rows(ImportedFact), strict=True):
            assert {**old, "_sa_instance_state": 0} == {**vars(new), "_sa_instance_state": 0}


def test_a_preview_says_what_would_come_and_stores_nothing(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.enrol()
        before = heroes.counts()
        tried = bring(heroes, BEGUN, preview=True)
        assert heroes.counts() == before
        done = bring(heroes, BEGUN)
        assert outcomes(tried) == outcomes(done)
        ((planned,), (real,)) = tried.plans, done.plans
        assert planned.changes == real.changes
        assert planned.after.phase == "OFF_TREATMENT"
        assert {one.key for one in planned.changes if one.change is ChangeKind.ADDED} >= {"BASE", "M1.5"}


def test_facts_recorded_by_hand_are_known(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.include()
        done = bring(heroes, ["03-001,E-2,included,2026-01-05,,,,,", BEGUN[2]])
        assert outcomes(done) == {"E-2": "known", "E-3": "new"}
        assert len(heroes.rows(CourseEvent, type="included")) == 1


def test_a_correction_voids_the_old_fact_and_records_the_new_one(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.enrol()
        bring(heroes, BEGUN)
        done = bring(heroes, ["03-001,E-3,treatment_stopped,2026-01-06,,,,,V1"])
        assert outcomes(done) == {"E-3": "corrected"}
        assert ("treatment_stopped", date(2026, 1, 6)) in standing(heroes)
        assert ("treatment_stopped", date(2026, 1, 5)) not in standing(heroes)
        voiding = heroes.rows(CourseEvent, type="event_corrected")[0]
        assert voiding.details == {"reason": "corrected by edc"}


def test_a_correction_of_several_facts_changes_the_plan_once(migrated_database: str) -> None:
    """Inclusion and stop move together: no assessment is cancelled and reinstated on the way."""
    with trial(migrated_database) as heroes:
        heroes.enrol()
        bring(heroes, BEGUN)
        moved = [line.replace("2026-01-05", "2026-01-04") for line in BEGUN]
        done = bring(heroes, moved)
        assert outcomes(done) == {"E-1": "known", "E-2": "corrected", "E-3": "corrected"}
        words = {row.change for row in heroes.rows(AssessmentChange) if row.changed_at == heroes.now}
        assert "cancelled" not in words
        assert heroes.rows(Assessment, key="M1.5")[0].due_on == date(2026, 2, 19)


# --- What is listed ---------------------------------------------------------------------------------------------------


def test_a_contradiction_names_both_sides_and_the_other_rows_land(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.include()
        done = bring(heroes, ["03-001,E-2,included,2026-01-06,,,,,", BEGUN[2]])
        assert outcomes(done) == {"E-2": "contradicts", "E-3": "new"}
        (row,) = done.open
        assert "2026-01-05" in row.explanation["en"]
        assert "2026-01-06" in row.explanation["en"]
        assert "05/01/2026" in row.explanation["fr"]
        kept = heroes.rows(ImportedFact, state="contradicts")[0]
        assert (kept.code, kept.event_id) == ("already_started", None)


def test_a_refused_row_is_kept_and_recorded_once_the_course_allows_it(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.enrol()
        assert outcomes(bring(heroes, [BEGUN[2]])) == {"E-3": "refused"}
        assert heroes.rows(ImportedFact, state="refused")
        heroes.record("consent2_signed", date(2026, 1, 2))
        heroes.record("included", date(2026, 1, 5))
        assert outcomes(bring(heroes, [BEGUN[2]])) == {"E-3": "new"}
        assert not heroes.rows(ImportedFact, state="refused")


def test_a_fact_voided_at_the_desk_does_not_come_back_by_the_next_import(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.enrol()
        bring(heroes, BEGUN)
        fact = heroes.rows(CourseEvent, type="treatment_stopped")[0]
        heroes.call(
            course.void_event,
            heroes.installation,
            event_id=fact.id,
            reason="wrong patient",
            site_ids=(1,),
            actor="nurse",
            now=heroes.now,
        )
        done = bring(heroes, BEGUN)
        assert outcomes(done)["E-3"] == "contradicts"
        assert ("treatment_stopped", date(2026, 1, 5)) not in standing(heroes)


def settle(
    heroes: Trial, note: str = "The source has the wrong day", site_ids: tuple[int, ...] = (1,)
) -> str:
    row = heroes.rows(ImportedFact, code="already_started")[0]
    return heroes.call(
        freshness.settle,
        heroes.installation,
        discrepancy_id=row.id,
        note=note,
        site_ids=site_ids,
        actor="nurse",
        now=heroes.now,
    )


def test_what_is_settled_stays_so_until_the_source_says_something_else(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.include()
        line = "03-001,E-2,included,2026-01-06,,,,,"
        bring(heroes, [line])
        assert settle(heroes) == "03-001"
        with pytest.raises(ConflictError):
            settle(heroes)
        assert outcomes(bring(heroes, [line])) == {"E-2": "settled"}
        assert heroes.rows(ImportedFact)[0].settled_by == "nurse"
        assert outcomes(bring(heroes, [line.replace("-06,", "-07,")])) == {"E-2": "contradicts"}
        assert heroes.rows(ImportedFact)[0].settled_at is None


def test_settling_needs_a_reason_and_a_patient_of_ones_own(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.include()
        bring(heroes, ["03-001,E-2,included,2026-01-06,,,,,"])
        with pytest.raises(InvalidError):
            settle(heroes, note=" ")
        with pytest.raises(NotFoundError):
            settle(heroes, site_ids=(2,))


def test_an_unknown_patient_and_one_of_another_site_are_answered_alike(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.enrol()
        lines = [BEGUN[0], BEGUN[0].replace("03-001,E-1", "03-999,E-8")]
        done = bring(heroes, lines, site_ids=(2,))
        assert [(each.outcome, each.code) for each in done.rows] == [("refused", "unknown_patient")] * 2
        assert done.rows[0].explanation == done.rows[1].explanation
        assert heroes.rows(ImportedFact) == []


def test_a_key_of_one_patient_is_not_taken_for_another(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.enrol()
        heroes.enrol("03-002", phone=OTHER)
        bring(heroes, [BEGUN[0]])
        done = bring(heroes, [BEGUN[0].replace("03-001", "03-002")])
        assert done.rows[0].code == "key_of_another_patient"
        assert heroes.rows(ImportedFact)[0].patient_id == heroes.rows(Patient, code="03-001")[0].id


def test_two_sources_may_use_the_same_key(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.enrol()
        bring(heroes, BEGUN)
        done = bring(heroes, ["03-001,E-1,imaging_done,2026-01-03,,,,,"], source="imaging")
        assert outcomes(done) == {"E-1": "new"}


# --- Bad input --------------------------------------------------------------------------------------------------------


def test_a_file_with_one_bad_row_lands_nowhere(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.enrol()
        before = heroes.counts()
        with pytest.raises(InputError) as told:
            bring(heroes, [*BEGUN, "03-001,E-4,treatment_stoped,05/01/2026,,,,,"])
        date_, kind = sorted(str(problem) for problem in told.value.problems)
        assert date_.startswith(
            "facts.csv: row 5, column on: “05/01/2026” is no date of a course; write 2026-05-03"
        )
        assert kind.startswith(
            "facts.csv: row 5, column type: unknown event type “treatment_stoped”; known types: "
        )
        assert heroes.counts() == before


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("patient,type,on", "column source_key: is missing"),
        ("patient,source_key,type,on,On", "column on: stands twice in the header"),
        (f"{HEAD},disclosed on", "did you mean disclosed_on?"),
        (f"{HEAD},sex", "begin its name with x_"),
    ],
)
def test_columns_that_are_missing_or_not_known_are_mistakes(
    migrated_database: str, head: str, said: str
) -> None:
    with trial(migrated_database) as heroes, pytest.raises(InputError, match=said.replace("?", r"\?")):
        read(heroes, csv([], head))


def test_a_file_of_french_excel_is_read(migrated_database: str) -> None:
    """Byte-order mark, semicolons, days as Excel turns them, a column of the EDC's own, names in capitals."""
    with trial(migrated_database) as heroes:
        heroes.enrol()
        text = "\ufeffPatient;Source_key;Type;On;x_centre\r\n03-001;E-1;consent2_signed;02/01/2026;Rennes\r\n"
        (row,) = read(heroes, text.encode(), day_first=True)
        assert (row.patient, row.event.on) == ("03-001", date(2026, 1, 2))
