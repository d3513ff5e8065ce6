"""A study's form is some terms of an item library; a library says of each term what is asked, and no more."""

from dataclasses import replace
from typing import Any

import pytest

from pro_service.core.definition import DefinitionError
from pro_service.core.fhir import NotOursError, questionnaire, read_questionnaire
from pro_service.core.instrument import Condition, Parent, Rule, compose_form, parse_instrument, part_asked
from tests.core.sleep_questionnaire import answers, both, changed, document

Document = dict[str, Any]


def library() -> Document:
    """Three terms: one asked how often and how bad, one only how bad, one yes or no."""
    whole = document()
    for key in ("items", "scales", "doubts"):
        whole.pop(key, None)
    return {
        **whole,
        "code": "signs",
        "library": True,
        "answers": {"degree-3": answers(0, 2), "yes-no": answers(0, 1)},
        "attributes": {
            "often": {"answers": "degree-3", "name": both("how often")},
            "bad": {"answers": "degree-3", "name": both("how bad")},
            "there": {"answers": "yes-no", "name": both("there"), "graded": False},
        },
        "composite": {
            "status": "checked",
            "source": "made up",
            "grades": {"bad": ["013"], "often bad": ["000 112", "123"]},
        },
        "terms": {
            "ache": {"code": "SG01", "ask": ["often", "bad"], "name": both("Ache")},
            "itch": {"code": "SG02", "ask": ["bad"], "name": both("Itch"), "does_not_apply": 9},
            "rash": {"code": "SG03", "ask": ["there"], "name": both("Rash")},
        },
    }


def form(**more: Any) -> Document:
    own = {"extends": "signs", "code": "signs-two", "version": "1.0", "title": both("Two"), "minutes": 1}
    return {**own, "terms": ["rash", "ache"], **more}


def told(made: Document, base: Document | None = None) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        compose_form(made, library() if base is None else base, source="two.toml")
    return [str(problem) for problem in caught.value.problems]


def test_one_line_makes_a_terms_items_branching_and_grade() -> None:
    signs = parse_instrument(library(), source="signs.toml")
    assert [item.code for item in signs.items] == ["SG01A", "SG01B", "SG02A", "SG03A"]
    assert [item.label["en"] for item in signs.items[:2]] == ["Ache, how often", "Ache, how bad"]
    assert [item.shown_if for item in signs.items[:2]] == [None, Condition(item="SG01A", above=0)]
    assert {item.cdisc for item in signs.items} == {item.code for item in signs.items}
    assert [(scale.code, scale.items) for scale in signs.scales] == [
        ("SG01", ("SG01A", "SG01B")),
        ("SG02", ("SG02A",)),
    ]
    assert {scale.rule for scale in signs.scales} == {Rule.COMPOSITE_GRADE}
    assert signs.scale("SG01").table == (0, 0, 0, 1, 1, 2, 1, 2, 3)
    assert [item.does_not_apply for item in signs.items] == [None, None, 9, None]
    assert signs.library


def test_a_form_asks_its_terms_whole_in_its_own_order() -> None:
    composed = compose_form(form(), library(), source="two.toml")
    two = parse_instrument(composed, source="two.toml")
    assert (two.code, two.minutes, two.title["en"], two.library) == ("signs-two", 1, "Two", False)
    assert [item.code for item in two.items] == ["SG03A", "SG01A", "SG01B"]
    assert [scale.code for scale in two.scales] == ["SG01"]
    assert two.licence.holder == "nobody"


def test_a_form_names_the_library_and_the_version_it_was_taken_from() -> None:
    two = parse_instrument(compose_form(form(), library(), source="two.toml"), source="two.toml")
    assert two.parent == Parent(code="signs", version="1.0")
    assert parse_instrument(library(), source="signs.toml").parent is None
    said = told(form(taken_from={"code": "other", "version": "9"}))
    assert said == ["two.toml: taken_from: is written here; leave it out: it follows from extends"]


