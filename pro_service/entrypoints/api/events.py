"""/patients/{code}/events: the facts of a patient's course; recording, previewing and voiding them."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from marshmallow import fields

from pro_service.core.access import Permission
from pro_service.entrypoints.api import access, changes
from pro_service.entrypoints.api.changes import PlanChangeSchema
from pro_service.entrypoints.api.facts import EventSchema, event_of
from pro_service.entrypoints.api.fields import Strict, Text
from pro_service.entrypoints.api.routes import api_blueprint, endpoint
from pro_service.entrypoints.api.shapes import Shape
from pro_service.entrypoints.login import require_person
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.wiring import wired
from pro_service.services.patients import course
from pro_service.store.db import reading
from pro_service.store.queries import patients

blueprint = api_blueprint(
    "Events",
    "Dated clinical facts. They are only ever added: a wrong one is voided, and the plan follows at once.",
)
_EXAMPLE = {"type": "treatment_stopped", "on": "2026-01-05"}


class RecordedEventSchema(Shape):
    """A recorded fact, and who voided it if somebody did."""

    id = fields.Integer(required=True, metadata={"example": 17})
    type = fields.String(required=True, metadata={"example": "treatment_stopped"})
    on = fields.Date(required=True, metadata={"example": "2026-01-05"})
    result = fields.String(required=True, allow_none=True)
    disclosed_on = fields.Date(required=True, allow_none=True)
    relation = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    visit = fields.String(required=True, allow_none=True, metadata={"example": None})
    visit_on = fields.Date(required=True, allow_none=True, metadata={"example": None})
    bundle = fields.String(required=True, allow_none=True)
    recorded_at = fields.AwareDateTime(required=True)
    recorded_by = fields.String(required=True)
    voided_at = fields.AwareDateTime(required=True, allow_none=True)
    voided_by = fields.String(required=True, allow_none=True)
    void_reason = fields.String(required=True, allow_none=True)


class EventsSchema(Shape):
    """In the order of recording."""

    items = fields.List(fields.Nested(RecordedEventSchema), required=True)


class RecordedSchema(Shape):
    """The fact's id, and what became of the patient's assessments. `kept`: begun or over, so left as it is."""

    event_id = fields.Integer(required=True, metadata={"example": 17})
    changes = fields.List(fields.Nested(PlanChangeSchema), required=True)


class PhasesSchema(Shape):
    """The phase without the fact and with it."""

    before = fields.String(required=True, metadata={"example": "INCLUDED"})
    after = fields.String(required=True, metadata={"example": "OFF_TREATMENT"})


class PreviewSchema(Shape):
    """The plan with the fact compared with the plan without it, assessment by assessment."""

    phase = fields.Nested(PhasesSchema, required=True)
    changes = fields.List(fields.Nested(PlanChangeSchema), required=True)


class VoidSchema(Strict):
    """Why the fact is wrong."""

    reason = Text(required=True, longest=500, lines=True)


@endpoint(blueprint, "/patients/<code>/events", gives=EventsSchema)
@needs(Permission.SEE_PATIENTS)
def list_events(*, code: str) -> Any:
    """A patient's facts"""
    facts = access.patient(code)
    with reading() as session:
        return {"items": patients.events_of(session, facts.id)}


@endpoint(
    blueprint,
    "/patients/<code>/events",
    method="POST",
    gives=RecordedSchema,
    status=HTTPStatus.CREATED,
    body=EventSchema,
    example=_EXAMPLE,
    refusals=(HTTPStatus.CONFLICT,),
)
@needs(Permission.RECORD_FACTS)
def record_event(body: Mapping[str, Any], *, code: str) -> Any:
    """Record a fact

    409 if the course cannot hold it, with the reason; nothing is stored then.
    """
    facts, wiring = access.patient(code), wired()
    protocol = access.protocol_of(facts)
    done = course.record_event(
        wiring.installation,
        study=facts.study,
        patient=facts.code,
        event=event_of(body, protocol.course),
        actor=require_person().login,
        now=wiring.clock(),
    )
    return {"event_id": done.event_id, "changes": changes.recorded(done.changes, protocol)}


@endpoint(
    blueprint,
    "/patients/<code>/events/preview",
    method="POST",
    gives=PreviewSchema,
    body=EventSchema,
    example=_EXAMPLE,
    refusals=(HTTPStatus.CONFLICT,),
)
@needs(Permission.RECORD_FACTS)
def preview_event(body: Mapping[str, Any], *, code: str) -> Any:
    """What recording a fact would change

    Nothing is recorded. Refused like recording.
    """
    facts, wiring = access.patient(code), wired()
    protocol = access.protocol_of(facts)
    preview = course.preview_event(
        wiring.installation,
        study=facts.study,
        patient=facts.code,
        event=event_of(body, protocol.course),
        now=wiring.clock(),
    )
    phase = {"before": preview.before.phase, "after": preview.after.phase}
    return {"phase": phase, "changes": changes.previewed(preview, protocol)}


@endpoint(
    blueprint,
    "/events/<int:event_id>/void",
    method="POST",
    gives=RecordedSchema,
    status=HTTPStatus.CREATED,
    body=VoidSchema,
    example={"reason": "Wrong patient"},
    refusals=(HTTPStatus.CONFLICT,),
)
@needs(Permission.RECORD_FACTS)
def void_event(body: Mapping[str, Any], *, event_id: int) -> Any:
    """Void a wrong fact

    The fact stays visible; `event_id` is the new fact that voids it. 409 if it is voided already, or if other facts
    depend on it.
    """
    person, wiring = require_person(), wired()
    done = course.void_event(
        wiring.installation,
        event_id=event_id,
        reason=body["reason"],
        site_ids=person.site_ids,
        actor=person.login,
        now=wiring.clock(),
    )
    return of_an_earlier_fact(event_id, done)


def of_an_earlier_fact(event_id: int, done: course.Recorded) -> Mapping[str, Any]:
    """What a fact about an earlier one (`event_id`: voided, told) changed."""
    with reading() as session:
        code = patients.code_of_event(session, event_id)
    protocol = access.protocol_of(access.patient(code))
    return {"event_id": done.event_id, "changes": changes.recorded(done.changes, protocol)}
