"""The author of an instrument is told of every mistake: which file, which key, what to do."""

from datetime import timedelta
from typing import Any

import pytest

from pro_service.core.definition import DefinitionError
from pro_service.core.instrument import (
    Condition,
    Direction,
    Missing,
    Rule,
    parse_instrument,
    parse_value_sets,
)
from tests.core.sleep_questionnaire import both, changed, document, item, scale, value_sets_document

MISTAKES: list[tuple[str, Any, str, str]] = [
    # key changed (None: taken away), what it becomes, the place reported, words of message or cure
    ("colour", "blue", "colour", "unknown key"),
    ("versoin", "1", "versoin", "did you mean 'version'?"),
    ("code", "Sleep 5", "code", "lower-case"),
    ("code", None, "code", "is missing"),
    ("version", " ", "version", "is blank"),
    ("version", 3, "version", "is 3"),
    ("title", None, "title", "add title"),
    ("title", {"fr": "Sommeil"}, "title.en", "is missing"),
    ("title", {"fr": "Sommeil", "en": " "}, "title.en", "is blank"),
    ("title", {**both("x"), "de": "x"}, "title.de", "unknown key"),
    ("status", "fine", "status", "use one of checked, UNVERIFIED"),
    ("wording", "mine", "wording", "use one of placeholder"),
    ("minutes", 0, "minutes", "at least 1"),
    ("sitting_hours", "a day", "sitting_hours", "write a whole number"),
    ("sitting", "same_day", "sitting_hours", "stands beside sitting"),
    ("sitting", "a week", "sitting", "use one of same_day"),
    ("library", "yes", "library", "write true or false"),
    ("licence", None, "licence", "is missing"),
    ("licence.ask", None, "licence.ask", "is missing"),
    ("cdisc", {"category": "X"}, "cdisc.codelist", "is missing"),
    ("value_sets", "mars", "value_sets", "is not a file of value sets"),
    ("answers.degree-4.minimum", 4, "answers.degree-4.maximum", "cannot be used"),
    ("answers.degree-4.minimum", -1, "answers.degree-4.maximum", "0 <= minimum"),
    ("answers.degree-4.maximum", 400, "answers.degree-4.maximum", "<= 100"),
    ("answers.degree-4.options.1.value", 1, "answers.degree-4.options", "give each of 1 to 4 one option"),
    ("answers.degree-4.options.1.label", None, "answers.degree-4.options[1].label", "is missing"),
    ("items", [], "items", "holds no item"),
    ("items", None, "items", "is missing"),
    ("items.0.answers", "degree-9", "items[0].answers", "is not defined"),
    ("items.0.label", {"fr": "x"}, "items[0].label.en", "is missing"),
    ("items.1.code", "q1", "items[1].code", "used twice"),
    ("items.1.code", "Q1", "items[1].code", "used twice"),
    ("items.1.printed_order", [1, 2, 3], "items[1].printed_order", "each of [1, 2, 3, 4] once"),
    ("items.3.shown_if.item", "q9", "items[3].shown_if.item", "name an earlier item"),
    ("items.3.shown_if.item", "n1", "items[3].shown_if.item", "name an earlier item"),
    ("items.0.does_not_apply", 4, "items[0].does_not_apply", "write a number from 5 to 100"),
    ("items.0.does_not_apply", 101, "items[0].does_not_apply", "cannot stand beside"),
    ("items.2.does_not_apply", 9, "items[3].shown_if.item", "may not apply to a patient"),
    ("items.0.cdisc", "SLEEP0101", "items[0].cdisc", "up to eight capitals"),
    ("items.0.cdisc", "1SLP", "items[0].cdisc", "up to eight capitals"),
    ("items.0.loinc", "12345-6", "items[0].loinc", "is no LOINC code; copy it from loinc.org"),
    ("items.0.loinc", "LA6115-6", "items[0].loinc", "is no LOINC code"),
    ("scales.0.loinc", "4544", "scales[0].loinc", "is no LOINC code"),
    ("items.3.shown_if.above", 4, "items[3].shown_if.above", "from 1 to 3"),
    ("items.3.shown_if.above", 0, "items[3].shown_if.above", "always or never"),
    ("scales", [], "scales", "holds no scale"),
    ("scales.0.rule", "guess", "scales[0].rule", "use one of mean_transform"),
    ("scales.0.items", ["q1", "q9"], "scales[0].items", "'q9' is not an item"),
    ("scales.0.items", ["q1", "q1"], "scales[0].items", "names 'q1' 2 times"),
    ("scales.0.items", [], "scales[0].items", "names no item"),
    ("scales.0.items", ["q1", "n1"], "scales[0].items", "different ranges"),
    ("scales.0.missing", "study_choice", "scales[0].missing", "use one of at_least_half, complete"),
    ("scales.0.missing", None, "scales[0].missing", "is missing"),
    ("scales.0.reversed", ["q1"], "scales[0].reversed", "unknown key"),
    ("scales.0.direction", "up", "scales[0].direction", "use one of better, worse, none"),
    ("scales.0.name", both(""), "scales[0].name.fr", "is blank"),
    ("scales.0.source", None, "scales[0].source", "is missing"),
    ("scales.1.code", "SLEEP", "scales[1].code", "used twice"),
    ("scales.2.missing", "more_than_half", "scales[2].missing", "use one of complete, at_least_half"),
    ("scales.2.divided", {"n1": 1}, "scales[2].divided.n1", "write a whole number above 1"),
    ("scales.2.divided", {"q1": 10}, "scales[2].divided.q1", "unknown key"),
    ("scales.2.divided", {"n1": 10}, "scales[2].divided", "reverse an item or divide it"),
    ("scales.2.missing", "study_choice", "scales[2].missing", "for 7 items, not 1"),
    ("scales.2.reversed", ["q1"], "scales[2].reversed", "'q1' is not among its items"),
    ("scales.3.scales", ["SLEEP", "COUNT"], "scales[3].scales", "'COUNT' cannot be part"),
    ("scales.3.scales", ["SLEEP", "LATER"], "scales[3].scales", "stands above this one"),
    ("scales.3.reversed", ["COUNT"], "scales[3].reversed", "not among its scales"),
    ("scales.3", scale("V", "item_value", items=["q1", "q2"]), "scales[3].items", "name exactly one"),
    ("scales.3", scale("I", "value_set", items=["q1"]), "scales[3].rule", "needs value sets"),
    (
        "scales.3",
        scale("F", "facit_prorate", items=["q1"], missing="at_least_half"),
        "scales[3].missing",
        "use one of more_than_half",
    ),
    (
        "scales.3",
        scale("F", "facit_total", scales=["SLEEP"], missing="complete"),
        "scales[3].scales",
        "'SLEEP' cannot be part of a total",
    ),
    ("scales.3", scale("T", "table_lookup", items=["n1"]), "scales[3].table", "is missing"),
    (
        "scales.3",
        scale("T", "table_lookup", items=["n1"], table={"0": 1.0}),
        "scales[3].table.1",
        "is missing",
    ),
    (
        "scales.3",
        scale("T", "table_lookup", items=["n1"], table={str(n): 1.0 for n in range(5)}),
        "scales[3].table.4",
        "unknown key",
    ),
    ("scales.3", scale("G", "composite_grade", items=["q1"]), "scales[3].items", "does not begin at 0"),
    (
        "scales.3",
        scale("G", "composite_grade", items=["n1"], table=["012"]),
        "scales[3].table",
        "write 4 grades from 0 to 3",
    ),
]


