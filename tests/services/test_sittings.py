"""A questionnaire that takes longer than its longest sitting begins anew, and what was given before is kept apart."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pro_service.core.lifecycle import ResponseState
from pro_service.services.answers import responses
from pro_service.services.answers.deposits import Progress
from pro_service.services.answers.responses import Linked
from pro_service.store.catalogue import load_catalogue
from pro_service.store.models import Answer, Response, Score
from tests.services.given import M15_CLOSES_ON, WELL, complete, invited_to_m15, lot
from tests.trial import Trial, trial

DAY = timedelta(days=1)
HALF = {f"q{n}": 2 for n in range(1, 16)}
FIRST, SECOND = {"MO": 1, "SC": 2}, {"UA": 3}


def give(
    heroes: Trial,
    token: str,
    values: dict[str, int],
    *,
    at: datetime | None = None,
    code: str = "qlq-c30",
    **how: Any,
) -> Progress:
    """Answers given at an instant (default: now) that come in now."""
    moment = at or heroes.now
    first_id = int(moment.timestamp() * 1_000) + sum(map(ord, "".join(values))) * 10_000_000_000_000
    return heroes.call(
        responses.answer,
        heroes.installation,
        token=token,
        instrument=code,
        answers=lot(values, first_id=first_id, at=moment),
        now=heroes.now,
        **how,
    )


def opened(heroes: Trial, token: str) -> Linked:
    return heroes.call(responses.open_link, heroes.installation, token=token, now=heroes.now)


def stored(heroes: Trial, code: str = "qlq-c30") -> list[tuple[int, str, dict[str, int | None]]]:
    """Each sitting: its number, its state, and the newest values it holds."""
    return [
        (row.sitting, row.state, {each.item: each.value for each in heroes.rows(Answer, response_id=row.id)})
        for row in heroes.rows(Response, instrument=code)
    ]


def test_an_answer_after_the_longest_sitting_begins_the_instrument_anew(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        token = invited_to_m15(heroes)
        assert not give(heroes, token, HALF).begins_anew
        heroes.now += DAY
        assert give(heroes, token, {"q16": 1}).begins_anew
        assert stored(heroes) == [(1, "superseded", HALF), (2, "in_progress", {"q16": 1})]
        assert not give(heroes, token, {"q17": 1}).begins_anew
        assert opened(heroes, token).answered["qlq-c30"] == ("q16", "q17")


def test_a_second_less_than_the_longest_sitting_is_still_in_it(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        token = invited_to_m15(heroes)
        give(heroes, token, HALF)
        heroes.now += DAY - timedelta(seconds=1)
        give(heroes, token, {"q16": 1})
        assert [(number, state) for number, state, _ in stored(heroes)] == [(1, "in_progress")]


def test_only_the_new_sitting_is_scored(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        token = invited_to_m15(heroes)
        give(heroes, token, {**WELL["qlq-c30"], "q10": 4, "q12": 4, "q18": 4, "q30": None})  # type: ignore[dict-item]
        heroes.now += DAY
        give(heroes, token, WELL["qlq-c30"])
        complete(heroes, token, "qlq-c30")
        old, new = heroes.rows(Response, instrument="qlq-c30")
        assert (old.state, new.state) == (ResponseState.SUPERSEDED, ResponseState.COMPLETED)
        assert {row.response_id for row in heroes.rows(Score)} == {new.id}
        assert [row.value for row in heroes.rows(Score, scale="FA")] == [0.0]


def test_who_opens_the_link_too_late_is_asked_from_the_first_item_and_told(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        token = invited_to_m15(heroes)
        begun_at = heroes.now
        give(heroes, token, HALF)
        assert opened(heroes, token).begins_anew == {}
        heroes.now += 2 * DAY
        found = opened(heroes, token)
        assert found.answered["qlq-c30"] == ()
        assert found.states["qlq-c30"] is None
        assert found.begins_anew == {"qlq-c30": begun_at + DAY}
        assert [state for _, state, _ in stored(heroes)] == ["in_progress"], "looking changes nothing"
        give(heroes, token, {"q1": 1})
        assert opened(heroes, token).begins_anew == {"qlq-c30": begun_at + DAY}
        give(heroes, token, WELL["qlq-c30"], finish=True)
        assert opened(heroes, token).begins_anew == {}


def test_what_is_answered_altogether_can_be_sent_on_a_later_day(migrated_database: str) -> None:
    """Every answer is of one sitting; only the last touch was missing."""
    with trial(migrated_database) as heroes:
        token = invited_to_m15(heroes)
        give(heroes, token, WELL["qlq-c30"])
        heroes.now += 3 * DAY
        assert opened(heroes, token).begins_anew == {}
        complete(heroes, token, "qlq-c30")
        assert [state for _, state, _ in stored(heroes)] == ["completed"]


def test_answers_of_a_phone_that_was_out_of_reach_go_where_they_were_given(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        token = invited_to_m15(heroes)
        monday = heroes.now
        give(heroes, token, {"q1": 1})
        heroes.now += 2 * DAY
        give(heroes, token, {"q2": 2, "q3": 3}, at=monday + timedelta(hours=1))
        assert stored(heroes) == [(1, "in_progress", {"q1": 1, "q2": 2, "q3": 3})]
        give(heroes, token, {"q4": 4})
        give(heroes, token, {"q5": 1}, at=monday + timedelta(hours=2))
        assert stored(heroes) == [
            (1, "superseded", {"q1": 1, "q2": 2, "q3": 3, "q5": 1}),
            (2, "in_progress", {"q4": 4}),
        ]


def test_one_lot_may_belong_to_two_sittings(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        token = invited_to_m15(heroes)
        monday = heroes.now
        heroes.now += 2 * DAY
        both = [*lot({"q1": 1, "q2": 2}, first_id=1, at=monday), *lot({"q1": 3}, first_id=9, at=heroes.now)]
        heroes.call(
            responses.answer,
            heroes.installation,
            token=token,
            instrument="qlq-c30",
            answers=both,
            now=heroes.now,
        )
        assert stored(heroes) == [(1, "superseded", {"q1": 1, "q2": 2}), (2, "in_progress", {"q1": 3})]
        before = heroes.counts()
        heroes.call(
            responses.answer,
            heroes.installation,
            token=token,
            instrument="qlq-c30",
            answers=both,
            now=heroes.now,
        )
        assert heroes.counts() == before, "a repetition is known in whichever sitting it is"


def test_an_old_sitting_that_is_heard_of_only_now_never_counts(migrated_database: str) -> None:
    """A second phone went on meanwhile."""
    with trial(migrated_database) as heroes:
        token = invited_to_m15(heroes)
        monday = heroes.now
        heroes.now += 2 * DAY
        give(heroes, token, {"q1": 1})
        give(heroes, token, {"q1": 4, "q2": 4}, at=monday)
        assert stored(heroes) == [(1, "in_progress", {"q1": 1}), (2, "superseded", {"q1": 4, "q2": 4})]
        complete(heroes, token, "qlq-c30")
        assert {row.response_id for row in heroes.rows(Score)} == {heroes.rows(Response)[0].id}


def test_a_clock_that_cannot_be_right_is_not_believed(migrated_database: str) -> None:
    """It says that the answers were given before the questionnaire was open: they count as given now."""
    with trial(migrated_database) as heroes:
        token = invited_to_m15(heroes)
        give(heroes, token, {"q1": 1})
        heroes.now += 2 * DAY
        give(heroes, token, {"q2": 2}, at=datetime(2020, 1, 1, tzinfo=UTC))
        assert [state for _, state, _ in stored(heroes)] == ["superseded", "in_progress"]


def test_at_the_close_the_latest_sitting_counts(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        token = invited_to_m15(heroes)
        give(heroes, token, HALF)
        heroes.now += DAY
        give(heroes, token, {"q1": 1})
        heroes.on(M15_CLOSES_ON + DAY)
        assert [(number, state) for number, state, _ in stored(heroes)] == [(1, "superseded"), (2, "closed")]
        assert {row.response_id for row in heroes.rows(Score)} == {heroes.rows(Response)[1].id}


def test_a_trial_says_how_long_a_sitting_may_last_but_today_stays_today(migrated_database: str) -> None:
    protocol = load_catalogue().protocols["heroes-1"]
    longer = replace(protocol, answering=replace(protocol.answering, sitting=3 * DAY))
    catalogue = replace(load_catalogue(), protocols={"heroes-1": longer})
    with trial(migrated_database, catalogue=catalogue) as heroes:
        token = invited_to_m15(heroes)
        give(heroes, token, HALF)
        give(heroes, token, FIRST, code="eq-5d-5l")
        heroes.now += 2 * DAY
        assert not give(heroes, token, {"q16": 1}).begins_anew
        assert give(heroes, token, SECOND, code="eq-5d-5l").begins_anew
        heroes.now += DAY
        assert give(heroes, token, {"q17": 1}).begins_anew
