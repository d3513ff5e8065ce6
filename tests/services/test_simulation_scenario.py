"""Scenario files: what is left out is as in the default, and every mistake is told with its key and its cure."""

import tomllib
from dataclasses import replace
from datetime import date, time

import pytest

from pro_service.core.definition import DefinitionError
from pro_service.services.simulation.cohort.cohort import plan_cohort
from pro_service.services.simulation.scenario.files import (
    DEFAULT,
    SCENARIOS,
    default_scenario,
    load_scenario,
)
from pro_service.services.simulation.scenario.model import Extra
from pro_service.services.simulation.scenario.notices import notices
from pro_service.services.simulation.scenario.parse import parse_scenario
from pro_service.store.catalogue import load_catalogue

START = date(2025, 1, 27)
PROTOCOL = load_catalogue().protocols["heroes-1"]
TYPES = frozenset(PROTOCOL.course.event_types)


def parsed(text: str):
    default = tomllib.loads(DEFAULT.read_text())
    return parse_scenario(tomllib.loads(text), source="mine.toml", default=default)


def problems(text: str) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        parsed(text)
    return [str(problem) for problem in caught.value.problems]


# --- what a file may leave out ------------------------------------------------------------------------------------


def test_an_empty_file_is_the_default():
    assert parsed("") == default_scenario()


def test_a_file_says_only_what_differs():
    mine = parsed('name = "mine"\n[sites]\nopens = "09:00"\n[course.exits]\ndeath = 0.01\n')
    assert mine.hours == replace(default_scenario().hours, opens=time(9))
    assert mine.course.exits == {**default_scenario().course.exits, "death": 0.01}
    assert mine.replies == default_scenario().replies


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_scenario_that_is_shipped_can_be_used(path):
    assert load_scenario(path).name == path.stem


