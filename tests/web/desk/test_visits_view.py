"""Visits as the desk shows them: what can be recorded of each with one click, and what is left out."""

import re
from datetime import timedelta

import pytest

from tests.web.desk.pages import TODAY, rendered
from tests.web.desk.visits import visit_row


def offered(row):
    return [action.type.removeprefix("visit_") for action in row.actions]


@pytest.mark.parametrize(
    "state, days, types",
    [
        ("planned", 0, ["done", "scheduled", "missed"]),
        ("planned", 14, ["done", "scheduled", "missed"]),  # its window has begun
        ("planned", 15, ["scheduled"]),
        ("overdue", -20, ["done", "moved", "missed"]),
        ("done", -1, []),
        ("missed", -1, []),
    ],
)
def test_only_what_can_have_happened_is_one_click_away(state, days, types):
    on = TODAY + timedelta(days=days)
    assert offered(visit_row(state=state, on=on, planned_on=on)) == types


def test_a_fixed_visit_is_done_on_its_day_at_the_earliest():
    ahead = visit_row(state="moved", on=TODAY + timedelta(days=1), planned_on=TODAY)
    assert offered(ahead) == ["moved"]
    assert offered(visit_row(state="moved", on=TODAY, planned_on=TODAY)) == ["done", "moved", "missed"]


def test_what_became_of_an_overdue_visit_is_asked_with_its_own_day():
    planned_on = TODAY - timedelta(days=20)
    done, moved, missed = visit_row(state="overdue", on=planned_on, planned_on=planned_on).actions
    assert (done.on, done.whole) == (planned_on, False)  # the day may have been another: the form asks
    assert (missed.on, missed.whole) == (planned_on, True)
    assert moved.on == TODAY


def test_a_click_leads_to_the_preview_of_what_it_changes_with_everything_filled_in():
    links = re.findall(r'href="([^"]+type=visit_done[^"]*)"', rendered("visits"))
    assert links[1] == (  # the first is of an overdue visit
        "/staff/patients/03-007/event?type=visit_done&amp;visit=ctDNA-M4.5&amp;on=2026-05-14&amp;preview=1"
    )


def test_moving_asks_for_the_new_day_first():
    page = rendered("event about a visit")
    assert re.search(r'<input id="visit_on" name="visit_on" type="date"[^>]* required', page)
    assert '<option value="ctDNA-M4.5" selected>' in page


def test_a_patients_page_says_how_many_visits_no_longer_take_place():
    assert "2 visits that no longer take place" in rendered("patient", "en")
