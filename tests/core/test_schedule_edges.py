"""The keys of the schedule on the very day where they begin or cease to hold."""

from datetime import date

import pytest

from pro_service.core.plan import Plan, ReasonCode
from tests.core.course_factory import STOPPED, day, event, resumed
from tests.core.test_schedule_keys import asked, due, heroes_with, planned, rule, why

RESTART = '[[rules]]\nid = "grid"\nrestart = { on = "%s", prefix = "A%s-" }\n[merge]\nabsorbs = []\n'


def grid_from(result: Plan) -> list[str]:
    return list(due(result, "grid"))


@pytest.mark.parametrize(("resumed_on", "stays"), [(134, False), (135, False), (136, True)])
def test_what_is_due_on_the_day_of_a_restart_gives_way(resumed_on: int, stays: bool) -> None:
    """M4.5 is due on 15 June 2025, day 135."""
    result = planned(heroes_with(RESTART % ("resumption", "{n}")), *STOPPED, resumed(resumed_on))
    assert ("M4.5" in grid_from(result)) is stays
    assert why(result)["M7.5"] is ReasonCode.RESTARTED


def test_a_day_before_the_rules_own_anchor_restarts_nothing() -> None:
    imaging = '[anchors]\nimaging = { event = "imaging_done", occurrences = "each" }\n'
    protocol = heroes_with(RESTART % ("imaging", "{n}") + imaging)
    result = planned(protocol, *STOPPED, event("imaging_done", -10), event("imaging_done", 60))
    assert grid_from(result)[:2] == ["M1.5", "A2-M1.5"]
    assert not any(key.startswith("A1-") for key in (*grid_from(result), *why(result)))


@pytest.mark.parametrize(("days", "stays"), [(27, True), (28, False)])
def test_a_slot_exactly_so_many_days_away_stays(days: int, stays: bool) -> None:
    """M1.5 is due on day 43, W10 27 days later."""
    gap = f'[minimum_gap]\ndays = {days}\nprecedence = ["grid", "extra"]'
    protocol = rule('timepoints = [{ key = "W10", weeks = 10 }]\nwindow = [0, 6]', more=gap)
    assert ("W10" in due(planned(protocol, *STOPPED))) is stays


def test_what_the_site_asks_for_goes_before_what_the_phase_would_ask() -> None:
    overlay = """
    [course.fields.treatment_resumed]
    bundle = { values = ["core", "psychological"] }
    [[rules]]
    id = "resume"
    event_bundle = true
    bundles_in = { RESUMED_PRIOR = ["core"] }
    [merge]
    precedence = []
    absorbs = []
    """
    named = event("treatment_resumed", 100, relation="same", reason="other", bundle="psychological")
    protocol = heroes_with(overlay)
    assert asked(planned(protocol, *STOPPED, named), "R1") == ("hads", "fcri-sf")
    assert asked(planned(protocol, *STOPPED, resumed(100)), "R1") == ("qlq-c30", "qlq-br23", "eq-5d-5l")


def test_a_restart_counts_from_the_day_the_event_counts_and_keeps_what_was_due_before() -> None:
    protocol = heroes_with(RESTART % ("conversion", ""))
    told = event("ctdna_resulted", 100, result="positive", disclosed_on=day(120))
    result = planned(protocol, *STOPPED, told)
    assert due(result, "grid")["A-M1.5"] == date(2025, 7, 15)  # told on 31 May 2025: 30 June and 15 days
    assert grid_from(result)[0] == "M1.5"
