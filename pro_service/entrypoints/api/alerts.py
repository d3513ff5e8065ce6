"""/alerts: what deserves a nurse's attention, with the numbers that fired it, and working it."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from marshmallow import fields, validate

from pro_service.core.access import Permission
from pro_service.core.lifecycle import ActionCode, AlertState
from pro_service.core.wording import in_language
from pro_service.entrypoints.api import access
from pro_service.entrypoints.api.fields import Cursor, Flag, Limit, OneOf, Strict, Text, cursor
from pro_service.entrypoints.api.problems import InvalidFieldsError
from pro_service.entrypoints.api.routes import api_blueprint, endpoint
from pro_service.entrypoints.api.shapes import SentenceSchema, Shape, in_both
from pro_service.entrypoints.login import require_person
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.wiring import wired
from pro_service.services import triage
from pro_service.services.refusals import NotFoundError
from pro_service.store.db import reading
from pro_service.store.queries import listings

blueprint = api_blueprint("Alerts", "A flag for the next contact, not an emergency service.")


class EvidenceSchema(Shape):
    """What fired it: scores, their change in the worse direction in points and answer steps, the threshold if any.

    `threshold_status` is `not_applied` where no threshold is known: that condition was not applied.
    """

    baseline = fields.Float(required=True, metadata={"example": 0.0})
    previous = fields.Float(required=True, allow_none=True, metadata={"example": 0.0})
    now = fields.Float(required=True, metadata={"example": 100.0})
    change = fields.Float(required=True, metadata={"example": 100.0})
    steps = fields.Float(required=True, metadata={"example": 9.0})
    threshold = fields.Float(required=True, allow_none=True, metadata={"example": 39.0})
    beyond = fields.String(required=True, allow_none=True, metadata={"example": "above"})
    threshold_status = fields.String(required=True, allow_none=True, metadata={"example": "UNVERIFIED"})


class ActionSchema(Shape):
    """What somebody did about it."""

    action = fields.String(required=True, metadata={"example": "called"})
    note = fields.String(required=True)
    acted_at = fields.AwareDateTime(required=True)
    acted_by = fields.String(required=True)


class AlertSchema(Shape):
    """One time a rule of the protocol fired on one scale."""

    id = fields.Integer(required=True, metadata={"example": 5})
    patient = fields.String(required=True, metadata={"example": "03-001"})
    site = fields.String(required=True, metadata={"example": "03"})
    key = fields.String(required=True, metadata={"example": "M1.5"})
    instrument = fields.String(required=True, metadata={"example": "qlq-c30"})
    scale = fields.String(required=True, metadata={"example": "FA"})
    scale_name = fields.Nested(
        SentenceSchema, required=True, metadata={"example": {"fr": "Fatigue", "en": "Fatigue"}}
    )
    rule = fields.String(required=True, metadata={"example": "c30-worse-than-baseline"})
    protocol_version = fields.String(required=True, metadata={"example": "heroes-1"})
    severity = fields.String(required=True, validate=validate.OneOf(["red", "amber", "info"]))
    state = fields.String(required=True, validate=validate.OneOf([str(state) for state in AlertState]))
    sentence = fields.Nested(SentenceSchema, required=True)
    evidence = fields.Nested(EvidenceSchema, required=True)
    raised_at = fields.AwareDateTime(required=True)
    acknowledged_at = fields.AwareDateTime(required=True, allow_none=True)
    acknowledged_by = fields.String(required=True, allow_none=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    closed_by = fields.String(required=True, allow_none=True)
    actions = fields.List(fields.Nested(ActionSchema), required=True)


class AlertsSchema(Shape):
    """One page, newest first; `next` is the cursor of the next one, null on the last."""

    items = fields.List(fields.Nested(AlertSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class AlertsQuery(Strict):
    """Which alerts."""

    state = OneOf(("open", "closed", "all"), load_default="open")
    site = Text(longest=64, shortest=0, load_default="", metadata={"description": "One of your sites"})
    cursor = Cursor(load_default="", metadata={"description": "The `next` of the page before"})
    limit = Limit(usual=50, most=200)


class AcknowledgeSchema(Strict):
    """What was done about it; `close` if that settles it."""

    action = OneOf([str(action) for action in ActionCode], required=True)
    note = Text(longest=2000, shortest=0, lines=True, load_default="")
    close = Flag(load_default=False)


@endpoint(blueprint, "/alerts", gives=AlertsSchema, query=AlertsQuery)
@needs(Permission.SEE_PATIENTS)
def list_alerts(query: Mapping[str, Any]) -> Any:
    """Alerts of your sites, newest first"""
    limit, site_ids = query["limit"], access.site_ids(query["site"])
    with reading() as session:
        found = listings.alerts(
            session, site_ids=site_ids, state=query["state"], before=_before(query["cursor"]), limit=limit + 1
        )
    more = len(found) > limit
    return {
        "items": [_alert(one) for one in found[:limit]],
        "next": cursor(found[limit - 1].facts.id) if more else None,
    }


@endpoint(
    blueprint,
    "/alerts/<int:alert_id>/acknowledge",
    method="POST",
    gives=AlertSchema,
    body=AcknowledgeSchema,
    example={"action": "called", "note": "Called back, better since yesterday", "close": True},
    refusals=(HTTPStatus.CONFLICT,),
)
@needs(Permission.WORK_ALERTS)
def acknowledge_alert(body: Mapping[str, Any], *, alert_id: int) -> Any:
    """Say what was done about an alert, and close it if that settles it

    409 if it is closed already.
    """
    person, wiring = require_person(), wired()
    triage.acknowledge(
        wiring.installation,
        alert_id=alert_id,
        site_ids=person.site_ids,
        **body,
        actor=person.login,
        now=wiring.clock(),
    )
    with reading() as session:
        found = listings.alert(session, alert_id, site_ids=person.site_ids)
    if found is None:
        raise NotFoundError("alert")
    return _alert(found)


def _before(inside: str) -> int | None:
    if inside and not (inside.isascii() and inside.isdecimal() and len(inside) <= 9):
        raise InvalidFieldsError({"cursor": ["not_a_cursor"]})
    return int(inside) if inside else None


def _alert(one: listings.AlertListed) -> Mapping[str, Any]:
    facts, catalogue = one.facts, wired().installation.catalogue
    scale = catalogue.instruments[facts.instrument].scale(facts.scale)
    raised_under = catalogue.protocols.get(
        facts.protocol_version
    )  # the alert's own version, not the patient's
    rules = {rule.id: rule.sentence for rule in raised_under.alerts.rules} if raised_under else {}
    sentence = rules.get(facts.rule, {"en": facts.rule})
    plain = (
        "id",
        "instrument",
        "scale",
        "rule",
        "protocol_version",
        "severity",
        "state",
        "evidence",
        "raised_at",
    )
    return {
        **{name: getattr(facts, name) for name in plain},
        "patient": facts.patient_code,
        "site": one.site,
        "key": facts.timepoint,
        "scale_name": in_both(lambda language: in_language(scale.name, language)),
        "sentence": in_both(lambda language: in_language(sentence, language)),
        "acknowledged_at": one.acknowledged_at,
        "acknowledged_by": facts.acknowledged_by,
        "closed_at": one.closed_at,
        "closed_by": one.closed_by,
        "actions": one.actions,
    }
