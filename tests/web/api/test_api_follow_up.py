"""What came of it over the API: assessments, scores, messages, alerts, and the instruments."""

import base64
from typing import Any

import pytest

from tests.trial import Trial
from tests.web.api.world import READING, STOP, Program, problem, program, worsened, wrong_fields


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


WRONG_ACTIONS: list[tuple[Any, str, str]] = [
    ({"action": "slept"}, "action", "not_one_of"),
    ({"action": "called", "note": "x" * 2001}, "note", "length"),
    ({"action": "called", "close": "true"}, "close", "not_true_or_false"),
    ({}, "action", "required"),
]


def test_working_an_alert_is_read_strictly(heroes: Trial) -> None:
    worsened(heroes)
    nurse = program(heroes)
    (alert,) = nurse.items("/alerts")
    for body, field, code in WRONG_ACTIONS:
        assert wrong_fields(nurse.post(f"/alerts/{alert['id']}/acknowledge", body)) == {field: code}


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


def test_a_name_no_database_could_hold_is_not_there(nurse: Program) -> None:
    for path in ("/patients/a%00b", "/patients/%ED%A0%80", "/instruments/%00"):
        problem(nurse.get(path), 404, "not_found")
    problem(nurse.post(f"/events/{10**30}/void", {"reason": "x"}), 404, "not_found")


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
