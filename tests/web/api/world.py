"""A small trial seen through the JSON API: a program that has logged in, and a patient who got worse."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pyotp
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.trial import PASSWORD, PHONE, SECRET, Trial

PROBLEM = "application/problem+json"
WELL = {f"q{n}": 1 for n in range(1, 29)} | {"q29": 6, "q30": 6}
TIRED = WELL | {"q10": 4, "q12": 4, "q18": 4}
ENROLMENT: dict[str, Any] = {
    "site": "03",
    "code": "03-002",
    "phone": "06 39 98 00 02",
    "language": "fr",
    "facts": [{"type": "consent2_signed", "on": "2026-01-05"}, {"type": "included", "on": "2026-01-05"}],
}
STOP = {"type": "treatment_stopped", "on": "2026-01-05"}
READING = [
    "/session",
    "/sites",
    "/patients",
    "/patients/03-001",
    "/patients/03-001/events",
    "/patients/03-001/assessments",
    "/patients/03-001/scores",
    "/patients/03-001/messages",
    "/patients/03-001/zones",
    "/calls",
    "/alerts",
    "/imports/discrepancies",
    "/checks",
    "/recording-lags",
    "/instruments",
    "/instruments/qlq-c30",
]


@dataclass(frozen=True, kw_only=True)
class Program:
    """A client of the API with a session, or a stranger without one."""

    client: FlaskClient
    csrf_token: str = ""

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(f"/api/v1{path}", **options)

    def post(self, path: str, body: Any = None, **options: Any) -> TestResponse:
        headers = {"X-CSRF-Token": self.csrf_token} | options.pop("headers", {})
        given = {"json": body} if body is not None else {}
        return self.client.post(f"/api/v1{path}", headers=headers, **given, **options)

    def items(self, path: str) -> list[dict[str, Any]]:
        response = self.get(path)
        assert response.status_code == 200, response.get_json()
        return list(response.get_json()["items"])


def credentials(heroes: Trial, login: str = "nurse") -> dict[str, str]:
    """What logs a nurse in now; each log-in needs the code of a later half minute."""
    heroes.now += timedelta(seconds=30)
    return {"login": login, "password": PASSWORD, "code": pyotp.TOTP(SECRET).at(heroes.now)}


def program(heroes: Trial, login: str = "nurse") -> Program:
    client = heroes.client()
    response = client.post("/api/v1/session", json=credentials(heroes, login))
    assert response.status_code == 201, response.get_json()
    return Program(client=client, csrf_token=response.get_json()["csrf_token"])


def worsened(heroes: Trial) -> None:
    """Patient 03-001 answers well, stops treatment, and six weeks later is very tired: one open alert."""
    heroes.include()
    heroes.beat()
    answer(heroes, WELL)
    heroes.record("treatment_stopped", heroes.now.date())
    heroes.on(date(2026, 2, 18))
    answer(heroes, TIRED)


def answer(heroes: Trial, given: dict[str, int]) -> None:
    """Answer the QLQ-C30 through the newest link."""
    phone, token = heroes.client(), heroes.link(PHONE)
    assert phone.get("/q").status_code == 200
    assert phone.post("/q/open", json={"token": token}).status_code == 200
    answers = [
        {
            "id": f"00000000-0000-4000-8000-{int(heroes.now.timestamp()) % 10**8:08d}{number:04d}",
            "item": item,
            "value": value,
            "refused": False,
            "answered_at": heroes.now.isoformat(),
        }
        for number, (item, value) in enumerate(given.items())
    ]
    body = {"token": token, "instrument": "qlq-c30", "answers": answers}
    assert phone.post("/q/answer", json=body).status_code == 200
    done = phone.post("/q/complete", json={"token": token, "instrument": "qlq-c30"})
    assert done.get_json()["instrument_state"] == "completed"


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
