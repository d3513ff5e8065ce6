"""Calendars of visits and coupled questionnaires against tables worked out by hand from the published texts.

HEROES' ctDNA calendar: "at 1.5 month after inclusion and every 3 months during 2 years", for converters "once, 3 months
after restarting treatment (+/-1 week)" (registry text, NCT06450314). visit-led-1: questionnaires before every
consultation, 30 days apart, +/-3 days (the pattern of Trials 2012;13:39, table 1).
"""

import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from pro_service.core.course import Event, parse_course
from pro_service.core.plan import plan
from pro_service.core.protocol import Protocol, parse_protocol, resolve
from pro_service.core.visits import visits
from pro_service.entrypoints.cli.protocol_view import plan_data

PROTOCOLS = Path(__file__).parents[2] / "questionnaires" / "protocols"
DOCUMENTS = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in PROTOCOLS.glob("*.toml")}

INCLUDED = {"type": "included", "on": "2026-01-31"}
STOPPED = {"type": "treatment_stopped", "on": "2026-02-05"}
POSITIVE = {"type": "ctdna_resulted", "on": "2026-06-10", "result": "positive", "disclosed_on": "2026-06-25"}
RESUMED = {"type": "treatment_resumed", "on": "2026-07-02", "relation": "same", "reason": "ctdna_pos"}

HEROES_1 = """
ctDNA-M1.5   2026-03-15  2026-03-08  2026-03-22
ctDNA-M4.5   2026-06-15  2026-06-01  2026-06-29
ctDNA-M7.5   2026-09-15  2026-09-01  2026-09-29
ctDNA-M10.5  2026-12-15  2026-12-01  2026-12-29
ctDNA-M13.5  2027-03-15  2027-03-01  2027-03-29
ctDNA-M16.5  2027-06-15  2027-06-01  2027-06-29
ctDNA-M19.5  2027-09-15  2027-09-01  2027-09-29
ctDNA-M22.5  2027-12-15  2027-12-01  2027-12-29
"""
HEROES_1B = """
ctDNA-M1.5   2026-03-15  2026-03-08  2026-03-22
ctDNA-M3     2026-04-30  2026-04-16  2026-05-14
ctDNA-M6     2026-07-31  2026-07-17  2026-08-14
ctDNA-M9     2026-10-31  2026-10-17  2026-11-14
ctDNA-M12    2027-01-31  2027-01-17  2027-02-14
ctDNA-M15    2027-04-30  2027-04-16  2027-05-14
ctDNA-M18    2027-07-31  2027-07-17  2027-08-14
ctDNA-M21    2027-10-31  2027-10-17  2027-11-14
ctDNA-M24    2028-01-31  2028-01-17  2028-02-14
"""

V1_MOVED_INSIDE = {"type": "visit_moved", "on": "2026-02-20", "visit": "V1", "visit_on": "2026-03-06"}
V1_MOVED_OUTSIDE = {"type": "visit_moved", "on": "2026-02-20", "visit": "V1", "visit_on": "2026-03-20"}
V2_DONE_EARLY = {"type": "visit_done", "on": "2026-03-29", "visit": "V2"}
V3_MISSED = {"type": "visit_missed", "on": "2026-05-01", "visit": "V3"}
EXTRA = {"type": "visit_scheduled", "on": "2026-04-02", "visit": "clinic-X1", "visit_on": "2026-04-20"}

