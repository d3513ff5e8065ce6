"""Logging in with two factors: what is wrong is not told, a code is good once, and a session ends when it should."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from pro_service.services import sign_in
from pro_service.services.sign_in import LoginFailedError, TooManyTriesError
from pro_service.store.credentials import totp_code
from pro_service.store.db import db
from pro_service.store.models import AccessGrant, LoginThrottle, Staff, StaffSession
from tests.trial import PASSWORD, SECRET, Trial, trial


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    with trial(migrated_database) as made:
        yield made


def log_in(heroes: Trial, **over: str) -> sign_in.LoggedIn:
    given = {"login": "nurse", "password": PASSWORD, "code": totp_code(SECRET, at=heroes.now)} | over
    return heroes.call(sign_in.log_in, heroes.installation, now=heroes.now, **given)


def person(heroes: Trial, token: str) -> sign_in.Person | None:
    return heroes.call(sign_in.person, token=token, now=heroes.now)


def fail(heroes: Trial, times: int, **over: str) -> None:
    for _ in range(times):
        with pytest.raises(LoginFailedError):
            log_in(heroes, **({"password": "wrong-test"} | over))


def change(heroes: Trial, **values: object) -> None:
    with heroes.app.app_context():
        db.session.execute(update(Staff).where(Staff.login == "nurse").values(**values))
        db.session.commit()


def test_who_logged_in_is_known_by_the_token(heroes: Trial) -> None:
    session = log_in(heroes)
    found = person(heroes, session.token)
    assert found is not None
    assert (found.login, found.role, found.site_ids) == ("nurse", "nurse", (1,))
    assert found.csrf_token == session.csrf_token


def test_a_session_is_stored_as_a_hash_and_no_two_are_alike(heroes: Trial) -> None:
    first = log_in(heroes)
    heroes.now += timedelta(seconds=30)
    second = log_in(heroes)
    assert first.token != second.token
    assert first.csrf_token != second.csrf_token
    assert len(first.token) >= 43
    with heroes.app.app_context():
        stored = " ".join(str(vars(row)) for row in db.session.query(StaffSession))
    assert first.token not in stored


def test_a_password_and_a_second_factor_are_stored_so_that_they_cannot_be_read(heroes: Trial) -> None:
    stored = str([vars(row) for row in heroes.rows(Staff)])
    assert PASSWORD not in stored
    assert SECRET not in stored
    assert len({row.password_hash for row in heroes.rows(Staff)}) == 2, "one password, two salts"


@pytest.mark.parametrize(
    "over",
    [
        {"password": "wrong-test"},
        {"password": ""},
        {"code": "000000"},
        {"code": ""},
        {"code": "12345"},
        {"login": "nobody"},
        {"login": ""},
        {"login": "NURSE"},
        {"login": "nurse' OR 1=1 --"},
        {"password": "wrong-test", "code": "000000"},
    ],
)
def test_what_was_wrong_is_not_told(heroes: Trial, over: dict[str, str]) -> None:
    with pytest.raises(LoginFailedError) as refused:
        log_in(heroes, **over)
    assert str(refused.value) == "login failed"
    assert refused.value.args == ("login failed",)
    assert heroes.counts()["staff_session"] == 0


def test_an_account_that_is_switched_off_cannot_log_in(heroes: Trial) -> None:
    change(heroes, active=False)
    fail(heroes, 1, password=PASSWORD)


@pytest.mark.req("REG-25")
def test_a_code_is_good_once(heroes: Trial) -> None:
    log_in(heroes)
    fail(heroes, 1, password=PASSWORD)
    heroes.now += timedelta(seconds=30)
    assert log_in(heroes).token


def test_a_code_tried_with_a_wrong_password_is_not_used_up(heroes: Trial) -> None:
    fail(heroes, 1)
    assert log_in(heroes).token


def test_an_earlier_code_is_refused_after_a_later_one(heroes: Trial) -> None:
    earlier = totp_code(SECRET, at=heroes.now - timedelta(seconds=30))
    log_in(heroes)
    fail(heroes, 1, password=PASSWORD, code=earlier)


@pytest.mark.parametrize(("seconds", "good"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_clock_that_is_half_a_minute_off_is_forgiven(heroes: Trial, seconds: int, good: bool) -> None:
    code = totp_code(SECRET, at=heroes.now + timedelta(seconds=seconds))
    if good:
        assert log_in(heroes, code=code).token
    else:
        fail(heroes, 1, password=PASSWORD, code=code)


# --- Throttling -------------------------------------------------------------------------------------------------------


def throttle(heroes: Trial, login: str = "nurse") -> LoginThrottle:
    """The failures counted under a name."""
    with heroes.app.app_context():
        key = heroes.installation.keys.index("throttle", f"account:{login}").hex()
        found = db.session.get_one(LoginThrottle, key)
        db.session.expunge_all()
        return found


def test_four_failures_are_forgiven_by_a_success(heroes: Trial) -> None:
    fail(heroes, 4)
    log_in(heroes)
    assert throttle(heroes).failures == 0


@pytest.mark.req("REG-11", "FAULT-51")
def test_after_five_failures_even_the_right_password_has_to_wait(heroes: Trial) -> None:
    fail(heroes, 5)
    with pytest.raises(TooManyTriesError) as wait:
        log_in(heroes)
    assert wait.value.retry_at == heroes.now + timedelta(seconds=8)
    assert heroes.counts()["staff_session"] == 0


def test_the_wait_ends(heroes: Trial) -> None:
    fail(heroes, 5)
    heroes.now += timedelta(seconds=7)
    with pytest.raises(TooManyTriesError):
        log_in(heroes)
    heroes.now += timedelta(seconds=1)
    assert log_in(heroes).token
    assert throttle(heroes).retry_at is None


def test_trying_during_the_wait_does_not_lengthen_it(heroes: Trial) -> None:
    fail(heroes, 5)
    for _ in range(10):
        with pytest.raises(TooManyTriesError):
            log_in(heroes, password="wrong-test")
    heroes.now += timedelta(seconds=8)
    assert log_in(heroes).token


def test_each_further_failure_doubles_the_wait_up_to_a_quarter_of_an_hour(heroes: Trial) -> None:
    fail(heroes, 5)
    waits = []
    for _ in range(9):
        retry_at = throttle(heroes).retry_at
        assert retry_at is not None
        waits.append(int((retry_at - heroes.now).total_seconds()))
        heroes.now = retry_at
        fail(heroes, 1)
    assert waits == [8, 16, 32, 64, 128, 256, 512, 900, 900]


def test_one_account_that_waits_does_not_make_others_wait(heroes: Trial) -> None:
    fail(heroes, 5)
    assert log_in(heroes, login="other").token


@pytest.mark.req("FAULT-52")
def test_tries_do_not_tell_which_logins_exist(heroes: Trial) -> None:
    """Row 52: after some failures a known login and an unknown one alike say "wait"."""

    def outcomes(login: str) -> list[str]:
        found = []
        for _ in range(8):
            try:
                log_in(heroes, login=login, password="wrong-test")
            except (LoginFailedError, TooManyTriesError) as error:
                found.append(type(error).__name__)
        return found

    assert outcomes("nurse") == outcomes("nobody")


# --- The end of a session ---------------------------------------------------------------------------------------------


@pytest.mark.req("REG-11")
def test_a_session_ends_after_a_quarter_of_an_hour_without_a_request(heroes: Trial) -> None:
    token = log_in(heroes).token
    heroes.now += timedelta(minutes=14, seconds=59)
    assert person(heroes, token)
    heroes.now += timedelta(minutes=15)
    assert person(heroes, token) is None


def test_a_session_that_has_idled_out_does_not_come_back(heroes: Trial) -> None:
    token = log_in(heroes).token
    heroes.now += timedelta(minutes=15)
    assert person(heroes, token) is None
    assert person(heroes, token) is None, "asking did not refresh it"


@pytest.mark.req("REG-11")
def test_a_session_in_use_ends_after_twelve_hours(heroes: Trial) -> None:
    token = log_in(heroes).token
    for _ in range(71):
        heroes.now += timedelta(minutes=10)
        assert person(heroes, token)
    heroes.now += timedelta(minutes=10)
    assert person(heroes, token) is None


def test_logging_out_ends_the_session_at_once_and_no_other(heroes: Trial) -> None:
    first = log_in(heroes).token
    heroes.now += timedelta(seconds=30)
    second = log_in(heroes).token
    for _ in range(2):
        heroes.call(sign_in.log_out, token=first, now=heroes.now)
    assert person(heroes, first) is None
    assert person(heroes, second)


def test_logging_out_with_an_unknown_token_is_no_error(heroes: Trial) -> None:
    heroes.call(sign_in.log_out, token="nonsense", now=heroes.now)
    assert heroes.counts()["staff_session"] == 0


@pytest.mark.req("FAULT-49")
def test_an_account_that_is_switched_off_is_out_at_the_next_request(heroes: Trial) -> None:
    """Row 49."""
    token = log_in(heroes).token
    change(heroes, active=False)
    assert person(heroes, token) is None
    change(heroes, active=True)
    assert person(heroes, token)


@pytest.mark.req("FAULT-49")
def test_a_role_that_was_changed_counts_from_the_next_request(heroes: Trial) -> None:
    """Row 49: the session holds no copy of what the person may do."""
    token = log_in(heroes).token
    with heroes.app.app_context():
        nurse = db.session.scalars(select(Staff.id).where(Staff.login == "nurse")).one()
        db.session.execute(
            update(AccessGrant).where(AccessGrant.staff_id == nurse).values(role="data_manager")
        )
        db.session.commit()
    found = person(heroes, token)
    assert found is not None
    assert found.roles == ("data_manager",)


@pytest.mark.parametrize("token", ["", "x", "A" * 43])
def test_a_made_up_token_is_nobody(heroes: Trial, token: str) -> None:
    log_in(heroes)
    assert person(heroes, token) is None


def test_the_language_is_remembered_and_an_unknown_one_is_not(heroes: Trial) -> None:
    for language in ("en", "de"):
        heroes.call(sign_in.choose_language, login="nurse", language=language)
    assert heroes.rows(Staff, login="nurse")[0].language == "en"
