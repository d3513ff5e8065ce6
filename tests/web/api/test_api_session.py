"""Logging in and out of the API, and what a stranger or another site cannot do."""

from datetime import timedelta

import pytest

from tests.trial import Trial
from tests.web.api.world import READING, Program, credentials, problem

CHANGING = [
    "/patients",
    "/patients/03-001/events",
    "/patients/03-001/events/preview",
    "/events/1/void",
    "/alerts/1/acknowledge",
]


def test_a_log_in_gives_a_token_a_cookie_and_who_it_is(heroes: Trial) -> None:
    client = heroes.client()
    response = client.post("/api/v1/session", json=credentials(heroes))
    assert response.status_code == 201
    assert "HttpOnly" in response.headers["Set-Cookie"]
    assert "SameSite=Lax" in response.headers["Set-Cookie"]
    who = {"login": "nurse", "name": "Nurse", "language": "fr"}
    person = {**who, "role": "nurse", "roles": ["nurse"], "sites": ["03"]}
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
    for wrong in ({"code": "000000"}, *[{"password": "x"}] * 4):
        problem(stranger.post("/session", right | wrong), 401, "login_failed")
    refused = problem(stranger.post("/session", right | {"login": "nobody"}), 401, "login_failed")
    assert refused["detail"] == "L'identifiant, le mot de passe et le code ne vont pas ensemble."
    waits = stranger.post("/session", right, headers={"Accept-Language": "en"})
    assert problem(waits, 429, "too_many_tries")["detail"] == "Too many tries: try again in 8 s."
    assert waits.headers["Retry-After"] == "8"


def test_a_stranger_reads_nothing(heroes: Trial) -> None:
    for path in READING:
        problem(Program(client=heroes.client()).get(path), 401, "log_in_first")


@pytest.mark.req("FAULT-57")
def test_a_change_needs_the_sessions_own_token(heroes: Trial, nurse: Program) -> None:
    for path in CHANGING:
        problem(Program(client=heroes.client()).post(path, {}), 401, "log_in_first")
        problem(Program(client=nurse.client).post(path, {}), 403, "forbidden")
        problem(Program(client=nurse.client, csrf_token="other").post(path, {}), 403, "forbidden")
        problem(nurse.post(path, {}, headers={"Sec-Fetch-Site": "cross-site"}), 403, "forbidden")


def test_another_site_cannot_log_a_browser_in(heroes: Trial) -> None:
    stranger, right = Program(client=heroes.client()), credentials(heroes)
    problem(stranger.post("/session", right, headers={"Sec-Fetch-Site": "cross-site"}), 403, "forbidden")
    problem(stranger.post("/session", data=right), 415, "not_json")


def test_a_session_idles_out_for_programs_too(heroes: Trial, nurse: Program) -> None:
    heroes.now += timedelta(minutes=16)
    problem(nurse.get("/session"), 401, "log_in_first")
