"""The whole story of one patient, over HTTP: enrolled, asked, scored, flagged, worked, re-planned and exported.

The application listens on a port, webhooks reach it there, and the export is a command in a process of its own.
"""

import base64
import csv
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
import requests

from pro_service.store.models import Alert, Assessment, Message, Score
from tests.listening import served
from tests.trial import PASSWORD, SECRET, Trial

ROOT = Path(__file__).parents[2]

ANSWERS = {"qlq-c30": {f"q{n}": 1 for n in range(1, 29)} | {"q29": 6, "q30": 6}}
WELL = {
    "qlq-c30": ANSWERS["qlq-c30"],
    "qlq-br23": {f"q{n}": 1 for n in range(31, 54) if n not in (35, 46)},
    "eq-5d-5l": {"MO": 1, "SC": 1, "UA": 1, "PD": 1, "AD": 1, "VAS": 90},
    "hads": {f"q{n}": 0 for n in range(1, 15)},
    "fcri-sf": {f"q{n}": 1 for n in range(1, 10)},
}
TIRED = WELL | {"qlq-c30": ANSWERS["qlq-c30"] | {"q10": 4, "q12": 4, "q18": 4, "q29": 3, "q30": 3}}


class Browser:
    """A person's browser: keeps cookies, follows no redirect by itself."""

    def __init__(self, heroes: Trial) -> None:
        self.base_url = heroes.base_url
        self.session = requests.Session()

    def get(self, path: str) -> requests.Response:
        return self.session.get(self.base_url + path, allow_redirects=False, timeout=30)

    def post(
        self, path: str, *, form: Mapping[str, str] | None = None, json: Any = None
    ) -> requests.Response:
        address = self.base_url + path
        return self.session.post(address, data=form, json=json, allow_redirects=False, timeout=30)


def logged_in(heroes: Trial, login: str = "nurse") -> Browser:
    """A nurse's browser after log-in with password and code; a code is good once."""
    heroes.now += timedelta(seconds=30)
    browser = Browser(heroes)
    code = pyotp.TOTP(SECRET).at(heroes.now)
    response = browser.post("/login", form={"login": login, "password": PASSWORD, "code": code})
    assert response.status_code == 303, response.text
    return browser


@pytest.mark.req("REG-14")
def test_a_patient_from_enrolment_to_export(migrated_database: str, tmp_path: Path) -> None:
    with served(migrated_database) as heroes:
        desk = logged_in(heroes)
        _enrol_on_the_desk(desk)
        assert _states(heroes) == {"BASE": "planned"}

        heroes.beat()
        first = heroes.texts()[-1]
        assert "HEROES" in first
        assert "15 ou 112" in first
        _answer(heroes, WELL)
        assert _states(heroes)["BASE"] == "completed"
        assert _score(heroes, "FA") == [0.0]

        heroes.at(datetime(2026, 1, 8, 9, tzinfo=UTC))
        desk = logged_in(heroes)
        _record(desk, type="treatment_stopped", on="2026-01-07")
        assert len(_states(heroes)) == 9

        heroes.through(date(2026, 2, 18))
        assert _states(heroes)["M1.5"] == "open"
        _answer(heroes, TIRED)
        assert _states(heroes)["M1.5"] == "completed"
        alerts = heroes.rows(Alert)
        assert {alert.scale for alert in alerts} == {"QL", "FA"}
        assert all(alert.raised_at == heroes.now for alert in alerts)

        _nurse_works_the_alerts(heroes)
        _conversion_and_resumption(heroes)
        _statistician_reads_the_export(heroes, _exported(migrated_database, tmp_path))


def _enrol_on_the_desk(desk: Browser) -> None:
    form = {
        "site": "03",
        "patient_code": "03-001",
        "phone": "06 39 98 00 01",
        "language": "fr",
        "consent_on": "2026-01-05",
        "included_on": "2026-01-05",
    }
    response = _post(desk, "/staff/enrol", form)
    assert response.status_code == 303, response.text
    page = desk.get(response.headers["Location"]).text
    assert "03-001" in page
    assert "0639980001" not in page.replace(" ", "")


def _answer(heroes: Trial, given: dict[str, dict[str, int]]) -> None:
    """Open the link of the newest text and send each instrument, as the page's script does."""
    phone, token = Browser(heroes), heroes.link()
    assert phone.get("/q").status_code == 200
    opened = phone.post("/q/open", json={"token": token}).json()
    assert opened["assessment"]["state"] == "open"
    for place, instrument in enumerate(opened["instruments"]):
        values = given[instrument["code"]]
        lot = [
            _one(place, number, item, value, heroes) for number, (item, value) in enumerate(values.items())
        ]
        body = {"token": token, "instrument": instrument["code"], "answers": lot}
        assert phone.post("/q/answer", json=body).status_code == 200
        again = phone.post("/q/answer", json=body)
        assert again.status_code == 200
        done = phone.post("/q/complete", json={"token": token, "instrument": instrument["code"]}).json()
        assert done["instrument_state"] == "completed"
    assert done["assessment_state"] == "completed"


