"""The lag between a fact and its recording, the age of a status, and what was sent on a wrong one."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.freshness import is_stale, recording_lag, summarise
from pro_service.core.plan import sent_in_error
from pro_service.core.protocol import parse_protocol
from tests.core.course_factory import DOCUMENTS, HEROES, STOPPED, day, event, positive

RULES = HEROES.course


def test_the_lag_counts_from_the_day_a_fact_took_effect() -> None:
    assert recording_lag(RULES, event("treatment_stopped", 7), recorded_on=day(10)) == 3
    assert recording_lag(RULES, positive(20, told=30), recorded_on=day(31)) == 1


def test_a_fact_recorded_ahead_has_no_lag_and_one_without_effect_none_to_speak_of() -> None:
    assert recording_lag(RULES, event("treatment_stopped", 7), recorded_on=day(0)) == 0
    assert recording_lag(RULES, event("ctdna_resulted", 20, result="positive"), recorded_on=day(60)) is None


def test_the_figures_of_ten_lags() -> None:
    found = summarise([0, 0, 1, 1, 2, 3, 5, 7, 8, 40], late_after=7)
    assert (found.facts, found.median, found.p90, found.late, found.share_late) == (10, 2, 8, 2, 0.2)


def test_without_facts_there_are_no_figures() -> None:
    found = summarise([], late_after=7)
    assert (found.facts, found.median, found.p90, found.share_late) == (0, None, None, None)


@given(st.lists(st.integers(0, 400), min_size=1))
def test_at_least_so_many_of_a_hundred_are_no_larger(lags: list[int]) -> None:
    found = summarise(lags, late_after=7)
    for value, share in ((found.median, 0.5), (found.p90, 0.9)):
        assert value in lags
        assert sum(lag <= value for lag in lags) >= share * len(lags)
        assert sum(lag < value for lag in lags) < share * len(lags)


def test_a_status_is_stale_beyond_the_days_the_protocol_gives() -> None:
    assert RULES.stale_after_days == 100
    assert not is_stale(RULES, 100)
    assert is_stale(RULES, 101)


def test_a_protocol_without_a_limit_never_calls_a_status_stale() -> None:
    document = {
        key: value for key, value in DOCUMENTS["heroes-1"]["course"].items() if key != "stale_after_days"
    }
    without = parse_protocol({**DOCUMENTS["heroes-1"], "course": document}, source="heroes-1.toml")
    assert without.course.stale_after_days is None
    assert not is_stale(without.course, 4_000)


@pytest.mark.parametrize("key", ["stale_after_days", "late_after_days"])
@pytest.mark.parametrize("wrong", [0, 367, "soon"])
def test_a_limit_that_cannot_be_is_a_mistake_of_the_file(key: str, wrong: object) -> None:
    document = {**DOCUMENTS["heroes-1"], "course": {**DOCUMENTS["heroes-1"]["course"], key: wrong}}
    with pytest.raises(ValueError, match=f"course.{key}"):
        parse_protocol(document, source="heroes-1.toml")


def test_a_back_dated_resumption_shows_that_a_form_was_sent_on_a_wrong_status() -> None:
    """M1.5 (due on day 45) went out on day 42; the treatment had been resumed on day 40: R1 takes its place."""
    resumed = event("treatment_resumed", 40, relation="same", reason="ctdna_pos")
    assert not sent_in_error(HEROES, STOPPED, "M1.5", sent_on=day(42))
    assert sent_in_error(HEROES, (*STOPPED, resumed), "M1.5", sent_on=day(42))


def test_what_happened_after_the_sending_was_nobodys_to_know() -> None:
    died = event("death", 43)
    assert not sent_in_error(HEROES, (*STOPPED, died), "M1.5", sent_on=died.on - timedelta(days=1))
    assert sent_in_error(HEROES, (*STOPPED, died), "M1.5", sent_on=died.on)
