"""Answering by SMS, told text by text: how it begins, goes on and ends."""

from datetime import timedelta

import pytest

from pro_service.core.dialogue import (
    AskHuman,
    CompleteInstrument,
    Need,
    NothingBySmsError,
    NotUnderstood,
    Say,
    Stage,
    begin,
    from_document,
    invite,
    sms_eligible,
    to_document,
)
from pro_service.core.wording import compose
from tests.core.dialogue_story import BRANCH, INSTRUMENTS, LONG, NOW, SHORT, Story, asks, given
from tests.core.small_instruments import instrument, item


def test_an_invitation_waits_for_go_and_counts_the_items_of_the_short_instruments() -> None:
    story = Story(SHORT, LONG, BRANCH, waiting=True)
    assert story.turn.effects == (Say(key="invitation_sms", params={"count": "7"}),)
    assert story.state.by_link == ("long",)
    assert story.says("2") == (NotUnderstood(), Say(key="how_to_start"))
    (said,) = story.says("go")
    assert asks("s1", said)
    assert story.keys == ["first_item"]


@pytest.mark.req("REG-12")
def test_a_digit_before_the_first_question_is_never_an_answer() -> None:
    story = Story(SHORT, waiting=True)
    story.says("2", "2", "2")
    assert story.state.answers == {}


def test_sending_go_twice_shows_the_same_question_again() -> None:
    story = Story(SHORT, waiting=True)
    first = story.says("GO")[-1]
    again = story.says("GO")[-1]
    assert asks("s1", first)
    assert asks("s1", again)
    assert story.open == "s1"


def test_back_and_skip_before_the_first_question_explain_how_to_begin() -> None:
    assert Story(SHORT, waiting=True).says("RETOUR") == (NotUnderstood(), Say(key="how_to_start"))
    assert Story(SHORT, waiting=True).says("PASSER") == (NotUnderstood(), Say(key="how_to_start"))


def test_a_bundle_without_a_short_instrument_is_refused() -> None:
    with pytest.raises(NothingBySmsError, match="long"):
        invite(assessment_id=7, bundle=(LONG,), sms_items_max=10)


@pytest.mark.parametrize(("most", "eligible"), [(0, False), (2, False), (3, True), (30, True)])
def test_an_instrument_is_asked_by_sms_up_to_the_study_s_maximum(most: int, *, eligible: bool) -> None:
    assert sms_eligible(SHORT, most) is eligible


def test_an_answer_is_recorded_on_the_open_item_and_the_next_one_is_asked() -> None:
    story = Story(SHORT)
    recorded, said = story.says("2")
    assert recorded == given("short", "s1", 2)
    assert asks("s2", said)
    assert said == Say(
        key="item",
        params={
            "number": "2",
            "total": "3",
            "question": "Cette semaine: question s2",
            "choices": "1=Pas du tout, 2=Un peu, 3=Assez, 4=Beaucoup",
        },
    )


def test_the_question_is_put_in_the_patient_s_language() -> None:
    turn = begin(Story(SHORT, waiting=True).state, instruments=INSTRUMENTS, language="en", now=NOW)
    (said,) = turn.effects
    assert isinstance(said, Say)
    assert said.params["question"] == "This week: item s1"
    assert said.params["choices"].startswith("1=Not at all, 2=A little")


def test_a_range_is_asked_as_a_range() -> None:
    scale = instrument("scale", item("v", span=(0, 100)))
    turn = invite(assessment_id=7, bundle=(scale,), sms_items_max=10)
    (said,) = begin(turn.state, instruments={"scale": scale}, language="fr", now=NOW).effects
    assert isinstance(said, Say)
    assert said.params["choices"] == "un nombre de 0 à 100"


def test_the_last_answer_completes_the_instrument_and_thanks() -> None:
    story = Story(SHORT)
    effects = story.says("1", "2", "3")
    assert effects == (given("short", "s3", 3), CompleteInstrument(instrument="short"), Say(key="thanks"))
    assert story.state.stage is Stage.FINISHED
    assert story.open is None


def test_the_next_short_instrument_follows_in_the_same_turn() -> None:
    story = Story(SHORT, BRANCH)
    recorded, completed, said = story.says("1", "2", "3")
    assert (recorded, completed) == (given("short", "s3", 3), CompleteInstrument(instrument="short"))
    assert asks("b1", said)


def test_after_the_short_instruments_the_link_is_offered_for_the_long_ones() -> None:
    story = Story(LONG, SHORT)
    assert story.says("1", "2", "3")[-1] == Say(key="offer_link")


@pytest.mark.req("REG-12")
def test_items_whose_condition_fails_are_not_asked() -> None:
    story = Story(BRANCH)
    assert asks("b4", story.says("1")[-1])
    assert story.says("4")[1:] == (CompleteInstrument(instrument="branch"), Say(key="thanks"))


def test_a_refused_condition_hides_what_hangs_on_it() -> None:
    story = Story(BRANCH)
    assert asks("b4", story.says("PASSER")[-1])


def test_a_condition_that_holds_shows_the_item() -> None:
    story = Story(BRANCH)
    assert asks("b2", story.says("2")[-1])
    assert asks("b3", story.says("3")[-1])


@pytest.mark.req("REG-04")
def test_an_unreadable_reply_is_asked_again_once_then_help_is_offered_and_the_item_stays_open() -> None:
    story = Story(SHORT)
    first = story.says("deux")
    assert first[0] == NotUnderstood()
    assert asks("s1", first[1])
    assert story.keys == ["ask_again"]
    assert story.says("3 4") == (
        NotUnderstood(),
        Say(key="offer_help"),
        AskHuman(need=Need.NOT_UNDERSTOOD),
    )
    assert story.says("encore") == (NotUnderstood(),)
    assert story.says("2")[0] == given("short", "s1", 2)


def test_each_item_has_its_own_second_chance() -> None:
    story = Story(SHORT)
    story.says("deux", "2", "trois")
    assert story.keys == ["ask_again"]
    assert story.open == "s2"


def test_a_dialogue_survives_being_stored() -> None:
    story = Story(SHORT, BRANCH, LONG)
    story.says("1", "urgence", "PASSER", "STOP")
    assert from_document(to_document(story.state)) == story.state


def test_every_text_the_dialogue_says_can_be_composed_with_the_study_the_link_and_the_phone() -> None:
    context = {"study": "HEROES", "link": "{link}", "phone": "02 99 25 30 00"}
    said: list[Say] = []
    for texts in (
        (
            "deux",
            "trois",
            "2",
            "PASSER",
            "RETOUR",
            "RETOUR",
            "2",
            "plus tard",
            "AIDE",
            "LIEN",
            "2",
            "3",
            "2",
            "LIEN",
        ),
        ("je veux mourir", "STOP", "START", "ERREUR"),
        ("1", "LIEN"),
    ):
        for bundle in ((SHORT, BRANCH), (SHORT,)):
            story = Story(*bundle, waiting=True)
            for text in ("hein", "GO", *texts):
                said += [effect for effect in story.says(text) if isinstance(effect, Say)]
    late = Story(SHORT)
    said += [effect for effect in late.says("2", after=timedelta(days=11)) if isinstance(effect, Say)]
    for each in said:
        assert compose(each.key, "fr", {**context, **each.params}).startswith("HEROES: ")
    assert len({each.key for each in said}) == 20
