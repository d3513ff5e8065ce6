"""A QuestionnaireResponse over the API: answers where they belong, nothing else, kept byte for byte."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from pro_service.store.models import Answer, Response, SiteEntry
from pro_service.store.records import entries
from tests.services.given import WELL as WELL_ALL
from tests.trial import Trial
from tests.web.api.forms import FHIR, INSTRUMENTS, opened, response, send
from tests.web.api.world import WELL, Program, problem, wrong_fields

Document = dict[str, Any]
MODE = "http://hl7.org/fhir/StructureDefinition/questionnaireresponse-completionMode"
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


def answered_by(code: str, system: str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationMode") -> Any:
    coding = {"system": system, "code": code}
    return [{"url": MODE, "valueCodeableConcept": {"coding": [coding]}}]


def test_a_completed_response_is_stored_and_scored_like_any_other(heroes: Trial, nurse: Program) -> None:
    assessment = opened(heroes)
    done = send(nurse, assessment, response(WELL))
    assert done.status_code == 201, done.get_json()
    assert done.get_json()["instrument_state"] == "completed"
    (row,) = heroes.rows(Response)
    assert (row.mode, row.instrument) == ("form", "qlq-c30")
    kept = {one.item: one.value for one in heroes.rows(Answer)}
    assert kept == WELL
    assert {one.answered_at for one in heroes.rows(Answer)} == {datetime(2026, 1, 5, 8, 30, tzinfo=UTC)}
    assert len(nurse.items("/patients/03-001/scores")) == len(INSTRUMENTS["qlq-c30"].scales)


def test_its_bytes_are_kept_and_are_its_identity_if_it_has_no_other(heroes: Trial, nurse: Program) -> None:
    assessment = opened(heroes)
    content = json.dumps(response(WELL), indent=1).encode()
    first = send(nurse, assessment, content)
    before = heroes.counts()
    again = send(nurse, assessment, content)
    assert (first.status_code, again.status_code, again.get_json()) == (201, 201, first.get_json())
    assert heroes.counts() == before
    (row,) = heroes.rows(SiteEntry)
    assert entries.content(heroes.installation.keys, row) == content
    assert (row.kind, row.client_id, row.answered_on) == (
        "fhir",
        entries.content_hash(content),
        date(2026, 1, 5),
    )
    problem(send(nurse, assessment, content + b" "), 409, "instrument_completed")


def test_its_identifier_is_its_identity(heroes: Trial, nurse: Program) -> None:
    assessment = opened(heroes)
    named = {"identifier": {"system": "https://example.org/forms", "value": "17"}}
    assert send(nurse, assessment, response(WELL, **named)).status_code == 201
    problem(send(nurse, assessment, response({"q1": 2}, **named)), 409, "entry_id_used")


def test_a_response_in_progress_is_kept_and_continued(heroes: Trial, nurse: Program) -> None:
    assessment = opened(heroes)
    begun = response({"q1": 3}, status="in-progress", authored="2026-01-05")
    assert send(nurse, assessment, begun).get_json()["instrument_state"] == "in_progress"
    assert send(nurse, assessment, response(WELL)).get_json()["instrument_state"] == "completed"
    assert [(one.version, one.value) for one in heroes.rows(Answer, item="q1")] == [(1, 3), (2, 1)]


def test_how_the_patient_answered_is_taken_from_the_standard_extension(heroes: Trial, nurse: Program) -> None:
    assessment = opened(heroes)
    modes = {"WRITTEN": "paper", "PHONE": "phone", "ELECTRONIC": "tablet"}
    for (code, mode), instrument in zip(modes.items(), ("qlq-c30", "qlq-br23", "hads"), strict=True):
        sent = send(
            nurse, assessment, response(WELL_ALL[instrument], instrument, extension=answered_by(code))
        )
        assert sent.status_code == 201, sent.get_json()
        assert heroes.rows(Response, instrument=instrument)[0].mode == mode
    strange = response({}, "fcri-sf", extension=answered_by("DICTATE"))
    del strange["item"]
    assert wrong_fields(send(nurse, assessment, strange)) == {"extension.0": "not_one_of"}


def test_a_refusal_is_an_option_or_a_reason_for_absence(heroes: Trial, nurse: Program) -> None:
    assessment = opened(heroes)
    both = response({**WELL_ALL["hads"], "q13": None}, "hads")
    both["item"][-1]["answer"] = [{"extension": [{"url": ABSENT, "valueCode": "asked-declined"}]}]
    sent = send(nurse, assessment, both)
    assert sent.status_code == 201, sent.get_json()
    assert {one.item for one in heroes.rows(Answer) if one.refused} == {"q13", "q14"}


def test_what_may_not_be_refused_is_not(heroes: Trial, nurse: Program) -> None:
    assessment = opened(heroes)
    assert not INSTRUMENTS["eq-5d-5l"].item("MO").may_refuse
    marked = response(WELL_ALL["eq-5d-5l"], "eq-5d-5l")
    marked["item"][0]["answer"] = [{"extension": [{"url": ABSENT, "valueCode": "asked-declined"}]}]
    assert wrong_fields(send(nurse, assessment, marked)) == {"item.0.answer.0": "may_not_refuse"}
    unknown = response(WELL_ALL["hads"], "hads")
    unknown["item"][0]["answer"] = [{"extension": [{"url": ABSENT, "valueCode": "unknown"}]}]
    assert wrong_fields(send(nurse, assessment, unknown)) == {"item.0.answer.0": "wrong_kind"}


def test_scores_in_it_are_looked_at_and_not_taken(heroes: Trial, nurse: Program) -> None:
    assessment = opened(heroes)
    wrong = {
        "linkId": "scores",
        "item": [{"linkId": "score-TOTAL", "answer": [{"valueDecimal": 999.5}]}],
    }
    filled = response(WELL_ALL["fcri-sf"], "fcri-sf")
    filled["item"].append(wrong)
    assert send(nurse, assessment, filled).status_code == 201
    scores = {one["scale"]: one["value"] for one in nurse.items("/patients/03-001/scores")}
    assert scores == {"TOTAL": 11.0}


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
    for body in (b"", b"{", b"\xff", b'{"a": NaN}', b"[" * 100_000, twice):
        problem(send(nurse, assessment, body), 400, "malformed")
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


def test_an_instrument_is_given_as_a_questionnaire_to_who_asks_for_fhir(nurse: Program) -> None:
    as_fhir = nurse.get("/instruments/hads", headers={"Accept": FHIR})
    assert as_fhir.mimetype == FHIR
    document = json.loads(as_fhir.get_data())
    assert (document["resourceType"], document["language"]) == ("Questionnaire", "fr")
    for accepted in ("application/json", "*/*", f"application/json, {FHIR};q=0.5"):
        plain = nurse.get("/instruments/hads", headers={"Accept": accepted})
        assert (plain.mimetype, "items" in plain.get_json()) == ("application/json", True)