# --- mistakes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, place, wrong, cure",
    [
        ("[course]\nprogresion = 0.1", "course.progresion", "unknown key", "did you mean 'progression'?"),
        ("[course]\nprogression = 1.5", "course.progression", "is 1.5", "from 0 to 1"),
        ('[course]\nprogression = "often"', "course.progression", "is 'often'", "write a number"),
        ("[course]\nmonths = 0", "course.months", "is 0", "from 1 to 120"),
        ("[course.ctdna]\nmonths = [1.25]", "course.ctdna.months", "half months", "such as 1.5"),
        ("[course.ctdna]\nresult_days = [9]", "course.ctdna.result_days", "is [9]", "such as [9, 15]"),
        ("[course.ctdna]\npositive = 0.99", "course.ctdna.invalid", "more than 1", "1 at most"),
        ("[course.exits]\ndeth = 0.1", "course.exits.deth", "unknown key", "did you mean 'death'?"),
        ("[course.names]\nincludd = 'x'", "course.names.includd", "unknown key", "did you mean 'included'?"),
        ("[[course.extras]]\nper_month = 0.1", "course.extras[0].event", "is missing", "add event"),
        ("[people]\nages = [80, 40]", "people.ages", "goes down", "rising order"),
        ("[people]\nages = [40]", "people.ages", "has 1 numbers", "at least two"),
        ("people = 3", "people", "is not a table", "write [people]"),
        ('[sites]\nopens = "8h30"', "sites.opens", "is no clock time", 'such as "08:30"'),
        ('[sites]\nshuts = "09:00"', "sites.shuts", "too soon after 08:30", "two hours or more"),
        ('[sites]\nweekdays = ["lundi"]', "sites.weekdays", "'lundi' is no weekday", "use monday"),
        ("[sites]\nweekdays = []", "sites.weekdays", "names no day", "name the days"),
        ('[sites]\nholidays = ["soon"]', "sites.holidays", "holds 'soon'", "2026-05-01"),
        ("[sites.recording]\ndelay_days = [0, 900]", "sites.recording.delay_days", "from 0 to 900", "to 365"),
        ('[replies]\nsleeps = "06:00"', "replies.sleeps", "is not after wakes", "later time"),
        ("[[replies.kinds]]\nname='a'\nshare=0.5\ninvitation=1\nreminder=1", "replies.kinds", "make 0.5", "1 together"),
        ("[replies]\nby_age = [{ from = 70 }]", "replies.by_age[0].times", "is missing", "add times"),
        ("[nurses.actions]\nphoned = 1", "nurses.actions.phoned", "unknown key", "known keys: advised"),
        ("[nurses.minutes]\ncalled = -1", "nurses.minutes.called", "is -1", "from 0 to 1440"),
        ("[carrier]\nprices = []", "carrier.prices", "is []", "one price or more"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_file_key_and_cure(text, place, wrong, cure):
    (told,) = problems(text)
    assert told.startswith(f"mine.toml: {place}: ")
    assert wrong in told
    assert cure in told


def test_all_mistakes_are_told_at_once():
    assert len(problems('[course]\nprogression = 2\n[sites]\nopens = "x"\n[carrier]\nprice = 1')) == 3


def test_a_file_that_is_no_toml_is_told_with_its_line(tmp_path):
    path = tmp_path / "broken.toml"
    path.write_text("[course\n")
    with pytest.raises(DefinitionError, match=r"broken\.toml: line 1"):
        load_scenario(path)


# --- what a scenario changes --------------------------------------------------------------------------------------


def cohort(scenario, **how):
    return plan_cohort(seed=1, patients=60, sites=4, starts_on=START, scenario=scenario, types=TYPES, **how)


def told(plan) -> set[str]:
    return {event.type for life in plan.lives for event in life.events}


def test_a_risk_of_nothing_never_happens_and_one_of_everything_always_does():
    exits = (
        "questionnaires_withdrawn = 0\nlost_to_follow_up = 0\noff_study = 0\nconsent_withdrawn = 0\ndeath = 1"
    )
    plan = cohort(
        parsed(f"[course]\npositive_at_baseline = 0\ndeclines_to_stop = 0\n[course.exits]\n{exits}")
    )
    ends = [life.events[-1].type for life in plan.lives]
    assert set(ends) == {"death"}
    assert not told(plan) & {"off_study", "consent_withdrawn", "lost_to_follow_up"}


def test_sites_enrol_and_record_on_their_working_days_only():
    plan = cohort(parsed('[sites]\nweekdays = ["tuesday"]\nholidays = [2025-03-04, 2025-03-11]'))
    days = {life.patient.enrolled_on for life in plan.lives}
    days |= {recording.recorded_on for life in plan.lives for recording in life.course}
    assert {day.weekday() for day in days} == {1}
    assert not days & {date(2025, 3, 4), date(2025, 3, 11)}


def test_events_go_by_the_name_that_the_protocol_gives_them_and_are_lived_through_by_their_own():
    plan = cohort(parsed("[course.names]\ndeath = 'off_study'\npd_confirmed = ''"))
    assert "death" not in told(plan)
    assert "pd_confirmed" not in told(plan)
    lived = {event.type for life in plan.lives for event in life.lived}
    assert lived >= {"included", "treatment_stopped"}


def test_an_event_of_the_protocol_alone_may_be_given_a_risk_and_happens_no_more_than_it_may():
    extra = "[[course.extras]]\nevent = 'hospitalised'\nper_month = 0.5\nmost = 2"
    counts = [
        sum(event.type == "hospitalised" for event in life.events) for life in cohort(parsed(extra)).lives
    ]
    assert max(counts) == 2
    assert sum(counts) > 60


def test_age_and_phase_multiply_the_chance_of_an_answer():
    replies = parsed(
        "[replies]\nby_age = [{ from = 80, times = 0.5 }, { from = 70, times = 0.9 }]\nby_phase = { DEATH = 0 }"
    ).replies
    assert [replies.times(age=age, phase="") for age in (69, 70, 85)] == [1.0, 0.9, 0.5]
    assert replies.times(age=20, phase="DEATH") == 0


def test_numbers_change_in_their_share_and_are_put_right_later():
    plan = cohort(parsed("[people]\nnumber_changes = 0.5\nnumber_mended_days = [3, 10]"))
    spells = [spell for life in plan.lives for spell in life.without_number]
    assert 40 < len(spells) < 80  # of 60 patients in two years
    assert all(4 <= (until - since).days <= 11 for since, until in spells)


# --- a scenario and a protocol ------------------------------------------------------------------------------------


def test_the_default_scenario_tells_all_that_heroes_waits_for():
    assert notices(default_scenario(), PROTOCOL) == ()


def test_an_event_that_rules_wait_for_and_nothing_tells_is_a_notice_with_its_cure():
    found = notices(parsed("[course.names]\npd_confirmed = ''"), PROTOCOL)
    assert [(each.code, each.name, each.rules) for each in found] == [("needed", "pd_confirmed", ("pd",))]
    assert "[[course.extras]]" in found[0].sentence("en")
    assert "règles : pd" in found[0].sentence("fr")


def test_names_that_the_protocol_does_not_know_are_notices():
    found = notices(
        parsed("[course.names]\ndeath = 'died'\n[replies]\nby_phase = { RELAPSE = 0.5 }"), PROTOCOL
    )
    assert {(each.code, each.name) for each in found} == {
        ("no_step", "death"),
        ("unused", "died"),
        ("phase", "RELAPSE"),
    }


def test_an_extra_event_counts_as_told():
    course = default_scenario().course
    extra = Extra(event="pd_confirmed", per_month=0.1, most=1, fields={})
    without = replace(course, names={**course.names, "pd_confirmed": ""}, extras=(extra,))
    assert notices(replace(default_scenario(), course=without), PROTOCOL) == ()
