"""What a Questionnaire says of a small instrument: each part of the model in the place that FHIR has for it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.fhir import questionnaire, read_questionnaire, without_expression
from pro_service.core.fhir.expressions import Calculated, NotCalculated, expression
from pro_service.core.fhir.facts import from_extensions, to_extensions
from pro_service.core.instrument import (
    Cdisc,
    Direction,
    Instrument,
    Missing,
    Rule,
    Scale,
    Status,
    parse_instrument,
)
from tests.core.sleep_questionnaire import changed
from tests.core.small_instruments import instrument, item

SMALL = instrument(
    "small-2",
    item("a"),
    item("b", shown_if=("a", 2)),
    item("line", span=(0, 100), may_refuse=False),
    item("c", shown_if=("line", 50)),
)


def scale(rule: Rule, *items: str, **more: Any) -> Scale:
    return Scale(
        code="S",
        name={"fr": "Échelle", "en": "Scale"},
        rule=rule,
        items=items,
        direction=Direction.WORSE,
        status=Status.UNVERIFIED,
        source="made up",
        **more,
    )


def with_scales(*scales: Scale) -> Instrument:
    return replace(SMALL, scales=scales)


def items(language: str = "en", made: Instrument = SMALL) -> Mapping[str, dict[str, Any]]:
    return {each["linkId"]: each for each in questionnaire(made, language=language)["item"]}


def test_a_ticked_item_is_a_choice_whose_options_have_ordinal_values() -> None:
    first = items()["a"]
    assert (first["type"], first["required"], first["text"]) == ("choice", False, "item a")
    values = [each["extension"][0]["valueDecimal"] for each in first["answerOption"][:-1]]
    assert values == [1, 2, 3, 4]
    assert [each["valueCoding"]["code"] for each in first["answerOption"]] == [
        *"1234",
        "asked-declined",
    ]
    assert first["answerOption"][3]["valueCoding"]["display"] == "Very much"


def test_the_other_language_stands_beside_as_a_translation() -> None:
    beside = items("fr")["a"]["_text"]["extension"]
    assert beside == [
        {
            "url": "http://hl7.org/fhir/StructureDefinition/translation",
            "extension": [{"url": "lang", "valueCode": "en"}, {"url": "content", "valueString": "item a"}],
        }
    ]
    with pytest.raises(KeyError):
        questionnaire(SMALL, language="de")


def test_loinc_codes_of_a_definition_stand_beside_those_of_cdisc_and_are_read_back() -> None:
    made = changed(
        "items.0.loinc", "2339-0", changed("scales.0.loinc", "12345-5")
    )  # valid, and of no question
    sleep = parse_instrument(made, source="f.toml")
    assert (sleep.item("q1").loinc, sleep.item("q2").loinc, sleep.scale("SLEEP").loinc) == (
        "2339-0",
        None,
        "12345-5",
    )
    assert items(made=sleep)["q1"]["code"] == [{"system": "http://loinc.org", "code": "2339-0"}]
    assert items(made=sleep)["scores"]["item"][0]["code"] == [
        {"system": "http://loinc.org", "code": "12345-5"}
    ]
    assert read_questionnaire(questionnaire(sleep, language="fr")) == sleep


def test_an_item_on_a_line_is_a_whole_number_with_a_slider() -> None:
    line = items()["line"]
    found = {each["url"].rpartition("/")[2]: each for each in line["extension"]}
    assert (line["type"], "answerOption" in line) == ("integer", False)
    assert found["minValue"]["valueInteger"] == 0
    assert found["maxValue"]["valueInteger"] == 100
    assert found["questionnaire-itemControl"]["valueCodeableConcept"]["coding"][0]["code"] == "slider"


def test_conditions_list_the_answers_that_open_them_and_compare_numbers() -> None:
    listed = items()["b"]
    assert [each["answerCoding"]["code"] for each in listed["enableWhen"]] == ["3", "4"]
    assert listed["enableBehavior"] == "any"
    assert items()["c"]["enableWhen"] == [{"question": "line", "operator": ">", "answerInteger": 50}]


def test_the_recall_period_is_said_before_the_first_item_and_where_it_changes() -> None:
    assert [key for key in items() if key.startswith("recall-")] == ["recall-a"]
    today = {"fr": "Aujourd'hui", "en": "Today"}
    changed = replace(SMALL, items=(*SMALL.items[:2], *(replace(i, recall=today) for i in SMALL.items[2:])))
    shown = items(made=changed)
    assert [key for key in shown if key.startswith("recall-")] == ["recall-a", "recall-line"]
    assert shown["recall-line"]["text"] == "Today"
    assert read_questionnaire(questionnaire(changed, language="fr")) == changed


def test_codes_of_others_are_the_codes_of_an_item() -> None:
    coded = replace(
        SMALL,
        cdisc=Cdisc(category="SMALL", codelist="C000000"),
        items=(replace(SMALL.items[0], cdisc="SML0101"), *SMALL.items[1:]),
    )
    assert [code["code"] for code in items(made=coded)["a"]["code"]] == ["SML0101"]
    assert "code" not in items(made=coded)["b"]
    assert questionnaire(coded, language="fr")["code"][0]["code"] == "C000000"
    assert read_questionnaire(questionnaire(coded, language="fr")) == coded


def test_only_licensed_words_with_checked_numbers_look_ready_for_use() -> None:
    def status(**over: Any) -> str:
        return str(questionnaire(replace(SMALL, **over), language="fr")["status"])

    assert status(wording="licensed") == "active"
    assert status(wording="placeholder") == "draft"
    assert status(wording="licensed", status=Status.UNVERIFIED) == "draft"


def test_the_half_rule_and_the_range_are_in_the_expression() -> None:
    mean = scale(Rule.MEAN_TRANSFORM, "a", "b", "c", missing=Missing.AT_LEAST_HALF, inverted=True)
    said = expression(mean, SMALL)
    assert isinstance(said, Calculated)
    assert said.expression == "iif(%used >= 2, 100 - (%total.toDecimal() / %used - 1) / 3 * 100, {})"
    assert "'a' | 'b' | 'c'" in said.variables["used"]


def test_a_study_choice_is_said_only_for_complete_answers_and_the_note_says_so() -> None:
    said = expression(scale(Rule.SUM, "a", "b", missing=Missing.STUDY_CHOICE), SMALL)
    assert isinstance(said, Calculated)
    assert said.expression.startswith("iif(%used >= 2,")
    assert "study's choice" in said.note


def test_what_fhirpath_cannot_say_has_no_expression_and_says_so() -> None:
    looked_up = scale(Rule.VALUE_SET, "a")
    mixed = scale(Rule.SUM, "a", "line")
    for each in (looked_up, mixed):
        assert isinstance(expression(each, SMALL), NotCalculated)
        assert "S" in without_expression(with_scales(each))
    assert without_expression(with_scales(scale(Rule.ITEM_VALUE, "line"))) == {}


# --- Facts that FHIR has no place for ---------------------------------------------------------------------------------


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, kw_only=True)
class Inner:
    number: int
    texts: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Outer:
    """A field of each kind that our values have, and some that they may get."""

    word: str
    flag: bool
    ratio: float
    lasts: timedelta
    colour: Colour
    maybe: str | None
    names: tuple[str, ...]
    table: Mapping[int, float]
    nested: tuple[Inner, ...]
    inner: Inner | None


WORD = st.text(min_size=1)
INNER = st.builds(Inner, number=st.integers(), texts=st.dictionaries(WORD, WORD))
OUTER = st.builds(
    Outer,
    word=WORD,
    flag=st.booleans(),
    ratio=st.floats(allow_nan=False, allow_infinity=False),
    lasts=st.integers(0, 10_000).map(lambda hours: timedelta(hours=hours)),
    colour=st.sampled_from(Colour),
    maybe=st.none() | WORD,
    names=st.lists(WORD).map(tuple),
    table=st.dictionaries(st.integers(), st.floats(-1e6, 1e6)),
    nested=st.lists(INNER, max_size=3).map(tuple),
    inner=st.none() | INNER,
)


@given(OUTER)
def test_any_value_comes_back_as_it_went(value: Outer) -> None:
    assert Outer(**from_extensions(Outer, to_extensions(value))) == value


def test_a_value_of_a_kind_nobody_foresaw_is_an_error_and_not_lost() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Strange:
        thing: complex

    with pytest.raises(TypeError, match=r"facts\.py"):
        to_extensions(Strange(thing=1j))
