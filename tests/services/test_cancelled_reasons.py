"""Why a cancelled assessment is not expected: the reason on record is the one of the plan of today."""

from datetime import date

from pro_service.core.plan import Restated
from pro_service.services.patients.planning import replan
from pro_service.store.db import transaction
from pro_service.store.models import Assessment, AssessmentChange, Patient
from tests.services.given import off_treatment
from tests.trial import Trial, trial

#: M4.5 is due on 20 May 2026.
DUE = date(2026, 5, 20)


def test_the_reason_on_record_follows_the_facts_and_is_stored_once(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.on(DUE)
        heroes.record("pd_confirmed", date(2026, 5, 10), disclosed_on=date(2026, 5, 10))
        assert _merged_into(heroes) == "PD"
        told = heroes.record(
            "treatment_resumed", date(2026, 5, 10), relation="other", reason="radiological_pd"
        )
        assert _state(heroes, "PD") == "cancelled"
        assert _merged_into(heroes) == "R1"
        restated = [change for change in told.changes if isinstance(change, Restated)]
        assert [(change.key, change.into) for change in restated] == [("M4.5", "R1")]
        history = _history(heroes)
        assert [(change.change, change.reason.get("into")) for change in history[-2:]] == [
            ("cancelled", "PD"),
            ("reason", "R1"),
        ]
        before = heroes.counts()
        heroes.call(_replan, heroes)
        assert heroes.counts() == before
        heroes.record("death", date(2026, 5, 11))
        assert _row(heroes, "M4.5").reason == {"code": "phase", "phase": "DEATH", "on": "2026-05-20"}


def _replan(heroes: Trial) -> None:
    with transaction() as session:
        patient = session.get_one(Patient, 1)
        assert replan(session, heroes.installation, patient, actor="test", now=heroes.now) == ()


def _row(heroes: Trial, key: str) -> Assessment:
    row: Assessment = heroes.rows(Assessment, key=key)[0]
    return row


def _state(heroes: Trial, key: str) -> str:
    return _row(heroes, key).state


def _merged_into(heroes: Trial) -> str | None:
    return (_row(heroes, "M4.5").reason or {}).get("into")


def _history(heroes: Trial) -> list[AssessmentChange]:
    found: list[AssessmentChange] = heroes.rows(AssessmentChange, assessment_id=_row(heroes, "M4.5").id)
    return found
