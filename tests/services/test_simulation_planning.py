"""What looks ahead without a rehearsal: intervals, what late recording does, what another version changes."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.services.simulation.cohort.cohort import plan_cohort
from pro_service.services.simulation.report.comparison import Rates, compare_versions
from pro_service.services.simulation.report.compliance import wilson
from pro_service.services.simulation.report.lag import DEFINITIONS, DELAYS, lag_study
from pro_service.store.catalogue import load_catalogue

START = date(2025, 1, 27)
CATALOGUE = load_catalogue()
HEROES, OTHER = CATALOGUE.protocols["heroes-1"], CATALOGUE.protocols["heroes-1b"]
RATES = Rates(messages=1.5, segments=2.0)


@pytest.fixture(scope="module")
def cohort():
    return plan_cohort(seed=2, patients=80, sites=6, starts_on=START)


# --- intervals ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "part, whole, low, high",
    [
        # Worked by hand from Wilson's formula; the first two also in Newcombe, Stat Med 1998;17:857, table I.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (20, 20, 0.8389, 1.0),
    ],
)
def test_wilsons_interval_is_as_published(part, whole, low, high):
    found = wilson(part, whole)
    assert (found["low"], found["high"]) == (low, high)


@given(st.integers(0, 500), st.integers(1, 500))
def test_p38_no_share_is_above_all_and_each_lies_in_its_interval(part, more):
    found = wilson(part, part + more - 1 if part else more)
    assert 0 <= found["low"] <= found["rate"] <= found["high"] <= 1


def test_of_nothing_there_is_no_share():
    assert wilson(0, 0)["rate"] is None


# --- recording late -----------------------------------------------------------------------------------------------


def test_recording_at_once_does_nothing_and_later_is_never_better(cohort):
    rows = lag_study(HEROES, [life.course for life in cohort.lives])["by_delay"]
    assert [row["days_late"] for row in rows] == list(DELAYS)
    assert all(rows[0][name] == 0 for name in DEFINITIONS)
    assert rows[0]["rules"] == {}
    for name in ("born_missed", "window_days_lost", "wrongly_sent"):
        counts = [row[name] for row in rows]
        assert counts == sorted(counts), name
    late = [row["born_missed"] + row["born_late"] for row in rows]
    assert late == sorted(late)
    assert late == [sum(row["rules"].values()) for row in rows]
    assert late[-1] > 0


def test_a_planned_inclusion_keeps_a_late_one_from_making_the_baseline_missed_in_the_study_too(cohort):
    courses = [life.course for life in cohort.lives]
    bare = replace(HEROES, course=replace(HEROES.course, provisional={}))
    (_, with_plan, *_), (_, without, *_) = (
        [row["rules"].get("base", 0) for row in lag_study(protocol, courses)["by_delay"]]
        for protocol in (HEROES, bare)
    )
    assert with_plan < without / 2, (with_plan, without)


def test_late_recording_invites_patients_to_what_is_expected_no_more():
    """A resumption on the day before M4.5's invitation replaces it; told four days later, the invitation has gone."""
    lives = plan_cohort(seed=2, patients=400, sites=6, starts_on=START).lives
    rows = lag_study(HEROES, [life.course for life in lives])["by_delay"]
    assert rows[0]["wrongly_sent"] == 0 < rows[-1]["wrongly_sent"]


# --- two versions -------------------------------------------------------------------------------------------------


def compared(before, after, cohort):
    return compare_versions(
        before,
        after,
        {life.patient.code: life.events for life in cohort.lives},
        as_of=cohort.ends_on,
        instruments=CATALOGUE.instruments,
        rates=RATES,
        prices=(0.05,),
    )


def test_a_version_compared_with_itself_changes_nothing(cohort):
    found = compared(HEROES, HEROES, cohort)
    assert found["by_timepoint"] == []
    assert (found["patients_changed"], found["messages"], found["segments"]) == (0, 0, 0)
    assert found["slots"]["kept"] == found["forms"][0] == found["forms"][1] > 0
    assert found["cost"] == [{"price": 0.05, "total": 0.0}]


def test_the_other_reading_of_the_calendar_adds_what_going_back_removes(cohort):
    there, back = compared(HEROES, OTHER, cohort), compared(OTHER, HEROES, cohort)
    assert there["slots"]["added"] == back["slots"]["removed"] > 0
    assert (
        there["messages"]
        == -back["messages"]
        == round(RATES.messages * (there["forms"][1] - there["forms"][0]))
    )
    by_key = {each["key"]: each for each in there["by_timepoint"]}
    assert by_key["M3"]["added"] > 0 == by_key["M3"]["removed"]
    assert by_key["M4.5"]["removed"] > 0
    assert "M1.5" not in by_key
    assert list(by_key).index("M4.5") < list(by_key).index("M13.5")


def test_a_window_that_is_widened_is_a_move(cohort):
    wider = tuple(
        replace(rule, timepoints=tuple(replace(point, window=(-21, 21)) for point in rule.timepoints))
        if rule.id == "grid"
        else rule
        for rule in HEROES.rules
    )
    found = compared(HEROES, replace(HEROES, rules=wider), cohort)
    assert found["slots"]["moved"] > 0 == found["slots"]["added"] == found["slots"]["removed"]
    assert found["forms"][0] == found["forms"][1]
