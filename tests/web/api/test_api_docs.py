"""The API's own descriptions: the OpenAPI document, the page that shows it, docs/api.md and its examples."""

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from pro_service.app import create_app
from pro_service.entrypoints.headers import DOCS_POLICY
from tests.trial import Trial, settings_for
from tests.web.api.curl import Example, examples
from tests.web.api.world import credentials, program, worsened

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
SWAGGER = ROOT / "pro_service" / "entrypoints" / "web" / "static" / "swagger"
METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture(scope="module")
def app() -> Flask:
    """An application that is never asked for data."""
    return create_app(settings_for("sqlite://"))


@pytest.fixture(scope="module")
def document(app: Flask) -> dict[str, Any]:
    response = app.test_client().get("/api/v1/openapi.json")
    assert response.mimetype == "application/json"
    return dict(response.get_json())


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                yield path, method, methods[method]


# --- The document -----------------------------------------------------------------------------------------------------


def test_every_route_of_the_api_is_in_the_document(app: Flask, document: dict[str, Any]) -> None:
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    ours = {("/api/v1/openapi.json", "get"), ("/api/v1/docs", "get")}
    assert {(path, method) for path, method, _ in operations(document)} == routes - ours


def test_every_operation_says_what_it_does_and_what_can_go_wrong(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))
    for path, method, operation in operations(document):
        assert operation["summary"], path
        assert operation["tags"], path
        refusals = {status for status in operation["responses"] if status >= "400"}
        assert {"401"} <= refusals
        if "requestBody" in operation:
            assert {"400", "403", "413", "415", "422"} <= refusals
            assert operation["requestBody"]["content"]["application/json"]["example"]
        by_cookie: dict[str, Any] = {"session": []} if method == "get" else {"session": [], "csrf": []}
        logged_in = [by_cookie, {"key": []}]
        expected = [] if operation["operationId"] == "log_in" else logged_in
        assert operation.get("security", document["security"]) == expected


def test_every_refusal_is_described_as_a_problem(document: dict[str, Any]) -> None:
    for response in document["components"]["responses"].values():
        assert list(response["content"]) == ["application/problem+json"]
    assert "Retry-After" in document["components"]["responses"]["TOO_MANY_REQUESTS"]["headers"]


def test_every_reference_of_the_document_leads_somewhere(document: dict[str, Any]) -> None:
    for reference in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document)):
        found: Any = document
        for step in reference.split("/"):
            found = found[step]
        assert found


def test_the_examples_of_bodies_hold_what_their_schemas_demand(document: dict[str, Any]) -> None:
    for _, _, operation in operations(document):
        if "requestBody" in operation:
            content = operation["requestBody"]["content"]["application/json"]
            schema = document["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]]
            assert set(schema["required"]) <= set(content["example"]) <= set(schema["properties"])


# --- The guide --------------------------------------------------------------------------------------------------------


@pytest.mark.docs
def test_the_guide_lists_every_route(document: dict[str, Any]) -> None:
    listed = re.findall(r"^\| `([A-Z]+) (/[^`]*)` \|", GUIDE, re.MULTILINE)
    known = [(method.upper(), path.removeprefix("/api/v1")) for path, method, _ in operations(document)]
    assert sorted(listed) == sorted(known)


def test_the_guides_examples_do_what_it_says(heroes: Trial) -> None:
    worsened(heroes)
    log_in, *others = examples(GUIDE)
    client, names = heroes.client(), {"API": "/api/v1"}
    assert set(json.loads(log_in.body or "")) == set(credentials(heroes))
    own = Example(**{**vars(log_in), "body": json.dumps(credentials(heroes))})
    for example in (own, *others):
        response = example.send(client, **names)
        assert response.status_code == example.status, response.get_data(as_text=True)
        names |= _names(response.get_json(silent=True))
    assert len(others) >= 8


def _names(answer: Any) -> dict[str, str]:
    """The guide's variables that an answer gives."""
    found = {}
    if answer and "csrf_token" in answer:
        found["CSRF"] = answer["csrf_token"]
    if answer and "event_id" in answer:
        found["EVENT"] = str(answer["event_id"])
    if answer and "evidence" in next(iter(answer.get("items", [])), {}):
        found["ALERT"] = str(answer["items"][0]["id"])
    for one in answer.get("items", []) if answer else []:
        if one.get("state") in ("open", "in_progress") and "open_on" in one:
            found["ASSESSMENT"] = str(one["id"])
    return found


# --- The page ---------------------------------------------------------------------------------------------------------


def test_what_was_vendored_is_what_its_list_says() -> None:
    listed = dict(
        re.findall(r"^\| (\S+) \| ([0-9a-f]{64}) \|$", (SWAGGER / "VENDORED.md").read_text(), re.MULTILINE)
    )
    present = {path.name for path in SWAGGER.iterdir()} - {"VENDORED.md", "start.js"}
    assert present == set(listed)
    for name, digest in listed.items():
        assert hashlib.sha256((SWAGGER / name).read_bytes()).hexdigest() == digest, name


def test_the_page_has_its_own_policy_and_no_script_inside(app: Flask) -> None:
    response = app.test_client().get("/api/v1/docs")
    assert response.headers["Content-Security-Policy"] == DOCS_POLICY
    assert "'unsafe-inline'" not in DOCS_POLICY.split("script-src")[1].split(";")[0]
    page = response.get_data(as_text=True)
    assert not re.search(
        r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|//", page.replace("<!doctype html>", "")
    )


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_page_works_without_the_internet(heroes: Trial, chromium: Browser) -> None:
    """Every operation is shown, a change can be tried out, nothing is fetched from elsewhere or blocked."""
    nurse = program(heroes)
    server = make_server("localhost", 0, heroes.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    base = f"http://localhost:{server.port}"
    context = chromium.new_context()
    try:
        cookie = nurse.client.get_cookie("session")
        assert cookie is not None
        context.add_cookies([{"name": "session", "value": cookie.value, "url": base}])
        page = context.new_page()
        fetched: list[str] = []
        complaints: list[str] = []
        page.on("request", lambda request: fetched.append(request.url))
        page.on(
            "console",
            lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{base}/api/v1/docs")
        expect(page.locator(".opblock")).to_have_count(52)
        _try_out(page, "read_session", 200)
        _try_out(page, "enrol_patient", 201)  # with the token that the answer before gave
        assert [url for url in fetched if not url.startswith((base, "data:"))] == []
        assert complaints == []
    finally:
        context.close()
        server.shutdown()
        thread.join()


def _try_out(page: Page, operation: str, status: int) -> None:
    block = page.locator(f"[id$=-{operation}]")
    block.locator(".opblock-summary").click()
    block.locator(".try-out__btn").click()
    block.locator(".execute").click()
    answered = block.locator(".live-responses-table tbody .response-col_status").first
    expect(answered).to_contain_text(str(status))
