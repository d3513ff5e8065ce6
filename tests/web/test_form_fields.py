"""Nothing is taken that was not asked for: every form and JSON body, with fields that would be tempting to take."""

import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pro_service.core.access import Decision, Permission
from pro_service.entrypoints.form_fields import FORM_FIELDS
from pro_service.entrypoints.needs import need_of
from pro_service.store.models import Patient
from tests.access.matrix import Cell, address, cells, expected
from tests.access.world import OWN, World, world
from tests.services.given import invited_to_m15
from tests.trial import Trial, trial
from tests.web.api.world import program, worsened

TEMPTING = ("site_id", "role", "patient_id", "score", "created_at", "is_locked")
CHANGING = {"POST", "PUT", "PATCH"}
#: What reads no form: signed or simulated by others, and bodies of other kinds than JSON that name their columns.
OTHERS = {"sms_webhook", "simulated_carrier"}


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    with trial(migrated_database) as made:
        worsened(made)
        yield made


def changing_rules(app: Flask) -> list[tuple[str, str, str]]:
    """(endpoint, method, path) of every route that changes something, with a made-up object in the path."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.split(".")[0] in OTHERS:
            continue
        path = re.sub(r"<int:[^>]+>", "1", rule.rule)
        path = re.sub(r"<(?:[a-z]+:)?[^>]+>", "03-001", path)
        found += [(rule.endpoint, method, path) for method in sorted(CHANGING & (rule.methods or set()))]
    return found


def is_json(endpoint: str, path: str) -> bool:
    return path.startswith(("/api/", "/q/", "/demo/")) and endpoint not in FORM_FIELDS


def fingerprint(heroes: Trial) -> dict[str, Any]:
    patients = [(one.site_id, one.code, one.enrolled_at) for one in heroes.rows(Patient)]
    return {**heroes.counts(), "patients": patients}


def token_of(desk: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', desk.get("/staff/enrol").get_data(as_text=True))
    assert found is not None
    return found[1]


def test_every_form_says_which_fields_it_takes(heroes: Trial) -> None:
    """A new page with a form needs a row in FORM_FIELDS; a row without a page is out of date."""
    forms = {
        endpoint
        for endpoint, _, path in changing_rules(heroes.app)
        if not path.startswith(("/api/", "/q/", "/demo/"))
    }
    assert forms == set(FORM_FIELDS)


@pytest.mark.req("FAULT-54")
def test_a_tempting_field_in_any_form_or_body_of_who_may_send_it_is_refused_and_changes_nothing(
    migrated_database: str,
) -> None:
    """On objects that are there, by somebody who may change them: nothing but the field is wrong."""
    with world(migrated_database) as made:
        asked = allowed_cells(made)
        for login in {cell.login for cell in asked}:
            made.client(login)  # which leaves rows of its own
        before = fingerprint(made.trial)
        unexpected = {}
        for cell, field in product(asked, TEMPTING):
            client, token = made.client(cell.login)
            place = {"headers": {"X-CSRF-Token": token}, "method": cell.method}
            body = {field: "1"}
            sent = {"json": body} if cell.rule.startswith("/api/") else {"data": body}
            status = client.open(address(made, cell), **place, **sent).status_code
            if status != 422 and not (status == 415 and cell.rule.endswith("/import")):
                unexpected[f"{cell.method} {cell.rule} {field}"] = status
        assert unexpected == {}
        assert fingerprint(made.trial) == before


def allowed_cells(made: World) -> list[Cell]:
    """One person who may, on an object of their own place, for each route and method that changes anything."""
    found: dict[tuple[str, str], Cell] = {}
    for cell in cells(made):
        there = cell.place in ("", OWN) and cell.login not in ("doctor", "over")
        if cell.method in CHANGING and there and expected(made, cell) is Decision.ALLOWED:
            found.setdefault((cell.endpoint, cell.method), cell)
    return list(found.values())


@pytest.mark.req("FAULT-54")
def test_a_tempting_field_where_no_role_is_asked_for_is_refused_and_changes_nothing(heroes: Trial) -> None:
    desk, link = heroes.logged_in(), heroes.link()
    csrf = token_of(desk)
    before = fingerprint(heroes)
    bodies: dict[str, Any] = {
        "/q/open": {"token": link},
        "/demo/phone/reply": {"patient": "03-001", "body": "2"},
    }
    unexpected = {}
    for (endpoint, method, path), field in product(changing_rules(heroes.app), TEMPTING):
        if isinstance(need_of(heroes.app.view_functions[endpoint]), Permission):
            continue
        if is_json(endpoint, path):
            body = {**bodies.get(path, {"token": link} if path.startswith("/q/") else {}), field: "1"}
            answer = desk.open(path, method=method, json=body, headers={"X-CSRF-Token": csrf})
        else:
            answer = desk.open(path, method=method, data={"csrf_token": csrf, field: "1"})
        if answer.status_code != 422:
            unexpected[f"{method} {path} {field}"] = answer.status_code
    assert unexpected == {}
    assert fingerprint(heroes) == before


@pytest.mark.req("FAULT-57")
def test_a_name_said_twice_is_refused_wherever_it_stands(heroes: Trial) -> None:
    desk, nurse = heroes.logged_in(), program(heroes)
    token = token_of(desk)
    assert desk.get("/staff?site=03&site=04").status_code == 400
    assert desk.get("/staff?site[]=03").status_code == 400
    assert nurse.get("/patients?limit=1&limit=2").status_code == 400
    form = f"csrf_token={token}&reason=x&reason=y"
    kind = "application/x-www-form-urlencoded"
    assert desk.post("/staff/events/1/void", data=form, content_type=kind).status_code == 400
    assert (
        desk.post(
            "/staff/events/1/void", data=f"csrf_token={token}&reason[]=x", content_type=kind
        ).status_code
        == 400
    )


@pytest.mark.req("FAULT-57")
@pytest.mark.parametrize(
    "raw",
    [
        '{"site": "03", "site": "04"}',
        '{"facts": [{"type": "included", "type": "consent2_signed"}]}',
        '{"a": {"b": 1, "b": 1}}',
    ],
)
def test_a_name_twice_in_json_is_named(heroes: Trial, raw: str) -> None:
    nurse = program(heroes)
    answer = nurse.post("/patients", data=raw, content_type="application/json")
    document = answer.get_json()
    assert (answer.status_code, document["code"]) == (400, "named_twice")
    assert any(f"“{name}”" in document["detail"] for name in ("site", "type", "b"))


def test_the_patients_page_refuses_a_name_twice_and_a_field_nobody_asked_for(heroes: Trial) -> None:
    link = invited_to_m15(heroes) if not heroes.texts() else heroes.link()
    phone = heroes.client()
    twice = phone.post(
        "/q/open", data=f'{{"token": "{link}", "token": "x"}}', content_type="application/json"
    )
    assert (twice.status_code, twice.get_json()["code"]) == (400, "named_twice")
    more = phone.post("/q/open", json={"token": link, "patient_id": 1})
    assert (more.status_code, more.get_json()["code"]) == (422, "unknown_fields")
    assert phone.post("/q/open", json={"token": link}).status_code == 200


@pytest.mark.req("FAULT-57")
def test_a_method_asked_for_in_a_header_or_field_is_not_another_method(heroes: Trial) -> None:
    desk = heroes.logged_in()
    token = token_of(desk)
    before = fingerprint(heroes)
    answer = desk.post("/staff/events/1/void", data={"csrf_token": token, "_method": "DELETE", "reason": "x"})
    assert answer.status_code == 422
    nurse = program(heroes)
    for name in ("X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"):
        assert nurse.get("/session", headers={name: "DELETE"}).status_code == 200
    assert nurse.get("/session").status_code == 200, "the session was not ended"
    assert fingerprint(heroes)["patients"] == before["patients"]
