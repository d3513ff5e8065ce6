"""Budgets of requests: who asks too much waits, and nobody else does."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.budgets import BUDGETS, WINDOW, Budget, retry_after_s, window_of
from pro_service.entrypoints.limits import LocalCounts
from pro_service.services import budgets
from pro_service.store.models import RequestBudget
from tests.services.given import invited_to_m15
from tests.trial import PHONE, Trial, trial

FEW = {kind: {what: Budget(most=5, free=2) for what in kinds} for kind, kinds in BUDGETS.items()}
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def heroes(migrated_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trial]:
    monkeypatch.setattr("pro_service.entrypoints.limits.BUDGETS", FEW)
    with trial(migrated_database) as made:
        yield made


@pytest.mark.req("FAULT-51")
def test_who_asks_too_much_waits_until_the_next_minute_and_is_told_how_long(heroes: Trial) -> None:
    guesses = [heroes.client().post("/q/open", json={"token": f"GUESS{number}"}) for number in range(8)]
    assert [one.status_code for one in guesses] == [410] * 5 + [429] * 3
    assert guesses[-1].headers["Retry-After"] == str(retry_after_s(heroes.now))
    assert guesses[-1].get_json()["code"] == "too_many_requests"
    elsewhere = heroes.client().post(
        "/q/open", json={"token": "X"}, environ_overrides={"REMOTE_ADDR": "192.0.2.7"}
    )
    assert elsewhere.status_code == 410
    heroes.now += timedelta(seconds=retry_after_s(heroes.now))
    assert heroes.client().post("/q/open", json={"token": "GUESS"}).status_code == 410


def test_one_link_is_limited_from_however_many_addresses(heroes: Trial) -> None:
    token = invited_to_m15(heroes)
    found = [
        heroes.client().post(
            "/q/open", json={"token": token}, environ_overrides={"REMOTE_ADDR": f"192.0.2.{n}"}
        )
        for n in range(7)
    ]
    assert [one.status_code for one in found] == [200] * 5 + [429] * 2


def test_a_forwarding_header_buys_no_other_budget(heroes: Trial) -> None:
    codes = [
        heroes.client()
        .post("/login", data={"login": "x"}, headers={"X-Forwarded-For": f"192.0.2.{n}"})
        .status_code
        for n in range(7)
    ]
    assert codes == [401] * 5 + [429] * 2 or codes.count(429) >= 2


def test_two_processes_share_one_budget(heroes: Trial) -> None:
    for _ in range(8):
        heroes.client().post("/q/open", json={"token": "GUESS"})
    heroes.app.extensions["pro_service.limits"] = LocalCounts()
    codes = [heroes.client().post("/q/open", json={"token": "GUESS"}).status_code for _ in range(4)]
    assert codes == [410, 410, 429, 429], "what a process counts alone, and then what all have counted"


@pytest.mark.req("FAULT-51")
def test_forged_webhooks_are_limited_and_signed_ones_never(heroes: Trial) -> None:
    heroes.include()
    codes = [
        heroes.client().post("/webhooks/sms/inbound", data="Body=2", content_type=FORM).status_code
        for _ in range(8)
    ]
    assert codes == [403] * 5 + [429] * 3
    before = heroes.counts()["inbound"]
    for number in range(9):
        heroes.reply(str(number), PHONE)
    assert heroes.counts()["inbound"] == before + 9


def test_the_clock_forgets_what_was_counted(heroes: Trial) -> None:
    for _ in range(4):
        heroes.client().post("/q/open", json={"token": "GUESS"})
    assert heroes.counts()["request_budget"] > 0
    heroes.now += timedelta(minutes=30)
    heroes.tick()
    assert heroes.counts()["request_budget"] > 0
    heroes.now += timedelta(minutes=31)
    heroes.tick()
    assert heroes.counts()["request_budget"] == 0


def test_neither_addresses_nor_tokens_are_stored(heroes: Trial) -> None:
    token = invited_to_m15(heroes)
    for _ in range(4):
        heroes.client().post("/q/open", json={"token": token})
    sources = "".join(one.source for one in _budgets(heroes))
    assert sources
    assert token.lower() not in sources
    assert "127" + ".0.0.1" not in sources


def test_a_count_goes_on_in_its_window_and_begins_anew_in_the_next(heroes: Trial) -> None:
    def spend(amount: int, later: timedelta) -> int:
        return heroes.call(budgets.spend, "somebody", amount=amount, now=heroes.now + later)

    assert [spend(3, timedelta(0)), spend(1, timedelta(0)), spend(2, WINDOW), spend(1, WINDOW)] == [
        3,
        4,
        2,
        3,
    ]


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_waiting_as_told_leads_into_the_next_window(now: datetime) -> None:
    wait = timedelta(seconds=retry_after_s(now))
    assert timedelta(seconds=1) <= wait <= WINDOW
    assert window_of(now + wait) >= window_of(now) + WINDOW


@given(st.integers(0, 5), st.integers(0, 40))
def test_what_a_process_counted_alone_is_told_once_it_is_shared(free: int, requests: int) -> None:
    local, budget = LocalCounts(), Budget(most=100, free=free)
    shared = sum(local.to_share("x", budget, datetime(2026, 1, 1, tzinfo=UTC)) for _ in range(requests))
    assert shared == (requests if requests > free else 0)
    assert replace(budget, free=0).most == 100


def _budgets(heroes: Trial) -> list[RequestBudget]:
    with heroes.app.app_context():
        from pro_service.store.db import db  # noqa: PLC0415 - the session of the application above

        found = db.session.query(RequestBudget).all()
        db.session.expunge_all()
        db.session.rollback()
        return found
