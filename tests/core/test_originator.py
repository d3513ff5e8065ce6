"""Who an answer comes from, by how it was obtained and who answered."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.provenance import Originator, Respondent, last_day_to_enter, originator_of

MODES = ("link", "sms", "app", "paper", "phone", "interview", "tablet", "form")


@pytest.mark.parametrize(
    "mode, respondent, originator",
    [
        ("link", None, "patient"),
        ("sms", None, "patient"),
        ("paper", "patient", "patient"),
        ("tablet", "patient", "patient"),
        ("phone", "patient", "staff"),
        ("interview", "patient", "staff"),
        ("paper", "proxy", "proxy"),
        ("phone", "proxy", "proxy"),
    ],
)
def test_the_originator_is_whose_hand_the_answer_is_from(mode, respondent, originator):
    """REG-10."""
    assert originator_of(mode, respondent) == originator


@given(st.sampled_from(MODES), st.sampled_from((None, *Respondent)))
def test_what_no_site_entered_is_the_patients_own(mode, respondent):
    found = originator_of(mode, respondent)
    assert (found is Originator.PATIENT) or respondent is not None
    assert (found is Originator.PROXY) == (respondent is Respondent.PROXY)


def test_without_days_of_grace_nothing_is_entered_after_the_last_day():
    close_on = date(2026, 2, 27)
    assert last_day_to_enter(close_on, late_entry_days=0) == close_on
    assert last_day_to_enter(close_on, late_entry_days=30) == date(2026, 3, 29)