#: facts, then: key, due, open, close, the visit's day ("outside" where it lies outside the window)
CONSULTATIONS = [
    pytest.param([], """
        BASE       2026-01-31  2026-01-24  2026-01-31  -
        Q1         2026-03-02  2026-02-23  2026-03-09  2026-03-02
        Q2         2026-04-01  2026-03-25  2026-04-08  2026-04-01
        Q3         2026-05-01  2026-04-24  2026-05-08  2026-05-01
        Q4         2026-05-31  2026-05-24  2026-06-07  2026-05-31
    """, id="by the calendar"),
    pytest.param([V1_MOVED_INSIDE], """
        BASE       2026-01-31  2026-01-24  2026-01-31  -
        Q1         2026-03-06  2026-02-23  2026-03-09  2026-03-06
        Q2         2026-04-01  2026-03-25  2026-04-08  2026-04-01
        Q3         2026-05-01  2026-04-24  2026-05-08  2026-05-01
        Q4         2026-05-31  2026-05-24  2026-06-07  2026-05-31
    """, id="moved inside the window: due follows, window stays"),
    pytest.param([V1_MOVED_OUTSIDE], """
        BASE       2026-01-31  2026-01-24  2026-01-31  -
        Q1         2026-03-02  2026-02-23  2026-03-09  outside 2026-03-20
        Q2         2026-04-01  2026-03-25  2026-04-08  2026-04-01
        Q3         2026-05-01  2026-04-24  2026-05-08  2026-05-01
        Q4         2026-05-31  2026-05-24  2026-06-07  2026-05-31
    """, id="moved outside: nothing moves, the slot is marked"),
    pytest.param([V2_DONE_EARLY, V3_MISSED, EXTRA], """
        BASE       2026-01-31  2026-01-24  2026-01-31  -
        Q1         2026-03-02  2026-02-23  2026-03-09  2026-03-02
        Q2         2026-03-29  2026-03-25  2026-04-08  2026-03-29
        clinic-X1  2026-04-20  2026-04-13  2026-04-27  2026-04-20
        Q3         2026-05-01  2026-04-24  2026-05-08  2026-05-01
        Q4         2026-05-31  2026-05-24  2026-06-07  2026-05-31
    """, id="done early, missed, and one outside the calendar"),
]  # fmt: skip


def load(version: str) -> Protocol:
    return parse_protocol(resolve(version, DOCUMENTS), source=f"{version}.toml")


def lines(table: str) -> list[list[str]]:
    return [line.split() for line in table.strip().splitlines()]


@pytest.mark.parametrize("version, table", [("heroes-1", HEROES_1), ("heroes-1b", HEROES_1B)])
def test_the_public_ctdna_calendar_in_both_its_readings(version: str, table: str) -> None:
    protocol = load(version)
    events = parse_course({"events": [INCLUDED, STOPPED]}, source="course", rules=protocol.course)
    found = visits(protocol, events, as_of=date(2026, 2, 10))
    assert [[v.key, str(v.on), str(v.open_on), str(v.close_on)] for v in found] == lines(table)
    assert {v.state.value for v in found} == {"planned"}


def test_a_converter_is_drawn_once_three_months_after_the_restart_give_or_take_a_week() -> None:
    protocol = load("heroes-1")
    facts = {"events": [INCLUDED, STOPPED, POSITIVE, RESUMED]}
    events = parse_course(facts, source="course", rules=protocol.course)
    ahead = [v for v in visits(protocol, events, as_of=date(2026, 7, 2)) if v.state.value == "planned"]
    assert [[v.key, str(v.on), str(v.open_on), str(v.close_on)] for v in ahead] == [
        ["ctDNA-R1+3m", "2026-10-02", "2026-09-25", "2026-10-09"]
    ]


@pytest.mark.parametrize("facts, table", CONSULTATIONS)
def test_questionnaires_before_every_consultation(facts: list[dict[str, str]], table: str) -> None:
    protocol = load("visit-led-1")
    events = parse_course({"events": [INCLUDED, *facts]}, source="course", rules=protocol.course)
    assert list(planned(protocol, events)) == [" ".join(line) for line in lines(table)]


def test_the_published_form_names_the_visit_of_a_slot_that_follows_one_and_of_no_other() -> None:
    protocol = load("visit-led-1")
    events = parse_course({"events": [INCLUDED, V1_MOVED_OUTSIDE]}, source="course", rules=protocol.course)
    base, first, *_ = plan_data(plan(protocol, events, as_of=date(2026, 3, 1)))["slots"]
    assert not {"visit", "visit_on", "out_of_window"} & set(base)
    assert (first["visit"], first["visit_on"], first["out_of_window"]) == ("V1", "2026-03-20", True)


def planned(protocol: Protocol, events: tuple[Event, ...]) -> Iterator[str]:
    for slot in plan(protocol, events, as_of=date(2026, 5, 2)).slots:
        day = str(slot.visit_on or "-")
        visit = f"outside {day}" if slot.out_of_window else day
        yield f"{slot.key} {slot.due_on} {slot.open_on} {slot.close_on} {visit}"
