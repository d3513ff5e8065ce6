"""Facts from an EDC through the API: the same import, the same discrepancies, only for those who enter data."""

from datetime import date
from typing import Any

from pro_service.store.models import CourseEvent
from tests.services.given import OTHER, off_treatment
from tests.trial import Trial
from tests.web.api.world import Program, problem, program, wrong_fields
from tests.web.test_roles import hire

CONSENT = {"patient": "03-001", "source_key": "E-1", "type": "consent2_signed", "on": "2026-01-02"}
INCLUDED = {"patient": "03-001", "source_key": "E-2", "type": "included", "on": "2026-01-05", "visit": "V1"}
STOP = {"patient": "03-001", "source_key": "E-3", "type": "treatment_stopped", "on": "2026-01-05"}
ROWS: list[dict[str, Any]] = [STOP, INCLUDED, CONSENT]


def test_rows_are_previewed_then_imported_then_known(heroes: Trial, nurse: Program) -> None:
    heroes.enrol()
    tried = nurse.post("/imports/events?preview=true", {"rows": ROWS}).get_json()
    assert tried["preview"] is True
    assert heroes.rows(CourseEvent) == []
    done = nurse.post("/imports/events", {"rows": ROWS}).get_json()
    assert [row["outcome"] for row in done["rows"]] == ["new"] * 3
    assert [row["row"] for row in done["rows"]] == [0, 1, 2]
    assert {**tried, "preview": False} == done
    assert done["plans"][0]["phase"] == {"before": "NOT_INCLUDED", "after": "OFF_TREATMENT"}
    again = nurse.post("/imports/events", {"rows": ROWS}).get_json()
    assert ({row["outcome"] for row in again["rows"]}, again["plans"]) == ({"known"}, [])


def test_a_csv_file_is_taken_as_it_is(heroes: Trial, nurse: Program) -> None:
    heroes.enrol()
    text = "patient;source_key;type;on\n03-001;E-1;consent2_signed;02/01/2026\n"
    given: dict[str, Any] = {"data": text.encode(), "content_type": "text/csv"}
    refused = nurse.post("/imports/events", **given)
    assert wrong_fields(refused) == {"row 2, column on": "bad_cell"}
    done = nurse.post("/imports/events?day_first=true", **given)
    assert [row["row"] for row in done.get_json()["rows"]] == [2]


def test_every_row_that_cannot_be_read_is_told_and_nothing_stored(heroes: Trial, nurse: Program) -> None:
    heroes.enrol()
    rows = [CONSENT, {**INCLUDED, "on": "soon"}, {**STOP, "type": "stopped", "source_key": "E-9"}]
    answer = nurse.post("/imports/events", {"rows": rows})
    assert wrong_fields(answer) == {"rows.1.on": "bad_cell", "rows.2.type": "bad_cell"}
    first = answer.get_json()["errors"][0]["message"]
    assert first == "« soon » n'est pas une date d'un parcours; écrivez 2026-05-03 (1950–2149)."
    assert heroes.rows(CourseEvent) == []


def test_bodies_and_queries_that_cannot_be_are_refused(heroes: Trial, nurse: Program) -> None:
    problem(nurse.post("/imports/events", data=b"{", content_type="application/json"), 400, "malformed")
    problem(nurse.post("/imports/events", data=b"x", content_type="text/plain"), 415, "not_json")
    assert wrong_fields(nurse.post("/imports/events", {"rows": 1})) == {"rows": "not_a_list"}
    assert wrong_fields(nurse.post("/imports/events?preview=yes", {"rows": []})) == {"preview": "not_one_of"}
    assert wrong_fields(nurse.post("/imports/events", {"rows": [{**STOP, "drug": "x"}]})) == {
        "rows.0.drug": "unknown"
    }


