"""Every shipped instrument as a Questionnaire: valid R4 by three judges, and nothing lost on the way there and back."""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jsonschema_rs
import pytest
from click.testing import CliRunner
from fhir.resources.R4B.questionnaire import Questionnaire

from pro_service.core.fhir import NotOursError, questionnaire, read_questionnaire
from pro_service.core.instrument import LANGUAGES
from pro_service.entrypoints.cli.instruments import instruments
from pro_service.store.catalogue import load_instruments
from tests.npm import unpacked
from tests.spec.fhir_rules import broken_rules, every_item

SHIPPED = load_instruments()
EACH = pytest.mark.parametrize("code", SHIPPED)
Document = dict[str, Any]


def as_json(code: str, language: str = "fr") -> Document:
    """What a reader of the printed document has."""
    return dict(json.loads(json.dumps(questionnaire(SHIPPED[code], language=language))))


@pytest.fixture(scope="module")
def schema() -> jsonschema_rs.Validator:
    text = (unpacked() / "schema" / "fhir.schema.json").read_text(encoding="utf-8")
    return jsonschema_rs.validator_for(json.loads(text))


@EACH
def test_it_is_valid_by_hl7s_own_schema(schema: jsonschema_rs.Validator, code: str) -> None:
    for language in LANGUAGES:
        schema.validate(as_json(code, language))


def test_hl7s_schema_is_not_content_with_anything(schema: jsonschema_rs.Validator) -> None:
    assert not schema.is_valid({**as_json("hads"), "status": "finished"})
    assert not schema.is_valid({**as_json("hads"), "items": []})


@EACH
def test_it_is_valid_by_a_library_of_others(code: str) -> None:
    for language in LANGUAGES:
        Questionnaire.model_validate(as_json(code, language))


@EACH
def test_it_keeps_the_rules_that_no_schema_says(code: str) -> None:
    for language in LANGUAGES:
        assert broken_rules(as_json(code, language)) == []


SPOILT: list[tuple[str, Callable[[Document], object]]] = [
    ("que-0", lambda q: q.update(name="qlq br23")),
    ("que-1", lambda q: q["item"][-1].update(item=[])),
    ("que-2", lambda q: q["item"].append(q["item"][1])),
    ("que-3", lambda q: q["item"][0].update(code=[])),
    ("que-5", lambda q: q["item"][1].update(type="decimal")),
    ("que-6", lambda q: q["item"][0].update(required=False)),
    ("que-12", lambda q: item(q, "q46").pop("enableBehavior")),
    ("enableWhen", lambda q: q["item"].insert(0, q["item"].pop(q["item"].index(item(q, "q46"))))),
    ("enableWhen", lambda q: item(q, "q46")["enableWhen"][0]["answerCoding"].update(code="9")),
    ("ext-1", lambda q: q["extension"].append({"url": "https://example.org"})),
]


def item(document: Document, link_id: str) -> Document:
    return next(dict_ for dict_ in document["item"] if dict_["linkId"] == link_id)


@pytest.mark.parametrize(("rule", "spoil"), SPOILT)
def test_each_of_those_rules_is_seen_when_it_is_broken(
    rule: str, spoil: Callable[[Document], object]
) -> None:
    document = copy.deepcopy(as_json("qlq-br23"))
    spoil(document)
    assert rule in {each.split()[0] for each in broken_rules(document)}


@EACH
def test_nothing_is_lost_on_the_way_there_and_back(code: str) -> None:
    shipped = SHIPPED[code]
    for language in LANGUAGES:
        back = read_questionnaire(as_json(code, language), value_sets=shipped.value_sets)
        assert back == shipped
        assert back.languages == shipped.languages
        assert [list(each.options) for each in back.items] == [list(each.options) for each in shipped.items]
        bare = read_questionnaire(as_json(code, language))
        assert bare == replace(shipped, value_sets={})


def test_the_way_back_reads_what_other_programs_read() -> None:
    """Texts, codes, ranges and conditions are taken from where FHIR has them, not from a copy beside it."""
    document = as_json("qlq-br23", "en")
    item(document, "q31").update(text="another text", code=[{"system": "http://loinc.org", "code": "1"}])
    item(document, "q45")["answerOption"][0]["valueCoding"]["display"] = "never"
    item(document, "q46")["enableWhen"].pop(0)
    back = read_questionnaire(document)
    assert (back.item("q31").label["en"], back.item("q31").cdisc) == ("another text", None)
    assert back.item("q45").options[0].label["en"] == "never"
    assert back.item("q46").shown_if is not None
    assert back.item("q46").shown_if.above == 2


def test_what_is_no_questionnaire_of_ours_is_not_read() -> None:
    wrong: list[Document] = [
        {},
        {"resourceType": "Patient"},
        {**as_json("hads"), "url": "https://example.org/hads"},
        {**as_json("hads"), "item": []},
        {**as_json("hads"), "extension": []},
    ]
    for document in wrong:
        with pytest.raises(NotOursError):
            read_questionnaire(document)


@EACH
def test_it_says_whose_the_words_are_and_that_they_are_not_there(code: str) -> None:
    document = as_json(code, "en")
    assert document["copyright"].startswith(SHIPPED[code].licence.holder)
    assert (document["status"], document["experimental"]) == ("draft", True)
    assert "placeholders" in document["description"]


def test_every_score_has_an_expression_or_the_reason_why_not() -> None:
    for code in SHIPPED:
        for each in every_item(as_json(code)):
            if each["linkId"].startswith("score-"):
                said = {extension["url"].rpartition("/")[2] for extension in each["extension"]}
                assert len(said & {"sdc-questionnaire-calculatedExpression", "not-calculated"}) == 1


def test_the_command_prints_the_same_document_each_time() -> None:
    first, again = [CliRunner().invoke(instruments, ["fhir", "eq-5d-5l"]) for _ in range(2)]
    assert (first.exit_code, first.stdout) == (0, again.stdout)
    assert json.loads(first.stdout) == as_json("eq-5d-5l", "fr")
    assert first.stderr.startswith("index: no expression: ")
    english = CliRunner().invoke(instruments, ["fhir", "hads", "--language", "en"])
    assert json.loads(english.stdout)["title"] == "Anxiety and mood (HADS)"
    assert english.stderr.startswith("HADS-A: an expression only with every item answered")
    unknown = CliRunner().invoke(instruments, ["fhir", "none"])
    assert (unknown.exit_code, unknown.stdout) == (2, "")
    assert "use one of" in unknown.stderr
