"""The JSON API over HTTP on both databases: what it does, what it refuses, and what it never tells."""

import base64
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from pro_service.services import sign_in
from pro_service.store.models import Patient
from tests.trial import PHONE, Trial, trial
from tests.web.api_world import PROBLEM, Program, credentials, program, worsened

ENROLMENT: dict[str, Any] = {
    "site": "03",
    "code": "03-002",
    "phone": "06 39 98 00 02",
    "language": "fr",
    "facts": [{"type": "consent2_signed", "on": "2026-01-05"}, {"type": "included", "on": "2026-01-05"}],
}
STOP = {"type": "treatment_stopped", "on": "2026-01-05"}
CHANGING = [
    "/patients",
    "/patients/03-001/events",
    "/patients/03-001/events/preview",
    "/events/1/void",
    "/alerts/1/acknowledge",
]
JUNK: list[Any] = [
    None,
    True,
    -1,
    10**40,
    1e308,
    "",
    " ",
    "\x00",
    "\ud800",
    "\u202e",
    "é" * 100_000,
    "%",
    [],
    [[]],
    {},
    {"a": {}},
    "2026-13-45",
    "0001-01-01",
]
READING = [
    "/session",
    "/sites",
    "/patients",
    "/patients/03-001",
    "/patients/03-001/events",
    "/patients/03-001/assessments",
    "/patients/03-001/scores",
    "/patients/03-001/messages",
    "/alerts",
    "/instruments",
    "/instruments/qlq-c30",
]


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    with trial(migrated_database) as made:
        yield made


@pytest.fixture
def nurse(heroes: Trial) -> Program:
    return program(heroes)


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    """The answer is a problem document of this status and code."""
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.content_type == PROBLEM
    document: dict[str, Any] = response.get_json()
    assert (document["status"], document["code"]) == (status, code)
    assert set(document) - {"errors"} == {"type", "status", "title", "code", "detail"}
    return document


def wrong_fields(response: Any) -> dict[str, str]:
    """The fields that were refused, each with its code."""
    return {each["field"]: each["code"] for each in problem(response, 422, "invalid")["errors"]}


# --- Sessions ---------------------------------------------------------------------------------------------------------


def test_a_log_in_gives_a_token_a_cookie_and_who_it_is(heroes: Trial) -> None:
    client = heroes.client()
    response = client.post("/api/v1/session", json=credentials(heroes))
    assert response.status_code == 201
    assert "HttpOnly" in response.headers["Set-Cookie"]
    assert "SameSite=Lax" in response.headers["Set-Cookie"]
    person = {"login": "nurse", "name": "Nurse", "role": "nurse", "language": "fr", "sites": ["03"]}
    assert response.get_json()["person"] == person
    assert client.get("/api/v1/session").get_json() == response.get_json()


def test_a_log_out_ends_the_session_at_once(heroes: Trial, nurse: Program) -> None:
    cookie = nurse.client.get_cookie("session")
    assert cookie is not None
    gone = nurse.client.delete("/api/v1/session", headers={"X-CSRF-Token": nurse.csrf_token})
    assert (gone.status_code, gone.data) == (204, b"")
    nurse.client.set_cookie("session", cookie.value)
    problem(nurse.get("/session"), 401, "log_in_first")


def test_failed_log_ins_do_not_say_what_was_wrong_and_have_to_wait(heroes: Trial) -> None:
    stranger = Program(client=heroes.client())
    right = credentials(heroes)
    for wrong in ({"login": "nobody"}, {"code": "000000"}, *[{"password": "x"}] * 4):
        refused = problem(stranger.post("/session", right | wrong), 401, "login_failed")
    assert refused["detail"] == "L'identifiant, le mot de passe et le code ne vont pas ensemble."
    waits = stranger.post("/session", right, headers={"Accept-Language": "en"})
    assert problem(waits, 429, "too_many_tries")["detail"] == "Too many tries: try again in 8 s."
    assert waits.headers["Retry-After"] == "8"


@pytest.mark.parametrize("path", READING)
def test_a_stranger_reads_nothing(path: str, heroes: Trial) -> None:
    problem(Program(client=heroes.client()).get(path), 401, "log_in_first")


