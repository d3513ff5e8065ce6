"""What patients can ask for while they answer by SMS, and what the link changes."""

import pytest

from pro_service.core.dialogue import (
    AskHuman,
    CompleteInstrument,
    ModeMixedError,
    Mute,
    Need,
    NotUnderstood,
    OptIn,
    OptOut,
    Postpone,
    Record,
    Say,
    Stage,
    Withdraw,
    completed_by_link,
    taken_by_link,
)
from tests.core.dialogue_story import BRANCH, LONG, SHORT, Story, asks, given


def test_back_reopens_the_item_before_and_its_new_answer_is_a_new_version() -> None:
    story = Story(SHORT)
    (said,) = story.says("1", "RETOUR")
    assert asks("s1", said)
    recorded, onward = story.says("4")
    assert recorded == given("short", "s1", 4)
    assert asks("s2", onward)


def test_going_back_twice_asks_only_what_was_reopened() -> None:
    story = Story(SHORT)
    story.says("1", "2", "RETOUR", "RETOUR")
    assert story.open == "s1"
    assert asks("s3", story.says("4")[-1])


def test_back_on_the_first_item_stays_there_and_never_enters_another_instrument() -> None:
    story = Story(SHORT, BRANCH)
    story.says("1", "2", "3", "RETOUR")
    assert story.keys == ["no_previous"]
    assert story.open == "b1"


def test_back_passes_over_items_that_are_not_shown() -> None:
    story = Story(BRANCH)
    story.says("1", "RETOUR")
    assert story.open == "b1"


def test_a_correction_that_removes_a_condition_withdraws_what_hung_on_it() -> None:
    story = Story(BRANCH)
    story.says("2", "3", "4", "RETOUR", "RETOUR", "RETOUR")
    assert story.open == "b1"
    effects = story.says("1")
    assert effects[:3] == (
        given("branch", "b1", 1),
        Withdraw(instrument="branch", item="b2"),
        Withdraw(instrument="branch", item="b3"),
    )
    assert asks("b4", effects[3])
    assert story.state.answers == {"branch": {"b1": 1}}


def test_a_correction_that_creates_a_condition_asks_what_hangs_on_it() -> None:
    story = Story(BRANCH)
    story.says("1", "RETOUR")
    assert asks("b2", story.says("3")[-1])


def test_skip_records_a_refusal_where_the_item_may_be_refused() -> None:
    story = Story(SHORT)
    assert story.says("PASSER")[0] == given("short", "s1", None)


def test_skip_is_declined_where_it_may_not() -> None:
    story = Story(SHORT)
    (said,) = story.says("1", "SKIP")
    assert asks("s2", said)
    assert story.keys == ["cannot_skip"]
    assert story.open == "s2"


def test_later_leaves_the_item_open() -> None:
    story = Story(SHORT)
    assert story.says("plus tard") == (Postpone(), Say(key="later"))
    assert story.says("2")[0] == given("short", "s1", 2)


def test_help_is_given_whatever_is_open() -> None:
    assert Story(SHORT).says("AIDE") == (Say(key="help"),)
    assert Story().says("AIDE") == (Say(key="help"),)


def test_the_link_before_any_answer_takes_everything_over_at_once() -> None:
    story = Story(SHORT, BRANCH)
    assert story.says("LIEN") == (Say(key="offer_link"),)
    assert story.state.by_link == ("short", "branch")
    assert story.open is None
    assert Record not in [type(effect) for effect in story.says("2")]


def test_the_link_before_go_takes_everything_over() -> None:
    story = Story(SHORT, BRANCH, waiting=True)
    assert story.says("LIEN") == (Say(key="offer_link"),)
    assert story.state.stage is Stage.FINISHED


def test_the_link_within_an_instrument_waits_for_its_end() -> None:
    story = Story(SHORT, BRANCH)
    assert story.says("1", "LIEN") == (Say(key="link_after"),)
    assert story.open == "s2"
    assert story.says("2", "3")[1:] == (CompleteInstrument(instrument="short"), Say(key="offer_link"))
    assert story.says("LIEN") == (Say(key="offer_link"),)


def test_the_link_within_the_last_instrument_changes_nothing() -> None:
    story = Story(SHORT)
    assert story.says("1", "LIEN") == (Say(key="link_not_now"),)
    assert story.open == "s2"


def test_stop_silences_everything_until_start_and_the_item_waits() -> None:
    story = Story(SHORT)
    assert story.says("1", "stop svp") == (OptOut(), Say(key="opt_out"))
    assert story.says("2") == (NotUnderstood(),)
    assert story.says("AIDE") == (NotUnderstood(),)
    assert story.says("STOP") == (OptOut(),)
    assert story.says("REPRENDRE") == (OptIn(), Say(key="opt_in"))
    assert asks("s2", story.says("GO")[-1])
    assert story.says("2")[0] == given("short", "s2", 2)


def test_a_wrong_person_is_believed_at_once_and_only_the_site_can_undo_it() -> None:
    story = Story(SHORT)
    assert story.says("ERREUR") == (AskHuman(need=Need.WRONG_PERSON), Say(key="wrong_person"))
    assert story.says("2") == (NotUnderstood(),)
    assert story.says("START") == (NotUnderstood(), AskHuman(need=Need.WRONG_PERSON))
    assert story.says("ERREUR") == (AskHuman(need=Need.WRONG_PERSON),)
    assert story.says("STOP") == (OptOut(),)
    assert story.state.mute is Mute.WRONG_PERSON


def test_an_instrument_begun_through_the_link_is_not_asked_here_any_more() -> None:
    story = Story(SHORT, BRANCH)
    story.state = taken_by_link(story.state, ["short"])
    assert story.open is None
    assert story.says("2") == (NotUnderstood(), Say(key="how_to_start"))
    assert asks("b1", story.says("GO")[-1])


def test_an_instrument_taken_by_the_link_elsewhere_leaves_the_open_item_alone() -> None:
    story = Story(SHORT, BRANCH)
    story.state = taken_by_link(story.state, ["branch"])
    assert story.open == "s1"


def test_what_the_link_completed_is_not_offered_again() -> None:
    story = Story(SHORT, LONG)
    story.state = completed_by_link(story.state, ["long"])
    assert story.says("1", "2", "3")[-1] == Say(key="thanks")


def test_when_the_link_completes_everything_nothing_is_open() -> None:
    story = Story(SHORT, waiting=True)
    story.state = completed_by_link(story.state, ["short"])
    assert story.says("GO") == (Say(key="no_open_question"),)


def test_an_instrument_with_answers_by_sms_cannot_change_to_the_link() -> None:
    story = Story(SHORT)
    story.says("1")
    with pytest.raises(ModeMixedError, match="short"):
        taken_by_link(story.state, ["short"])


def test_an_instrument_completed_here_stays_completed_when_the_link_mentions_it() -> None:
    story = Story(SHORT)
    story.says("1", "2", "3")
    assert taken_by_link(story.state, ["short"]) == story.state
    assert completed_by_link(story.state, ["short"]) == story.state
