"""How virtual patients and nurses behave: who answers, when, how far, what odd texts come back, who works an alert.

Figures to compare with: a median of 5 h 20 min between prompt and answer (Resilience, ASCO 2022), 75 to 98 % of
monthly questionnaires answered by text link (Haque, JCO Oncology Practice; Naughton, Quality of Life Research 2021),
alerts reported at a median of one day with a long tail.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from random import Random

from pro_service.core.lifecycle import ActionCode
from pro_service.core.timing import at_local, local_day, local_time
from pro_service.services.simulation.cohort.draws import chance, clamp, on_curve, pick, pick_weighted, stream

#: Minutes from prompt to answer in tenths of all answers: median 5 h 20 min, the slowest nearly two days.
DELAY_MINUTES = (1, 8, 35, 95, 190, 320, 480, 690, 1020, 1500, 2700)
ALERT_DELAY_HOURS = (1, 3, 7, 16, 22, 26, 40, 52, 76, 130, 400)

WAKES, SLEEPS = time(7, 30), time(22, 45)

ODD_TEXTS = ("bonjour", "3.", "oui", "Merci", "Je suis en vacances", "??", "ok", "12 ou 13")
STOP_TEXTS = ("ARRET", "STOP", "Arrêt", "stop svp")
ODD, STOPS = 0.015, 0.004  # of the messages that ask for something

SECONDS_PER_ITEM = (3, 6, 8, 11, 30)
MINUTES_PER_TEXT = (0.3, 0.6, 1.0, 2.0, 12.0)


class Reaction(StrEnum):
    """What a patient does about one message."""

    NOTHING = "nothing"
    ANSWERS = "answers"
    BEGINS = "begins"  # and leaves the rest
    ODD_TEXT = "odd_text"
    STOP_TEXT = "stop_text"


@dataclass(frozen=True, kw_only=True)
class Habits:
    """One patient's ways. `answers` and `answers_reminder` are chances for each message; `pace` scales delays."""

    answers: float
    answers_reminder: float
    begins: float
    pace: float
    may_stop: bool


def draw_habits(rng: Random) -> Habits:
    """Most are reliable, some need reminders, a few hardly answer."""
    kind = pick_weighted(rng, (("reliable", 0.7), ("forgetful", 0.22), ("reluctant", 0.08)))
    answers = {"reliable": 0.78, "forgetful": 0.45, "reluctant": 0.12}[kind]
    return Habits(
        answers=answers,
        answers_reminder={"reliable": 0.6, "forgetful": 0.5, "reluctant": 0.1}[kind],
        begins=0.03 + 0.04 * rng.random(),
        pace=0.6 + 0.9 * rng.random(),
        may_stop=chance(rng, 0.08),
    )


@dataclass(frozen=True, kw_only=True)
class Intent:
    """What will be done, when, and how much of it (a share of the items, 1 for all)."""

    reaction: Reaction
    at: datetime
    share: float = 1.0
    text: str = ""


def react(
    habits: Habits, *, seed: int, patient: str, occasion: str, ordinal: int, at: datetime, time_zone: str
) -> Intent:
    """The reaction to one message about an assessment (`ordinal` 1 = invitation) that arrived at `at`."""
    rng = stream(seed, "reaction", patient, occasion, str(ordinal))
    answers = habits.answers if ordinal == 1 else habits.answers_reminder
    minutes = on_curve(rng, DELAY_MINUTES) * habits.pace
    then = awake(at + timedelta(minutes=round(minutes)), time_zone=time_zone)
    if chance(rng, ODD):
        return Intent(reaction=Reaction.ODD_TEXT, at=then, text=pick(rng, ODD_TEXTS))
    if habits.may_stop and chance(rng, STOPS * 10):
        return Intent(reaction=Reaction.STOP_TEXT, at=then, text=pick(rng, STOP_TEXTS))
    if not chance(rng, answers):
        return Intent(reaction=Reaction.NOTHING, at=then)
    if chance(rng, habits.begins):
        return Intent(reaction=Reaction.BEGINS, at=then, share=clamp(rng.random(), 0.1, 0.9))
    return Intent(reaction=Reaction.ANSWERS, at=then)


def react_at_visit(*, seed: int, patient: str, occasion: str, at: datetime) -> Intent:
    """The reaction to a text that arrives on the day of the inclusion visit: nearly all answer while they are there."""
    rng = stream(seed, "visit", patient, occasion)
    then = at + timedelta(minutes=5 + int(rng.random() * 90))
    willing = chance(rng, 0.95)
    return Intent(reaction=Reaction.ANSWERS if willing else Reaction.NOTHING, at=then)


def awake(instant: datetime, *, time_zone: str) -> datetime:
    """The instant, or the next morning's rising if it falls in the patient's night."""
    clock = local_time(instant, time_zone)
    if WAKES <= clock < SLEEPS:
        return instant
    day = local_day(instant, time_zone)
    morning = day if clock < WAKES else day + timedelta(days=1)
    return at_local(morning, WAKES, time_zone) + timedelta(minutes=instant.minute)


def filling_time(rng: Random, items: int) -> timedelta:
    """How long a patient takes to tick so many items."""
    return timedelta(seconds=round(sum(on_curve(rng, SECONDS_PER_ITEM) for _ in range(items))))


def texting_time(rng: Random) -> timedelta:
    """How long a patient takes to answer one item that came by SMS."""
    return timedelta(seconds=round(60 * on_curve(rng, MINUTES_PER_TEXT)))


@dataclass(frozen=True, kw_only=True)
class Handling:
    """What a nurse does about an alert: when, the action, and whether it is closed at once or `closes_at` later."""

    at: datetime
    action: ActionCode
    closes_at: datetime | None


ACTIONS = (
    (ActionCode.CALLED, 0.35),
    (ActionCode.ADVISED, 0.2),
    (ActionCode.VISIT_BROUGHT_FORWARD, 0.08),
    (ActionCode.REFERRED, 0.07),
    (ActionCode.NO_ACTION_NEEDED, 0.27),
    (ActionCode.WRONG_ALERT, 0.03),
)


def handle_alert(*, seed: int, alert: str, raised_at: datetime, time_zone: str) -> Handling:
    """`alert` names it by what it is (patient, key, instrument, rule, scale), never by a row's number."""
    rng = stream(seed, "nurse", alert)
    at = office_hours(raised_at + timedelta(minutes=round(60 * on_curve(rng, ALERT_DELAY_HOURS))), time_zone)
    action = pick_weighted(rng, ACTIONS)
    later = (
        office_hours(at + timedelta(days=1 + int(rng.random() * 9)), time_zone) if chance(rng, 0.4) else None
    )
    return Handling(at=at, action=action, closes_at=later)


OPENS, SHUTS = time(8, 30), time(17, 30)


def office_hours(instant: datetime, time_zone: str) -> datetime:
    """The instant, or the next opening of a site that works from Monday to Friday."""
    day, clock = local_day(instant, time_zone), local_time(instant, time_zone)
    if day.weekday() < 5 and OPENS <= clock < SHUTS:
        return instant
    if clock >= OPENS or day.weekday() >= 5:
        day += timedelta(days=1)
    day += timedelta(days=max(7 - day.weekday(), 0) if day.weekday() > 4 else 0)
    return at_local(day, OPENS, time_zone) + timedelta(minutes=instant.minute)
