"""How virtual patients reply and virtual nurses act: by day, mostly soon, sometimes oddly, sometimes never."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from statistics import median

import pytest

from pro_service.core.timing import local_day, local_time
from pro_service.services.simulation.cohort.draws import stream
from pro_service.services.simulation.cohort.habits import (
    Habits,
    Reaction,
    awake,
    draw_habits,
    filling_time,
    handle_alert,
    office_hours,
    react,
    texting_time,
)
from pro_service.services.simulation.scenario.files import default_scenario

TEN = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)  # ten o'clock in Paris, a Wednesday
PARIS = "Europe/Paris"
ZONES = (PARIS, "Indian/Reunion", "America/Guadeloupe")
DEFAULT = default_scenario()
REPLIES, NURSES, HOURS = DEFAULT.replies, DEFAULT.nurses, DEFAULT.hours
STEADY = Habits(answers=0.8, answers_reminder=0.5, begins=0.05, pace=1.0, may_stop=True)


def reactions(habits: Habits, *, ordinal: int = 1, count: int = 2_000, zone: str = PARIS):
    return [
        react(
            habits, REPLIES, seed=1, patient=str(n), occasion="M1.5", ordinal=ordinal, at=TEN, time_zone=zone
        )
        for n in range(count)
    ]


def test_half_of_the_answers_come_within_about_five_hours():
    answers = [r for r in reactions(STEADY) if r.reaction is Reaction.ANSWERS]
    hours = median((answer.at - TEN).total_seconds() / 3600 for answer in answers)
    assert 4.5 < hours < 6.5


def test_each_kind_of_reaction_occurs_in_its_share():
    counted = Counter(r.reaction for r in reactions(STEADY))
    assert 0.7 < counted[Reaction.ANSWERS] / 2_000 < 0.82
    assert 0.01 < counted[Reaction.BEGINS] / 2_000 < 0.08
    assert 0 < counted[Reaction.STOP_TEXT] < 150
    assert 0 < counted[Reaction.ODD_TEXT] < 80
    assert counted[Reaction.NOTHING] > 200


def test_a_reminder_finds_fewer_answers_than_an_invitation():
    first = Counter(r.reaction for r in reactions(STEADY))
    second = Counter(r.reaction for r in reactions(STEADY, ordinal=2))
    assert second[Reaction.ANSWERS] < first[Reaction.ANSWERS]


def test_who_begins_and_leaves_has_done_a_part():
    begun = [r for r in reactions(STEADY) if r.reaction is Reaction.BEGINS]
    assert all(0 < r.share < 1 for r in begun)


def test_texts_go_with_the_reactions_that_need_one():
    for r in reactions(STEADY):
        assert bool(r.text) == (r.reaction in {Reaction.ODD_TEXT, Reaction.STOP_TEXT})


def test_most_patients_are_reliable_and_a_few_hardly_answer():
    habits = [draw_habits(stream(seed, "habits"), REPLIES) for seed in range(400)]
    assert sum(h.answers > 0.7 for h in habits) > 220
    assert sum(h.answers < 0.2 for h in habits) > 10
    assert 0 < sum(h.may_stop for h in habits) < 100


@pytest.mark.parametrize("zone", ZONES)
def test_nobody_answers_in_the_night(zone):
    for r in reactions(STEADY, zone=zone, count=500):
        assert r.at >= TEN
        assert REPLIES.wakes <= local_time(r.at, zone) < REPLIES.sleeps


def test_who_is_awake_acts_at_once():
    assert awake(TEN, REPLIES, time_zone=PARIS) == TEN


def test_a_night_text_waits_for_the_morning():
    late = datetime(2026, 3, 4, 22, 10, tzinfo=UTC)
    morning = awake(late, REPLIES, time_zone=PARIS)
    assert local_day(morning, PARIS).isoformat() == "2026-03-05"
    assert local_time(morning, PARIS).isoformat() == "07:40:00"


def test_filling_a_form_takes_minutes_and_texting_one_item_less():
    rng = stream(1, "times")
    assert timedelta(minutes=3) < filling_time(rng, 60) < timedelta(minutes=20)
    assert filling_time(rng, 0) == timedelta(0)
    assert timedelta(seconds=10) < texting_time(rng) < timedelta(minutes=13)


# --- nurses -------------------------------------------------------------------------------------------------------


def handled(count: int = 1_000):
    return [
        handle_alert(NURSES, HOURS, seed=1, alert=str(n), raised_at=TEN, time_zone=PARIS)
        for n in range(count)
    ]


def test_nurses_work_from_monday_to_friday_by_day():
    for handling in handled():
        for at in (handling.at, handling.closes_at):
            if at is not None:
                assert local_day(at, PARIS).weekday() < 5
                assert HOURS.opens <= local_time(at, PARIS) < HOURS.shuts


def test_most_alerts_are_taken_within_three_days_and_a_few_wait_for_weeks():
    days = sorted((handling.at - TEN).total_seconds() / 86_400 for handling in handled())
    assert days[len(days) // 2] < 3
    assert 7 < days[-1] < 21


def test_some_alerts_stay_open_after_they_were_seen_and_are_closed_later():
    open_ones = [handling for handling in handled() if handling.closes_at]
    assert 300 < len(open_ones) < 500
    assert all(handling.closes_at > handling.at for handling in open_ones)


def test_every_action_of_the_list_is_taken_by_somebody():
    assert len({handling.action for handling in handled()}) == 6


@pytest.mark.parametrize(
    "instant, opening",
    [
        ("2026-03-04T03:05+00:00", "2026-03-04T08:35"),  # before opening: the same day
        ("2026-03-04T18:05+00:00", "2026-03-05T08:35"),  # after closing: the next day
        ("2026-03-06T18:05+00:00", "2026-03-09T08:35"),  # Friday evening: Monday
        ("2026-03-07T10:05+00:00", "2026-03-09T08:35"),  # Saturday: Monday
        ("2026-03-08T03:05+00:00", "2026-03-09T08:35"),  # Sunday night: Monday
    ],
)
def test_outside_its_hours_a_site_acts_at_its_next_opening(instant, opening):
    at = office_hours(datetime.fromisoformat(instant), HOURS, PARIS)
    assert f"{local_day(at, PARIS)}T{local_time(at, PARIS):%H:%M}" == opening
