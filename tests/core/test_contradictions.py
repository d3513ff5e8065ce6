"""What a protocol says that cannot come about, or asks beyond its own limits: found in the file, before go-live."""

import tomllib
from dataclasses import replace
from typing import Any

import pytest

from pro_service.core.definition import DefinitionError
from pro_service.core.protocol import Protocol, notices, parse_protocol, timepoint_burdens, year_burdens
from pro_service.core.protocol.check_reach import phases_after
from pro_service.core.suitability import lengths, suits, without_wording
from pro_service.store.catalogue import load_instruments
from tests.core.course_factory import FOLDER, HEROES

SHIPPED = load_instruments()
TEXT = (FOLDER / "heroes-1.toml").read_text("utf-8")
LENGTHS = lengths(SHIPPED)


def parsed(text: str) -> Protocol:
    return parse_protocol(tomllib.loads(text), source="f", suits=suits(SHIPPED))


def told(text: str) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        parsed(text)
    return [str(problem) for problem in caught.value.problems]


def rule(**keys: Any) -> str:
    lines = "\n".join(f"{key} = {value}" for key, value in keys.items())
    return TEXT.replace("[merge]", f"[[rules]]\n{lines}\n\n[merge]")


EXTRA = {"id": '"extra"', "window": "[0, 14]", "bundles": '["core"]'}

