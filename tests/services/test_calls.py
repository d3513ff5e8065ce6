"""The calls a site is asked to make: once, where nobody answered, and gone when they are needless."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from pro_service.core.lifecycle import CallOutcome
from pro_service.services import calls
from pro_service.services.answers import responses
from pro_service.services.refusals import ConflictError, InvalidError, NotFoundError
from pro_service.store.db import reading
from pro_service.store.models import CallAttempt, CallTask, OptOut
from pro_service.store.queries import calls as call_rows
from tests.services.given import WELL, invited_to_m15, send
from tests.services.living import policy
from tests.trial import Trial, trial

CALL_ON = date(2026, 2, 24)  # seven days after the invitation
SITE = (1,)


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    with trial(migrated_database) as made:
        yield made


def waiting(heroes: Trial) -> list[str]:
    def read() -> list[str]:
        with reading() as session:
            return [
                f"{row.patient_code} {row.timepoint}" for row in call_rows.waiting(session, SITE, limit=9)
            ]

    return heroes.call(read)


def note(heroes: Trial, outcome: str, *, sites: tuple[int, ...] = SITE, task: int = 1) -> CallOutcome:
    return heroes.call(
        calls.note_call,
        heroes.installation,
        task_id=task,
        site_ids=sites,
        outcome=outcome,
        actor="nurse",
        now=heroes.now,
    )


def asked(heroes: Trial) -> str:
    """A patient who has not answered for a week; their link."""
    token = invited_to_m15(heroes)
    heroes.through(CALL_ON)
    return token


def test_after_a_week_without_an_answer_the_site_is_asked_to_call_once(heroes: Trial) -> None:
    invited_to_m15(heroes)
    heroes.through(CALL_ON - timedelta(days=1))
    heroes.at(datetime(2026, 2, 23, 22, 59, tzinfo=UTC))
    assert waiting(heroes) == []
    heroes.at(datetime(2026, 2, 23, 23, 0, tzinfo=UTC))  # midnight in Paris
    assert waiting(heroes) == ["03-001 M1.5"]
    heroes.through(CALL_ON + timedelta(days=2))
    assert len(heroes.rows(CallTask)) == 1
    assert heroes.tick().calls_asked_for == 0


def test_a_call_goes_away_by_itself_when_the_questionnaire_is_answered(heroes: Trial) -> None:
    token = asked(heroes)
    for instrument in ("qlq-c30", "qlq-br23", "eq-5d-5l"):
        assert waiting(heroes) == ["03-001 M1.5"]
        send(heroes, token, instrument, WELL[instrument])
        heroes.call(
            responses.complete, heroes.installation, token=token, instrument=instrument, now=heroes.now
        )
    assert waiting(heroes) == []
    with pytest.raises(ConflictError, match="no longer needed"):
        note(heroes, "reached")


def test_nobody_is_asked_to_call_about_what_was_answered_in_time(heroes: Trial) -> None:
    token = invited_to_m15(heroes)
    for instrument in ("qlq-c30", "qlq-br23", "eq-5d-5l"):
        send(heroes, token, instrument, WELL[instrument])
        heroes.call(
            responses.complete, heroes.installation, token=token, instrument=instrument, now=heroes.now
        )
    heroes.through(CALL_ON + timedelta(days=1))
    assert heroes.rows(CallTask) == []


def test_a_call_goes_away_with_the_window(heroes: Trial) -> None:
    asked(heroes)
    heroes.through(date(2026, 2, 28))
    assert waiting(heroes) == []


@pytest.mark.parametrize("kind", ["death", "questionnaires_withdrawn", "consent_withdrawn", "off_study"])
def test_nobody_is_asked_to_call_after_an_end(heroes: Trial, kind: str) -> None:
    asked(heroes)
    heroes.record(kind, heroes.now.date())
    assert waiting(heroes) == []


def test_a_death_recorded_before_the_day_of_the_call_leaves_no_call(heroes: Trial) -> None:
    invited_to_m15(heroes)
    heroes.through(CALL_ON - timedelta(days=2))
    heroes.record("death", heroes.now.date())
    heroes.through(CALL_ON + timedelta(days=1))
    assert heroes.rows(CallTask) == []


def test_a_call_that_reaches_nobody_stays_on_the_list_and_any_other_outcome_settles_it(heroes: Trial) -> None:
    asked(heroes)
    note(heroes, "not_reached")
    assert waiting(heroes) == ["03-001 M1.5"]
    note(heroes, "refused")
    assert waiting(heroes) == []
    assert [row.outcome for row in heroes.rows(CallAttempt)] == ["not_reached", "refused"]
    with pytest.raises(ConflictError):
        note(heroes, "reached")
    assert heroes.rows(OptOut) == []


def test_a_wrong_number_stops_texts_to_the_stranger(heroes: Trial) -> None:
    asked(heroes)
    note(heroes, "wrong_number")
    (row,) = heroes.rows(OptOut)
    assert (row.source, row.ended_at) == ("wrong_person", None)


def test_an_outcome_outside_the_list_or_a_call_of_another_site_is_refused_and_nothing_stored(
    heroes: Trial,
) -> None:
    asked(heroes)
    with pytest.raises(InvalidError, match="from the list"):
        note(heroes, "maybe")
    with pytest.raises(NotFoundError):
        note(heroes, "reached", sites=(2,))
    with pytest.raises(NotFoundError):
        note(heroes, "reached", task=99)
    assert heroes.rows(CallAttempt) == []


def test_a_protocol_without_call_after_days_asks_for_none(migrated_database: str) -> None:
    with policy(migrated_database, call_after_days=None) as heroes:
        asked(heroes)
        assert heroes.rows(CallTask) == []


def test_the_desk_shows_whom_to_call_and_takes_the_outcome(heroes: Trial) -> None:
    asked(heroes)
    browser = heroes.logged_in()
    page = browser.get("/staff").get_data(as_text=True)
    assert 'action="/staff/calls/1"' in page
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    done = browser.post("/staff/calls/1", data={"csrf_token": token, "outcome": "reached"})
    assert done.status_code == 303
    assert 'action="/staff/calls/1"' not in browser.get("/staff").get_data(as_text=True)
