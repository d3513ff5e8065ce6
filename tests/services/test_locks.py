"""Locks as people use them: what stops, what is kept, and who lifts them (REG-08, fault 60)."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pyotp
import pytest
from flask.testing import FlaskClient

from pro_service.core.evidence import HeldKind, Release, Unlocking, may_confirm, unlocking
from pro_service.core.lifecycle import MessageState
from pro_service.services import locks
from pro_service.services.patients import enrolment
from pro_service.services.refusals import ConflictError, InvalidError, NotFoundError
from pro_service.store.locked import DataLockedError
from pro_service.store.models import Answer, Assessment, HeldDeposit, Inbound, Message, OptOut
from tests.services.given import WELL, invited_to_m15, lot, send
from tests.trial import PASSWORD, PHONE, SECRET, START, STUDY, Trial, trial

REASON = "final analysis begins"


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    """Two people of the sponsor, and a patient who was invited and has not answered."""
    with trial(migrated_database) as made:
        for login, role in (("manager", "data_manager"), ("admin", "administrator")):
            made.call(
                enrolment.create_staff,
                made.installation,
                study=STUDY,
                login=login,
                name=login.title(),
                role=role,
                sites=(),
                password=PASSWORD,
                totp_secret=SECRET,
                phone=None,
                now=made.now,
            )
        yield made


def lock(heroes: Trial, **over: object) -> None:
    values = {"study_id": 1, "name": "final", "reason": REASON, "actor": "manager"} | over
    heroes.call(locks.lock_data, now=heroes.now, **values)


def step(heroes: Trial, use_case: object, actor: str, **over: object) -> None:
    heroes.call(use_case, study_id=1, name="final", actor=actor, now=heroes.now, **over)


def lifted(heroes: Trial, *, hours: int | None = None) -> None:
    step(heroes, locks.ask_release, "manager", reason="a paper form came late", hours=hours)
    step(heroes, locks.confirm_release, "admin")


def test_what_waits_is_taken_back_and_nothing_goes_out_or_changes_any_more(heroes: Trial) -> None:
    token = invited_to_m15(heroes)
    heroes.now += timedelta(days=2)
    heroes.tick()
    assert heroes.rows(Message, state=MessageState.READY), "a reminder waits"
    before = len(heroes.texts())
    lock(heroes)
    (taken,) = {row.cause for row in heroes.rows(Message, state=MessageState.CANCELLED)}
    assert taken == "data_locked"
    unchanged = heroes.rows(Assessment)
    heroes.on(date(2026, 6, 1))
    assert len(heroes.texts()) == before
    assert [row.state for row in heroes.rows(Assessment)] == [row.state for row in unchanged]
    assert heroes.client().post("/q/open", json={"token": token}).status_code in (409, 410)


def test_what_a_page_that_was_open_sends_is_kept_once_and_is_no_answer(heroes: Trial) -> None:
    token = invited_to_m15(heroes)
    lock(heroes)
    with pytest.raises(DataLockedError):
        send(heroes, token, "qlq-c30", WELL["qlq-c30"])
    answers = [
        {
            "id": each.client_id,
            "item": each.item,
            "value": each.value,
            "refused": False,
            "answered_at": START.isoformat(),
        }
        for each in lot({"q1": 2, "q2": 3})
    ]
    body = {"token": token, "instrument": "qlq-c30", "answers": answers}
    for _ in range(2):
        answered = heroes.client().post("/q/answer", json=body)
        assert (answered.status_code, answered.get_json()["code"]) == (409, "data_locked")
    (kept,) = heroes.rows(HeldDeposit)
    assert kept.kind == HeldKind.ANSWERS
    assert heroes.rows(Answer) == []
    row = f"held_deposit.body_sealed:{kept.assessment_id}:{kept.body_sha256}"
    assert b'"q2"' in heroes.installation.keys.decrypt(kept.body_sealed, row=row)


def test_a_text_under_a_lock_is_kept_unanswered_a_stop_is_heeded_and_distress_is_read(heroes: Trial) -> None:
    invited_to_m15(heroes)
    lock(heroes)
    before = len(heroes.texts())
    heroes.reply("3")
    heroes.reply("STOP")
    heroes.reply("je veux mourir")
    assert [row.outcome for row in heroes.rows(Inbound)] == ["data_locked", "data_locked", "distress"]
    assert len(heroes.texts()) == before
    assert len(heroes.rows(OptOut)) == 1


def test_two_people_lift_a_lock_and_the_one_who_asked_cannot_confirm(heroes: Trial) -> None:
    heroes.include()
    lock(heroes)
    with pytest.raises(ConflictError, match="No release"):
        step(heroes, locks.confirm_release, "admin")
    step(heroes, locks.ask_release, "manager", reason="a paper form came late", hours=None)
    with pytest.raises(ConflictError, match="another person"):
        step(heroes, locks.confirm_release, "manager")
    with pytest.raises(DataLockedError):
        heroes.record("treatment_stopped", date(2026, 1, 5))
    step(heroes, locks.confirm_release, "admin")
    heroes.record("treatment_stopped", date(2026, 1, 5))
    step(heroes, locks.lock_again, "manager")
    with pytest.raises(DataLockedError):
        heroes.enrol("03-002", phone="+33639980002")


def test_a_release_for_some_hours_ends_by_itself(heroes: Trial) -> None:
    lock(heroes)
    lifted(heroes, hours=2)
    heroes.include()
    heroes.at(heroes.now + timedelta(hours=2))
    with pytest.raises(DataLockedError):
        heroes.record("treatment_stopped", heroes.now.date())


def test_a_request_is_refused_by_another_or_taken_back_and_may_be_made_again(heroes: Trial) -> None:
    lock(heroes)
    for actor in ("admin", "manager"):
        step(heroes, locks.ask_release, "manager", reason="a paper form came late", hours=1)
        with pytest.raises(ConflictError, match="already"):
            step(heroes, locks.ask_release, "admin", reason="a paper form came late", hours=1)
        step(heroes, locks.decline_release, actor)
    with pytest.raises(ConflictError, match="not lifted"):
        step(heroes, locks.lock_again, "manager")


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"reason": "because"}, "reason_missing"),
        ({"name": "final analysis"}, "bad_lock_name"),
        ({"name": ""}, "bad_lock_name"),
        ({"site": "99"}, "unknown_site"),
    ],
)
def test_a_lock_that_says_too_little_is_refused(heroes: Trial, over: dict[str, str], code: str) -> None:
    with pytest.raises(InvalidError) as refused:
        lock(heroes, **over)
    assert refused.value.reason.code == code


def test_a_name_serves_once_and_a_lock_belongs_to_its_study(heroes: Trial) -> None:
    lock(heroes)
    with pytest.raises(ConflictError):
        lock(heroes)
    with pytest.raises(NotFoundError):
        heroes.call(locks.confirm_release, study_id=2, name="final", actor="admin", now=heroes.now)
    for hours in (0, -1, 24 * 31 + 1):
        with pytest.raises(InvalidError):
            step(heroes, locks.ask_release, "manager", reason="a paper form came late", hours=hours)


def token_of(desk: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', desk.get("/staff/locks").get_data(as_text=True))
    assert found is not None
    return found[1]


def test_the_desk_locks_says_so_on_every_page_refuses_and_lifts_by_two_people(heroes: Trial) -> None:
    heroes.include()
    manager, admin, nurse = (heroes.logged_in(login) for login in ("manager", "admin", "nurse"))
    tokens = {desk: token_of(desk) for desk in (manager, admin, nurse)}

    def post(desk: FlaskClient, path: str, **form: str) -> int:
        return desk.post(f"/staff{path}", data=form | {"csrf_token": tokens[desk]}).status_code

    assert post(nurse, "/locks", name="final", reason=REASON) == 403
    assert post(manager, "/locks", name="final", reason="short") == 422
    assert post(manager, "/locks", name="final", reason=REASON) == 303
    assert "Données verrouillées" in nurse.get("/staff").get_data(as_text=True)
    event = {"type": "treatment_stopped", "on": "2026-01-05"}
    refused = nurse.post("/staff/patients/03-001/events", data=event | {"csrf_token": tokens[nurse]})
    assert refused.status_code == 423
    assert "Les données sont verrouillées" in refused.get_data(as_text=True)
    api = nurse.post("/api/v1/patients/03-001/events", json=event, headers={"X-CSRF-Token": tokens[nurse]})
    assert (api.status_code, api.get_json()["code"]) == (423, "data_locked")
    assert post(manager, "/locks/final/release", reason="a paper form came late", hours="48") == 303
    assert post(manager, "/locks/final/confirm") == 422
    assert post(admin, "/locks/final/confirm") == 303
    assert (
        nurse.post("/staff/patients/03-001/events", data=event | {"csrf_token": tokens[nurse]}).status_code
        == 303
    )
    assert post(manager, "/locks/final/again") == 303
    assert post(manager, "/locks/absent/again") == 404


def test_what_came_in_under_a_lock_is_listed(heroes: Trial) -> None:
    invited_to_m15(heroes)
    lock(heroes)
    heroes.reply("3")
    shown = heroes.logged_in("nurse").get("/staff/locks").get_data(as_text=True)
    assert re.search(r"03-001.*?SMS", shown, re.DOTALL)
    assert PHONE not in shown


def test_commands_lock_and_lift_by_people_with_both_factors(heroes: Trial) -> None:
    runner = heroes.app.test_cli_runner()

    def run(*words: str, login: str, password: str = PASSWORD) -> tuple[int, str]:
        heroes.now += timedelta(seconds=30)
        code = pyotp.TOTP(SECRET).at(heroes.now)
        done = runner.invoke(args=["lock", *words, "--by", login], input=f"{password}\n{code}\n")
        return done.exit_code, done.output

    create = ("create", STUDY, "final", "--reason", REASON)
    assert run(*create, login="nurse")[0] == 2, "a nurse's role does not include it"
    assert run(*create, login="manager", password="wrong-test")[0] == 2
    assert run(*create, login="manager")[0] == 0
    ask = ("ask-release", STUDY, "final", "--reason", "a paper form came late", "--hours", "1")
    assert run(*ask, login="manager")[0] == 0
    assert run("confirm-release", STUDY, "final", login="manager")[0] == 2
    assert run("confirm-release", STUDY, "final", login="admin")[0] == 0
    listed = runner.invoke(args=["lock", "list", STUDY]).output
    assert "final\tthe whole study\tlifted" in listed
    assert run("again", STUDY, "final", login="manager")[0] == 0
    assert run("again", STUDY, "absent", login="manager")[0] == 2


def test_a_release_whose_time_is_over_lifts_nothing() -> None:
    release = Release(requested_by="a", confirmed=True, until=START)
    assert unlocking(release, now=START - timedelta(seconds=1)) is Unlocking.LIFTED
    assert unlocking(release, now=START) is Unlocking.LOCKED
    assert not may_confirm(release, person="a")
