"""Forms that a site hands in: as our JSON, and as a QuestionnaireResponse."""

import copy
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from pro_service.core.fhir import questionnaire
from pro_service.store.catalogue import load_instruments
from pro_service.store.db import db
from pro_service.store.models import Assessment
from tests.trial import Trial
from tests.web.api.world import Program

FHIR = "application/fhir+json"
MODE = "http://hl7.org/fhir/StructureDefinition/questionnaireresponse-completionMode"
INSTRUMENTS = load_instruments()
Document = dict[str, Any]


def opened(heroes: Trial) -> int:
    """A patient whose first assessment is open today; its id."""
    heroes.include()
    heroes.beat()
    found = heroes.call(_first_open)
    assert isinstance(found, int)
    return found


def _first_open() -> int | None:
    from_db = db.session.scalar(select(Assessment.id).where(Assessment.state == "open"))
    db.session.rollback()
    return from_db


def form(values: Mapping[str, int | None], instrument: str = "qlq-c30", **over: Any) -> Document:
    """A finished form on paper; None is a refusal."""
    answers = [
        {"item": item, "value": value} if value is not None else {"item": item, "refused": True}
        for item, value in values.items()
    ]
    head = {"id": "form-1", "instrument": instrument, "mode": "paper", "answered_on": "2026-01-05"}
    return head | {"reason": "preferred", "complete": True, "answers": answers} | over


def response(values: Mapping[str, int | None], instrument: str = "qlq-c30", **over: Any) -> Document:
    """A completed QuestionnaireResponse to our own Questionnaire; None is a refusal."""
    asked = questionnaire(INSTRUMENTS[instrument], language="en")
    items = [
        {"linkId": each["linkId"], "answer": [_answer(each, values[each["linkId"]])]}
        for each in asked["item"]
        if each["linkId"] in values
    ]
    head = {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{asked['url']}|{asked['version']}",
        "status": "completed",
        "authored": "2026-01-05T08:30:00.000Z",
    }
    return copy.deepcopy(head | {"item": items} | over)


def _answer(asked: Document, value: int | None) -> Document:
    if asked["type"] == "integer":
        return {"valueInteger": value}
    codings = [each["valueCoding"] for each in asked["answerOption"]]
    wanted = "asked-declined" if value is None else str(value)
    return {"valueCoding": next(each for each in codings if each["code"] == wanted)}


def send(program: Program, assessment: int, body: Document | bytes, **options: Any) -> Any:
    """As JSON, or as FHIR where the document is a resource or bytes."""
    path = f"/assessments/{assessment}/responses"
    if isinstance(body, bytes) or "resourceType" in body:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return program.post(path, data=data, content_type=FHIR, **options)
    return program.post(path, body, **options)


def answered_by(code: str, system: str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationMode") -> Any:
    """The extension that says how the patient answered."""
    coding = {"system": system, "code": code}
    return [{"url": MODE, "valueCodeableConcept": {"coding": [coding]}}]
