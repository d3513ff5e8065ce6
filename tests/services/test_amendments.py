"""Amendments: previewed, applied one patient at a time, never sent twice, and taken back while nothing was sent."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from pro_service.core.plan import ChangeKind
from pro_service.services import amendments
from pro_service.services.amendments import Outcome, Prospect, Selection
from pro_service.services.csv_table import InputError
from pro_service.services.protocols import activation
from pro_service.store.models import (
    Alert,
    Assessment,
    AssessmentChange,
    Message,
    Patient,
    ProtocolActivation,
    ProtocolMigration,
)
from tests.amended import amended_catalogue
from tests.services.amending import EVERYBODY, calendar, migrate, rows, run, texts_sent, told, version_of
from tests.services.given import M15_INVITED, OTHER, TIRED, answer_all, off_treatment
from tests.trial import START, STUDY, Trial, trial


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    with trial(migrated_database, catalogue=amended_catalogue()) as made:
        yield made


# --- what it does ---------------------------------------------------------------------------------------------------


def test_the_preview_is_what_migrating_does_and_stores_nothing(heroes: Trial) -> None:
    off_treatment(heroes)
    off_treatment(heroes, "04-001", site="04", phone=OTHER)
    heroes.beat()
    before = heroes.counts(), rows(heroes)
    shown = run(heroes, amendments.preview)
    assert (heroes.counts(), rows(heroes)) == before
    assert migrate(heroes) == shown
    assert [one.outcome for one in shown] == [Outcome.MOVES, Outcome.MOVES]
    assert told(shown[0]) == {
        "BASE": "moved",  # open, not begun: the questionnaire is swapped
        "M1.5": "moved",
        "S2W": "added",
        **{f"M{n}.5": "moved" for n in (4, 7, 10, 13, 16, 19, 22)},
    }
    assert shown[0].running == ("BASE",)
    assert version_of(heroes) == version_of(heroes, "04-001") == "heroes-2"


def test_each_change_says_in_both_languages_that_the_amendment_is_why(heroes: Trial) -> None:
    off_treatment(heroes)
    migrate(heroes)
    grid = heroes.rows(Assessment, key="M4.5")[0]
    assert grid.close_on == date(2026, 5, 20) + timedelta(days=21)
    assert grid.reason == {
        "code": "amended",
        "protocol": "heroes-2",
        "cause": "close_moved",
        "before": "2026-06-03",
        "after": "2026-06-10",
    }
    change = heroes.rows(AssessmentChange, assessment_id=grid.id)[-1]
    assert (change.change, change.reason, change.changed_by) == ("moved", grid.reason, "ada")
    page = heroes.logged_in().get("/staff/patients/03-001").get_data(as_text=True)
    assert "amendement heroes-2 : fermeture déplacée du 03/06/2026 au 10/06/2026" in page


def test_a_move_is_on_record_with_who_when_consent_and_what_changed(heroes: Trial) -> None:
    off_treatment(heroes)
    day = START.date()
    migrate(heroes, selection=Selection(patients=("03-001",), consented_on=day))
    (move,) = heroes.rows(ProtocolMigration)
    assert (move.from_version, move.to_version, move.consented_on) == ("heroes-1", "heroes-2", day)
    assert (move.migrated_at, move.migrated_by) == (heroes.now, "ada")
    assert move.summary["added"] == ["S2W"]
    assert set(move.rows) == {*move.summary["added"], *move.summary["moved"]}


def test_nobody_is_moved_twice(heroes: Trial) -> None:
    off_treatment(heroes)
    migrate(heroes)
    before = heroes.counts()
    (again,) = migrate(heroes)
    assert (again.outcome, again.slots) == (Outcome.ALREADY, ())
    assert heroes.counts() == before


def test_only_the_sites_and_patients_named_are_moved(heroes: Trial) -> None:
    off_treatment(heroes)
    off_treatment(heroes, "04-001", site="04", phone=OTHER)
    assert [one.patient for one in migrate(heroes, selection=Selection(sites=("04",)))] == ["04-001"]
    assert (version_of(heroes), version_of(heroes, "04-001")) == ("heroes-1", "heroes-2")
    with pytest.raises(InputError, match="--patient 09-009: is no patient"):
        migrate(heroes, selection=Selection(patients=("09-009",)))
    with pytest.raises(InputError, match="--site 09: is no site of the study; use one of 03, 04"):
        migrate(heroes, selection=Selection(sites=("09",)))


def test_an_ended_course_stays_as_it_was_judged(heroes: Trial) -> None:
    off_treatment(heroes)
    heroes.record("death", START.date())
    before = rows(heroes)
    (one,) = migrate(heroes)
    assert (one.outcome, version_of(heroes), rows(heroes)) == (Outcome.ENDED, "heroes-1", before)


def test_what_was_answered_begun_or_closed_is_named_as_kept(heroes: Trial) -> None:
    heroes.include()
    heroes.beat()
    answer_all(heroes, heroes.link())
    heroes.record("treatment_stopped", START.date())
    heroes.through(date(2026, 3, 2))  # nobody answered M1.5
    (one,) = migrate(heroes)
    kept = {s.key: s.reason.code for s in one.slots if s.change is ChangeKind.KEPT}
    assert kept == {"BASE": "finished", "M1.5": "closed"}
    assert [r.state for r in heroes.rows(Assessment) if r.key in kept] == ["completed", "missed"]


def test_a_version_that_says_the_same_changes_nothing_but_the_name(heroes: Trial) -> None:
    off_treatment(heroes)
    heroes.at(M15_INVITED)
    before = rows(heroes), heroes.rows(AssessmentChange)
    (one,) = migrate(heroes, "heroes-1-again")
    assert told(one) == {}
    assert (rows(heroes), len(heroes.rows(AssessmentChange))) == (before[0], len(before[1]))
    assert version_of(heroes) == "heroes-1-again"


def test_planning_again_after_a_move_changes_nothing(heroes: Trial) -> None:
    off_treatment(heroes)
    migrate(heroes)
    migrate(heroes, "heroes-1")  # back by a second amendment: S2W is cancelled and stays on record
    assert calendar(heroes)["S2W"][0] == "cancelled"
    before = heroes.counts()["assessment_change"]
    heroes.record("visit_done", START.date())
    assert heroes.counts()["assessment_change"] == before
    (gone,) = heroes.rows(Assessment, key="S2W")
    assert (gone.reason["code"], gone.reason["cause"]) == ("amended", "no_anchor")


def test_new_patients_get_the_new_version_only_when_that_is_said(heroes: Trial) -> None:
    off_treatment(heroes)
    migrate(heroes)
    heroes.enrol("03-002", phone=OTHER)
    assert version_of(heroes, "03-002") == "heroes-1"
    before = heroes.call(
        activation.activate,
        heroes.installation,
        study=STUDY,
        version="heroes-2",
        actor="ada",
        now=heroes.now,
    )
    assert before == "heroes-1"
    heroes.enrol("03-003", phone="+33639980003")
    assert version_of(heroes, "03-003") == "heroes-2"
    assert version_of(heroes, "03-002") == "heroes-1"
    assert [(row.version, row.purpose) for row in heroes.rows(ProtocolActivation)] == [
        ("heroes-1", "study"),
        ("heroes-2", "migration"),
        ("heroes-2", "new_patients"),
    ]


def test_a_version_of_another_trial_or_of_none_is_refused(heroes: Trial) -> None:
    with pytest.raises(InputError, match="is no study here"):
        heroes.call(
            amendments.preview,
            heroes.installation,
            study="other",
            version="heroes-2",
            selection=EVERYBODY,
            now=heroes.now,
        )
    with pytest.raises(Exception, match=r"There is no protocol version heroes-9; known are .*heroes-1, "):
        migrate(heroes, "heroes-9")


# --- consent --------------------------------------------------------------------------------------------------------


def test_where_the_version_asks_for_consent_a_patient_without_it_stays(heroes: Trial) -> None:
    heroes.enrol()
    (one,) = migrate(heroes, "heroes-3")
    assert (one.outcome, version_of(heroes)) == (Outcome.AWAITS_CONSENT, "heroes-1")
    heroes.record("consent2_signed", START.date())
    assert migrate(heroes, "heroes-3")[0].outcome is Outcome.MOVES


def test_a_consent_on_paper_is_told_with_its_day_and_for_whom(heroes: Trial) -> None:
    heroes.enrol()
    with pytest.raises(InputError, match="would be the consent of every patient"):
        migrate(heroes, "heroes-3", Selection(consented_on=START.date()))
    with pytest.raises(InputError, match="2026-01-06 is yet to come"):
        migrate(heroes, "heroes-3", Selection(sites=("03",), consented_on=date(2026, 1, 6)))
    chosen = Selection(patients=("03-001",), consented_on=START.date())
    assert migrate(heroes, "heroes-3", chosen)[0].outcome is Outcome.MOVES


# --- messages -------------------------------------------------------------------------------------------------------


def test_p10_a_slot_that_an_amendment_puts_into_the_past_is_never_sent(heroes: Trial) -> None:
    """Editing never sends past schedules: S2W was due in January, the amendment comes in April."""
    off_treatment(heroes)
    heroes.through(date(2026, 4, 1))
    before = texts_sent(heroes)
    (one,) = migrate(heroes)
    added = next(slot for slot in one.slots if slot.key == "S2W")
    assert added.reason.facts["cause"] == "expected_late"
    heroes.through(date(2026, 4, 3))
    late = heroes.rows(Assessment, key="S2W")[0]
    assert (late.state, late.reason["code"]) == ("missed", "window_over_before_known")
    assert texts_sent(heroes) == before
    assert not heroes.rows(Message, assessment_id=late.id)


@pytest.mark.parametrize("days_after_invitation", [0, 1, 3, 6])
def test_p44_a_slot_of_both_versions_is_invited_to_once(heroes: Trial, days_after_invitation: int) -> None:
    """The window is longer and the questionnaire another one, under the same key: the invitation is not repeated."""
    off_treatment(heroes)
    heroes.at(M15_INVITED)
    heroes.at(M15_INVITED + timedelta(days=days_after_invitation))
    migrate(heroes)
    heroes.through(date(2026, 3, 20))
    of_m15 = heroes.rows(Assessment, key="M1.5")[0].id
    sent = [(kind, ordinal) for row, kind, ordinal in texts_sent(heroes) if row == of_m15]
    assert sent.count(("invitation", 1)) == 1
    assert len(sent) == len(set(sent)) <= 3


# --- alerts, across versions ----------------------------------------------------------------------------------------


def test_alerts_compare_across_versions_and_keep_the_version_that_raised_them(heroes: Trial) -> None:
    heroes.include()
    heroes.beat()
    answer_all(heroes, heroes.link())
    heroes.record("treatment_stopped", START.date())
    heroes.at(M15_INVITED)
    answer_all(heroes, heroes.link(), TIRED)
    assert {row.protocol_version for row in heroes.rows(Alert)} == {"heroes-1"}
    migrate(heroes)
    heroes.through(date(2026, 5, 19))
    answer_all(heroes, heroes.link(), TIRED)
    later = [row for row in heroes.rows(Alert) if row.protocol_version == "heroes-2"]
    assert {row.scale for row in later} == {"QL", "FA"}
    assert {row.evidence["baseline"] for row in later if row.scale == "FA"} == {0.0}
    assert len([row for row in heroes.rows(Alert) if row.protocol_version == "heroes-1"]) == 2


# --- one patient at a time ------------------------------------------------------------------------------------------


def test_an_interruption_leaves_each_patient_wholly_on_one_version(heroes: Trial) -> None:
    for number in range(1, 5):
        off_treatment(heroes, f"03-00{number}", phone=f"+3363998000{number}")

    def stop_after_two(prospect: Prospect) -> None:
        if prospect.patient == "03-002":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        heroes.call(
            amendments.migrate,
            heroes.installation,
            study=STUDY,
            version="heroes-2",
            selection=EVERYBODY,
            actor="ada",
            now=heroes.now,
            progress=stop_after_two,
        )
    on = {row.code: row.protocol_version for row in heroes.rows(Patient)}
    assert on == {"03-001": "heroes-2", "03-002": "heroes-2", "03-003": "heroes-1", "03-004": "heroes-1"}
    with_s2w = {row.patient_id for row in heroes.rows(Assessment, key="S2W")}
    assert with_s2w == {row.patient_id for row in heroes.rows(ProtocolMigration)}
    assert [one.outcome for one in migrate(heroes)] == ["already", "already", "moves", "moves"]
