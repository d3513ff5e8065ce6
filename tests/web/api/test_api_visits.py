"""Visits over the API: read, recorded with their key, refused in a way a program understands."""

from tests.services.visit_trial import on, visit_led
from tests.web.api.world import problem, program, wrong_fields


def test_a_program_reads_and_moves_visits(migrated_database: str) -> None:
    with visit_led(migrated_database) as made:
        made.now = made.now.replace(day=20)
        nurse = program(made)
        first, *others = nurse.items("/patients/03-001/visits")
        assert first == {
            "key": "V1",
            "kind": "clinic",
            "words": {"fr": "consultation", "en": "consultation"},
            "state": "planned",
            "on": on(30).isoformat(),
            "planned_on": on(30).isoformat(),
            "open_on": on(27).isoformat(),
            "close_on": on(33).isoformat(),
            "in_window": True,
        }
        assert [each["key"] for each in others] == ["V2", "V3", "V4"]
        body = {"type": "visit_moved", "on": "2026-01-20", "visit": "V1", "visit_on": on(50).isoformat()}
        preview = nurse.post("/patients/03-001/events/preview", body).get_json()
        recorded = nurse.post("/patients/03-001/events", body)
        assert recorded.status_code == 201
        (change,) = [each for each in preview["changes"] if each["change"] != "kept"]
        assert change["reason"]["code"] == "visit_outside"
        moved = next(each for each in nurse.items("/patients/03-001/visits") if each["key"] == "V1")
        assert (moved["state"], moved["on"], moved["in_window"]) == ("moved", on(50).isoformat(), False)
        fact = nurse.items("/patients/03-001/events")[-1]
        assert (fact["visit"], fact["visit_on"]) == ("V1", on(50).isoformat())
        form = next(each for each in nurse.items("/patients/03-001/assessments") if each["key"] == "Q1")
        assert (form["visit"], form["visit_on"], form["out_of_window"]) == ("V1", on(50).isoformat(), True)
        assert form["due_on"] == on(30).isoformat()


def test_a_fact_that_cannot_be_is_refused_with_the_known_keys(migrated_database: str) -> None:
    with visit_led(migrated_database) as made:
        nurse = program(made)
        answer = nurse.post(
            "/patients/03-001/events", {"type": "visit_done", "on": "2026-01-06", "visit": "M1"}
        )
        assert "V1, V2, V3, V4, clinic-X1" in problem(answer, 409, "unknown_visit")["detail"]


def test_fields_of_visits_belong_to_events_about_visits(migrated_database: str) -> None:
    with visit_led(migrated_database) as made:
        nurse = program(made)
        path = "/patients/03-001/events"
        death = {"type": "death", "on": "2026-01-06", "visit": "V1", "visit_on": "2026-01-07"}
        assert set(wrong_fields(nurse.post(path, death))) == {"visit", "visit_on"}
        done = {"type": "visit_done", "on": "2026-01-06", "visit": "V1", "visit_on": "2026-01-07"}
        assert set(wrong_fields(nurse.post(path, done))) == {"visit_on"}
        bad = {"type": "visit_moved", "on": "2026-01-06", "visit": "V1", "visit_on": "07/01/2026"}
        assert set(wrong_fields(nurse.post(path, bad))) == {"visit_on"}


def test_visits_of_another_site_are_as_absent_as_those_of_nobody(migrated_database: str) -> None:
    with visit_led(migrated_database) as made:
        other = program(made, "other")
        assert other.get("/patients/03-001/visits").status_code == 404
