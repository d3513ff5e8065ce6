"""Every row of the golden table of replies, and the laws behind it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.dialogue import (
    Asked,
    Chosen,
    Command,
    Reading,
    Unreadable,
    read_reply,
    sounds_distressed,
    visible,
)
from pro_service.core.dialogue.words import DISTRESS
from pro_service.core.instrument import Item
from tests.spec.tables.replies import ANSWERS, CALM, DISTRESSED, DOWN, FOUR, NOTHING, ODD, TEN, TRAP, VAS


def _means(text: str, opened: Item, language: str) -> int | Command | None:
    reading: Reading = read_reply(text, item=opened, language=language)
    match reading:
        case Chosen(value=value):
            return value
        case Asked(command=command):
            return command
        case Unreadable():
            return NOTHING


def test_the_table_is_long_and_says_nothing_twice() -> None:
    asked = [(text, opened.code, language) for text, opened, language, _ in ANSWERS]
    assert len(asked) >= 150
    assert len(asked) == len(set(asked))


@pytest.mark.parametrize(
    ("text", "opened", "language", "meaning"), ANSWERS, ids=lambda cell: ascii(cell)[:40]
)
def test_a_reply_means_what_the_table_says(
    text: str, opened: Item, language: str, meaning: int | Command | None
) -> None:
    assert _means(text, opened, language) == meaning


@pytest.mark.parametrize(
    "text", [text for text, _, _, meaning in ANSWERS if not isinstance(meaning, Command)]
)
def test_without_an_open_item_only_commands_are_read(text: str) -> None:
    assert read_reply(text, item=None, language="fr") == Unreadable()


@pytest.mark.parametrize("text", DISTRESSED, ids=ascii)
def test_words_of_distress_are_heard_however_they_are_written(text: str) -> None:
    assert sounds_distressed(visible(text))


@pytest.mark.parametrize("text", CALM, ids=ascii)
def test_ordinary_texts_raise_no_alarm(text: str) -> None:
    assert not sounds_distressed(visible(text))


@pytest.mark.parametrize("phrase", DISTRESS)
def test_every_listed_phrase_is_heard_in_a_sentence(phrase: str) -> None:
    assert sounds_distressed(f"Bonjour, {phrase.removesuffix('*')}, merci")


def _oracle(text: str) -> int | None:
    """The rule said another way, for texts of ASCII digits, spaces and marks: what is left is a value or nothing."""
    bare = text.strip()
    bare = bare[:-1].rstrip() if bare[-1:] in (".", "!", ",") else bare
    return {str(value): value for value in range(101)}.get(bare)


@given(st.text(alphabet="0123456789 .,!-+e", max_size=6))
def test_digits_and_marks_are_read_as_a_whole_or_not_at_all(text: str) -> None:
    assert _means(text, VAS, "fr") == _oracle(text)


@given(st.text(max_size=1_600))
def test_no_text_breaks_the_reading_and_a_value_is_always_one_of_the_item(text: str) -> None:
    for opened in (FOUR, TEN, VAS, DOWN, ODD, TRAP):
        reading = read_reply(text, item=opened, language="fr")
        allowed = [option.value for option in opened.options] or range(opened.minimum, opened.maximum + 1)
        assert not isinstance(reading, Chosen) or reading.value in allowed


@given(st.characters(exclude_categories=()), st.sampled_from([1, 2, 3, 4]))
def test_a_value_beside_anything_visible_is_no_value(other: str, value: int) -> None:
    """Two characters seen are never read as one of them."""
    text = f"{value}{other}"
    harmless = len(visible(text)) == 1 or visible(text)[1:].strip() in {".", "!", ","}
    assert harmless or read_reply(text, item=FOUR, language="fr") == Unreadable()
