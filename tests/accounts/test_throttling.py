"""Row 51: who guesses has to wait, from one address or a thousand; who owns the account does not (REG-11)."""

from datetime import timedelta

import pytest

from pro_service.services.accounts import throttling
from pro_service.services.accounts.history import Origin
from pro_service.services.accounts.throttling import TooManyTriesError
from pro_service.services.sign_in import LoginFailedError
from pro_service.store.models import LoginEvent
from tests.accounts.people import WARD, lines, log_in
from tests.trial import PASSWORD, Trial

OUTCOMES = (LoginFailedError, TooManyTriesError)


def attack(heroes: Trial, addresses: int, *, login: str = "nurse", tries: int = 1) -> list[str]:
    """Wrong passwords for one account from so many addresses."""
    found = []
    for number in range(addresses):
        source = Origin(address=f"198.51.{number // 250}.{number % 250}", network="198.51.0.0/16")
        for _ in range(tries):
            with pytest.raises(OUTCOMES) as refused:
                log_in(heroes, source, login=login, password="wrong-test")
            found.append(type(refused.value).__name__)
            heroes.now -= timedelta(seconds=30)  # all at one moment
    return found


def test_an_attacker_from_a_thousand_addresses_does_not_lock_the_nurse_out(heroes: Trial) -> None:
    log_in(heroes)
    outcomes = attack(heroes, 1_000)
    assert outcomes.count("LoginFailedError") == 5, "all addresses together get what one would"
    assert log_in(heroes).token


def test_from_a_new_place_the_owner_waits_a_quarter_of_an_hour_at_most(heroes: Trial) -> None:
    attack(heroes, 40)
    with pytest.raises(TooManyTriesError) as wait:
        log_in(heroes)
    assert wait.value.retry_at - heroes.now <= timedelta(minutes=15)
    heroes.now = wait.value.retry_at
    assert log_in(heroes).token


def test_mistakes_at_the_own_place_wait_as_well(heroes: Trial) -> None:
    log_in(heroes)
    for _ in range(5):
        with pytest.raises(LoginFailedError):
            log_in(heroes, password="wrong-test")
        heroes.now -= timedelta(seconds=30)
    with pytest.raises(TooManyTriesError):
        log_in(heroes)


def test_one_source_that_tries_many_names_has_to_wait(heroes: Trial) -> None:
    for number in range(20):
        with pytest.raises(LoginFailedError):
            log_in(heroes, login=f"made-up-{number}", password="wrong-test")
        heroes.now -= timedelta(seconds=30)
    with pytest.raises(TooManyTriesError):
        log_in(heroes, login="made-up-20")


def test_all_together_are_slowed_but_not_where_the_owner_is(heroes: Trial) -> None:
    log_in(heroes)
    outcomes = []
    for number in range(310):
        source = Origin(address=f"203.0.113.{number % 250}")
        with pytest.raises(OUTCOMES) as refused:
            log_in(heroes, source, login=f"made-up-{number}", password="wrong-test")
        heroes.now -= timedelta(seconds=30)
        outcomes.append(type(refused.value).__name__)
    assert outcomes[-1] == "TooManyTriesError"
    assert log_in(heroes).token


def test_a_known_and_an_unknown_name_get_the_same_answers(heroes: Trial) -> None:
    """Row 52."""
    assert attack(heroes, 1, tries=8) == attack(heroes, 1, login="nobody", tries=8)


def test_a_failure_is_recorded_and_a_made_up_name_is_not(heroes: Trial) -> None:
    for login in ("nurse", "made-up-name"):
        with pytest.raises(LoginFailedError):
            log_in(heroes, login=login, password="wrong-test")
    failed = heroes.rows(LoginEvent, kind="failed")
    assert [(row.staff_id is None, row.by, row.source) for row in failed] == [
        (False, "nobody", WARD.network),
        (True, "nobody", WARD.network),
    ]
    assert "made-up-name" not in str([vars(row) for row in failed])


def test_counters_are_forgotten_after_a_day_by_the_clock(heroes: Trial) -> None:
    attack(heroes, 1, login="made-up")
    before = heroes.counts()["login_throttle"]
    assert before == 3
    assert heroes.call(throttling.tidy, now=heroes.now) == 0
    heroes.now += timedelta(days=1, minutes=1)
    assert heroes.tick().tidied >= before
    assert heroes.counts()["login_throttle"] == 0


def test_a_success_leaves_nothing_to_pay(heroes: Trial) -> None:
    for _ in range(30):
        log_in(heroes, password=PASSWORD)
    assert "failed" not in lines(heroes)