def problems_of(spoiled: dict[str, Any], **more: Any) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        parse_instrument(spoiled, source="sleep.toml", **more)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("key,value,place,words", MISTAKES)
def test_every_mistake_names_file_and_key_and_cure(key: str, value: Any, place: str, words: str) -> None:
    told = problems_of(changed(key, value))
    assert any(line.startswith(f"sleep.toml: {place}: ") and words in line for line in told), told


def test_all_mistakes_of_a_file_are_told_at_once() -> None:
    spoiled = changed("minutes", 0, changed("items.0.answers", "x", changed("colour", "blue")))
    places = [line.split(": ")[1] for line in problems_of(spoiled)]
    assert {"minutes", "items[0].answers", "colour"} <= set(places)


def test_a_misspelt_rule_does_not_blame_the_keys_of_its_scale() -> None:
    told = problems_of(changed("scales.3.rule", "summmary"))
    assert len(told) == 1, told


def test_a_good_document_becomes_the_instrument_it_says() -> None:
    instrument = parse_instrument(document(), source="sleep.toml")
    assert [each.code for each in instrument.items] == ["q1", "q2", "q3", "q4", "n1"]
    assert instrument.sitting == timedelta(hours=24)
    assert instrument.languages == ("fr", "en")
    assert instrument.item("q4").shown_if == Condition(item="q3", above=1)
    assert instrument.item("n1").accepts(0)
    assert not instrument.item("q1").accepts(0)
    summary = instrument.scale("ALL")
    assert (summary.rule, summary.direction) == (Rule.SUMMARY, Direction.BETTER)
    assert summary.items == ("q1", "q2", "q3", "q4")
    assert instrument.scale("SLEEP").missing is Missing.AT_LEAST_HALF


