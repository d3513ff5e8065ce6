"""/signatures: an investigator's electronic signatures over patients' records."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from marshmallow import fields, validate

from pro_service.core.access import Permission
from pro_service.core.evidence import SignatureMeaning, SignatureState
from pro_service.entrypoints.api.fields import Code, Many, Nested, OneOf, Strict, Text
from pro_service.entrypoints.api.routes import api_blueprint, endpoint
from pro_service.entrypoints.api.shapes import Shape
from pro_service.entrypoints.login import require_person
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.source import origin
from pro_service.entrypoints.wiring import wired
from pro_service.services import signatures
from pro_service.store.db import reading
from pro_service.store.queries import signatures as queries
from pro_service.store.queries import studies

blueprint = api_blueprint(
    "Signatures",
    "A signature covers a record as it was; any later change supersedes it. That is computed at each reading.",
)


class SignatureSchema(Shape):
    """Who signed, when, what it means, and how it stands against the record now."""

    login = fields.String(required=True)
    name = fields.String(required=True)
    meaning = fields.String(required=True, validate=validate.OneOf([str(each) for each in SignatureMeaning]))
    signed_at = fields.AwareDateTime(required=True)
    record_sha256 = fields.String(required=True)
    key_id = fields.String(required=True, metadata={"description": "Of the key that sealed it"})
    state = fields.String(required=True, validate=validate.OneOf([str(each) for each in SignatureState]))
    changed = fields.List(
        fields.String(), required=True, metadata={"description": "Parts of the record that changed since"}
    )


class RecordSchema(Shape):
    """A patient's record as it is now; `sha256` is what a signature names as that which was shown."""

    patient = fields.String(required=True, metadata={"example": "03-001"})
    site = fields.String(required=True, metadata={"example": "03"})
    sha256 = fields.String(required=True)
    signatures = fields.List(fields.Nested(SignatureSchema), required=True)


class RecordsSchema(Shape):
    """By patient."""

    items = fields.List(fields.Nested(RecordSchema), required=True)


class ShownSchema(Strict):
    """One record that is to be signed, as it was shown."""

    patient = Code(longest=64, required=True)
    sha256 = Text(longest=64, shortest=64, required=True)


class SignSchema(Strict):
    """The records, what the signature means, and both factors anew."""

    records = Many(Nested(ShownSchema), longest=500, required=True)
    meaning = OneOf([str(each) for each in SignatureMeaning], required=True)
    password = Text(longest=256, required=True)
    code = Text(longest=8, required=True)


@endpoint(blueprint, "/signatures", gives=RecordsSchema)
@needs(Permission.SEE_PATIENTS)
def list_signatures() -> Any:
    """Every record of your sites and its signatures, the newest first"""
    return {"items": [_record(one) for one in _records()]}


@endpoint(
    blueprint,
    "/signatures",
    method="POST",
    gives=RecordsSchema,
    status=HTTPStatus.CREATED,
    body=SignSchema,
    example={
        "records": [{"patient": "03-001", "sha256": "0" * 64}],
        "meaning": "approval",
        "password": "demo-emma",
        "code": "123456",
    },
    refusals=(HTTPStatus.CONFLICT, HTTPStatus.NOT_FOUND),
)
@needs(Permission.SIGN)
def sign_records(body: Mapping[str, Any]) -> Any:
    """Sign records: all of them or none

    409 if one is not what was shown any more.
    """
    shown = {each["patient"]: each["sha256"] for each in body["records"]}
    signatures.sign(
        wired().installation,
        person=require_person(),
        shown=shown,
        meaning=body["meaning"],
        password=body["password"],
        code=body["code"],
        origin=origin(),
        now=wired().clock(),
    )
    return {"items": [_record(one) for one in _records() if one.patient_code in shown]}


def _records() -> tuple[queries.RecordFacts, ...]:
    person = require_person()
    with reading() as session:
        return queries.records(
            session,
            study=studies.code_of(session, person.study_id),
            site_ids=person.site_ids,
            verifier=wired().installation.signer.verifier,
        )


def _record(one: queries.RecordFacts) -> Mapping[str, Any]:
    return {
        "patient": one.patient_code,
        "site": one.site_code,
        "sha256": one.sha256,
        "signatures": [
            {
                **{name: getattr(each, name) for name in ("login", "name", "meaning", "signed_at")},
                "record_sha256": each.record_sha256,
                "key_id": each.key_id,
                "state": each.standing.state,
                "changed": list(each.standing.changed),
            }
            for each in one.signatures
        ],
    }
