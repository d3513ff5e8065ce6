"""/assessments/{id}/responses: what a site enters for a patient, as JSON or as a FHIR QuestionnaireResponse."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import request
from marshmallow import fields, validate
from werkzeug.exceptions import BadRequest

from pro_service.core.access import Permission
from pro_service.core.answers import Fault, Placed
from pro_service.core.fhir import FaultyResponseError, read_response
from pro_service.core.lifecycle import AssessmentState, ResponseState
from pro_service.core.provenance import EntryReason, Respondent
from pro_service.entrypoints.api.fields import Day, Flag, Many, Nested, OneOf, Strict, Text, Whole
from pro_service.entrypoints.api.problems import InvalidFieldsError
from pro_service.entrypoints.api.reading import StrictParser
from pro_service.entrypoints.api.routes import FHIR, api_blueprint, endpoint
from pro_service.entrypoints.api.shapes import Shape
from pro_service.entrypoints.login import require_person
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.strict_json import document
from pro_service.entrypoints.wiring import wired
from pro_service.services.answers import entries
from pro_service.services.answers.entries import MODES, REASONS, Entry, FaultyEntryError
from pro_service.services.refusals import NotFoundError
from pro_service.store.db import reading
from pro_service.store.queries.entries import FormPlace, form_place

blueprint = api_blueprint("Responses", "What a patient answered on paper, by telephone or on another screen.")


class AnswerSchema(Strict):
    """One answer. An item that was left blank is left out."""

    item = Text(required=True, longest=32, metadata={"example": "q1"})
    value = Whole(load_default=None, metadata={"description": "Of the item's range", "example": 2})
    refused = Flag(load_default=False, metadata={"description": "Preferred not to answer; without a value"})


class EntrySchema(Strict):
    """One instrument as the patient answered it. `id` is made by the sender: the same form sent twice is one."""

    id = Text(required=True, longest=64, metadata={"example": "form-0017"})
    instrument = Text(required=True, longest=64, metadata={"example": "eq-5d-5l"})
    mode = OneOf(MODES, required=True, metadata={"description": "How the answers were obtained"})
    reason = OneOf(REASONS, required=True, metadata={"description": "Why the site enters them"})
    answered_by = OneOf(tuple(Respondent), load_default=Respondent.PATIENT)
    note = Text(longest=2000, shortest=0, lines=True, load_default="")
    answered_on = Day(required=True, metadata={"description": "The day the patient answered"})
    complete = Flag(required=True, metadata={"description": "Nothing more will come: score it"})
    answers = Many(Nested(AnswerSchema), longest=300, required=True)


class EnteredSchema(Shape):
    """Where the instrument and its assessment stand, and how many alerts the answers raised."""

    instrument_state = fields.String(
        required=True,
        validate=validate.OneOf([str(state) for state in ResponseState]),
        metadata={"example": "completed"},
    )
    assessment_state = fields.String(
        required=True,
        validate=validate.OneOf([str(state) for state in AssessmentState]),
        metadata={"example": "in_progress"},
    )
    alerts = fields.Integer(required=True, metadata={"example": 0})


_EXAMPLE = {
    "id": "form-0017",
    "instrument": "eq-5d-5l",
    "mode": "paper",
    "reason": "preferred",
    "answered_on": "2026-01-05",
    "complete": True,
    "answers": [{"item": "MO", "value": 2}, {"item": "VAS", "value": 70}],
}
_BODIES = {
    "application/json": {"schema": EntrySchema, "example": _EXAMPLE},
    FHIR: {"schema": {"type": "object", "description": "A FHIR R4 QuestionnaireResponse; docs/fhir.md"}},
}


@endpoint(
    blueprint,
    "/assessments/<int:assessment_id>/responses",
    method="POST",
    gives=EnteredSchema,
    status=HTTPStatus.CREATED,
    bodies=_BODIES,
    refusals=(HTTPStatus.CONFLICT,),
)
@needs(Permission.ENTER_ANSWERS)
def enter_response(*, assessment_id: int) -> Any:
    """Enter what a patient answered

    As JSON, or as a FHIR R4 QuestionnaireResponse (`application/fhir+json`). All or nothing; the bytes are kept. The
    same form again changes nothing and is answered alike. After the close it is kept and marked late as long as the
    protocol allows (`answering.late_entry_days`); the assessment stays as it closed. 409 if it may not be entered now,
    or the instrument is completed or was begun in another way. A FHIR form has the reason `other_system`.
    """
    person, wiring = require_person(), wired()
    place = _place(assessment_id, person.site_ids)
    entry = _from_fhir(place) if request.mimetype == FHIR else _from_json()
    try:
        return entries.enter(
            wiring.installation,
            assessment_id=assessment_id,
            site_ids=person.site_ids,
            entry=entry,
            actor=person.login,
            now=wiring.clock(),
        )
    except FaultyEntryError as error:
        raise told(error.faults) from error


def _place(assessment_id: int, site_ids: tuple[int, ...]) -> FormPlace:
    with reading() as session:
        found = form_place(session, assessment_id, site_ids=site_ids)
    if found is None:
        raise NotFoundError("assessment")
    return found


def _from_json() -> Entry:
    body: Mapping[str, Any] = StrictParser().parse(EntrySchema(), request, location="json")
    answers = tuple(Placed(place=f"answers.{number}", **each) for number, each in enumerate(body["answers"]))
    return Entry(
        client_id=body["id"],
        kind="json",
        instrument=body["instrument"],
        mode=body["mode"],
        answers=answers,
        finished=body["complete"],
        answered_on=body["answered_on"],
        answered_at=None,
        dated="answered_on",
        content=request.get_data(),
        reason=body["reason"],
        respondent=Respondent(body["answered_by"]),
        note=body["note"],
    )


def _from_fhir(place: FormPlace) -> Entry:
    catalogue = wired().installation.catalogue
    expected = {code: catalogue.instruments[code] for code in place.instruments}
    content = request.get_data()
    try:
        read = read_response(_document(content), instruments=expected, patient=place.patient_code)
    except FaultyResponseError as error:
        raise told(error.faults) from error
    return Entry(
        client_id=read.identifier,
        kind="fhir",
        instrument=read.instrument,
        mode=read.mode,
        answers=read.answers,
        finished=read.finished,
        answered_on=read.authored_on,
        answered_at=read.authored_at,
        dated="authored",
        content=content,
        reason=EntryReason.OTHER_SYSTEM,
    )


def _document(content: bytes) -> Any:
    try:
        return document(content)
    except ValueError:
        raise BadRequest from None


def told(faults: Sequence[Fault]) -> InvalidFieldsError:
    """The faults of a form as the fields that were refused."""
    messages: dict[str, list[str]] = {}
    for fault in faults:
        messages.setdefault(fault.place, []).append(f"{fault.code}|{fault.detail}")
    return InvalidFieldsError(messages)