def test_an_item_takes_recall_and_refusal_from_its_instrument_unless_it_says_otherwise() -> None:
    own = item("q1", recall=both("today"), may_refuse=False)
    instrument = parse_instrument(changed("items.0", own), source="sleep.toml")
    assert [each.recall["en"] for each in instrument.items[:2]] == ["today", "last week"]
    assert [each.may_refuse for each in instrument.items[:2]] == [False, True]


def test_the_printed_order_moves_labels_and_not_values() -> None:
    printed = parse_instrument(changed("items.0.printed_order", [4, 3, 2, 1]), source="sleep.toml").item("q1")
    assert [option.value for option in printed.options] == [4, 3, 2, 1]
    assert [option.label["en"] for option in printed.options] == ["4", "3", "2", "1"]
    assert (printed.minimum, printed.maximum) == (1, 4)


@pytest.mark.parametrize(
    "key,value,place,words",
    [
        ("sets.Here.A", [0, 1], "sets.Here.A", "5 numbers"),
        ("sets.Here.A", [0, 0, 0, 0, float("nan")], "sets.Here.A", "finite number"),
        ("sets.Here.A", None, "sets.Here.A", "is missing"),
        ("sets.Here.start", float("inf"), "sets.Here.start", "finite"),
        ("sets.Here.doi", None, "sets.Here.doi", "is missing"),
        ("sets.Here.severe", {"C": 1.0}, "sets.Here.severe.C", "unknown key"),
        (
            "sets.Here.products",
            [{"of": ["A"], "weight": 1.0}],
            "sets.Here.products[0].of",
            "name two of A, B",
        ),
        ("sets.Here.bonus", 1.0, "sets.Here.bonus", "unknown key"),
        ("dimensions", ["A"], "sets.Here.B", "unknown key"),
    ],
)
def test_mistakes_in_value_sets_are_told_too(key: str, value: Any, place: str, words: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        parse_value_sets(changed(key, value, value_sets_document()), source="here.toml")
    told = [str(problem) for problem in caught.value.problems]
    assert any(line.startswith(f"here.toml: {place}: ") and words in line for line in told), told


def test_an_index_must_rest_on_the_dimensions_of_its_value_sets() -> None:
    known = {"here": parse_value_sets(value_sets_document(), source="here.toml")}
    spoiled = changed("scales.3", scale("I", "value_set", items=["q1", "q2"]))
    spoiled["value_sets"] = "here"
    told = problems_of(spoiled, value_sets=known)
    assert any("are not the dimensions of Here" in line for line in told)
    assert any("other levels than 1 to 5" in line for line in told)


def test_a_state_is_made_of_single_digits() -> None:
    spoiled = changed("answers.degree-4", {"minimum": 0, "maximum": 10})
    spoiled["scales"].append(scale("S", "state", "none", items=["q1"]))
    assert any("more than one digit" in line for line in problems_of(spoiled))


def test_item_scores_are_answers_as_they_are_after_the_scales() -> None:
    instrument = parse_instrument(changed("item_scores", True), source="sleep.toml")
    assert [each.code for each in instrument.scales[4:]] == ["q1", "q2", "q3", "q4", "n1"]
    assert {(each.rule, each.direction) for each in instrument.scales[4:]} == {
        (Rule.ITEM_VALUE, Direction.NONE)
    }
    spoiled = changed("item_scores", True, changed("scales.1.code", "q4"))
    assert any("'q4' is a scale and an item" in line for line in problems_of(spoiled))


def test_not_applying_is_the_last_option_and_beyond_the_range() -> None:
    spoken = changed("items.0.does_not_apply", 9, changed("items.0.printed_order", [4, 3, 2, 1]))
    item = parse_instrument(spoken, source="sleep.toml").item("q1")
    assert [option.value for option in item.options] == [4, 3, 2, 1, 9]
    assert (item.minimum, item.maximum, item.does_not_apply) == (1, 4, 9)
    assert item.accepts(9)
    assert not item.accepts(5)


def test_a_line_without_options_cannot_offer_that_it_does_not_apply() -> None:
    spoiled = changed("items.0.does_not_apply", 9)
    spoiled["answers"]["degree-4"] = {"minimum": 1, "maximum": 4}
    assert any("for an item with options" in line for line in problems_of(spoiled))
