"""When the sitting of a part took too long, the dialogue asks it from its first item again and says why, once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pro_service.core.dialogue import Dialogue, Record, Withdraw, from_document, to_document
from tests.core.dialogue_story import BRANCH, LONG, SHORT, Story, asks, given


def a_day_later(*bundle: object, answers: tuple[str, ...]) -> Story:
    """A part that was begun, and whose sitting is over by the next text."""
    story = Story(*bundle)  # type: ignore[arg-type]
    story.says(*answers)
    story.now += timedelta(days=2)
    story.state = replace(story.state, over=True)
    return story


def test_an_answer_counts_and_the_part_is_asked_from_its_first_item_with_the_reason() -> None:
    story = a_day_later(SHORT, answers=("1",))
    recorded, onward = story.says("2")
    assert recorded == given("short", "s2", 2)
    assert asks("s1", onward)
    assert story.keys == ["item_anew"]
    story.says("3")
    assert (story.keys, story.open) == (["item"], "s3"), "told once; s2 has its answer"


@pytest.mark.parametrize("text", ["GO", "RETOUR"])
def test_going_on_without_an_answer_asks_the_first_item(text: str) -> None:
    story = a_day_later(SHORT, answers=("1", "2"))
    assert asks("s1", story.says(text)[-1])
    assert story.keys == ["item_anew"]
    story.state = replace(story.state, over=True)  # nothing is stored of the new sitting yet
    story.says("4")
    assert (story.keys, story.open) == (["item"], "s2")


def test_an_answer_that_hangs_on_one_not_given_again_is_asked_in_its_turn() -> None:
    story = a_day_later(BRANCH, answers=("2",))
    effects = story.says("3")
    assert effects[:2] == (given("branch", "b2", 3), Withdraw(instrument="branch", item="b2"))
    assert story.open == "b1"


def test_the_link_takes_the_whole_part() -> None:
    story = a_day_later(SHORT, LONG, answers=("1",))
    story.says("LIEN")
    assert story.keys == ["offer_link"]
    assert "short" in story.state.by_link


@pytest.mark.parametrize("text", ["AIDE", "PLUS TARD", "bonjour"])
def test_what_is_no_answer_begins_nothing_anew(text: str) -> None:
    story = a_day_later(SHORT, answers=("1",))
    story.says(text)
    assert story.state.answers_to("short") == {"s1": 1}


def test_a_refusal_that_is_not_allowed_begins_nothing_anew() -> None:
    story = a_day_later(SHORT, answers=("1",))
    story.says("PASSER")  # s2 may not be refused
    assert story.keys == ["cannot_skip"]
    assert story.state.answers_to("short") == {"s1": 1}


def test_a_part_that_was_completed_before_stays_completed() -> None:
    story = a_day_later(SHORT, BRANCH, answers=("1", "2", "3", "1"))
    effects = story.says("2")
    assert [effect for effect in effects if isinstance(effect, Record)] == [given("branch", "b4", 2)]
    assert story.state.completed == ("short",)
    assert story.state.answers_to("short") == {"s1": 1, "s2": 2, "s3": 3}


def test_whether_a_sitting_is_over_is_found_out_each_time_and_not_stored() -> None:
    state = Dialogue(assessment_id=1, instruments=("short",), over=True)
    assert from_document(to_document(state)) == replace(state, over=False)
