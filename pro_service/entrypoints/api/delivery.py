"""How messages reach a patient: /patients/{code}/zones, links sent again, and the calls a site is asked to make."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from marshmallow import fields

from pro_service.core.access import Permission
from pro_service.core.lifecycle import CallOutcome
from pro_service.entrypoints.api import access
from pro_service.entrypoints.api.fields import Day, Limit, OneOf, Strict, Text
from pro_service.entrypoints.api.routes import api_blueprint, endpoint
from pro_service.entrypoints.api.shapes import Shape
from pro_service.entrypoints.login import require_person
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.wiring import wired
from pro_service.services import calls
from pro_service.services.messages import resending
from pro_service.services.patients import zones
from pro_service.store.db import reading
from pro_service.store.queries import calls as call_rows
from pro_service.store.queries import zones as zone_rows

blueprint = api_blueprint(
    "Delivery", "Where a patient lives, links sent again, and calls where nobody answered."
)


class ZoneSchema(Shape):
    """From when on a patient lives by the clocks of a zone."""

    zone = fields.String(required=True, metadata={"example": "Indian/Reunion"})
    from_at = fields.AwareDateTime(required=True)
    recorded_at = fields.AwareDateTime(required=True)
    recorded_by = fields.String(required=True)


class ZonesSchema(Shape):
    """`in_force` is the zone of now; `items` the whole history, the newest beginning first."""

    in_force = fields.String(required=True, metadata={"example": "Indian/Reunion"})
    items = fields.List(fields.Nested(ZoneSchema), required=True)


class MoveSchema(Strict):
    """A move: from now on, or from the start of a day there."""

    zone = Text(required=True, longest=64, metadata={"description": "An IANA name"})
    from_on = Day(load_default=None, allow_none=True)


class SentSchema(Shape):
    """The text waits in the outbox."""

    assessment = fields.Integer(required=True, metadata={"example": 17})


class CallSchema(Shape):
    """A call to make. It goes away by itself when the questionnaire is answered or closes."""

    id = fields.Integer(required=True, metadata={"example": 3})
    patient = fields.String(attribute="patient_code", required=True, metadata={"example": "03-001"})
    site = fields.String(required=True, metadata={"example": "03"})
    key = fields.String(attribute="timepoint", required=True, metadata={"example": "M1.5"})
    due_on = fields.Date(required=True, metadata={"example": "2026-02-19"})
    close_on = fields.Date(required=True, metadata={"example": "2026-02-26"})
    raised_at = fields.AwareDateTime(required=True)
    attempts = fields.Integer(required=True, metadata={"description": "Calls that reached nobody"})
    tried_at = fields.AwareDateTime(required=True, allow_none=True)


class CallsSchema(Shape):
    """The next window to close first."""

    items = fields.List(fields.Nested(CallSchema), required=True)


class CallsQuery(Strict):
    """Which calls."""

    site = Text(longest=64, shortest=0, load_default="", metadata={"description": "One of your sites"})
    limit = Limit(usual=50, most=200)


class CallNoteSchema(Strict):
    """What came of it."""

    outcome = OneOf([str(each) for each in CallOutcome], required=True)
    note = Text(longest=2000, shortest=0, lines=True, load_default="")


class CallNotedSchema(Shape):
    """The outcome as noted."""

    outcome = fields.String(required=True, metadata={"example": "reached"})


@endpoint(blueprint, "/patients/<code>/zones", gives=ZonesSchema)
@needs(Permission.SEE_PATIENTS)
def list_zones(*, code: str) -> Any:
    """By whose clocks a patient lives and lived"""
    return _zones(code)


@endpoint(
    blueprint,
    "/patients/<code>/zones",
    method="POST",
    gives=ZonesSchema,
    status=HTTPStatus.CREATED,
    body=MoveSchema,
    example={"zone": "Indian/Reunion", "from_on": None},
)
@needs(Permission.RECORD_FACTS)
def change_zone(body: Mapping[str, Any], *, code: str) -> Any:
    """Record that a patient moved to another time zone

    What is to come is computed anew; what is open never closes earlier than the patient was told. 422 for a zone that
    does not exist, with the nearest ones that do, and for a day before the enrolment or more than a year ahead.
    """
    facts, wiring = access.patient(code), wired()
    zones.change_zone(
        wiring.installation,
        study=facts.study,
        patient=code,
        **body,
        actor=require_person().login,
        now=wiring.clock(),
    )
    return _zones(code)


@endpoint(
    blueprint,
    "/assessments/<int:assessment_id>/link",
    method="POST",
    gives=SentSchema,
    status=HTTPStatus.ACCEPTED,
    refusals=(HTTPStatus.CONFLICT,),
)
@needs(Permission.RECORD_FACTS)
def send_link(*, assessment_id: int) -> Any:
    """Send a patient the link of an open assessment again

    An expired link is replaced. At most once a day; 409 then, if it is not open, or if the patient wants no texts.
    """
    person, wiring = require_person(), wired()
    resending.send_link(
        wiring.installation,
        assessment_id=assessment_id,
        site_ids=person.site_ids,
        actor=person.login,
        now=wiring.clock(),
    )
    return {"assessment": assessment_id}


@endpoint(blueprint, "/calls", gives=CallsSchema, query=CallsQuery)
@needs(Permission.SEE_PATIENTS)
def list_calls(query: Mapping[str, Any]) -> Any:
    """Patients of your sites to call"""
    with reading() as session:
        return {"items": call_rows.waiting(session, access.site_ids(query["site"]), limit=query["limit"])}


@endpoint(
    blueprint,
    "/calls/<int:task_id>/outcomes",
    method="POST",
    gives=CallNotedSchema,
    status=HTTPStatus.CREATED,
    body=CallNoteSchema,
    example={"outcome": "reached", "note": "Prefers paper"},
    refusals=(HTTPStatus.CONFLICT,),
)
@needs(Permission.RECORD_FACTS)
def note_call(body: Mapping[str, Any], *, task_id: int) -> Any:
    """Say what came of a call

    `not_reached` leaves it on the list. `wrong_number` stops texts to that number. 409 once it is settled.
    """
    person, wiring = require_person(), wired()
    outcome = calls.note_call(
        wiring.installation,
        task_id=task_id,
        site_ids=person.site_ids,
        **body,
        actor=person.login,
        now=wiring.clock(),
    )
    return {"outcome": outcome}


def _zones(code: str) -> Mapping[str, Any]:
    facts = access.patient(code)
    with reading() as session:
        return {"in_force": facts.time_zone, "items": zone_rows.history(session, facts.id)}
