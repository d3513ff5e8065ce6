"""Patients and their facts over the API: enrolling, finding, recording, previewing, voiding."""

from datetime import date
from typing import Any

from pro_service.services import sign_in
from pro_service.store.models import Patient
from tests.trial import PHONE, Trial
from tests.web.api.world import ENROLMENT, READING, STOP, Program, problem, program, worsened, wrong_fields


def test_a_patient_is_enrolled_with_the_facts_known_already(heroes: Trial, nurse: Program) -> None:
    response = nurse.post("/patients", ENROLMENT)
    assert response.status_code == 201, response.get_json()
    assert response.headers["Location"].endswith("/api/v1/patients/03-002")
    made = response.get_json()
    assert made == nurse.get("/patients/03-002").get_json()
    assert made["phase"] == {
        "as_of": "2026-01-05",
        "name": "INCLUDED",
        "words": {"fr": "inclusion faite, traitement en cours", "en": "included, on treatment"},
        "since_on": "2026-01-05",
    }
    assert made["next"] == {"key": "BASE", "due_on": "2026-01-05", "state": "planned"}
    assert (made["site"], made["mode"], made["language"]) == ("03", "link", "fr")


def test_no_answer_ever_holds_a_telephone_number(heroes: Trial, nurse: Program) -> None:
    worsened(heroes)
    nurse = program(heroes)
    answers = [nurse.get(path) for path in READING if path != "/sites"]
    answers += [nurse.post("/patients", ENROLMENT), nurse.post("/patients", ENROLMENT | {"code": "03-003"})]
    for digits in ("639980001", "639980002", "0639980002", "06 39 98"):
        assert not any(digits in answer.get_data(as_text=True) for answer in answers)


def test_an_enrolment_is_refused_whole(heroes: Trial, nurse: Program) -> None:
    lacking = ENROLMENT | {"facts": [{"type": "included", "on": "2026-01-05"}]}
    problem(nurse.post("/patients", lacking), 409, "must_come_after")
    assert heroes.rows(Patient) == []


def test_an_enrolment_whose_facts_end_before_the_inclusion_is_refused_whole(
    heroes: Trial, nurse: Program
) -> None:
    for end in ("death", "consent_withdrawn", "questionnaires_withdrawn", "off_study"):
        left = {"type": end, "on": "2026-01-04"}
        consent, included = ENROLMENT["facts"]
        early = consent | {"on": "2026-01-02"}
        told = nurse.post("/patients", ENROLMENT | {"facts": [early, left, included]})
        problem(told, 409, "after_the_end")
        told = nurse.post("/patients", ENROLMENT | {"facts": [early, included, left]})
        problem(told, 409, "makes_another_impossible")
    assert heroes.rows(Patient) == []


def test_a_code_or_a_number_in_use_is_a_conflict(heroes: Trial, nurse: Program) -> None:
    heroes.enrol()
    problem(nurse.post("/patients", ENROLMENT | {"code": "03-001"}), 409, "patient_exists")
    problem(nurse.post("/patients", ENROLMENT | {"phone": PHONE}), 409, "phone_in_use")


WRONG_ENROLMENTS: list[tuple[Any, str, str]] = [
    ({"phone": "0639"}, "phone", "bad_phone"),
    ({"phone": 639980002}, "phone", "not_a_text"),
    ({"site": "04"}, "site", "unknown_site"),
    ({"site": "99"}, "site", "unknown_site"),
    ({"code": "a/b"}, "code", "pattern"),
    ({"code": ""}, "code", "length"),
    ({"code": "x" * 33}, "code", "length"),
    ({"code": "a\x00b"}, "code", "not_printable"),
    ({"phone": "\ud800"}, "phone", "not_printable"),
    ({"language": "de"}, "language", "not_one_of"),
    ({"language": None}, "language", "null"),
    ({"sms_items": 1}, "sms_items", "not_true_or_false"),
    ({"sms_items": "yes"}, "sms_items", "not_true_or_false"),
    ({"nickname": "x"}, "nickname", "unknown"),
    ({"facts": {}}, "facts", "not_a_list"),
    ({"facts": [3]}, "facts.0", "not_an_object"),
    ({"facts": [STOP] * 21}, "facts", "count"),
    ({"facts": [{"type": "included"}]}, "facts.0.on", "required"),
    ({"facts": [STOP | {"on": "2026-02-30"}]}, "facts.0.on", "not_a_day"),
    ({"facts": [STOP | {"on": "20260105"}]}, "facts.0.on", "not_a_day"),
    ({"facts": [STOP | {"on": "9999-01-05"}]}, "facts.0.on", "not_a_day"),
    ({"facts": [STOP | {"on": 20260105}]}, "facts.0.on", "not_a_day"),
    ({"facts": [STOP | {"result": "positive"}]}, "facts.0.result", "not_of_this_event"),
]


def test_an_enrolment_says_which_field_is_wrong(heroes: Trial, nurse: Program) -> None:
    for change, field, code in WRONG_ENROLMENTS:
        assert wrong_fields(nurse.post("/patients", ENROLMENT | change)) == {field: code}
    assert heroes.rows(Patient) == []


def test_every_wrong_field_is_told_at_once_in_the_persons_language(heroes: Trial, nurse: Program) -> None:
    french = nurse.post("/patients", {"site": "03", "x": 1}).get_json()
    assert {"field": "code", "code": "required", "message": "Champ obligatoire."} in french["errors"]
    assert len(french["errors"]) == 4
    with heroes.app.app_context():
        sign_in.choose_language(login="nurse", language="en")
    english = nurse.post("/patients", {"site": "03", "x": 1}).get_json()
    assert {"field": "x", "code": "unknown", "message": "Unknown field."} in english["errors"]
    assert nurse.get("/patients/none").get_json()["detail"] == "Not found."