@pytest.mark.parametrize("path", CHANGING)
def test_a_change_needs_the_sessions_own_token(path: str, heroes: Trial, nurse: Program) -> None:
    problem(Program(client=heroes.client()).post(path, {}), 401, "log_in_first")
    problem(Program(client=nurse.client).post(path, {}), 403, "forbidden")
    problem(Program(client=nurse.client, csrf_token="other").post(path, {}), 403, "forbidden")
    problem(nurse.post(path, {}, headers={"Sec-Fetch-Site": "cross-site"}), 403, "forbidden")


def test_another_site_cannot_log_a_browser_in(heroes: Trial) -> None:
    stranger, right = Program(client=heroes.client()), credentials(heroes)
    problem(stranger.post("/session", right, headers={"Sec-Fetch-Site": "cross-site"}), 403, "forbidden")
    problem(stranger.post("/session", data=right), 415, "not_json")


# --- Patients ---------------------------------------------------------------------------------------------------------


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


def test_a_code_or_a_number_in_use_is_a_conflict(heroes: Trial, nurse: Program) -> None:
    heroes.enrol()
    problem(nurse.post("/patients", ENROLMENT | {"code": "03-001"}), 409, "patient_exists")
    problem(nurse.post("/patients", ENROLMENT | {"phone": PHONE}), 409, "phone_in_use")


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
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
    ],
)
def test_an_enrolment_says_which_field_is_wrong(
    change: dict[str, Any], field: str, code: str, heroes: Trial, nurse: Program
) -> None:
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
    seen, cursor = [], ""
    while cursor is not None:
        page = nurse.get(f"/patients?limit=2&cursor={cursor}").get_json()
        seen.append([one["code"] for one in page["items"]])
        cursor = page["next"]
    assert seen == [["03-001", "03-002"], ["03-003", "03-004"], ["03-005"]]
    assert [one["code"] for one in nurse.items("/patients?q=004&site=03")] == ["03-004"]
    assert nurse.items("/patients?q=%25") == []


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("limit=0", "limit", "range"),
        ("limit=201", "limit", "range"),
        ("limit=1.5", "limit", "not_a_whole_number"),
        ("limit=%C2%B2", "limit", "not_a_whole_number"),
        ("cursor=!", "cursor", "not_a_cursor"),
        ("cursor=AAAA", "cursor", "not_a_cursor"),
        ("q=%00", "q", "not_printable"),
        ("site=04", "site", "unknown_site"),
        ("order=name", "order", "unknown"),
    ],
)
def test_a_query_is_read_as_strictly_as_a_body(query: str, field: str, code: str, nurse: Program) -> None:
    assert wrong_fields(nurse.get(f"/patients?{query}")) == {field: code}


# --- Facts ------------------------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize(
    ("event", "field", "code"),
    [
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
    ],
)
def test_a_fact_says_which_field_is_wrong(
    event: Any, field: str, code: str, heroes: Trial, nurse: Program
) -> None:
    heroes.include()
    assert wrong_fields(nurse.post("/patients/03-001/events", event)) == {field: code}
    assert len(nurse.items("/patients/03-001/events")) == 2


# --- Follow-up and alerts ---------------------------------------------------------------------------------------------


def test_assessments_scores_and_messages_tell_the_follow_up(heroes: Trial) -> None:
    worsened(heroes)
    nurse = program(heroes)
    assessments = {one["key"]: one for one in nurse.items("/patients/03-001/assessments")}
    assert len(assessments) == 9
    assert assessments["M1.5"]["state"] == "in_progress"
    assert assessments["M1.5"]["instruments"] == ["qlq-c30", "qlq-br23", "eq-5d-5l"]
    assert assessments["M4.5"]["reason"]["sentence"]["en"] == "expected on 2026-05-20"
    scores = nurse.get("/patients/03-001/scores").get_json()
    fatigue = [(one["key"], one["value"]) for one in scores["items"] if one["scale"] == "FA"]
    assert fatigue == [("BASE", 0.0), ("M1.5", 100.0)]
    messages = nurse.items("/patients/03-001/messages")
    assert {"invitation"} <= {one["kind"] for one in messages}
    assert not any({"body", "text", "to", "from"} & set(one) for one in messages)
    assert len(nurse.items("/patients/03-001/messages?limit=1")) == 1


