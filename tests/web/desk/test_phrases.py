"""Dates, ages, phases and scores as the desk writes them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.entrypoints.web.desk.views import (
    ScaleChange,
)
from pro_service.entrypoints.web.words.phrases import (
    Say,
    ago_words,
    change_line,
    change_words,
    day_words,
    phase_sentence,
    score_words,
    since_words,
    until_words,
)
from tests.web.desk.heroes import COURSE
from tests.web.desk.pages import FATIGUE, MOOD, NBSP, NOW, PAIN, STOP, TODAY


@pytest.mark.parametrize(
    "days, french, english",
    [
        (143, "depuis 143 jours", "143 days ago"),
        (1, "depuis 1 jour", "1 day ago"),
        (0, "depuis aujourd'hui", "today"),
        (-3, "à partir du 17 mai 2026", "from 17 May 2026"),
    ],
)
def test_how_long_a_state_has_lasted(days, french, english):
    since = TODAY - timedelta(days=days)
    assert (since_words(since, TODAY, "fr"), since_words(since, TODAY, "en")) == (french, english)


@pytest.mark.parametrize(
    "days, words", [(0, "aujourd'hui"), (1, "dans 1 jour"), (3, "dans 3 jours"), (-6, "depuis 6 jours")]
)
def test_how_far_off_a_day_is(days, words):
    assert until_words(TODAY + timedelta(days=days), TODAY, "fr") == words


@pytest.mark.parametrize(
    "age, words",
    [
        (timedelta(seconds=59), "à l'instant"),
        (timedelta(minutes=5), "5 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(hours=23, minutes=59), "23 h"),
        (timedelta(days=6), "6 j"),
        (-timedelta(hours=1), "à l'instant"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(age, words):
    assert ago_words(NOW - age, NOW, "fr") == words


@pytest.mark.parametrize(
    "phase, french",
    [
        ("OFF_TREATMENT", "Traitement arrêté depuis 143 jours"),
        ("INCLUDED", "Inclus depuis 143 jours, sous traitement"),
        ("DEATH", "Décès le 22 déc. 2025"),
        ("NOT_INCLUDED", "Pas encore inclus"),
    ],
)
def test_the_phase_is_a_sentence(phase, french):
    assert phase_sentence(COURSE.title(phase, "fr"), STOP, TODAY, "fr") == french


def test_a_phase_without_a_date_is_still_a_sentence():
    assert phase_sentence(COURSE.title("OFF_TREATMENT", "fr"), None, TODAY, "fr") == "Traitement arrêté"
    assert phase_sentence(COURSE.title("NOT_INCLUDED", "en"), None, TODAY, "en") == "Not yet included"


def test_dates_are_written_as_they_are_read():
    assert day_words(date(2026, 5, 1), "fr") == "1er mai 2026"
    assert day_words(date(2026, 5, 1), "en") == "1 May 2026"


def test_an_alert_in_one_line_says_by_how_much_and_since_when():
    assert change_line((FATIGUE,), "fr") == "Fatigue 44→89, aggravation de 45 depuis l'inclusion"
    assert change_line((FATIGUE, PAIN), "fr").endswith(f"{NBSP}; douleur 33→67")
    assert change_line((MOOD,), "en") == "Moral 75→50, worse by 25 since inclusion"


@given(st.floats(0, 100), st.floats(0, 100), st.sampled_from(["better", "worse"]))
def test_the_difference_told_is_the_difference_of_the_numbers_shown(before, now, direction):
    change = ScaleChange(scale="X", name="X", direction=direction, baseline=before, previous=None, now=now)
    shown = int(score_words(now, "en")) - int(score_words(before, "en"))
    said = change_words(change, "en")
    assert said == "unchanged" if shown == 0 else said.split()[-1] == str(abs(shown))


def test_a_scale_without_baseline_is_not_said_to_have_changed():
    change = ScaleChange(scale="X", name="X", direction="worse", baseline=None, previous=None, now=50)
    assert change_words(change, "fr") == "–"
    assert change_line((change,), "fr") == "X –→50"


@pytest.mark.parametrize("value, words", [(2.5, "3"), (44.44, "44"), (None, "–"), (0, "0")])
def test_scores_are_rounded_half_up(value, words):
    assert score_words(value, "fr") == words


def test_instants_are_shown_in_the_sites_own_zone():
    assert Say(language="fr", now=NOW, zone="Europe/Paris").exact(NOW) == "14 mai 2026 11:42"


def test_today_is_the_sites_day_not_greenwichs():
    late = datetime(2026, 5, 14, 22, 30, tzinfo=UTC)
    assert Say(language="fr", now=late, zone="Europe/Paris").today == date(2026, 5, 15)
