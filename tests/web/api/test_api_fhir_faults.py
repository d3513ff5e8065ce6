"""What does not fit the Questionnaire is refused with its place, whatever it is, and nothing of it is kept."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from pro_service.store.models import Response
from tests.services.given import WELL as WELL_ALL
from tests.trial import Trial
from tests.web.api.forms import MODE, answered_by, opened, response, send
from tests.web.api.world import WELL, Program, problem, wrong_fields

Document = dict[str, Any]


def at(link_id: str, change: Callable[[Document], object]) -> Callable[[Document], object]:
    return lambda d: change(next(each for each in d["item"] if each["linkId"] == link_id))


def coded(**over: str) -> Callable[[Document], object]:
    return at("q1", lambda item: item["answer"][0]["valueCoding"].update(over))


def replied(*answers: Any) -> Callable[[Document], object]:
    return at("q1", lambda item: item.update(answer=list(answers)))


Q1 = "item.0.answer"
ELSEWHERE = {"system": "https://example.org", "code": "1"}
WRONG: list[tuple[Callable[[Document], object], str, str]] = [
    (lambda d: d.update(resourceType="Questionnaire"), "resourceType", "no_response"),
    (lambda d: d.update(questionnaire="https://example.org/q|3.0"), "questionnaire", "not_one_of"),
    (lambda d: d.update(questionnaire=d["questionnaire"].replace("|3.0", "")), "questionnaire", "not_one_of"),
    (
        lambda d: d.update(questionnaire=d["questionnaire"].replace("|3.0", "|2.0")),
        "questionnaire",
        "not_one_of",
    ),
    (lambda d: d.pop("questionnaire"), "questionnaire", "not_one_of"),
    (lambda d: d.update(status="amended"), "status", "not_one_of"),
    (lambda d: d.update(status="entered-in-error"), "status", "not_one_of"),
    (lambda d: d.update(status=["completed"]), "status", "not_one_of"),
    (lambda d: d.pop("status"), "status", "not_one_of"),
    (lambda d: d.update(items=[]), "items", "unknown"),
    (lambda d: d.update(modifierExtension=[]), "modifierExtension", "changes_meaning"),
    (lambda d: d.update(subject={"reference": "Patient/03-002"}), "subject", "other_patient"),
    (lambda d: d.update(subject={"identifier": {"value": "03-002"}}), "subject", "other_patient"),
    (lambda d: d.update(subject={"display": "somebody"}), "subject", "other_patient"),
    (lambda d: d.update(authored="2026-01"), "authored", "not_a_moment"),
    (lambda d: d.update(authored="2026-01-05T08:30:00"), "authored", "not_a_moment"),
    (lambda d: d.update(authored="2026-02-30"), "authored", "not_a_moment"),
    (lambda d: d.update(authored="2026-01-05T09:30:00Z"), "authored", "day_outside"),
    (lambda d: d.update(authored="2026-01-06"), "authored", "day_outside"),
    (lambda d: d.update(authored="2020-01-05T08:30:00Z"), "authored", "day_outside"),
    (lambda d: d.update(identifier={"value": ""}), "identifier.value", "length"),
    (lambda d: d.update(item=[]), "item", "not_a_list"),
    (at("q1", lambda item: item.update(linkId="q99")), "item.0.linkId", "unknown_link_id"),
    (lambda d: d["item"].insert(0, "q1"), "item.0.linkId", "unknown_link_id"),
    (lambda d: d["item"].append(d["item"][0]), "item.30.linkId", "answered_twice"),
    (at("q1", lambda item: item.update(item=[{"linkId": "q2"}])), "item.0", "item_and_answer"),
    (at("q1", lambda item: item.update(note="x")), "item.0.note", "unknown"),
    (lambda d: d["item"].append({"linkId": "q1", "item": []}), "item.30.linkId", "answered_twice"),
    (
        lambda d: d["item"].append({"linkId": "scores", "answer": [{"valueDecimal": 1}]}),
        "item.30.answer",
        "not_asked",
    ),
    (
        lambda d: d["item"].append({"linkId": "recall-q1", "answer": [{"valueString": "x"}]}),
        "item.30.answer",
        "not_asked",
    ),
    (
        lambda d: d["item"].append({"linkId": "scores", "item": [{"linkId": "q1"}]}),
        "item.30.item.0.linkId",
        "unknown_link_id",
    ),
    (replied(), Q1, "one_answer"),
    (replied({"valueInteger": 1}, {"valueInteger": 1}), Q1, "one_answer"),
    (replied({"valueInteger": 1}), f"{Q1}.0", "wrong_kind"),
    (replied({"valueString": "1"}), f"{Q1}.0", "wrong_kind"),
    (replied({"valueCoding": ELSEWHERE, "valueInteger": 1}), f"{Q1}.0", "wrong_kind"),
    (replied({"valueCoding": ELSEWHERE, "item": [{"linkId": "q2"}]}), f"{Q1}.0", "wrong_kind"),
    (replied({}), f"{Q1}.0", "wrong_kind"),
    (replied({"valueCoding": ELSEWHERE}), f"{Q1}.0.valueCoding", "not_one_of"),
    (replied({"valueCoding": {"code": "1"}}), f"{Q1}.0.valueCoding", "not_one_of"),
    (replied({"valueCoding": ["1"]}), f"{Q1}.0.valueCoding", "not_one_of"),
    (coded(code="5"), f"{Q1}.0.valueCoding", "not_one_of"),
    (coded(code="01"), f"{Q1}.0.valueCoding", "not_one_of"),
]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_what_does_not_fit_the_questionnaire_is_refused_with_its_place(heroes: Trial, nurse: Program) -> None:
    assessment = opened(heroes)
    before = heroes.counts()
    for spoil, field, code in WRONG:
        document = response(WELL)
        spoil(document)
        assert wrong_fields(send(nurse, assessment, json.dumps(document).encode())) == {field: code}
    assert heroes.counts() == before


WRONG_LINES: list[tuple[Any, str]] = [
    (101, "out_of_range"),
    (-1, "out_of_range"),
    (70.5, "not_a_whole_number"),
]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_mark_on_a_line_is_a_whole_number_in_its_range(heroes: Trial, nurse: Program) -> None:
    assessment = opened(heroes)
    for value, code in WRONG_LINES:
        marked = response({**WELL_ALL["eq-5d-5l"], "VAS": value}, "eq-5d-5l")
        assert wrong_fields(send(nurse, assessment, marked)) == {"item.5.answer.0.valueInteger": code}


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_an_answer_to_an_item_that_was_not_shown_is_refused(heroes: Trial, nurse: Program) -> None:
    assessment = opened(heroes)
    for q45 in (1, None):
        hidden = response({**WELL_ALL["qlq-br23"], "q45": q45, "q46": 2}, "qlq-br23")
        (place,) = [n for n, each in enumerate(hidden["item"]) if each["linkId"] == "q46"]
        assert wrong_fields(send(nurse, assessment, hidden)) == {
            f"item.{place}.answer.0.valueCoding": "not_shown"
        }
    assert heroes.rows(Response) == []


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_what_is_no_json_or_says_a_thing_twice_is_malformed(heroes: Trial, nurse: Program) -> None:
    assessment = opened(heroes)
    twice = b'{"resourceType": "QuestionnaireResponse", "status": "completed", "status": "in-progress"}'
    for body in (b"", b"{", b"\xff", b'{"a": NaN}', b"[" * 100_000):
        problem(send(nurse, assessment, body), 400, "malformed")
    problem(send(nurse, assessment, twice), 400, "named_twice")
    for junk in (b"null", b"[]", b"3", b'"x"', b"{}"):
        assert wrong_fields(send(nurse, assessment, junk)) == {"resourceType": "no_response"}
    path = f"/assessments/{assessment}/responses"
    problem(nurse.post(path, data=b"<x/>", content_type="application/fhir+xml"), 415, "not_json")
    as_ours = nurse.post(path, data=json.dumps(response(WELL)), content_type="application/json")
    assert "unknown" in wrong_fields(as_ours).values()


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_no_value_anywhere_in_a_response_breaks_the_route(heroes: Trial, nurse: Program) -> None:
    assessment = opened(heroes)
    full = response(WELL_ALL["eq-5d-5l"], "eq-5d-5l", subject={"reference": "Patient/03-001"})
    full |= {"extension": answered_by("PHONE"), "identifier": {"value": "x"}}
    junk: list[Any] = [
        None,
        True,
        -1,
        10**40,
        1e308,
        "",
        "\x00",
        "\ud800",
        [],
        [[]],
        {},
        {"a": {}},
        [{}],
        [None],
    ]
    for spoil in [*(lambda d, v, k=key: d.update({k: v}) for key in full), *_DEEPER]:
        for value in junk:
            document = json.loads(json.dumps(full))
            spoil(document, value)
            assert send(nurse, assessment, json.dumps(document).encode()).status_code < 500


_DEEPER: list[Callable[[Document, Any], object]] = [
    lambda d, v: d["item"].insert(0, v),
    lambda d, v: d["item"][0].update(linkId=v),
    lambda d, v: d["item"][0].update(answer=v),
    lambda d, v: d["item"][0].update(answer=[v]),
    lambda d, v: d["item"][0].update(answer=[{"valueCoding": v}]),
    lambda d, v: d["item"][0].update(answer=[{"valueCoding": {"system": v, "code": v}}]),
    lambda d, v: d["item"][0].update(answer=[{"extension": v}]),
    lambda d, v: d["item"][0].update(answer=[{"extension": [v]}]),
    lambda d, v: d["item"][-1].update(answer=[{"valueInteger": v}]),
    lambda d, v: d["item"].append({"linkId": "scores", "item": v}),
    lambda d, v: d["item"].append({"linkId": "scores", "item": [{"linkId": "score-vas", "answer": v}]}),
    lambda d, v: d.update(extension=[v]),
    lambda d, v: d.update(extension=[{"url": MODE, "valueCodeableConcept": v}]),
    lambda d, v: d.update(extension=[{"url": MODE, "valueCodeableConcept": {"coding": v}}]),
    lambda d, v: d.update(subject={"identifier": v}),
    lambda d, v: d.update(subject={"reference": v}),
    lambda d, v: d.update(identifier={"value": v}),
]
