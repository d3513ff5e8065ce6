"""What every answer says to browsers, and what no request may bring: size, kind, method, origin, forwarded names."""

import json
import logging
import re
import socket
from collections.abc import Iterator
from ipaddress import ip_network
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.entrypoints.client_address import address_behind
from pro_service.entrypoints.headers import MAX_WEBHOOK_BODY
from pro_service.entrypoints.log_lines import OneLine
from tests.databases import Databases
from tests.listening import served
from tests.services.given import invited_to_m15
from tests.trial import Trial, bare, trial

HOSTILE_ORIGINS = (
    "https://evil.example.org",
    "http://localhost.evil.example.org",
    "https://localhost:8000.evil.example",
)


@pytest.fixture
def heroes(databases: Databases) -> Iterator[Trial]:
    """On one database: nothing here depends on which."""
    with databases.migrated("sqlite") as url, trial(url) as made:
        yield made


@pytest.fixture
def in_production(databases: Databases) -> Iterator[Trial]:
    with databases.migrated("sqlite") as url, bare(url, environment="production") as made:
        yield made


def test_every_kind_of_answer_carries_the_security_headers(heroes: Trial) -> None:
    desk = heroes.logged_in()
    for path in (
        "/staff",
        "/login",
        "/q",
        "/api/v1/session",
        "/nowhere",
        "/static/js/patient-server.js",
        "/calendar/x.ics",
    ):
        with desk.get(path) as answer:
            headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'"), path
        assert "unsafe" not in policy, path
        assert "*" not in policy, path
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]
        assert (headers.get("Cache-Control") == "no-store") is not path.startswith("/static/")
        assert "Strict-Transport-Security" not in headers, "not where there is no encryption"


def test_in_production_no_page_may_be_framed(in_production: Trial) -> None:
    policy = in_production.client().get("/q").headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "frame-src 'none'" in policy


def test_no_page_has_a_script_or_style_inside(heroes: Trial) -> None:
    heroes.include()
    desk = heroes.logged_in()
    for path in ("/staff", "/staff/patients/03-001", "/staff/enrol", "/login", "/q", "/demo/phone", "/"):
        page = desk.get(path).get_data(as_text=True)
        assert not re.search(r"<script(?![^>]*\bsrc=)", page), path
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page), path


def test_a_request_under_another_hosts_name_is_refused_in_production(in_production: Trial) -> None:
    client = in_production.client()
    assert client.get("/login", headers={"Host": "evil.example.org"}).status_code == 400
    assert client.get("/login", headers={"Host": "localhost"}).status_code == 200


@pytest.mark.req("FAULT-23")
def test_forwarding_headers_of_a_stranger_change_nothing(heroes: Trial) -> None:
    token = invited_to_m15(heroes)
    client = heroes.client()
    lies = {
        "X-Forwarded-For": "10.0.0.1",
        "X-Forwarded-Host": "evil.example.org",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Prefix": "/evil",
        "Forwarded": "for=10.0.0.1;host=evil.example.org;proto=https",
    }
    plain, lied = (client.get("/staff/patients/x", headers=given) for given in ({}, lies))
    assert lied.headers["Location"] == plain.headers["Location"] == "/login?next=/staff/patients/x"
    assert "evil" not in client.get("/login", headers=lies).get_data(as_text=True)
    assert client.post("/q/open", json={"token": token}, headers=lies).status_code == 200


@pytest.mark.parametrize(
    ("peer", "forwarded", "is_from"),
    [
        ("192.0.2.9", "10.9.9.9", "192.0.2.9"),  # a stranger's word
        ("10.0.0.2", "203.0.113.5", "203.0.113.5"),
        ("10.0.0.2", "1.1.1.1, 203.0.113.5", "203.0.113.5"),  # the client's own lie stands further left
        ("10.0.0.2", "203.0.113.5, 10.0.0.3", "203.0.113.5"),  # two of our proxies
        ("10.0.0.2", "", "10.0.0.2"),
        ("10.0.0.2", "<script>", "10.0.0.2"),
        ("10.0.0.2", "203.0.113.5, junk", "10.0.0.2"),
        ("", "203.0.113.5", ""),
    ],
)
def test_an_address_is_believed_of_named_proxies_only(peer: str, forwarded: str, is_from: str) -> None:
    proxies = (ip_network("10.0.0.2/31"),)
    assert address_behind(peer, forwarded, proxies=proxies) == is_from
    assert address_behind(peer, forwarded, proxies=()) == peer


@given(st.text(), st.text())
def test_without_proxies_nobody_chooses_their_address(peer: str, forwarded: str) -> None:
    assert address_behind(peer, forwarded, proxies=()) == peer


