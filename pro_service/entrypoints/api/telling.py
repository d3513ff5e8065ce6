"""/events/{id}/told: a result and whether the patient has been told it are two facts; this records the second."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from marshmallow import fields

from pro_service.core.access import Permission
from pro_service.core.course import awaiting
from pro_service.core.plan import Unplanned, unplanned
from pro_service.core.protocol import Protocol
from pro_service.core.timing import local_day
from pro_service.entrypoints.api import access
from pro_service.entrypoints.api.events import RecordedSchema, of_an_earlier_fact
from pro_service.entrypoints.api.fields import Day, Strict
from pro_service.entrypoints.api.routes import api_blueprint, endpoint
from pro_service.entrypoints.api.shapes import SentenceSchema, Shape
from pro_service.entrypoints.fresh_facts import in_words
from pro_service.entrypoints.login import require_person
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.wiring import wired
from pro_service.services.patients import disclosure
from pro_service.store.db import reading
from pro_service.store.queries import patients

blueprint = api_blueprint(
    "Disclosure", "Results that wait to be told, and courses of which nothing can be planned."
)


class ToldSchema(Strict):
    """The day on which the patient was told, today at the latest."""

    told_on = Day(required=True, metadata={"example": "2026-03-25"})


class LackSchema(Shape):
    """Why nothing can be planned."""

    code = fields.String(required=True, metadata={"example": "anchor_missing"})
    event = fields.String(
        required=True, metadata={"description": "What to record", "example": "consent2_signed"}
    )
    on = fields.Date(
        required=True, allow_none=True, metadata={"description": "A day that was planned, or is ahead"}
    )
    sentence = fields.Nested(SentenceSchema, required=True)


class UntoldSchema(Shape):
    """A result that changes nothing before the patient is told."""

    event_id = fields.Integer(required=True, metadata={"example": 17})
    type = fields.String(required=True, metadata={"example": "ctdna_resulted"})
    on = fields.Date(required=True, metadata={"example": "2026-03-18"})
    planned_on = fields.Date(
        required=True, allow_none=True, metadata={"description": "A day of telling planned"}
    )


class PendingSchema(Shape):
    """What waits for the site to say something about a patient's course.

    `not_planned` is null where there is a plan.
    """

    not_planned = fields.Nested(LackSchema, required=True, allow_none=True)
    untold = fields.List(fields.Nested(UntoldSchema), required=True)


@endpoint(
    blueprint,
    "/events/<int:event_id>/told",
    method="POST",
    gives=RecordedSchema,
    status=HTTPStatus.CREATED,
    body=ToldSchema,
    example={"told_on": "2026-03-25"},
    refusals=(HTTPStatus.CONFLICT,),
)
@needs(Permission.RECORD_FACTS)
def confirm_disclosure(body: Mapping[str, Any], *, event_id: int) -> Any:
    """Confirm that the patient was told a result

    From that day on the result counts; `event_id` is the new fact that says so. 409 if the result does not wait.
    """
    person, wiring = require_person(), wired()
    done = disclosure.confirm_disclosure(
        wiring.installation,
        event_id=event_id,
        told_on=body["told_on"],
        site_ids=person.site_ids,
        actor=person.login,
        now=wiring.clock(),
    )
    return of_an_earlier_fact(event_id, done)


@endpoint(blueprint, "/patients/<code>/pending", gives=PendingSchema)
@needs(Permission.SEE_PATIENTS)
def read_pending(*, code: str) -> Any:
    """What waits to be told or recorded of a patient, and why nothing can be planned if nothing can"""
    facts = access.patient(code)
    protocol = access.protocol_of(facts)
    today = local_day(wired().clock(), facts.time_zone)
    with reading() as session:
        events = patients.course_of(session, facts.id)
    why = unplanned(protocol, events, as_of=today)
    untold = [
        {"event_id": event.id, "type": event.type, "on": event.on, "planned_on": event.disclosed_on}
        for event in awaiting(protocol.course, events)
    ]
    return {"not_planned": _lack(why, protocol) if why else None, "untold": untold}


def _lack(why: Unplanned, protocol: Protocol) -> Mapping[str, Any]:
    event = next(iter((*why.needs, *why.events)), "")
    return {"code": str(why.code), "event": event, "on": why.on, "sentence": in_words(why, protocol)}
