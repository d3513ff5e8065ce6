"""/patients/{code}/visits: the monitoring visits that the protocol plans and what became of them."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from pro_service.core.access import Permission
from pro_service.core.protocol import Protocol
from pro_service.core.timing import local_day
from pro_service.core.visits import Visit, VisitState, visits
from pro_service.entrypoints.api import access
from pro_service.entrypoints.api.routes import api_blueprint, endpoint
from pro_service.entrypoints.api.shapes import SentenceSchema, Shape, in_both
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.wiring import wired
from pro_service.store.db import reading
from pro_service.store.queries import patients

blueprint = api_blueprint(
    "Visits",
    "Monitoring visits by the protocol's calendar. They are moved, done and missed by events that name their key.",
)


class VisitSchema(Shape):
    """One visit under its eternal key. `on` is its day as known now; one outside the calendar has no planned day."""

    key = fields.String(required=True, metadata={"example": "ctDNA-M1.5"})
    kind = fields.String(required=True, metadata={"example": "ctdna"})
    words = fields.Nested(SentenceSchema, required=True)
    state = fields.String(
        required=True,
        validate=validate.OneOf([str(state) for state in VisitState]),
        metadata={"example": "planned"},
    )
    on = fields.Date(required=True, metadata={"example": "2026-02-19"})
    planned_on = fields.Date(required=True, allow_none=True, metadata={"example": "2026-02-19"})
    open_on = fields.Date(required=True, allow_none=True, metadata={"example": "2026-02-12"})
    close_on = fields.Date(required=True, allow_none=True, metadata={"example": "2026-02-26"})
    in_window = fields.Boolean(required=True, metadata={"description": "Does `on` lie in its window?"})


class VisitsSchema(Shape):
    """As of today, by day, then key."""

    items = fields.List(fields.Nested(VisitSchema), required=True)


@endpoint(blueprint, "/patients/<code>/visits", gives=VisitsSchema)
@needs(Permission.SEE_PATIENTS)
def list_visits(*, code: str) -> Any:
    """A patient's monitoring visits: planned, scheduled, moved, done, missed, overdue, cancelled"""
    facts = access.patient(code)
    protocol = access.protocol_of(facts)
    today = local_day(wired().clock(), facts.time_zone)
    with reading() as session:
        events = patients.course_of(session, facts.id)
    return {"items": [_visit(visit, protocol) for visit in visits(protocol, events, as_of=today)]}


def _visit(visit: Visit, protocol: Protocol) -> Mapping[str, Any]:
    plain = ("key", "kind", "state", "on", "planned_on", "open_on", "close_on", "in_window")
    words = protocol.visits.kinds[visit.kind].words
    return {**{name: getattr(visit, name) for name in plain}, "words": in_both(lambda each: words[each])}