def test_an_alert_shows_its_evidence_and_is_worked(heroes: Trial) -> None:
    worsened(heroes)
    nurse = program(heroes)
    (alert,) = nurse.items("/alerts?site=03")
    assert (alert["patient"], alert["key"], alert["scale"], alert["state"]) == ("03-001", "M1.5", "FA", "new")
    assert (alert["evidence"]["baseline"], alert["evidence"]["now"], alert["evidence"]["beyond"]) == (
        0,
        100,
        "above",
    )
    assert alert["sentence"]["en"] == "Clearly worse than at baseline: to be raised at the next contact."
    path = f"/alerts/{alert['id']}/acknowledge"
    called = nurse.post(path, {"action": "called", "note": "Deux lignes\nde note"}).get_json()
    assert (called["state"], called["acknowledged_by"], called["closed_at"]) == (
        "acknowledged",
        "nurse",
        None,
    )
    closed = nurse.post(path, {"action": "advised", "close": True}).get_json()
    assert [(each["action"], each["note"]) for each in closed["actions"]] == [
        ("called", "Deux lignes\nde note"),
        ("advised", ""),
    ]
    assert problem(nurse.post(path, {"action": "called"}), 409, "alert_closed")["detail"].endswith(
        "(par nurse)."
    )
    assert nurse.items("/alerts") == []
    assert nurse.items("/alerts?state=closed") == nurse.items("/alerts?state=all") == [closed]


def test_alerts_are_listed_page_by_page(heroes: Trial) -> None:
    worsened(heroes)
    nurse = program(heroes)
    (alert,) = nurse.items("/alerts?limit=1")
    assert nurse.get("/alerts?limit=1").get_json()["next"] is None
    older = base64.urlsafe_b64encode(str(alert["id"]).encode()).decode()
    assert nurse.items(f"/alerts?cursor={older}") == []
    newer = base64.urlsafe_b64encode(str(alert["id"] + 1).encode()).decode()
    assert nurse.items(f"/alerts?cursor={newer}") == [alert]
    assert wrong_fields(nurse.get("/alerts?cursor=MDMtMDAx")) == {"cursor": "not_a_cursor"}


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"action": "slept"}, "action", "not_one_of"),
        ({"action": "called", "note": "x" * 2001}, "note", "length"),
        ({"action": "called", "close": "true"}, "close", "not_true_or_false"),
        ({}, "action", "required"),
    ],
)
def test_working_an_alert_is_read_strictly(body: Any, field: str, code: str, nurse: Program) -> None:
    assert wrong_fields(nurse.post("/alerts/1/acknowledge", body)) == {field: code}


def test_what_belongs_to_another_site_answers_like_what_is_not_there(heroes: Trial) -> None:
    worsened(heroes)
    (alert,) = program(heroes).items("/alerts")
    event = program(heroes).items("/patients/03-001/events")[0]
    other = program(heroes, "other")
    assert other.items("/alerts?state=all") == []
    assert other.items("/patients") == []
    pairs = [
        *[other.get(path.replace("03-001", code)) for path in READING[3:8] for code in ("03-001", "none")],
        *[
            other.post(f"/patients/{code}/events{kind}", STOP)
            for kind in ("", "/preview")
            for code in ("03-001", "none")
        ],
        *[other.post(f"/events/{key}/void", {"reason": "x"}) for key in (event["id"], 2**31 - 1)],
        *[other.post(f"/alerts/{key}/acknowledge", {"action": "called"}) for key in (alert["id"], 2**31 - 1)],
    ]
    documents = [problem(response, 404, "not_found") for response in pairs]
    assert len(documents) == 18
    assert all(document == documents[0] for document in documents)


@pytest.mark.parametrize("path", ["/patients/a%00b", "/patients/%ED%A0%80", "/instruments/%00"])
def test_a_name_no_database_could_hold_is_not_there(path: str, nurse: Program) -> None:
    problem(nurse.get(path), 404, "not_found")


