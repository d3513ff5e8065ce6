"""What is no request is refused with a problem document; the pages keep their own errors."""

from typing import Any

import pytest

from tests.trial import Trial
from tests.web.api.world import ENROLMENT, STOP, Program, credentials, problem, program, worsened

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


def test_what_is_no_json_is_malformed(nurse: Program) -> None:
    endless = b'{"a": ' + b"9" * 5000 + b"}"
    for body in (b"{", b"", b"\xff\xfe\xff", b"[" * 200_000, endless, b'{"a": 1} x'):
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