@pytest.mark.req("FAULT-57")
@pytest.mark.parametrize("origin", HOSTILE_ORIGINS)
def test_another_sites_script_or_form_is_refused_also_by_old_browsers(heroes: Trial, origin: str) -> None:
    token = invited_to_m15(heroes)
    client = heroes.client()
    posts = {
        "/q/open": {"json": {"token": token}},
        "/login": {"data": {"login": "nurse"}},
        "/api/v1/session": {"json": {}},
    }
    for path, body in posts.items():
        for headers in (
            {"Origin": origin},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
        ):
            assert client.post(path, headers=headers, **body).status_code == 403, (path, headers)
    own = {"Origin": "http://localhost"}
    assert client.post("/q/open", headers=own, json={"token": token}).status_code == 200
    # With `Referrer-Policy: no-referrer` a form of our own comes like this.
    own = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    assert client.post("/login", headers=own, data={"login": "x"}).status_code == 401


def test_changing_requests_of_a_session_without_its_token_are_refused(heroes: Trial) -> None:
    desk = heroes.logged_in()
    for path in ("/staff/enrol", "/staff/events/1/void", "/logout"):
        assert desk.post(path, data={}).status_code == 403, path
        assert desk.post(path, data={"csrf_token": "x"}).status_code == 403, path
    assert desk.post("/api/v1/patients", json={}).status_code == 403
    assert desk.delete("/api/v1/session").status_code == 403
    assert desk.get("/api/v1/session").status_code == 200


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonp", "text/json"]
)
def test_a_link_is_opened_by_json_only(heroes: Trial, kind: str) -> None:
    token = invited_to_m15(heroes)
    body = json.dumps({"token": token})
    assert heroes.client().post("/q/open", data=body, content_type=kind).status_code == 415


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/mixed"])
def test_a_form_comes_as_a_form(heroes: Trial, kind: str) -> None:
    assert heroes.client().post("/login", data=b"{}", content_type=kind).status_code == 415


def test_a_packed_body_is_not_unpacked(heroes: Trial) -> None:
    headers = {"Content-Encoding": "gzip"}
    for path in ("/q/open", "/api/v1/session", "/login", "/webhooks/sms/inbound"):
        assert heroes.client().post(path, data=b"\x1f\x8b", headers=headers).status_code == 415, path


@pytest.mark.req("FAULT-32")
def test_too_many_fields_or_too_long_ones_are_refused(heroes: Trial) -> None:
    client = heroes.client()
    many = "&".join(f"f{number}=1" for number in range(100_000))
    assert len(many) < 1_000_000
    form = "application/x-www-form-urlencoded"
    assert client.post("/login", data=many, content_type=form).status_code == 413
    parts = {f"f{number}": "1" for number in range(600)}
    assert client.post("/login", data=parts, content_type="multipart/form-data").status_code == 413
    assert client.post("/login", data={"login": "x" * 10_000_000}).status_code == 413
    assert client.post("/q/open", data=b"x" * 1_000_001, content_type="application/json").status_code == 413


def test_a_webhook_of_more_than_64_kilobytes_is_refused(heroes: Trial) -> None:
    body = b"Body=" + b"x" * MAX_WEBHOOK_BODY
    form = "application/x-www-form-urlencoded"
    assert heroes.client().post("/webhooks/sms/inbound", data=body, content_type=form).status_code == 413


def test_other_methods_are_405_and_say_which_there_are(heroes: Trial) -> None:
    client = heroes.client()
    for method, path in (
        ("PUT", "/q/open"),
        ("GET", "/q/answer"),
        ("DELETE", "/webhooks/sms/inbound"),
        ("GET", "/webhooks/sms/inbound"),
        ("TRACE", "/staff"),
        ("PATCH", "/login"),
        ("PUT", "/api/v1/session"),
    ):
        answer = client.open(path, method=method)
        assert answer.status_code == 405, (method, path)
        assert answer.headers["Allow"]
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.req("FAULT-32")
def test_ten_megabytes_and_a_request_that_never_ends_leave_the_service_answering(
    databases: Databases,
) -> None:
    with databases.migrated("sqlite") as url, served(url) as heroes:
        host = (urlsplit(heroes.base_url).hostname or "", urlsplit(heroes.base_url).port or 0)
        with socket.create_connection(host, timeout=10) as slow:
            slow.sendall(
                b"POST /q/open HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Le"
            )
            with socket.create_connection(host, timeout=10) as big:
                head = b"POST /q/open HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                big.sendall(head + b"Content-Length: 10000000\r\n\r\n" + b"[" * 1000)
                assert b" 413 " in big.recv(100)
            with socket.create_connection(host, timeout=10) as unannounced:
                head = b"POST /webhooks/sms/inbound HTTP/1.1\r\nHost: localhost\r\n"
                kind = (
                    b"Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n"
                )
                unannounced.sendall(head + kind + b"11170\r\n" + b"x" * 0x11170 + b"\r\n0\r\n\r\n")
                assert b" 413 " in unannounced.recv(100)


@pytest.mark.req("FAULT-56")
def test_a_failed_request_is_logged_by_its_route_and_not_by_its_address(
    heroes: Trial, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("pro_service.entrypoints.web.calendar_feed.token_hash", lambda _: 1 / 0)
    answer = heroes.client().get("/calendar/0123456789%0D%0Aforged.ics")
    assert answer.status_code == 500
    (record,) = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert record.__dict__["route"] == "/calendar/<token>.ics"
    assert "0123456789" not in OneLine().format(record)
    assert "ZeroDivision" not in answer.get_data(as_text=True)
