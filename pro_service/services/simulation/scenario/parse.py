"""Reads a scenario file over the default one: what a file leaves out is as there, and every mistake is told at once."""

from collections.abc import Mapping
from typing import Any

from pro_service.core.definition import DefinitionError, Problem, Section, open_definition
from pro_service.core.lifecycle import ActionCode
from pro_service.services.simulation.scenario.model import (
    Accrual,
    CarrierHabits,
    Hours,
    Nurses,
    People,
    RecordingHabits,
    Replies,
    ReplyKind,
    Scenario,
)
from pro_service.services.simulation.scenario.parse_course import read_course
from pro_service.services.simulation.scenario.terms import (
    LONGEST_DAYS,
    clock,
    curve,
    days,
    numbers_by_name,
    share,
    span,
    weekdays,
)

_ACTIONS = tuple(str(action) for action in ActionCode)
_MOST_MINUTES, _MOST_HOURS, _MOST_PRICE = 1_440, 8_760, 100
Document = Mapping[str, Any]


def parse_scenario(document: Document, *, source: str, default: Document) -> Scenario:
    """A scenario from a parsed file; `default` is the parsed default file. Raises DefinitionError with all mistakes."""
    problems: list[Problem] = []
    whole = _over(default, document, source=source, path="", problems=problems)
    root = open_definition(whole, source=source)
    root.problems = problems
    scenario = Scenario(
        name=root.name("name"),
        accrual=_accrual(root.section("accrual")),
        people=_people(root.section("people")),
        hours=_hours(root.section("sites")),
        recording=_recording(root.section("sites").section("recording")),
        course=read_course(root.section("course")),
        replies=_replies(root.section("replies")),
        nurses=_nurses(root.section("nurses")),
        carrier=_carrier(root.section("carrier")),
    )
    root.finish()
    if problems:
        raise DefinitionError(dict.fromkeys(problems))
    return scenario


def _over(
    default: Document, own: Document, *, source: str, path: str, problems: list[Problem]
) -> dict[str, Any]:
    """`own` laid over `default`, table by table; a list replaces a list."""
    whole = dict(default)
    for key, value in own.items():
        place = f"{path}.{key}" if path else key
        below = default.get(key)
        if not isinstance(below, dict):
            whole[key] = value
        elif isinstance(value, dict):
            whole[key] = _over(below, value, source=source, path=place, problems=problems)
        else:
            cure = f"write [{place}] with its keys below"
            problems.append(Problem(place=f"{source}: {place}", message="is not a table", cure=cure))
    return whole


def _accrual(section: Section) -> Accrual:
    accrual = Accrual(
        days=section.integer("days", least=1, most=LONGEST_DAYS),
        opening_share=share(section, "opening_share"),
    )
    section.finish()
    return accrual


def _people(section: Section) -> People:
    people = People(
        ages=curve(section, "ages", most=120),
        sms_items=share(section, "sms_items"),
        second_language=share(section, "second_language"),
        faulty_phone_every=section.integer("faulty_phone_every", least=0),
        number_changes=share(section, "number_changes"),
        number_mended_days=curve(section, "number_mended_days", most=LONGEST_DAYS),
    )
    section.finish()
    return people


def _hours(section: Section) -> Hours:
    hours = Hours(
        opens=clock(section, "opens"),
        shuts=clock(section, "shuts"),
        weekdays=weekdays(section, "weekdays"),
        holidays=days(section, "holidays"),
    )
    if not (section.spoilt("opens") or section.spoilt("shuts")) and _minutes_of(hours) < 120:
        cure = "write opening hours of two hours or more, within one day"
        section.problem("shuts", f"{hours.shuts:%H:%M} is too soon after {hours.opens:%H:%M}", cure)
    section.known.add("recording")
    section.finish()
    return hours


def _minutes_of(hours: Hours) -> int:
    return (hours.shuts.hour - hours.opens.hour) * 60 + hours.shuts.minute - hours.opens.minute


def _recording(section: Section) -> RecordingHabits:
    recording = RecordingHabits(
        delay_days=curve(section, "delay_days", most=365),
        on_the_day=numbers_by_name(section.section("on_the_day")),
    )
    section.finish()
    return recording


def _replies(section: Section) -> Replies:
    replies = Replies(
        kinds=_kinds(section),
        by_age=_by_age(section),
        by_phase=numbers_by_name(section.section("by_phase"), most=10),
        at_inclusion=share(section, "at_inclusion"),
        delay_minutes=curve(section, "delay_minutes", most=100_000),
        wakes=clock(section, "wakes"),
        sleeps=clock(section, "sleeps"),
        odd_texts=share(section, "odd_texts"),
        stop_prone=share(section, "stop_prone"),
        stop_texts=share(section, "stop_texts"),
    )
    if replies.wakes >= replies.sleeps and not section.spoilt("wakes") and not section.spoilt("sleeps"):
        section.problem("sleeps", "is not after wakes", 'write a later time of the same day, such as "22:45"')
    section.finish()
    return replies


def _kinds(section: Section) -> tuple[ReplyKind, ...]:
    kinds = []
    for each in section.sections("kinds"):
        kinds.append(
            ReplyKind(
                name=each.name("name"),
                share=share(each, "share"),
                invitation=share(each, "invitation"),
                reminder=share(each, "reminder"),
            )
        )
        each.finish()
    if not section.spoilt("kinds") and (whole := round(sum(kind.share for kind in kinds), 6)) != 1:
        section.problem("kinds", f"have shares that make {whole:g}", "write shares that make 1 together")
    return tuple(kinds)


def _by_age(section: Section) -> tuple[tuple[int, float], ...]:
    found = []
    for each in section.sections("by_age"):
        found.append((each.integer("from", least=0, most=120), each.number("times", least=0, most=10)))
        each.finish()
    return tuple(sorted(found))


def _nurses(section: Section) -> Nurses:
    actions = section.section("actions")
    weights = numbers_by_name(actions, most=1_000, choices=_ACTIONS)
    if not sum(weights.values()) and not section.spoilt("actions"):
        actions.problem("", "has no weight above 0", "give at least one action a weight")
    actions.finish()
    minutes = section.section("minutes")
    nurses = Nurses(
        alert_delay_hours=curve(section, "alert_delay_hours", most=_MOST_HOURS),
        actions={ActionCode(name): weight for name, weight in weights.items()},
        closes_later=share(section, "closes_later"),
        close_days=span(section, "close_days"),
        minutes_by_action={ActionCode(name): _spent(minutes, name) for name in _ACTIONS},
        minutes_enrolment=_spent(minutes, "enrolment"),
        minutes_event=_spent(minutes, "event"),
        minutes_chase=_spent(minutes, "chase"),
        chased=share(section, "chased"),
    )
    minutes.finish()
    section.finish()
    return nurses


def _spent(section: Section, key: str) -> float:
    return section.number(key, least=0, most=_MOST_MINUTES)


def _carrier(section: Section) -> CarrierHabits:
    prices = section.numbers("prices")
    if not section.spoilt("prices") and not (prices and all(0 <= price <= _MOST_PRICE for price in prices)):
        section.problem("prices", f"is {list(prices)}", f"write one price or more, from 0 to {_MOST_PRICE}")
    carrier = CarrierHabits(
        undelivered=share(section, "undelivered"),
        prices=tuple(sorted(set(prices))),
        currency=section.name("currency", most=12),
        faulty=share(section, "faulty"),
        unanswered=share(section, "unanswered"),
    )
    section.finish()
    return carrier
