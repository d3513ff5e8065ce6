"""/missing-forms: forms that closed without being complete, and why the patient did not answer."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from marshmallow import fields, validate

from pro_service.core.access import Permission
from pro_service.core.provenance import SiteReason, TechnicalReason
from pro_service.entrypoints.api import access
from pro_service.entrypoints.api.fields import Limit, OneOf, Strict, Text
from pro_service.entrypoints.api.routes import api_blueprint, endpoint
from pro_service.entrypoints.api.shapes import Shape
from pro_service.entrypoints.login import require_person
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.wiring import wired
from pro_service.services.provenance import missing
from pro_service.store.db import reading
from pro_service.store.queries.missing import missing_forms

blueprint = api_blueprint(
    "Missing forms", "Why forms were not completed: the service's reason and the site's."
)
_EXPLAINED = {"all": None, "explained": True, "unexplained": False}


class MissingFormSchema(Shape):
    """A form that closed missed or partial, with the service's reason at the close and the site's."""

    assessment_id = fields.Integer(required=True, metadata={"example": 17})
    patient = fields.String(attribute="patient_code", required=True, metadata={"example": "03-001"})
    site = fields.String(required=True, metadata={"example": "03"})
    key = fields.String(attribute="timepoint", required=True, metadata={"example": "M1.5"})
    due_on = fields.Date(required=True, metadata={"example": "2026-02-19"})
    close_on = fields.Date(required=True, metadata={"example": "2026-02-26"})
    state = fields.String(required=True, metadata={"example": "missed"})
    technical = fields.String(
        required=True, validate=validate.OneOf(["", *TechnicalReason]), metadata={"example": "not_begun"}
    )
    site_reason = fields.String(
        required=True, validate=validate.OneOf(["", *SiteReason]), metadata={"example": "hospitalised"}
    )
    note = fields.String(required=True)
    given_by = fields.String(required=True)
    given_at = fields.AwareDateTime(required=True, allow_none=True)


class MissingFormsSchema(Shape):
    """Closed last first."""

    items = fields.List(fields.Nested(MissingFormSchema), required=True)


class MissingFormsQuery(Strict):
    """Which of them."""

    site = Text(longest=64, shortest=0, load_default="", metadata={"description": "One of your sites"})
    which = OneOf(tuple(_EXPLAINED), load_default="unexplained")
    limit = Limit(usual=50, most=200)


class MissingReasonSchema(Strict):
    """Why the patient did not answer. The note is for the site's own people and is not exported."""

    reason = OneOf(tuple(SiteReason), required=True)
    note = Text(longest=2000, shortest=0, lines=True, load_default="")


class ReasonGivenSchema(Shape):
    """The reason as kept."""

    reason = fields.String(required=True, metadata={"example": "hospitalised"})


@endpoint(blueprint, "/missing-forms", gives=MissingFormsSchema, query=MissingFormsQuery)
@needs(Permission.SEE_PATIENTS)
def list_missing_forms(query: Mapping[str, Any]) -> Any:
    """Forms of your sites that closed without being complete"""
    with reading() as session:
        found = missing_forms(
            session,
            access.site_ids(query["site"]),
            explained=_EXPLAINED[query["which"]],
            limit=query["limit"],
        )
    return {"items": found}


@endpoint(
    blueprint,
    "/assessments/<int:assessment_id>/missing-reason",
    method="POST",
    gives=ReasonGivenSchema,
    status=HTTPStatus.CREATED,
    body=MissingReasonSchema,
    example={"reason": "hospitalised", "note": ""},
    refusals=(HTTPStatus.CONFLICT,),
)
@needs(Permission.RECORD_FACTS)
def give_missing_reason(body: Mapping[str, Any], *, assessment_id: int) -> Any:
    """Say why the patient did not answer

    Another reason later is a further version. 409 unless the form closed without being complete.
    """
    person, wiring = require_person(), wired()
    missing.give_reason(
        wiring.installation,
        assessment_id=assessment_id,
        site_ids=person.site_ids,
        code=body["reason"],
        note=body["note"],
        actor=person.login,
        now=wiring.clock(),
    )
    return {"reason": body["reason"]}
