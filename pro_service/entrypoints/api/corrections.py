"""/corrections: changes of answers that are in, asked for with a reason and a source, and decided."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from marshmallow import fields, validate

from pro_service.core.access import Permission
from pro_service.core.answers import Placed
from pro_service.core.lifecycle import CorrectionState
from pro_service.core.provenance import AskedBy, CorrectionReason, CorrectionSource
from pro_service.entrypoints.api import access
from pro_service.entrypoints.api.fields import Day, Flag, Limit, Many, Nested, OneOf, Strict, Text
from pro_service.entrypoints.api.responses import AnswerSchema, told
from pro_service.entrypoints.api.routes import api_blueprint, endpoint
from pro_service.entrypoints.api.shapes import Shape
from pro_service.entrypoints.login import require_person
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.wiring import wired
from pro_service.services.answers.entries import FaultyEntryError
from pro_service.services.provenance import corrections
from pro_service.services.provenance.corrections import Request
from pro_service.store.db import reading
from pro_service.store.queries import corrections as queries

blueprint = api_blueprint(
    "Corrections",
    "Answers that are in change only as new versions; the original stays and is exported beside.",
)


class ChangeSchema(Shape):
    """One item before and after. Without `was_refused`, a null `old_value` was a blank."""

    item = fields.String(required=True, metadata={"example": "q1"})
    old_value = fields.Integer(required=True, allow_none=True)
    was_refused = fields.Boolean(required=True)
    value = fields.Integer(required=True, allow_none=True)
    refused = fields.Boolean(required=True)


class CorrectionSchema(Shape):
    """A correction and where it stands."""

    id = fields.Integer(required=True, metadata={"example": 4})
    patient = fields.String(attribute="patient_code", required=True, metadata={"example": "03-001"})
    site = fields.String(required=True, metadata={"example": "03"})
    assessment_id = fields.Integer(required=True, metadata={"example": 17})
    key = fields.String(attribute="timepoint", required=True, metadata={"example": "M1.5"})
    instrument = fields.String(required=True, metadata={"example": "eq-5d-5l"})
    state = fields.String(
        required=True, validate=validate.OneOf(list(CorrectionState)), metadata={"example": "requested"}
    )
    reason = fields.String(required=True, validate=validate.OneOf(list(CorrectionReason)))
    note = fields.String(required=True)
    source = fields.String(required=True, validate=validate.OneOf(list(CorrectionSource)))
    source_on = fields.Date(required=True)
    asked_by = fields.String(required=True, validate=validate.OneOf(list(AskedBy)))
    requested_at = fields.AwareDateTime(required=True)
    requested_by = fields.String(required=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
    decided_by = fields.String(required=True, allow_none=True)
    decision_note = fields.String(required=True)
    changes = fields.List(fields.Nested(ChangeSchema), required=True)


class CorrectionsSchema(Shape):
    """Newest first."""

    items = fields.List(fields.Nested(CorrectionSchema), required=True)


class CorrectionsQuery(Strict):
    """Which corrections."""

    site = Text(longest=64, shortest=0, load_default="", metadata={"description": "One of your sites"})
    state = OneOf((*CorrectionState, "all"), load_default=CorrectionState.REQUESTED)
    limit = Limit(usual=50, most=200)


class RequestSchema(Strict):
    """What is to be changed, why, and what supports it. `note` is the reason in words; it is not exported."""

    instrument = Text(required=True, longest=64, metadata={"example": "eq-5d-5l"})
    answers = Many(Nested(AnswerSchema), longest=300, required=True)
    reason = OneOf(tuple(CorrectionReason), required=True)
    note = Text(required=True, longest=2000, lines=True)
    source = OneOf(tuple(CorrectionSource), required=True)
    source_on = Day(required=True, metadata={"description": "The day of the source"})
    asked_by = OneOf(tuple(AskedBy), required=True)


class CorrectionStateSchema(Shape):
    """The correction's id and where it stands: `applied` at once where the protocol wants no second person."""

    id = fields.Integer(required=True, metadata={"example": 4})
    state = fields.String(required=True, metadata={"example": "requested"})


class DecisionSchema(Strict):
    """Approve, which applies it, or refuse."""

    approve = Flag(required=True)
    note = Text(longest=2000, shortest=0, lines=True, load_default="")


@endpoint(blueprint, "/corrections", gives=CorrectionsSchema, query=CorrectionsQuery)
@needs(Permission.SEE_PATIENTS)
def list_corrections(query: Mapping[str, Any]) -> Any:
    """Corrections of your sites"""
    state = "" if query["state"] == "all" else query["state"]
    with reading() as session:
        found = queries.corrections(
            session, access.site_ids(query["site"]), state=state, limit=query["limit"]
        )
    return {"items": found}


@endpoint(
    blueprint,
    "/assessments/<int:assessment_id>/corrections",
    method="POST",
    gives=CorrectionStateSchema,
    status=HTTPStatus.CREATED,
    body=RequestSchema,
    example={
        "instrument": "eq-5d-5l",
        "answers": [{"item": "VAS", "value": 70}],
        "reason": "transcription",
        "note": "Read as 10 on the paper form",
        "source": "paper_form",
        "source_on": "2026-01-05",
        "asked_by": "site",
    },
    refusals=(HTTPStatus.CONFLICT,),
)
@needs(Permission.ASK_CORRECTIONS)
def request_correction(body: Mapping[str, Any], *, assessment_id: int) -> Any:
    """Ask for a correction of answers that are in

    Applied at once where the protocol wants no second person (`corrections.second_person`). 409 while the answers can
    still be changed as usual, or while another correction of the same instrument waits.
    """
    person, wiring = require_person(), wired()
    placed = tuple(Placed(place=f"answers.{number}", **each) for number, each in enumerate(body["answers"]))
    try:
        found, state = corrections.request_correction(
            wiring.installation,
            assessment_id=assessment_id,
            site_ids=person.site_ids,
            request=Request(
                instrument=body["instrument"],
                answers=placed,
                reason=CorrectionReason(body["reason"]),
                note=body["note"],
                source=CorrectionSource(body["source"]),
                source_on=body["source_on"],
                asked_by=AskedBy(body["asked_by"]),
            ),
            actor=person.login,
            now=wiring.clock(),
        )
    except FaultyEntryError as error:
        raise told(error.faults) from error
    return {"id": found, "state": state}


@endpoint(
    blueprint,
    "/corrections/<int:correction_id>/decision",
    method="POST",
    gives=CorrectionStateSchema,
    body=DecisionSchema,
    example={"approve": True, "note": "Seen on the form"},
    refusals=(HTTPStatus.CONFLICT,),
)
@needs(Permission.APPROVE_CORRECTIONS)
def decide_correction(body: Mapping[str, Any], *, correction_id: int) -> Any:
    """Approve a correction, which applies it, or refuse it

    Never by who asked for it: 409 then, and once it is decided.
    """
    person, wiring = require_person(), wired()
    state = corrections.decide_correction(
        wiring.installation,
        correction_id=correction_id,
        site_ids=person.site_ids,
        **body,
        actor=person.login,
        now=wiring.clock(),
    )
    return {"id": correction_id, "state": state}