def test_patients_are_listed_page_by_page(heroes: Trial, nurse: Program) -> None:
    for number in range(1, 6):
        heroes.enrol(f"03-00{number}", phone=f"+3363998010{number}")
    heroes.enrol("04-001", phone="+33639980200", site="04")
    page: dict[str, Any] = {"next": ""}
    seen = []
    while page["next"] is not None:
        page = nurse.get(f"/patients?limit=2&cursor={page['next']}").get_json()
        seen.append([one["code"] for one in page["items"]])
    assert seen == [["03-001", "03-002"], ["03-003", "03-004"], ["03-005"]]
    assert [one["code"] for one in nurse.items("/patients?q=004&site=03")] == ["03-004"]
    assert nurse.items("/patients?q=%25") == []


WRONG_QUERIES: list[tuple[Any, str, str]] = [
    ("limit=0", "limit", "range"),
    ("limit=201", "limit", "range"),
    ("limit=1.5", "limit", "not_a_whole_number"),
    ("limit=%C2%B2", "limit", "not_a_whole_number"),
    ("cursor=!", "cursor", "not_a_cursor"),
    ("cursor=AAAA", "cursor", "not_a_cursor"),
    ("q=%00", "q", "not_printable"),
    ("site=04", "site", "unknown_site"),
    ("order=name", "order", "unknown"),
]


def test_a_query_is_read_as_strictly_as_a_body(nurse: Program) -> None:
    for query, field, code in WRONG_QUERIES:
        assert wrong_fields(nurse.get(f"/patients?{query}")) == {field: code}


def test_a_preview_tells_what_recording_then_does(heroes: Trial, nurse: Program) -> None:
    heroes.include()
    told = nurse.post("/patients/03-001/events/preview", STOP)
    assert told.status_code == 200
    assert told.get_json()["phase"] == {"before": "INCLUDED", "after": "OFF_TREATMENT"}
    assert [event["type"] for event in nurse.items("/patients/03-001/events")] == [
        "consent2_signed",
        "included",
    ]
    done = nurse.post("/patients/03-001/events", STOP)
    assert done.status_code == 201
    added = [one for one in told.get_json()["changes"] if one["change"] == "added"]
    assert added[0]["reason"]["sentence"]["fr"] == "attendu : la phase à cette date le permet"
    recorded = done.get_json()["changes"]
    assert [one["key"] for one in recorded] == [one["key"] for one in added]
    assert recorded[0] == {
        "change": "added",
        "key": "M1.5",
        "due_on": "2026-02-20",
        "open_on": "2026-02-13",
        "close_on": "2026-02-27",
        "reason": {
            "code": "expected",
            "sentence": {"fr": "attendu le 20/02/2026", "en": "expected on 2026-02-20"},
        },
    }
    assert nurse.get("/patients/03-001").get_json()["phase"]["name"] == "OFF_TREATMENT"


def test_a_wrong_fact_is_voided_and_stays_visible(heroes: Trial, nurse: Program) -> None:
    heroes.include()
    stop = heroes.record("treatment_stopped", date(2026, 1, 5))
    voided = nurse.post(f"/events/{stop.event_id}/void", {"reason": "Mauvaise patiente"})
    assert voided.status_code == 201
    assert {one["change"] for one in voided.get_json()["changes"]} == {"removed"}
    shown = nurse.items("/patients/03-001/events")[-1]
    assert (shown["id"], shown["voided_by"], shown["void_reason"]) == (
        stop.event_id,
        "nurse",
        "Mauvaise patiente",
    )
    problem(nurse.post(f"/events/{stop.event_id}/void", {"reason": "Encore"}), 409, "already_voided")
    assert nurse.get("/patients/03-001").get_json()["phase"]["name"] == "INCLUDED"


def test_what_the_course_cannot_hold_is_a_conflict_with_its_reason(heroes: Trial, nurse: Program) -> None:
    heroes.enrol()
    for path in ("/patients/03-001/events", "/patients/03-001/events/preview"):
        refused = problem(nurse.post(path, STOP), 409, "not_started")
        assert refused["detail"] == "« arrêt du traitement » du 05/01/2026 : impossible avant l'inclusion."


WRONG_FACTS: list[tuple[Any, str, str]] = [
    ({"type": "holiday", "on": "2026-01-05"}, "type", "unknown_type"),
    ({"type": "event_corrected", "on": "2026-01-05"}, "type", "only_by_voiding"),
    ({"type": "ctdna_resulted", "on": "2026-01-05"}, "", "missing_field"),
    ({"type": "ctdna_resulted", "on": "2026-01-05", "result": "perhaps"}, "result", "not_one_of"),
    ({"type": "death", "on": "2026-01-05", "relation": "same"}, "relation", "not_of_this_event"),
    ({"type": "death", "on": "2027-01-05"}, "on", "too_far_ahead"),
    (
        {"type": "pd_confirmed", "on": "2026-01-05", "disclosed_on": "2026-01-04"},
        "disclosed_on",
        "told_before",
    ),
    ({"type": "off_study", "on": "2026-01-05", "reason": "x" * 65}, "reason", "length"),
    ({"type": "off_study", "on": "2026-01-05", "id": 3}, "id", "unknown"),
    ([], "", "not_an_object"),
    ("text", "", "not_an_object"),
]


def test_a_fact_says_which_field_is_wrong(heroes: Trial, nurse: Program) -> None:
    heroes.include()
    for event, field, code in WRONG_FACTS:
        assert wrong_fields(nurse.post("/patients/03-001/events", event)) == {field: code}
    assert len(nurse.items("/patients/03-001/events")) == 2
