"""The whole story of one patient, over HTTP: from enrolment to a scored, alerted, worked and re-planned answer."""

import re
from datetime import UTC, date, datetime
from typing import Any

from flask.testing import FlaskClient

from pro_service.store.models import Alert, Assessment, Message, Score
from tests.trial import Trial, trial

ANSWERS = {"qlq-c30": {f"q{n}": 1 for n in range(1, 29)} | {"q29": 6, "q30": 6}}
WELL = {
    "qlq-c30": ANSWERS["qlq-c30"],
    "qlq-br23": {f"q{n}": 1 for n in range(31, 54) if n not in (35, 46)},
    "eq-5d-5l": {"MO": 1, "SC": 1, "UA": 1, "PD": 1, "AD": 1, "VAS": 90},
    "hads": {f"q{n}": 0 for n in range(1, 15)},
    "fcri-sf": {f"q{n}": 1 for n in range(1, 10)},
}
TIRED = WELL | {"qlq-c30": ANSWERS["qlq-c30"] | {"q10": 4, "q12": 4, "q18": 4, "q29": 3, "q30": 3}}


def test_a_patient_from_enrolment_to_resumption(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        desk = heroes.logged_in()
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
        desk = heroes.logged_in()
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


def _enrol_on_the_desk(desk: FlaskClient) -> None:
    form = {
        "site": "03",
        "patient_code": "03-001",
        "phone": "06 39 98 00 01",
        "language": "fr",
        "consent_on": "2026-01-05",
        "included_on": "2026-01-05",
    }
    response = _post(desk, "/staff/enrol", form)
    assert response.status_code == 303, response.get_data(as_text=True)
    page = desk.get(response.location).get_data(as_text=True)
    assert "03-001" in page
    assert "0639980001" not in page.replace(" ", "")


def _answer(heroes: Trial, given: dict[str, dict[str, int]]) -> None:
    """Open the link of the newest text and send each instrument, as the page's script does."""
    phone, token = heroes.client(), heroes.link()
    assert phone.get("/q").status_code == 200
    opened = phone.post("/q/open", json={"token": token}).get_json()
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
        done = phone.post("/q/complete", json={"token": token, "instrument": instrument["code"]}).get_json()
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
    desk = heroes.logged_in()
    page = desk.get("/staff").get_data(as_text=True)
    assert "03-001" in page
    assert "Fatigue" in page
    tired = next(alert for alert in heroes.rows(Alert) if alert.scale == "FA")
    refused = _post(heroes.logged_in("other"), f"/staff/alerts/{tired.id}/acknowledge", {"action": "called"})
    assert refused.status_code == 404
    form = {"action": "called", "note": "A bien dormi, rappel dans une semaine", "close": "1"}
    assert _post(desk, f"/staff/alerts/{tired.id}/acknowledge", form).status_code == 303
    closed = heroes.rows(Alert, id=tired.id)[0]
    assert (closed.state, closed.closed_by) == ("closed", "nurse")
    assert _post(desk, f"/staff/alerts/{tired.id}/acknowledge", form).status_code == 409


def _conversion_and_resumption(heroes: Trial) -> None:
    heroes.at(datetime(2026, 5, 25, 9, tzinfo=UTC))
    desk = heroes.logged_in()
    _record(desk, type="ctdna_resulted", on="2026-05-18", result="positive", disclosed_on="2026-05-25")
    states = _states(heroes)
    assert states["M4.5"] in ("cancelled", "missed")
    assert "CONV" in states

    preview = desk.get(
        "/staff/patients/03-001/event?type=treatment_resumed&on=2026-08-16&relation=same&reason=ctdna_pos&preview=1"
    ).get_data(as_text=True)
    assert "R1+3m" in preview
    assert "M7.5" in preview
    assert "R1" not in _states(heroes)

    heroes.through(date(2026, 8, 16))
    desk = heroes.logged_in()
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


def _record(desk: FlaskClient, **form: str) -> None:
    response = _post(desk, "/staff/patients/03-001/events", form)
    assert response.status_code == 303, response.get_data(as_text=True)


def _post(desk: FlaskClient, path: str, form: dict[str, str], where: str = "/staff") -> Any:
    page = desk.get(where).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    return desk.post(path, data=form | {"csrf_token": token[1]})


def _states(heroes: Trial) -> dict[str, str]:
    return {row.key: row.state for row in heroes.rows(Assessment)}


def _score(heroes: Trial, scale: str) -> list[float | None]:
    return [row.value for row in heroes.rows(Score, scale=scale)]
