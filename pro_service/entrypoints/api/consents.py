"""/consent-texts and /patients/{code}/consents: the register of what patients agreed to, by which text."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from marshmallow import fields, validate

from pro_service.core.access import Permission
from pro_service.core.provenance import Consent, ConsentAct, ConsentScope, standing
from pro_service.entrypoints.api import access
from pro_service.entrypoints.api.fields import Code, Day, Id, OneOf, Strict, Text
from pro_service.entrypoints.api.routes import api_blueprint, endpoint
from pro_service.entrypoints.api.shapes import Shape
from pro_service.entrypoints.login import require_person
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.wiring import wired
from pro_service.services.provenance import consents
from pro_service.store.db import reading
from pro_service.store.queries import questions

blueprint = api_blueprint("Consents", "What patients agreed to and took back, on which day, by which text.")


class ConsentTextSchema(Shape):
    """A version of an information and consent text: where it is kept and the SHA-256 of its file, not its words."""

    id = fields.Integer(required=True, metadata={"example": 2})
    ref = fields.String(required=True, metadata={"example": "PIS"})
    version = fields.String(required=True, metadata={"example": "2.1"})
    language = fields.String(required=True, metadata={"example": "fr"})
    sha256 = fields.String(required=True)
    registered_at = fields.AwareDateTime(required=True)


class ConsentTextsSchema(Shape):
    """Newest first."""

    items = fields.List(fields.Nested(ConsentTextSchema), required=True)


class NewTextSchema(Strict):
    """A version of a text."""

    ref = Code(required=True, longest=64)
    version = Code(required=True, longest=64)
    language = OneOf(("fr", "en"), required=True)
    sha256 = Text(required=True, longest=64, shortest=64)


class TextIdSchema(Shape):
    """The text."""

    id = fields.Integer(required=True, metadata={"example": 2})


class ConsentSchema(Shape):
    """One entry of the register; without a text where that was not kept."""

    scope = fields.String(required=True, validate=validate.OneOf(list(ConsentScope)))
    act = fields.String(required=True, validate=validate.OneOf(list(ConsentAct)))
    on = fields.Date(required=True)
    text = fields.Nested(ConsentTextSchema, required=True, allow_none=True)
    recorded_at = fields.AwareDateTime(required=True)
    recorded_by = fields.String(required=True)


class ConsentsSchema(Shape):
    """`standing` are the scopes to which the patient agrees now; `items` the register, in the order of recording."""

    standing = fields.List(fields.String(), required=True)
    items = fields.List(fields.Nested(ConsentSchema), required=True)


class NewConsentSchema(Strict):
    """What the patient said. A consent names its text; one taken back need not."""

    scope = OneOf(tuple(ConsentScope), required=True)
    act = OneOf(tuple(ConsentAct), required=True)
    on = Day(required=True)
    text_id = Id(load_default=None, allow_none=True)


@endpoint(blueprint, "/consent-texts", gives=ConsentTextsSchema)
@needs(Permission.SEE_DEFINITIONS)
def list_consent_texts() -> Any:
    """The consent texts of your study"""
    with reading() as session:
        return {"items": questions.consent_texts(session, require_person().study_id)}


@endpoint(
    blueprint,
    "/consent-texts",
    method="POST",
    gives=TextIdSchema,
    status=HTTPStatus.CREATED,
    body=NewTextSchema,
    example={"ref": "PIS", "version": "2.1", "language": "fr", "sha256": "0" * 64},
    refusals=(HTTPStatus.CONFLICT,),
)
@needs(Permission.MANAGE_STUDY)
def register_consent_text(body: Mapping[str, Any]) -> Any:
    """Register a version of a consent text

    409 if it is registered already.
    """
    person, wiring = require_person(), wired()
    found = consents.register_text(
        wiring.installation, study_id=person.study_id, **body, actor=person.login, now=wiring.clock()
    )
    return {"id": found}


@endpoint(blueprint, "/patients/<code>/consents", gives=ConsentsSchema)
@needs(Permission.SEE_PATIENTS)
def list_consents(*, code: str) -> Any:
    """What a patient agreed to and took back"""
    return _register(code)


@endpoint(
    blueprint,
    "/patients/<code>/consents",
    method="POST",
    gives=ConsentsSchema,
    status=HTTPStatus.CREATED,
    body=NewConsentSchema,
    example={"scope": "sms_items", "act": "given", "on": "2026-01-05", "text_id": 2},
)
@needs(Permission.RECORD_FACTS)
def record_consent(body: Mapping[str, Any], *, code: str) -> Any:
    """Record what a patient agreed to or took back

    Answering item by item in text messages follows it (`sms_items`).
    """
    facts, person, wiring = access.patient(code), require_person(), wired()
    consents.record_consent(
        wiring.installation,
        study=facts.study,
        patient=facts.code,
        site_ids=person.site_ids,
        scope=ConsentScope(body["scope"]),
        act=ConsentAct(body["act"]),
        on=body["on"],
        text_id=body["text_id"],
        actor=person.login,
        now=wiring.clock(),
    )
    return _register(code)


def _register(code: str) -> Mapping[str, Any]:
    facts = access.patient(code)
    with reading() as session:
        found = questions.consents_of(session, facts.id)
    entries = (Consent(scope=ConsentScope(one.scope), act=ConsentAct(one.act), on=one.on) for one in found)
    return {"standing": sorted(standing(entries)), "items": found}
