"""The SMS webhooks under attack, over HTTP: what is not exactly what the provider signed has no effect."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from pro_service.gateways.signatures import SIGNATURE_HEADER, sign
from tests.trial import PHONE, Trial, trial

pytestmark = pytest.mark.req("REG-12", "FAULT-21", "FAULT-22", "FAULT-23")

TOKEN, BASE = "test-token", "http://localhost:8000"
INBOUND = "/webhooks/sms/inbound"
FORM = "application/x-www-form-urlencoded"
SID = "SM" + "0123456789abcdef" * 2
FIELDS = {"AccountSid": "AC" + "0" * 32, "Body": "2", "From": PHONE, "MessageSid": SID, "To": "+33199009999"}


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    with trial(migrated_database) as made:
        made.include()
        yield made


def signed(fields: dict[str, str], *, url: str = BASE + INBOUND, token: str = TOKEN) -> str:
    return sign(url=url, params=tuple(fields.items()), token=token)


def post(heroes: Trial, fields: dict[str, str], signature: str | None, **headers: str) -> TestResponse:
    named = headers | ({SIGNATURE_HEADER: signature} if signature is not None else {})
    return heroes.client().post(INBOUND, data=urlencode(fields), headers=named, content_type=FORM)


def test_what_the_provider_signed_is_kept_once(heroes: Trial) -> None:
    for _ in range(3):
        assert post(heroes, FIELDS, signed(FIELDS)).status_code == 200
    assert heroes.counts()["inbound"] == 1


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "A" * 28,
        signed(FIELDS, token="another"),
        signed(FIELDS | {"Body": "3"}),
        *[
            signed(FIELDS, url=url)
            for url in (
                "https://localhost:8000/webhooks/sms/inbound",
                "http://evil.example.org:8000/webhooks/sms/inbound",
                "http://localhost:9000/webhooks/sms/inbound",
                "http://localhost:8000/webhooks/sms/status/x",
                "http://localhost:8000/webhooks/sms/inbound?x=1",
            )
        ],
    ],
    ids=str,
)
def test_a_forged_missing_or_foreign_signature_leaves_no_trace(heroes: Trial, signature: str | None) -> None:
    before = heroes.counts()
    assert post(heroes, FIELDS, signature).status_code == 403
    assert {name: count for name, count in heroes.counts().items() if before[name] != count} == {}


def test_no_header_chooses_another_algorithm_or_address(heroes: Trial) -> None:
    sha256 = RequestValidator(TOKEN).compute_signature(BASE + INBOUND, dict(FIELDS), "HMAC_SHA256")
    downgrade = {"X-Twilio-Webhooks-Signature-Settings": "HMAC_SHA256"}
    assert post(heroes, FIELDS, sha256, **downgrade).status_code == 403
    elsewhere = signed(FIELDS, url="https://evil.example.org" + INBOUND)
    forwarded = {
        "X-Forwarded-Host": "evil.example.org",
        "X-Forwarded-Proto": "https",
        "Host": "evil.example.org",
    }
    assert post(heroes, FIELDS, elsewhere, **forwarded).status_code == 403
    assert post(heroes, FIELDS, signed(FIELDS), **forwarded).status_code == 200
    assert heroes.counts()["inbound"] == 1


@pytest.mark.parametrize(
    "cut",
    [
        {"AccountSid": FIELDS["AccountSid"], "Body": f"2From{PHONE}", "MessageSid": SID, "To": FIELDS["To"]},
        {"AccountSid": f"{FIELDS['AccountSid']}Body2", "From": PHONE, "MessageSid": SID, "To": FIELDS["To"]},
        {k: v for k, v in FIELDS.items() if k not in ("MessageSid", "From")}
        | {"From": f"{PHONE}MessageSid{SID}"},
    ],
)
def test_a_captured_request_cut_up_otherwise_is_refused_though_its_signature_fits(
    heroes: Trial, cut: dict[str, str]
) -> None:
    assert signed(cut) == signed(FIELDS)
    assert post(heroes, cut, signed(FIELDS)).status_code == 403
    assert heroes.counts()["inbound"] == 0


@pytest.mark.parametrize(
    "body", [f"{urlencode(FIELDS)}&Body=3", f"{urlencode(FIELDS)}&Body%5B%5D=3", urlencode(FIELDS) + "&x"]
)
def test_a_name_twice_or_in_brackets_is_refused(heroes: Trial, body: str) -> None:
    headers = {SIGNATURE_HEADER: signed(FIELDS)}
    assert heroes.client().post(INBOUND, data=body, headers=headers, content_type=FORM).status_code == 403


@pytest.mark.parametrize("later", [timedelta(days=1), timedelta(days=365)])
def test_a_replay_after_a_day_or_a_year_is_answered_and_logged_and_changes_nothing(
    heroes: Trial, later: timedelta, caplog: pytest.LogCaptureFixture
) -> None:
    assert post(heroes, FIELDS, signed(FIELDS)).status_code == 200
    heroes.beat()
    heroes.now += later
    heroes.beat()
    before, texts = content(heroes), heroes.texts()
    assert post(heroes, FIELDS, signed(FIELDS)).status_code == 200
    heroes.beat()
    assert content(heroes) == before
    assert heroes.texts() == texts
    assert "a text came again" in caplog.text


def content(heroes: Trial) -> dict[str, Any]:
    return {name: count for name, count in heroes.counts().items() if name != "request_budget"}


@pytest.mark.parametrize(
    ("method", "kind", "status"), [("PUT", FORM, 405), ("GET", FORM, 405), ("POST", "application/json", 415)]
)
def test_other_methods_and_kinds_are_refused(heroes: Trial, method: str, kind: str, status: int) -> None:
    assert heroes.client().open(INBOUND, method=method, data="{}", content_type=kind).status_code == status
