"""Texts that come while no licence allows their questions: obeyed and cared for, but neither asked nor recorded."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.dialogue import (
    AskHuman,
    CompleteInstrument,
    Mute,
    Need,
    NotUnderstood,
    OptOut,
    Record,
    Say,
    Stage,
    Turn,
    Withdraw,
    step_unavailable,
)
from tests.core.dialogue_story import INSTRUMENTS, LONG, SHORT, Story

ANOTHER_DAY = timedelta(days=1)


def told(story: Story, text: str) -> Turn:
    story.now += timedelta(minutes=1)
    return step_unavailable(story.state, text, instruments=INSTRUMENTS, language="fr", now=story.now)


def test_an_answer_is_put_before_a_person_and_the_patient_told_why_nothing_comes() -> None:
    turn = told(Story(SHORT), "2")
    assert turn.effects == (NotUnderstood(), Say(key="unavailable"), AskHuman(need=Need.NO_WORDING))
    assert (turn.state.stage, turn.state.open) == (Stage.INVITED, None)


@pytest.mark.parametrize("text", ["GO", "PASSER", "RETOUR", "LIEN", "PLUS TARD", "hier, mal dormi"])
def test_nothing_that_would_ask_or_hand_over_does_so(text: str) -> None:
    turn = told(Story(SHORT, LONG), text)
    assert {effect.key for effect in turn.effects if isinstance(effect, Say)} == {"unavailable"}
    assert AskHuman(need=Need.NO_WORDING) in turn.effects
    assert turn.state.by_link == Story(SHORT, LONG).state.by_link


def test_it_is_said_once_a_day_and_the_person_told_each_time() -> None:
    story = Story(SHORT)
    story.state = told(story, "2").state
    again = told(story, "3")
    assert again.effects == (NotUnderstood(), AskHuman(need=Need.NO_WORDING))
    story.state = again.state
    story.now += ANOTHER_DAY
    assert Say(key="unavailable") in told(story, "3").effects


def test_stop_is_obeyed_and_needs_nobody() -> None:
    turn = told(Story(SHORT), "STOP")
    assert turn.effects == (OptOut(), Say(key="opt_out"))
    assert turn.state.mute is Mute.OPTED_OUT


def test_help_is_given_and_needs_nobody() -> None:
    assert told(Story(SHORT), "AIDE").effects == (Say(key="help"),)


def test_a_muted_number_is_only_listened_to() -> None:
    story = Story(SHORT)
    story.state = replace(story.state, mute=Mute.OPTED_OUT)
    turn = told(story, "2")
    assert not any(isinstance(effect, Say | AskHuman) for effect in turn.effects)


def test_words_of_distress_come_first() -> None:
    turn = told(Story(SHORT), "je veux mourir")
    assert turn.effects[:2] == (AskHuman(need=Need.DISTRESS), Say(key="not_emergency"))
    assert turn.distress


def test_go_goes_on_where_it_was_when_the_wording_is_back() -> None:
    story = Story(SHORT)
    story.says("1")
    story.state = told(story, "2").state
    (said,) = story.says("GO")
    assert isinstance(said, Say)
    assert said.params["number"] == "2"
    assert story.state.answers == {"short": {"s1": 1}}


@given(st.text(max_size=12), st.sampled_from(["", "1", "STOP", "GO", "LIEN", "ERREUR", "RETOUR"]))
def test_no_text_whatever_records_or_asks_anything(text: str, word: str) -> None:
    story = Story(SHORT, LONG)
    turn = told(story, word or text)
    assert not any(isinstance(effect, Record | Withdraw | CompleteInstrument) for effect in turn.effects)
    assert not any("question" in effect.params for effect in turn.effects if isinstance(effect, Say))
    assert turn.state.answers == story.state.answers
