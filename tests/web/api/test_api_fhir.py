"""A QuestionnaireResponse over the API: answers where they belong, nothing else, kept byte for byte."""

import json
from datetime import UTC, date, datetime
from typing import Any

from pro_service.store.models import Answer, Response, SiteEntry
from pro_service.store.records import entries
from tests.services.given import WELL as WELL_ALL
from tests.trial import Trial
from tests.web.api.forms import FHIR, INSTRUMENTS, answered_by, opened, response, send
from tests.web.api.world import WELL, Program, problem, wrong_fields

Document = dict[str, Any]
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


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


def test_an_instrument_is_given_as_a_questionnaire_to_who_asks_for_fhir(nurse: Program) -> None:
    as_fhir = nurse.get("/instruments/hads", headers={"Accept": FHIR})
    assert as_fhir.mimetype == FHIR
    document = json.loads(as_fhir.get_data())
    assert (document["resourceType"], document["language"]) == ("Questionnaire", "fr")
    for accepted in ("application/json", "*/*", f"application/json, {FHIR};q=0.5"):
        plain = nurse.get("/instruments/hads", headers={"Accept": accepted})
        assert (plain.mimetype, "items" in plain.get_json()) == ("application/json", True)