def test_an_id_no_database_could_hold_is_not_there(nurse: Program) -> None:
    problem(nurse.post(f"/events/{10**30}/void", {"reason": "x"}), 404, "not_found")


# --- Instruments ------------------------------------------------------------------------------------------------------


def test_instruments_show_items_scales_and_ranges(nurse: Program) -> None:
    listed = {one["code"]: one for one in nurse.items("/instruments")}
    assert listed["qlq-c30"]["item_count"] == 30
    assert {one["wording"] for one in listed.values()} == {"placeholder"}
    for code, row in listed.items():
        full = nurse.get(f"/instruments/{code}").get_json()
        assert {name: full[name] for name in row} == row
        assert (len(full["items"]), len(full["scales"])) == (row["item_count"], row["scale_count"])
    scales = {one["code"]: one for one in nurse.get("/instruments/qlq-c30").get_json()["scales"]}
    assert scales["FA"]["range"] == {"low": 0.0, "high": 100.0}
    assert scales["FA"]["step"] == pytest.approx(100 / 9)
    assert scales["FA"]["direction"] == "worse"
    problem(nurse.get("/instruments/none"), 404, "not_found")


# --- Errors -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body", [b"{", b"", b"\xff\xfe\xff", b"[" * 200_000, b'{"a": ' + b"9" * 5000 + b"}", b'{"a": 1} x']
)
def test_what_is_no_json_is_malformed(body: bytes, nurse: Program) -> None:
    response = nurse.post("/patients", data=body, content_type="application/json")
    assert problem(response, 400, "malformed")["detail"] == "La requête n'est pas du JSON lisible."


def test_other_content_too_much_of_it_and_other_methods_are_refused(nurse: Program) -> None:
    problem(nurse.post("/patients", data=b"{}", content_type="text/plain"), 415, "not_json")
    much = b'{"site": "' + b"x" * 1_000_001 + b'"}'
    problem(nurse.post("/patients", data=much, content_type="application/json"), 413, "too_large")
    put = nurse.client.put("/api/v1/patients", headers={"X-CSRF-Token": nurse.csrf_token})
    problem(put, 405, "method_not_allowed")
    assert put.headers["Allow"] == "GET, HEAD, OPTIONS, POST"
    problem(nurse.get("/nowhere"), 404, "not_found")


def test_no_kind_of_value_in_any_field_breaks_a_route(heroes: Trial) -> None:
    worsened(heroes)
    nurse = program(heroes)
    (alert,) = nurse.items("/alerts")
    full = STOP | {"result": "positive", "disclosed_on": "2026-01-05", "relation": "same", "reason": "other"}
    bodies = {
        "/session": credentials(heroes),
        "/patients": ENROLMENT | {"sms_items": True},
        "/patients/03-001/events": full,
        "/patients/03-001/events/preview": full,
        "/events/1/void": {"reason": "x"},
        f"/alerts/{alert['id']}/acknowledge": {"action": "called", "note": "x", "close": False},
    }
    for path, body in bodies.items():
        for field in body:
            for junk in JUNK:
                response = nurse.post(path, body | {field: junk})
                assert response.status_code < 500, (path, field, junk)


def test_a_fault_of_ours_is_a_problem_without_details(
    heroes: Trial, nurse: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    heroes.include()
    catalogue = heroes.installation.catalogue
    monkeypatch.setattr(type(catalogue), "protocols", property(lambda _: {}), raising=False)
    response = nurse.get("/patients/03-001")
    assert "Traceback" not in response.get_data(as_text=True)
    problem(response, 500, "internal_server_error")


def test_pages_keep_their_own_errors(heroes: Trial) -> None:
    desk = heroes.logged_in()
    missing = desk.get("/staff/patients/none")
    assert (missing.status_code, missing.mimetype) == (404, "text/html")
    nowhere = heroes.client().get("/nowhere")
    assert (nowhere.status_code, nowhere.mimetype) == (404, "text/html")
    assert heroes.client().get("/staff").status_code == 303
    assert heroes.client().post("/login").mimetype == "text/html"


def test_a_session_idles_out_for_programs_too(heroes: Trial, nurse: Program) -> None:
    heroes.now += timedelta(minutes=16)
    problem(nurse.get("/session"), 401, "log_in_first")
