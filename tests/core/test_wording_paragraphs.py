"""Words beside the questions: the ends of a line, and the paragraphs that an owner prints before a question."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from pro_service.core.definition import DefinitionError
from pro_service.core.dialogue.route import question
from pro_service.core.fhir import questionnaire, read_questionnaire
from pro_service.core.instrument import Instrument, parse_instrument
from pro_service.core.wording import (
    Given,
    check_texts,
    fingerprint,
    may_give,
    placeholders,
    structure_of,
    worded,
)
from tests.core.sleep_questionnaire import Document, both, changed, item

LINE = {"minimum": 0, "maximum": 100, "low": both("0 - minimum"), "high": both("100 - maximum")}


def document(**line: object) -> Document:
    start = changed("answers.line", {**LINE, **line})
    return changed("items", [*start["items"], item("v1", "line")], start)


REST = parse_instrument(document(), source="sleep-5-1.0.toml")
GOOD: Mapping[str, str] = {key: f"said {key}" for key in placeholders(REST, "fr")}
PARAGRAPHS = {"instruction": "said before\nall", "instruction.v1": "said before the line"}


def checked(texts: Mapping[str, str]) -> tuple[Mapping[str, str], list[str]]:
    rows = [Given(place=f"f: row {n}", key=key, text=text) for n, (key, text) in enumerate(texts.items(), 2)]
    found, problems = check_texts(REST, rows, language="fr", source="f")
    return found, [str(each) for each in problems]


def dressed(texts: Mapping[str, str], *, with_placeholders: bool = False) -> Instrument:
    return worded(REST, {"fr": texts}, with_placeholders=with_placeholders)


# --- In a definition ---


def test_a_line_has_words_at_its_two_ends_and_options_have_none() -> None:
    line = REST.item("v1")
    assert (line.low["fr"], line.high["en"]) == ("0 - minimum", "100 - maximum")
    assert REST.item("q1").low == REST.item("q1").high == {}
    for spoilt, words in (
        (document(high=None), "answers.line.high: "),
        (changed("answers.degree-4.low", both("0")), "answers.degree-4.low: stands beside options"),
    ):
        if spoilt["answers"].get("line", {}).get("high", "") is None:
            del spoilt["answers"]["line"]["high"]
        with pytest.raises(DefinitionError) as refused:
            parse_instrument(spoilt, source="f.toml")
        assert words in str(refused.value)


# --- In a file of wording ---


def test_the_ends_of_a_line_must_be_given_and_told_apart() -> None:
    assert list(GOOD)[-2:] == ["low.v1", "high.v1"]
    _, missing = checked({key: text for key, text in GOOD.items() if key != "high.v1"})
    assert missing == ["f: 'high.v1' is missing; add a row with its text"]
    _, alike = checked({**GOOD, "high.v1": GOOD["low.v1"]})
    assert "'high.v1' has the same text as 'low.v1'" in alike[0]


def test_a_paragraph_may_be_given_before_any_question_and_a_blank_one_is_none() -> None:
    assert may_give(REST)[:2] == ("instruction", "instruction.q1")
    assert checked({**GOOD, **PARAGRAPHS}) == ({**GOOD, **PARAGRAPHS}, [])
    assert checked({**GOOD, "instruction": " \n", "instruction.v1": ""}) == (GOOD, [])
    assert checked(GOOD) == (GOOD, [])


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("instruction.v9", "x", "'instruction.v9' is no part of the questionnaire"),
        ("instruction.v9", "", "'instruction.v9' is no part of the questionnaire"),
        ("instruction", "a\x00b", "holds U+0000"),
        ("instruction", "x" * 2_001, "has 2001 characters"),
        ("low.q1", "x", "'low.q1' is no part of the questionnaire"),
        ("low.v1", "", "'low.v1' has no text"),
    ],
)
def test_a_paragraph_and_an_end_are_checked_like_any_text(key: str, text: str, said: str) -> None:
    _, (problem,) = checked({**GOOD, key: text})
    assert said in problem


def test_a_paragraph_changes_the_hash_and_an_end_the_structure() -> None:
    assert fingerprint({**GOOD, **PARAGRAPHS}) != fingerprint(GOOD)
    bare = replace(REST, items=tuple(replace(each, low={}, high={}) for each in REST.items))
    assert structure_of(bare) != structure_of(REST)
    assert structure_of(dressed({**GOOD, **PARAGRAPHS}, with_placeholders=True)) == structure_of(REST)


# --- Where they are shown ---


def test_what_was_imported_stands_in_its_place_and_nothing_of_ours_is_left() -> None:
    shown = dressed({**GOOD, **PARAGRAPHS})
    assert shown.instruction == {"fr": "said before\nall"}
    line = shown.item("v1")
    assert (line.low, line.high) == ({"fr": "said low.v1"}, {"fr": "said high.v1"})
    assert (line.instruction, shown.item("q1").instruction) == ({"fr": "said before the line"}, {})
    in_demo = dressed(GOOD, with_placeholders=True)
    assert in_demo.item("v1").low == {"fr": "said low.v1", "en": "0 - minimum"}
    assert in_demo.instruction == {}
    assert worded(REST, {}, with_placeholders=False).item("v1").low == {}


def test_a_text_message_says_the_paragraph_and_the_ends_of_the_line() -> None:
    shown = dressed({**GOOD, **PARAGRAPHS})
    asked = [question(shown, each, language="fr") for each in shown.items]
    assert asked[0]["question"] == "said before\nall said recall: said item.q1"
    assert asked[1]["question"] == "said recall: said item.q2"
    assert asked[-1]["question"] == "said before the line said recall: said item.v1"
    assert asked[-1]["choices"] == "un nombre de 0 à 100 (0=said low.v1, 100=said high.v1)"


def test_fhir_shows_the_paragraphs_as_lines_and_the_ends_within_the_question() -> None:
    shown = dressed({**GOOD, **PARAGRAPHS}, with_placeholders=True)
    written = questionnaire(shown, language="fr")
    listed = [each["linkId"] for each in written["item"]]
    assert listed[:3] == ["instruction", "recall-q1", "q1"]
    assert listed[-3:] == ["instruction-v1", "v1", "scores"]
    lines = {each["linkId"]: each for each in written["item"]}["v1"]["item"]
    kinds = [each["extension"][0]["valueCodeableConcept"]["coding"][0]["code"] for each in lines]
    assert [(each["linkId"], each["text"], each["type"]) for each in lines] == [
        ("low-v1", "said low.v1", "display"),
        ("high-v1", "said high.v1", "display"),
    ]
    assert kinds == ["lower", "upper"]
    for language in ("fr", "en"):  # the paragraphs are in French only: English shows none and loses none
        assert read_questionnaire(questionnaire(shown, language=language)) == shown
    assert "instruction" not in str([each["linkId"] for each in questionnaire(shown, language="en")["item"]])
