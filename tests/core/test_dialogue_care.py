"""Texts at the wrong time, with nothing open, or from somebody in distress."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pro_service.core.dialogue import (
    READING_TIME,
    AskHuman,
    Correction,
    Late,
    Mute,
    Need,
    NotUnderstood,
    OptOut,
    Place,
    Record,
    Say,
    begin,
    idle,
    invite,
    step,
)
from tests.core.dialogue_story import CLOSES_AT, INSTRUMENTS, NOW, SHORT, Story, asks, given
from tests.core.small_instruments import instrument, item


@pytest.mark.req("REG-27")
def test_words_of_distress_bring_a_person_and_the_emergency_text_before_anything_else() -> None:
    story = Story(SHORT)
    effects = story.says("j'ai très mal")
    assert story.turn.distress
    assert effects[:3] == (AskHuman(need=Need.DISTRESS), Say(key="not_emergency"), NotUnderstood())
    assert asks("s1", effects[3])
    assert story.keys == ["not_emergency", "ask_when_able"]


def test_distress_beside_a_number_is_heard_and_the_number_is_not_taken() -> None:
    story = Story(SHORT)
    effects = story.says("2 mais je veux mourir")
    assert story.turn.distress
    assert given("short", "s1", 2) not in effects


def test_the_emergency_text_is_sent_once_an_hour_and_a_person_is_asked_every_time() -> None:
    story = Story(SHORT)
    story.says("urgence", "urgence")
    assert story.keys == ["offer_help"]
    assert story.turn.effects[0] == AskHuman(need=Need.DISTRESS)
    story.says("urgence", after=timedelta(minutes=59) - timedelta(microseconds=1))
    assert story.keys == []
    story.says("urgence", after=timedelta(microseconds=1))
    assert story.keys == ["not_emergency"]


def test_distress_with_stop_is_both() -> None:
    story = Story(SHORT)
    assert story.says("stop, je veux mourir") == (
        AskHuman(need=Need.DISTRESS),
        OptOut(),
        Say(key="opt_out"),
    )


def test_distress_from_a_silenced_number_brings_a_person_without_a_text() -> None:
    story = Story(SHORT)
    assert story.says("STOP", "je veux mourir") == (AskHuman(need=Need.DISTRESS), NotUnderstood())


def test_distress_when_nothing_is_open_is_answered_by_the_emergency_text_alone() -> None:
    story = Story()
    assert story.says("urgence") == (AskHuman(need=Need.DISTRESS), Say(key="not_emergency"), NotUnderstood())


def test_an_option_whose_label_sounds_like_distress_is_an_answer() -> None:
    feeling = instrument("feeling", item("f", options=((1, "Bien", "Well"), (2, "Très mal", "Very bad"))))
    turn = invite(assessment_id=7, bundle=(feeling,), sms_items_max=10)
    opened = begin(turn.state, instruments={"feeling": feeling}, language="fr", now=NOW).state
    later = NOW + timedelta(minutes=1)
    answered = step(opened, "très mal", instruments={"feeling": feeling}, language="fr", now=later)
    assert answered.effects[0] == given("feeling", "f", 2)
    assert not answered.distress


@pytest.mark.req("REG-04")
def test_two_replies_within_a_moment_are_one_answer_and_one_request_for_correction() -> None:
    story = Story(SHORT)
    story.says("2")
    effects = story.says("3", after=timedelta(milliseconds=50))
    assert effects == (
        Correction(place=Place(instrument="short", item="s1"), value=3),
        AskHuman(need=Need.CORRECTION),
    )
    assert story.open == "s2"
    assert story.says("4", after=READING_TIME)[0] == given("short", "s2", 4)


def test_a_skip_too_soon_refuses_nothing() -> None:
    story = Story(SHORT)
    story.says("1", "2")
    assert story.says("PASSER", after=timedelta(seconds=1))[0] == Correction(
        place=Place(instrument="short", item="s2"), value=None
    )
    assert story.open == "s3"


@pytest.mark.req("REG-09")
def test_a_reply_is_judged_by_when_it_was_received_not_by_when_it_is_read() -> None:
    story = Story(SHORT)
    story.says("2")
    asked = story.now
    turn = step(
        story.state,
        "3",
        instruments=INSTRUMENTS,
        language="fr",
        now=asked + timedelta(minutes=5),
        received_at=asked - timedelta(seconds=1),
    )
    assert isinstance(turn.effects[0], Correction)


def test_a_dialogue_whose_question_has_not_left_yet_takes_any_reply_to_it() -> None:
    opened = replace(Story(SHORT).state, asked_at=None)
    assert step(opened, "2", instruments=INSTRUMENTS, language="fr", now=NOW).effects[0] == given(
        "short", "s1", 2
    )


def test_a_reply_after_the_close_is_kept_as_late_and_changes_no_answer() -> None:
    story = Story(SHORT)
    story.says("1")
    effects = story.says("2", after=timedelta(days=10))
    assert effects == (Late(instrument="short", item="s2", value=2), Say(key="too_late"))
    assert story.says("PASSER") == (Late(instrument="short", item="s2", value=None),)
    assert story.says("bonsoir") == (NotUnderstood(),)
    assert story.says("RETOUR") == ()
    assert story.state.answers == {"short": {"s1": 1}}


def test_the_close_is_the_first_instant_that_is_too_late() -> None:
    story = Story(SHORT)
    story.now = CLOSES_AT - timedelta(microseconds=1)
    assert isinstance(story.says("2", after=timedelta(microseconds=1))[0], Late)
    assert isinstance(Story(SHORT).says("2", after=CLOSES_AT - NOW - timedelta(microseconds=1))[0], Record)


def test_distress_after_the_close_is_still_heard() -> None:
    story = Story(SHORT)
    assert story.says("urgence", after=timedelta(days=11)) == (
        AskHuman(need=Need.DISTRESS),
        Say(key="not_emergency"),
        NotUnderstood(),
    )


def test_stop_is_obeyed_after_the_close() -> None:
    assert Story(SHORT).says("STOP", after=timedelta(days=11)) == (OptOut(), Say(key="opt_out"))


def test_a_reply_when_nothing_is_open_is_answered_once_a_day() -> None:
    story = Story()
    assert story.says("2") == (NotUnderstood(), Say(key="no_open_question"))
    assert story.says("merci") == (NotUnderstood(),)
    assert story.says("RETOUR") == ()
    assert story.says("2", after=timedelta(days=1)) == (NotUnderstood(), Say(key="no_open_question"))


def test_a_reply_after_the_last_answer_is_on_no_item() -> None:
    story = Story(SHORT)
    assert story.says("1", "2", "3", "4") == (NotUnderstood(), Say(key="no_open_question"))


def test_the_link_is_not_offered_when_nothing_is_left_for_it() -> None:
    story = Story(SHORT)
    assert story.says("1", "2", "3", "LIEN") == (Say(key="no_open_question"),)


def test_a_silenced_number_hears_nothing_when_nothing_is_open() -> None:
    assert Story(state=idle(mute=Mute.OPTED_OUT)).says("2") == (NotUnderstood(),)
