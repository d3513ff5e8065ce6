"""/patients/{code}/history: the trail of anything of one patient, field by field."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from marshmallow import fields, validate

from pro_service.core.access import Permission
from pro_service.entrypoints.api import access
from pro_service.entrypoints.api.fields import Strict, Text, Whole
from pro_service.entrypoints.api.routes import api_blueprint, endpoint
from pro_service.entrypoints.api.shapes import Shape
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.trail_asked import asked
from pro_service.store.db import reading
from pro_service.store.queries import trail

blueprint = api_blueprint("Audit trail", "Every field that changed: old and new value, who, when, why.")
_MOST = 200


class HistoryQuery(Strict):
    """Which of it. A datum is a table and a row of it, and a field if one is meant."""

    table = Text(load_default="", longest=64, metadata={"example": "answer"})
    row = Text(load_default="", longest=255, metadata={"example": "17"})
    field = Text(load_default="", longest=64, metadata={"example": "value"})
    actor = Text(load_default="", longest=255)
    since = Text(load_default="", longest=10, metadata={"example": "2026-01-05"})
    sort = fields.String(load_default="newest", validate=validate.OneOf(trail.SORTS))
    skip = Whole(load_default=0, metadata={"description": "So many entries are passed over"})


class FieldChangeSchema(Shape):
    """One field that changed. Of what is sealed or secret the values are fingerprints."""

    seq = fields.Integer(required=True, metadata={"description": "The entry's number", "example": 4711})
    at = fields.AwareDateTime(required=True)
    table = fields.String(required=True, metadata={"example": "answer"})
    row = fields.String(required=True, metadata={"example": "17"})
    action = fields.String(required=True, validate=validate.OneOf(("insert", "update", "delete", "baseline")))
    field = fields.String(required=True, metadata={"example": "value"})
    old = fields.Raw(required=True, allow_none=True)
    new = fields.Raw(required=True, allow_none=True)
    actor = fields.String(required=True)
    role = fields.String(required=True)
    organisation = fields.String(required=True)
    reason = fields.String(required=True)


class HistorySchema(Shape):
    """The fields of up to 200 entries; `more` if there are further entries."""

    items = fields.List(fields.Nested(FieldChangeSchema), required=True)
    more = fields.Boolean(required=True)


@endpoint(blueprint, "/patients/<code>/history", gives=HistorySchema, query=HistoryQuery)
@needs(Permission.SEE_AUDIT)
def list_history(query: Mapping[str, Any], *, code: str) -> Any:
    """What changed of a patient's data, field by field"""
    facts = access.patient(code)
    wanted = replace(asked(query), patient=facts.code)
    with reading() as session:
        found, more = trail.page(session, wanted, limit=_MOST, skip=query["skip"])
    return {"items": found, "more": more}
