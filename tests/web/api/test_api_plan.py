"""A patient's plan as on any day, by API."""

from datetime import date

from tests.services.given import off_treatment
from tests.trial import trial

PLAN = "/api/v1/patients/03-001/plan"


def test_the_plan_of_a_day_gone_and_of_a_day_to_come(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.on(date(2026, 5, 10))
        heroes.record("treatment_resumed", date(2026, 5, 10), relation="same", reason="investigator")
        browser = heroes.logged_in()
        before = browser.get(f"{PLAN}?as_of=2026-05-09").get_json()
        ahead = browser.get(f"{PLAN}?as_of=2026-05-11").get_json()
        today = browser.get(PLAN).get_json()
    assert (before["phase"], before["forecast"]) == ("OFF_TREATMENT", False)
    assert {each["key"]: each["state"] for each in before["slots"]}["M4.5"] == "planned"
    assert (ahead["phase"], ahead["forecast"], today["as_of"]) == ("RESUMED_PRIOR", True, "2026-05-10")
    gone = {each["key"]: each["reason"] for each in ahead["not_expected"]}
    assert gone["M4.5"]["en"] == "replaced by R1 (treatment resumed on 2026-05-10), due 10 day(s) apart"
    assert [each["kind"] for each in ahead["foreseen"] if each["key"] == "R1"] == ["invitation"]


def test_a_day_that_is_none_and_another_sites_patient_are_refused(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        assert heroes.logged_in().get(f"{PLAN}?as_of=2026-02-30").status_code == 422
        assert heroes.logged_in("other").get(PLAN).status_code == 404