def _one(place: int, number: int, item: str, value: int, heroes: Trial) -> dict[str, Any]:
    return {
        "id": f"00000000-0000-4000-8000-{int(heroes.now.timestamp()) % 10**6:06d}{place:02d}{number:04d}",
        "item": item,
        "value": value,
        "refused": False,
        "answered_at": heroes.now.isoformat(),
    }


def _nurse_works_the_alerts(heroes: Trial) -> None:
    heroes.beat()
    notice = heroes.texts("+33639989901")[-1]
    assert "nouvelle alerte" in notice
    assert "03-001" not in notice
    desk = logged_in(heroes)
    page = desk.get("/staff").text
    assert "03-001" in page
    assert "Fatigue" in page
    tired = next(alert for alert in heroes.rows(Alert) if alert.scale == "FA")
    refused = _post(logged_in(heroes, "other"), f"/staff/alerts/{tired.id}/acknowledge", {"action": "called"})
    assert refused.status_code == 404
    form = {"action": "called", "note": "A bien dormi, rappel dans une semaine", "close": "1"}
    assert _post(desk, f"/staff/alerts/{tired.id}/acknowledge", form).status_code == 303
    closed = heroes.rows(Alert, id=tired.id)[0]
    assert (closed.state, closed.closed_by) == ("closed", "nurse")
    assert _post(desk, f"/staff/alerts/{tired.id}/acknowledge", form).status_code == 409


def _conversion_and_resumption(heroes: Trial) -> None:
    heroes.at(datetime(2026, 5, 25, 9, tzinfo=UTC))
    desk = logged_in(heroes)
    _record(desk, type="ctdna_resulted", on="2026-05-18", result="positive", disclosed_on="2026-05-25")
    states = _states(heroes)
    assert states["M4.5"] == "cancelled"
    assert "CONV" in states

    preview = desk.get(
        "/staff/patients/03-001/event?type=treatment_resumed&on=2026-08-16&relation=same&reason=ctdna_pos&preview=1"
    ).text
    assert "R1+3m" in preview
    assert "M7.5" in preview
    assert "R1" not in _states(heroes)

    heroes.through(date(2026, 8, 16))
    desk = logged_in(heroes)
    _record(desk, type="treatment_resumed", on="2026-08-16", relation="same", reason="ctdna_pos")
    states = _states(heroes)
    assert {"R1", "R1+3m"} <= set(states)
    assert states["M7.5"] == "cancelled"
    assert states["BASE"] == states["M1.5"] == "completed"
    refused = _post(
        desk,
        "/staff/patients/03-001/events",
        {"type": "treatment_stopped", "on": "2026-08-17"},
        where="/staff",
    )
    assert refused.status_code == 422
    assert all(message.state != "ready" or message.kind != "invitation" for message in heroes.rows(Message))


def _record(desk: Browser, **form: str) -> None:
    response = _post(desk, "/staff/patients/03-001/events", form)
    assert response.status_code == 303, response.text


def _post(desk: Browser, path: str, form: dict[str, str], where: str = "/staff") -> Any:
    page = desk.get(where).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    return desk.post(path, form=form | {"csrf_token": token[1]})


def _states(heroes: Trial) -> dict[str, str]:
    return {row.key: row.state for row in heroes.rows(Assessment)}


def _score(heroes: Trial, scale: str) -> list[float | None]:
    return [row.value for row in heroes.rows(Score, scale=scale)]


def _exported(database: str, folder: Path) -> Path:
    """What `flask export` writes, run on the same database by somebody else."""
    environ = os.environ | {
        "PRO_DATABASE_URL": database,
        "PRO_KEYS": "1:" + base64.b64encode(b"k" * 32).decode(),
        "PRO_TWILIO_AUTH_TOKENS": "test-token",
        "PRO_DATA_FOLDER": str(folder / "data"),
    }
    (folder / "data").mkdir()
    command = [sys.executable, "-m", "flask", "export", "heroes", "--out", str(folder / "export")]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "export"


def _statistician_reads_the_export(heroes: Trial, folder: Path) -> None:
    def rows(name: str) -> list[dict[str, str]]:
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    forms = {row["timepoint"]: row for row in rows("expected_forms")}
    assert {key: row["state"] for key, row in forms.items()} == _states(heroes)
    assert forms["M7.5"]["merged_into"] == "R1"
    fatigue = {row["timepoint"]: row["value"] for row in rows("scores") if row["scale"] == "FA"}
    assert {key: float(value) for key, value in fatigue.items()} == {"BASE": 0.0, "M1.5": 100.0}
    (alert,) = (row for row in rows("alerts") if row["scale"] == "FA")
    assert (alert["timepoint"], alert["state"], alert["baseline"], alert["now"]) == (
        "M1.5",
        "closed",
        "0.0",
        "100.0",
    )
    assert alert["actions"].startswith("called@")
    assert (folder / "manifest.json").exists()
