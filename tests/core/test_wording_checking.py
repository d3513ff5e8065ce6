"""Each text of a file against the definition: what is wrong with it, where it stands, and what to do."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.instrument import parse_instrument
from pro_service.core.wording import Given, check_texts, placeholders
from tests.core.sleep_questionnaire import document

SLEEP = parse_instrument(document(), source="sleep-5-1.0.toml")
GOOD: Mapping[str, str] = {key: f"said {key}" for key in placeholders(SLEEP, "fr")}


def problems(texts: Mapping[str, str], *more: Given) -> list[str]:
    rows = [Given(place=f"f: row {n}", key=key, text=text) for n, (key, text) in enumerate(texts.items(), 2)]
    _, found = check_texts(SLEEP, [*rows, *more], language="fr", source="f")
    return [str(each) for each in found]


def test_the_keys_are_the_title_the_recall_the_items_and_their_options() -> None:
    assert list(GOOD)[:5] == ["title", "recall", "item.q1", "option.q1.1", "option.q1.2"]
    assert len(GOOD) == 2 + 5 + 4 * 4 + 4


def test_a_complete_file_has_no_problem_and_its_texts_are_taken_as_they_are() -> None:
    rows = [Given(place="f", key=key, text=f"  {text}\r\nsecond line ") for key, text in GOOD.items()]
    texts, found = check_texts(SLEEP, rows, language="fr", source="f")
    assert found == ()
    assert texts == {key: f"{text}\nsecond line" for key, text in GOOD.items()}


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("item.q1", "", "row 4: 'item.q1' has no text; write the text"),
        ("item.q1", " \n ", "has no text"),
        ("item.q1", "a\x00b", "holds U+0000; remove"),
        ("item.q1", "a\ufeffb", "holds U+FEFF"),
        ("item.q1", "a\u202eb", "holds U+202E"),
        ("item.q1", "a\ufffdb", "holds U+FFFD"),
        ("item.q1", "a\ud800b", "holds U+D800"),
        ("item.q1", "a\tb", "holds U+0009"),
        ("item.q1", "RÃ©veils", "looks like UTF-8 read in another encoding; export the file again"),
        ("item.q1", "Q1", "is our placeholder, not its owner's wording"),
        ("item.q1", "x" * 2_001, "has 2001 characters; write at most 2000"),
        ("option.q1.2", "Said Option.q1.1", "row 6: 'option.q1.2' has the same text as 'option.q1.1'"),
    ],
)
def test_a_text_that_cannot_be_right_is_told_with_its_row_and_cure(key: str, text: str, said: str) -> None:
    (found,) = problems({**GOOD, key: text})
    assert said in found


@pytest.mark.parametrize("text", ["Réveils à l’aube, cœur : 20 % …", "naïf", "«\u00a0Oui\u202f»", "Ÿ"])
def test_french_as_it_is_printed_is_no_problem(text: str) -> None:
    assert problems({**GOOD, "item.q1": text}) == []


@pytest.mark.parametrize("key", list(GOOD))
def test_every_text_that_is_missing_is_named(key: str) -> None:
    left = {each: text for each, text in GOOD.items() if each != key}
    assert problems(left) == [f"f: {key!r} is missing; add a row with its text"]


def test_unknown_and_repeated_keys_and_another_language_are_told() -> None:
    unknown = Given(place="f: row 40", key="item.q9", text="x")
    twice = Given(place="f: row 41", key="item.q1", text="x")
    english = Given(place="f: row 42", key="item.q9x", text="x", language="en")
    found = problems(GOOD, unknown, twice, english)
    assert "f: row 40: 'item.q9' is no part of the questionnaire" in found[0]
    assert "f: row 41: 'item.q1' stands already at f: row 4; keep one" in found[1]
    assert "f: row 42: is in 'en', not 'fr'; import each language from a file of its own" in found[3]


@pytest.mark.parametrize("tag", ["fr", "FR", "fr-FR", "fr_CA"])
def test_a_region_does_not_make_another_language(tag: str) -> None:
    rows = [Given(place="f", key=key, text=text, language=tag) for key, text in GOOD.items()]
    assert check_texts(SLEEP, rows, language="fr", source="f")[1] == ()


@given(st.lists(st.tuples(st.sampled_from([*GOOD, "", "item.x"]), st.text(max_size=8)), max_size=50))
def test_whatever_stands_in_a_file_is_taken_whole_or_told(rows: list[tuple[str, str]]) -> None:
    given_rows = [Given(place=f"f: row {n}", key=key, text=text) for n, (key, text) in enumerate(rows, 2)]
    texts, found = check_texts(SLEEP, given_rows, language="fr", source="f")
    assert found or texts.keys() == GOOD.keys()
    assert all(each.place and each.message and each.cure for each in found)
