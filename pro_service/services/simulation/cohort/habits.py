"""How virtual patients and nurses behave: who answers, when, how far, what odd texts come back, who works an alert.

Figures to compare with: a median of 5 h 20 min between prompt and answer (Resilience, ASCO 2022), 75 to 98 % of
monthly questionnaires answered by text link (Haque, JCO Oncology Practice; Naughton, Quality of Life Research 2021),
alerts reported at a median of one day with a long tail.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from random import Random

from pro_service.core.lifecycle import ActionCode
from pro_service.core.timing import at_local, local_day, local_time
from pro_service.services.simulation.cohort.draws import (
    chance,
    clamp,
    on_curve,
    pick,
    pick_weighted,
    stream,
    whole,
)
from pro_service.services.simulation.scenario.model import Hours, Nurses, People, Replies

ODD_TEXTS = ("bonjour", "3.", "oui", "Merci", "Je suis en vacances", "??", "ok", "12 ou 13")
STOP_TEXTS = ("ARRET", "STOP", "Arrêt", "stop svp")

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


def draw_habits(rng: Random, replies: Replies) -> Habits:
    """Of one of the kinds of patient that a scenario knows."""
    kind = pick_weighted(rng, [(kind, kind.share) for kind in replies.kinds])
    return Habits(
        answers=kind.invitation,
        answers_reminder=kind.reminder,
        begins=0.03 + 0.04 * rng.random(),
        pace=0.6 + 0.9 * rng.random(),
        may_stop=chance(rng, replies.stop_prone),
    )


def draw_number_changes(
    rng: Random, people: People, *, since: date, months: int
) -> tuple[tuple[date, date], ...]:
    """When a patient's number changes, and by when the site has put that right: at most once in each year."""
    spells = []
    for year in range(-(-months // 12)):
        lost_on = since + timedelta(days=365 * year + whole(rng, 1, 364))
        mended_on = lost_on + timedelta(days=1 + int(on_curve(rng, people.number_mended_days)))
        if chance(rng, people.number_changes):
            spells.append((lost_on, mended_on))
    return tuple(spells)


@dataclass(frozen=True, kw_only=True)
class Intent:
    """What will be done, when, and how much of it (a share of the items, 1 for all)."""

    reaction: Reaction
    at: datetime
    share: float = 1.0
    text: str = ""


def react(
    habits: Habits,
    replies: Replies,
    *,
    seed: int,
    patient: str,
    occasion: str,
    ordinal: int,
    at: datetime,
    time_zone: str,
    times: float = 1.0,
) -> Intent:
    """The reaction to one message about an assessment (`ordinal` 1 = invitation) that arrived at `at`.

    `times` multiplies the chance of an answer: age and phase of the patient.
    """
    rng = stream(seed, "reaction", patient, occasion, str(ordinal))
    answers = times * (habits.answers if ordinal == 1 else habits.answers_reminder)
    minutes = on_curve(rng, replies.delay_minutes) * habits.pace
    then = awake(at + timedelta(minutes=round(minutes)), replies, time_zone=time_zone)
    if chance(rng, replies.odd_texts):
        return Intent(reaction=Reaction.ODD_TEXT, at=then, text=pick(rng, ODD_TEXTS))
    if habits.may_stop and chance(rng, replies.stop_texts):
        return Intent(reaction=Reaction.STOP_TEXT, at=then, text=pick(rng, STOP_TEXTS))
    if not chance(rng, answers):
        return Intent(reaction=Reaction.NOTHING, at=then)
    if chance(rng, habits.begins):
        return Intent(reaction=Reaction.BEGINS, at=then, share=clamp(rng.random(), 0.1, 0.9))
    return Intent(reaction=Reaction.ANSWERS, at=then)


def react_at_visit(replies: Replies, *, seed: int, patient: str, occasion: str, at: datetime) -> Intent:
    """The reaction to a text that arrives on the day of the inclusion visit: nearly all answer while they are there."""
    rng = stream(seed, "visit", patient, occasion)
    then = at + timedelta(minutes=5 + int(rng.random() * 90))
    willing = chance(rng, replies.at_inclusion)
    return Intent(reaction=Reaction.ANSWERS if willing else Reaction.NOTHING, at=then)


def awake(instant: datetime, replies: Replies, *, time_zone: str) -> datetime:
    """The instant, or the next morning's rising if it falls in the patient's night."""
    clock = local_time(instant, time_zone)
    if replies.wakes <= clock < replies.sleeps:
        return instant
    day = local_day(instant, time_zone)
    morning = day if clock < replies.wakes else day + timedelta(days=1)
    return at_local(morning, replies.wakes, time_zone) + timedelta(minutes=instant.minute)


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


def handle_alert(
    nurses: Nurses, hours: Hours, *, seed: int, alert: str, raised_at: datetime, time_zone: str
) -> Handling:
    """`alert` names it by what it is (patient, key, instrument, rule, scale), never by a row's number."""
    rng = stream(seed, "nurse", alert)
    delay = timedelta(minutes=round(60 * on_curve(rng, nurses.alert_delay_hours)))
    at = office_hours(raised_at + delay, hours, time_zone)
    action = pick_weighted(rng, tuple(nurses.actions.items()))
    if not chance(rng, nurses.closes_later):
        return Handling(at=at, action=action, closes_at=None)
    later = at + timedelta(days=whole(rng, *nurses.close_days))
    return Handling(at=at, action=action, closes_at=office_hours(later, hours, time_zone))


def office_hours(instant: datetime, hours: Hours, time_zone: str) -> datetime:
    """The instant, or the next opening of a site."""
    day, clock = local_day(instant, time_zone), local_time(instant, time_zone)
    if hours.works_on(day) and hours.opens <= clock < hours.shuts:
        return instant
    if clock >= hours.opens or not hours.works_on(day):
        day += timedelta(days=1)
    return at_local(hours.working_day(day), hours.opens, time_zone) + timedelta(minutes=instant.minute)
