"""/patients/{code}/plan: a patient as on any day, before or after today. It only reads."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import fields

from pro_service.core.access import Permission
from pro_service.core.plan import Reason, explain, reasons_for_absence
from pro_service.core.timing import local_day
from pro_service.entrypoints.api import access
from pro_service.entrypoints.api.fields import Day, Strict
from pro_service.entrypoints.api.routes import api_blueprint, endpoint
from pro_service.entrypoints.api.shapes import SentenceSchema, Shape, in_both
from pro_service.entrypoints.login import require_person
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.wiring import wired
from pro_service.services.patients.time_travel import Standing, standing

blueprint = api_blueprint("Plan", "What is expected of a patient, as known on any day.")


class PlanQuery(Strict):
    """Which day."""

    as_of = Day(load_default=None, metadata={"description": "A day before or after today; today without it"})


class PlannedSchema(Shape):
    """One slot of that day's plan. `state` is null where no assessment of it existed yet."""

    key = fields.String(required=True, metadata={"example": "M1.5"})
    rule = fields.String(required=True, metadata={"example": "grid"})
    due_on = fields.Date(required=True)
    open_on = fields.Date(required=True)
    close_on = fields.Date(required=True)
    instruments = fields.List(fields.String(), required=True)
    state = fields.String(required=True, allow_none=True, metadata={"example": "planned"})


class NotExpectedSchema(Shape):
    """A timepoint that was not expected, and why."""

    key = fields.String(required=True, metadata={"example": "M7.5"})
    due_on = fields.Date(required=True)
    reason = fields.Nested(SentenceSchema, required=True)


class PlanMessageSchema(Shape):
    """A message sent by then, or foreseen; `state` is null for one to come."""

    key = fields.String(required=True, metadata={"example": "M1.5"})
    kind = fields.String(required=True, metadata={"example": "invitation"})
    ordinal = fields.Integer(required=True, metadata={"example": 1})
    at = fields.AwareDateTime(required=True)
    state = fields.String(required=True, allow_none=True, metadata={"example": "delivered"})


class PlanSchema(Shape):
    """A patient on one day. Of a day to come: what today's facts lead to if nothing else happens."""

    as_of = fields.Date(required=True, metadata={"example": "2026-03-01"})
    forecast = fields.Boolean(required=True)
    phase = fields.String(required=True, metadata={"example": "OFF_TREATMENT"})
    slots = fields.List(fields.Nested(PlannedSchema), required=True)
    not_expected = fields.List(fields.Nested(NotExpectedSchema), required=True)
    sent = fields.List(fields.Nested(PlanMessageSchema), required=True)
    foreseen = fields.List(fields.Nested(PlanMessageSchema), required=True)


@endpoint(blueprint, "/patients/<code>/plan", gives=PlanSchema, query=PlanQuery)
@needs(Permission.SEE_PATIENTS)
def read_plan(query: Mapping[str, Any], *, code: str) -> Any:
    """The plan of a patient as on any day

    Before today: as known on that day. Nothing is changed by looking.
    """
    facts, wiring, person = access.patient(code), wired(), require_person()
    on: date = query["as_of"] or local_day(wiring.clock(), facts.time_zone)
    found = standing(
        wiring.installation,
        study_id=person.study_id,
        patient=code,
        site_ids=person.reach,
        on=on,
        now=wiring.clock(),
    )
    return {
        **_plan(found, access.protocol_of(facts).course.words),
        "as_of": on,
        "forecast": found.is_forecast,
    }


def _plan(found: Standing, words: Mapping[str, Mapping[str, str]]) -> Mapping[str, Any]:
    why = reasons_for_absence(found.plan)
    slots = ("key", "rule", "due_on", "open_on", "close_on", "instruments")
    left_out = sorted(
        [(each.due_on, each.key) for each in found.plan.merged]
        + [(each.due_on, each.key) for each in found.plan.skipped]
    )
    return {
        "phase": found.plan.phase,
        "slots": [
            {**{name: getattr(slot, name) for name in slots}, "state": found.states.get(slot.key)}
            for slot in found.plan.slots
        ],
        "not_expected": [
            {"key": key, "due_on": due_on, "reason": _sentence(why(key), words)} for due_on, key in left_out
        ],
        "sent": [
            {"key": each.key, "kind": each.kind, "ordinal": each.ordinal, "at": each.at, "state": each.state}
            for each in found.sent
        ],
        "foreseen": [
            {"key": each.key, "kind": each.kind, "ordinal": each.ordinal, "at": each.at, "state": None}
            for each in found.expected
        ],
    }


def _sentence(reason: Reason, words: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    return in_both(lambda language: explain(reason, language, words=words.get(language)))
