"""Reaching a patient over the API: zones, links sent again, and calls."""

from datetime import date

import pytest

from tests.services.given import invited_to_m15
from tests.trial import Trial
from tests.web.api.world import ENROLMENT, Program, problem, program, wrong_fields


def test_a_move_is_recorded_and_read_with_its_history(heroes: Trial, nurse: Program) -> None:
    heroes.include()
    answer = nurse.post("/patients/03-001/zones", {"zone": "Indian/Reunion", "from_on": "2026-02-01"})
    assert answer.status_code == 201
    body = answer.get_json()
    assert body["in_force"] == "Europe/Paris"
    assert [(one["zone"], one["from_at"], one["recorded_by"]) for one in body["items"]] == [
        ("Indian/Reunion", "2026-01-31T20:00:00+00:00", "nurse"),
        ("Europe/Paris", "2026-01-05T09:00:30+00:00", "test"),
    ]
    assert nurse.post("/patients/03-001/zones", {"zone": "America/Guadeloupe"}).status_code == 201
    assert nurse.get("/patients/03-001").get_json()["time_zone"] == "America/Guadeloupe"


def test_a_zone_that_does_not_exist_is_refused_with_the_nearest_ones(heroes: Trial, nurse: Program) -> None:
    heroes.include()
    refused = problem(nurse.post("/patients/03-001/zones", {"zone": "Guadelupe"}), 422, "unknown_zone")
    assert "America/Guadeloupe" in refused["detail"]
    assert len(nurse.items("/patients/03-001/zones")) == 1
    enrolment = {**ENROLMENT, "time_zone": "Europe/Lutetia"}
    problem(nurse.post("/patients", enrolment), 422, "unknown_zone")
    problem(nurse.get("/patients/03-002"), 404, "not_found")


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "zone"), ({"zone": "x", "from_on": "tomorrow"}, "from_on"), ({"zone": "x", "on": "y"}, "on")],
)
def test_a_malformed_move_names_its_field(
    heroes: Trial, nurse: Program, body: dict[str, str], field: str
) -> None:
    heroes.include()
    assert field in wrong_fields(nurse.post("/patients/03-001/zones", body))


def test_a_patient_is_enrolled_with_a_zone_of_their_own(nurse: Program) -> None:
    answer = nurse.post("/patients", {**ENROLMENT, "time_zone": "Indian/Reunion"})
    assert answer.get_json()["time_zone"] == "Indian/Reunion"


def test_calls_are_listed_and_their_outcome_noted(heroes: Trial) -> None:
    invited_to_m15(heroes)
    heroes.through(date(2026, 2, 24))
    nurse = program(heroes)
    (call,) = nurse.items("/calls?site=03")
    assert (call["patient"], call["key"], call["attempts"], call["tried_at"]) == ("03-001", "M1.5", 0, None)
    path = f"/calls/{call['id']}/outcomes"
    assert nurse.post(path, {"outcome": "not_reached"}).status_code == 201
    assert nurse.items("/calls")[0]["attempts"] == 1
    assert nurse.post(path, {"outcome": "reached", "note": "Prefers paper"}).get_json() == {
        "outcome": "reached"
    }
    assert nurse.items("/calls") == []
    problem(nurse.post(path, {"outcome": "reached"}), 409, "call_settled")
    assert "outcome" in wrong_fields(nurse.post(path, {"outcome": "maybe"}))


def test_a_link_is_sent_again_once_a_day(heroes: Trial) -> None:
    invited_to_m15(heroes)
    nurse = program(heroes)
    (row,) = (one for one in nurse.items("/patients/03-001/assessments") if one["key"] == "M1.5")
    path = f"/assessments/{row['id']}/link"
    assert nurse.post(path).status_code == 202
    problem(nurse.post(path), 409, "link_sent_today")
    assert nurse.items("/patients/03-001/messages?limit=1")[0]["kind"] == "link"


def test_a_patient_of_another_site_has_no_zones_links_or_calls(heroes: Trial) -> None:
    invited_to_m15(heroes)
    heroes.through(date(2026, 2, 24))
    other = program(heroes, "other")
    assert other.items("/calls") == []
    for response in (
        other.get("/patients/03-001/zones"),
        other.post("/patients/03-001/zones", {"zone": "Indian/Reunion"}),
        other.post("/assessments/2/link"),
        other.post("/calls/1/outcomes", {"outcome": "reached"}),
    ):
        problem(response, 404, "not_found")