def test_a_patient_of_another_site_is_as_absent_as_one_that_does_not_exist(
    heroes: Trial, nurse: Program
) -> None:
    heroes.enrol("04-001", site="04")
    rows = [{**CONSENT, "patient": "04-001"}, {**CONSENT, "patient": "99-001", "source_key": "E-8"}]
    done = nurse.post("/imports/events", {"rows": rows}).get_json()
    assert [row["code"] for row in done["rows"]] == ["unknown_patient"] * 2
    assert heroes.rows(CourseEvent) == []


def test_the_sponsors_people_read_and_import_nothing(heroes: Trial) -> None:
    heroes.enrol()
    hire(heroes, "manager", "data_manager")
    manager = program(heroes, "manager")
    assert manager.post("/imports/events?preview=true", {"rows": ROWS}).status_code == 403
    assert manager.post("/patients/03-001/status-confirmations").status_code == 403
    assert manager.get("/recording-lags").status_code == 200


def test_a_discrepancy_waits_until_it_is_settled(heroes: Trial, nurse: Program) -> None:
    heroes.include()
    nurse.post("/imports/events", {"rows": [{**INCLUDED, "on": "2026-01-06"}]})
    listed = nurse.get("/imports/discrepancies").get_json()
    (one,) = listed["items"]
    assert (listed["count"], one["patient"], one["state"]) == (1, "03-001", "contradicts")
    assert one["told"]["on"] == "2026-01-06"
    path = f"/imports/discrepancies/{one['id']}/settle"
    assert wrong_fields(nurse.post(path, {"note": " "})) == {"note": "length"}
    other = program(heroes, "other")
    problem(other.post(path, {"note": "Not mine"}), 404, "not_found")
    assert nurse.post(path, {"note": "Checked"}).get_json() == {"patient": "03-001"}
    problem(nurse.post(path, {"note": "Again"}), 409, "settled_already")
    assert nurse.items("/imports/discrepancies") == []
    assert nurse.items("/imports/discrepancies?settled=true")[0]["settled_note"] == "Checked"


def test_p41_who_cannot_be_planned_is_listed_with_the_missing_fact(heroes: Trial, nurse: Program) -> None:
    heroes.enrol()
    (one,) = nurse.get("/checks").get_json()["unplanned"]
    assert (one["patient"], one["missing"], one["reason"]["code"]) == (
        "03-001",
        ["included"],
        "anchor_missing",
    )
    own = nurse.get("/patients/03-001").get_json()["unplanned"]
    assert own == one["reason"]
    assert own["sentence"]["en"].startswith("cannot be planned because “inclusion” is not recorded")
    assert program(heroes, "other").get("/checks").get_json()["unplanned"] == []


def test_a_status_that_nobody_confirmed_is_to_be_checked_until_somebody_does(
    heroes: Trial, nurse: Program
) -> None:
    off_treatment(heroes)
    heroes.through(date(2026, 5, 12))
    nurse = program(heroes)
    (one,) = nurse.get("/checks").get_json()["stale"]
    assert (one["patient"], one["known_on"], one["age_days"], one["next_key"]) == (
        "03-001",
        "2026-01-05",
        127,
        "M4.5",
    )
    done = nurse.post("/patients/03-001/status-confirmations")
    assert (done.status_code, done.get_json()["confirmed_on"]) == (201, "2026-05-12")
    assert nurse.get("/checks").get_json()["stale"] == []
    assert nurse.get("/patients/03-001").get_json()["status_known_on"] == "2026-05-12"


def test_the_lags_are_those_of_ones_own_sites_and_of_the_study(heroes: Trial, nurse: Program) -> None:
    off_treatment(heroes)
    heroes.include("04-001", phone=OTHER, site="04")
    heroes.on(date(2026, 1, 25))
    heroes.record("treatment_stopped", date(2026, 1, 5), "04-001")
    nurse = program(heroes)
    found = nurse.get("/recording-lags").get_json()
    assert [(item["site"], item["facts"], item["late"]) for item in found["items"]] == [("03", 3, 0)]
    assert (found["study"]["facts"], found["study"]["late"]) == (6, 1)