CONTRADICTIONS = [
    (
        "a rule whose phases lie before its anchor",
        rule(**EXTRA, anchor='"stop"', timepoints='[{ key = "E", days = 3 }]', **{"while": '["INCLUDED"]'}),
        "rules.extra.while: can never hold: from 'stop' on, the phase is one of ",
    ),
    (
        "a rule on progression that waits for molecular relapse",
        rule(**EXTRA, anchor='"progression"', timepoints='[{ key = "E" }]', **{"while": '["MOLECULAR_RELAPSE"]'}),
        "rules.extra.while: can never hold",
    ),
    (
        "two forms due on one day",
        rule(**EXTRA, anchor='"inclusion"', timepoints='[{ key = "E", months = 4.5 }]'),
        "rules.extra.timepoints: M4.5 and E are two forms due on one day; ask both in one rule's bundles",
    ),
    (
        "a window that its own anchor closes before it opens",
        rule(**EXTRA, anchor='"stop"', closes_by='"stop"', timepoints='[{ key = "E", months = 1 }]'),
        "rules.extra.closes_by: E opens after 'stop' has closed it",
    ),
    (
        "a window that the beginning of the course closed long ago",
        rule(**EXTRA, anchor='"stop"', closes_by='"inclusion"', timepoints='[{ key = "E", days = 3 }]'),
        "rules.extra.closes_by: E opens after 'inclusion' has closed it",
    ),
    (
        "a window that a day before its first one closes",
        rule(
            **EXTRA,
            anchor='"stop"',
            closes_by='{ anchor = "stop", days = 27 }',
            timepoints='[{ key = "E", months = 1 }]',
        ),
        "rules.extra.closes_by: E opens after 'stop' has closed it",
    ),
    (
        "a rule stopped by its own anchor",
        rule(**EXTRA, anchor='"stop"', stops='[{ after = "stop" }]', timepoints='[{ key = "E", days = 10 }]'),
        "rules.extra.stops[0]: nothing is ever asked: every timepoint lies after 'stop' stops it; stop later,",
    ),
    (
        "a rule stopped before its anchor can come",
        rule(
            **EXTRA,
            anchor='"resumption"',
            stops='[{ after = "inclusion" }]',
            timepoints='[{ key = "E{n}", days = 1 }]',
        ),
        "rules.extra.stops[0]: nothing is ever asked",
    ),
    (
        "a form longer than the trial allows",
        TEXT + "\n[burden]\nminutes_per_timepoint = 20\n",
        "rules.base: BASE takes about 27 minutes, more than 20; ask less there",
    ),
    (
        "a year longer than the trial allows",
        TEXT + "\n[burden]\nminutes_per_year = 98\n",
        "burden.minutes_per_year: year 1 after 'inclusion' takes about 99 minutes, more than 98",
    ),
    ("a limit of nothing", TEXT + "\n[burden]\nminutes_per_year = 0\n", "burden.minutes_per_year"),
    ("a limit that is none", TEXT + "\n[burden]\nminutes = 5\n", "burden.minutes"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"), [each[1:] for each in CONTRADICTIONS], ids=[c[0] for c in CONTRADICTIONS]
)
def test_a_contradiction_is_told_with_its_place_and_cure(text: str, words: str) -> None:
    assert any(words in each for each in told(text)), told(text)


@pytest.mark.parametrize(
    ("limit", "value"), [("minutes_per_timepoint", 27), ("minutes_per_year", 99)], ids=["timepoint", "year"]
)
def test_a_trial_may_ask_exactly_what_it_allows(limit: str, value: int) -> None:
    parsed(f"{TEXT}\n[burden]\n{limit} = {value}\n")


def test_a_rule_with_a_later_twin_in_other_phases_is_no_contradiction() -> None:
    """What the phase decides is one form on a day, whichever of the two it is."""
    only = {"while": '["INCLUDED"]'}
    parsed(rule(**EXTRA, anchor='"inclusion"', timepoints='[{ key = "E", months = 4.5 }]', **only))


def test_forms_that_meet_in_some_months_are_worth_a_notice() -> None:
    """45 days and a month and a half: one day where the month between has thirty days."""
    text = rule(**EXTRA, anchor='"inclusion"', timepoints='[{ key = "E", days = 45 }]')
    assert "M1.5 and E are due on one day in some months: two forms on that day" in notices(parsed(text))


def test_forms_that_a_minimum_gap_keeps_apart_are_no_contradiction() -> None:
    text = rule(**EXTRA, anchor='"inclusion"', timepoints='[{ key = "E", months = 4.5 }]')
    parsed(f'{text}\n[minimum_gap]\ndays = 3\nprecedence = ["grid", "extra"]\n')


AFTER = [
    ("inclusion", "INCLUDED", True),
    ("stop", "INCLUDED", False),
    ("stop", "NEW_THERAPY", True),
    ("conversion", "OFF_TREATMENT", False),
    ("conversion", "LOST_TO_FOLLOW_UP", True),
    ("progression", "MOLECULAR_RELAPSE", False),
    ("resumption", "RESUMED_PRIOR", True),
    ("resumption", "RADIOLOGICAL_PD", False),
    ("stop", "DEATH", True),
]


@pytest.mark.parametrize(("anchor", "phase", "possible"), AFTER)
def test_the_phases_that_can_follow_an_anchor_are_those_the_steps_lead_to(
    anchor: str, phase: str, possible: bool
) -> None:
    assert (phase in phases_after(HEROES.course, HEROES.anchors[anchor])) is possible


# Worked by hand from the instruments' files: C30 30 items/9 min, BR23 23/6, EQ-5D 6/3, HADS 14/5, FCRI-SF 9/4.
def test_what_each_timepoint_asks_is_what_its_instruments_hold() -> None:
    asked = {point.key: (point.items, point.minutes) for point in timepoint_burdens(HEROES, LENGTHS)}
    assert asked["BASE"] == asked["CONV"] == asked["R{n}+3m"] == (82, 27)
    assert asked["M1.5"] == asked["M22.5"] == (59, 18)


def test_the_years_are_counted_from_the_anchor() -> None:
    years = {
        (year.anchor, year.year): (year.forms, year.items, year.minutes)
        for year in year_burdens(HEROES, LENGTHS)
    }
    assert years == {
        ("inclusion", 1): (5, 82 + 4 * 59, 27 + 4 * 18),
        ("inclusion", 2): (4, 4 * 59, 4 * 18),
        ("conversion", 1): (1, 82, 27),
        ("progression", 1): (1, 82, 27),
        ("resumption", 1): (2, 164, 54),
    }


def test_a_timepoint_on_the_anniversary_belongs_to_the_year_it_ends() -> None:
    heroes_1b = parsed(TEXT.replace("first = 4.5, every = 3, last = 22.5", "first = 3, every = 3, last = 24"))
    forms = {y.year: y.forms for y in year_burdens(heroes_1b, LENGTHS) if y.anchor == "inclusion"}
    assert forms == {1: 6, 2: 4}  # BASE, M1.5, M3, M6, M9, M12; M15, M18, M21, M24


def test_an_instrument_must_speak_every_language_of_the_trial() -> None:
    mute = {**SHIPPED, "hads": _without(SHIPPED["hads"], "fr")}
    with pytest.raises(DefinitionError) as caught:
        parse_protocol(tomllib.loads(TEXT), source="f", suits=suits(mute))
    (problem,) = caught.value.problems
    assert str(problem).startswith(
        "f: bundles.psychological: 'hads' has no wording in 'fr'; add it to the instrument"
    )


def _without(instrument: Any, language: str) -> Any:
    return replace(instrument, title={key: text for key, text in instrument.title.items() if key != language})


def test_placeholder_labels_are_named_as_what_they_are() -> None:
    assert without_wording(HEROES, SHIPPED) == ("eq-5d-5l", "fcri-sf", "hads", "qlq-br23", "qlq-c30")


@pytest.mark.parametrize(
    "keys",
    [
        {"stops": '[{ after = "stop", days = 10 }]'},
        {"stops": '[{ after = "stop", more = 1 }]'},
        {"stops": '[{ after = "stop", instruments = ["qlq-br23"] }]'},
        {"stops": '[{ after = "conversion" }]'},
        {"closes_by": '{ anchor = "stop", days = 10 }'},
        {"closes_by": '"progression"'},
    ],
)
def test_a_bound_or_stop_that_leaves_something_to_ask_is_no_contradiction(keys: dict[str, str]) -> None:
    assert parsed(rule(**EXTRA, anchor='"stop"', timepoints='[{ key = "E", days = 10 }]', **keys))