def test_a_form_says_in_fhir_what_it_is_derived_from_and_is_read_back_whole() -> None:
    two = parse_instrument(compose_form(form(), library(), source="two.toml"), source="two.toml")
    document = questionnaire(two, language="fr")
    assert document["derivedFrom"] == ["https://pro-service.example/fhir/Questionnaire/signs|1.0"]
    assert read_questionnaire(document) == two
    assert "derivedFrom" not in questionnaire(replace(two, parent=None), language="fr")
    for strange in (["https://example.org/signs|1.0"], ["signs"], document["derivedFrom"] * 2):
        with pytest.raises(NotOursError):
            read_questionnaire({**document, "derivedFrom": strange})


@pytest.mark.parametrize(
    "more,words",
    [
        ({"terms": ["ache", "cough"]}, "terms: 'cough' is no term of the library; use some of ache"),
        ({"terms": ["ache", "ache"]}, "names 'ache' 2 times"),
        ({"terms": []}, "names no term"),
        ({"terms": "ache"}, "write a list of texts"),
    ],
)
def test_a_form_with_wrong_terms_is_told(more: Document, words: str) -> None:
    assert any(words in line for line in told(form(**more)))


@pytest.mark.parametrize("key", ["code", "version", "title", "minutes", "terms"])
def test_a_form_must_say_what_is_its_own(key: str) -> None:
    made = form()
    del made[key]
    assert any(line.startswith(f"two.toml: {key}: is missing") for line in told(made))


def test_a_form_extends_a_library_and_nothing_else() -> None:
    plain = {**document(), "code": "signs"}
    assert told(form(), plain) == [
        "two.toml: extends: 'signs' is no item library; name the code of one, such as pro-ctcae"
    ]
    with pytest.raises(DefinitionError, match="no item library"):
        compose_form(form(), None, source="two.toml")


@pytest.mark.parametrize(
    "key,value,place,words",
    [
        ("terms.ache.ask", ["often", "much"], "terms.ache.ask", "'much' is no attribute"),
        ("terms.ache.ask", ["bad", "often"], "terms.ache.ask", "no grades for 'bad often'"),
        ("terms.ache.ask", [], "terms.ache.ask", "names 0 attributes"),
        ("terms.ache.code", "SG02", "terms.itch.code", "used twice"),
        ("terms.ache.code", "sg-01", "terms.ache.code", "up to eight capitals and digits"),
        ("terms.ache.code", "SG0100001", "terms.ache.code", "up to eight"),
        ("terms.ache.name", None, "terms.ache.name", "is missing"),
        ("terms.ache.does_not_apply", 9, "terms.ache.does_not_apply", "unknown key"),
        ("terms.itch.does_not_apply", 2, "terms.itch.does_not_apply", "write a number from 3 to 100"),
        ("terms", {}, "terms", "holds no term"),
        ("attributes.bad.answers", "degree-9", "attributes.bad.answers", "is not defined"),
        ("composite.grades.bad", ["01"], "composite.grades.bad", "write 3 grades from 0 to 3"),
        ("composite.grades.bad", ["014"], "composite.grades.bad", "holds 3 digits 014"),
        ("composite.grades.worse", ["0"], "composite.grades.worse", "'worse' is no attribute"),
        ("composite.source", None, "composite.source", "is missing"),
    ],
)
def test_mistakes_of_a_library_are_told(key: str, value: Any, place: str, words: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        parse_instrument(changed(key, value, library()), source="signs.toml")
    lines = [str(problem) for problem in caught.value.problems]
    assert any(line.startswith(f"signs.toml: {place}: ") and words in line for line in lines), lines


def test_the_part_of_a_library_that_is_asked_holds_whole_terms() -> None:
    signs = parse_instrument(library(), source="signs.toml")
    part = part_asked(signs, ["SG01B", "SG03A"])
    assert [item.code for item in part.items] == ["SG01A", "SG01B", "SG03A"]
    assert [scale.code for scale in part.scales] == ["SG01"]
    assert part_asked(signs, []).items == ()
