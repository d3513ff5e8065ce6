"""How fresh facts are: confirming that nothing changed, what is to be checked, and the lag of recording."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from marshmallow import fields

from pro_service.core.access import Permission
from pro_service.core.freshness import LagSummary
from pro_service.entrypoints.api import access
from pro_service.entrypoints.api.routes import api_blueprint, endpoint
from pro_service.entrypoints.api.shapes import ReasonSchema, Shape
from pro_service.entrypoints.fresh_facts import (
    figures,
    lags,
    sent_on_wrong_status,
    stale_statuses,
    unplanned_patients,
)
from pro_service.entrypoints.login import require_person
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.wiring import wired
from pro_service.services.patients import freshness as use_cases
from pro_service.store.acting import acting_for, system
from pro_service.store.db import reading
from pro_service.store.queries import freshness

blueprint = api_blueprint("Freshness", "How fresh facts are, and what is to be checked because they are not.")
HORIZON_DAYS = 14


class ConfirmedSchema(Shape):
    """The day on which the status is confirmed."""

    patient = fields.String(required=True, metadata={"example": "03-001"})
    confirmed_on = fields.Date(required=True, metadata={"example": "2026-02-18"})


class UnplannedSchema(Shape):
    """A patient for whom nothing can be planned, and why; `missing` are the event types that would do."""

    patient = fields.String(required=True, metadata={"example": "03-002"})
    site = fields.String(required=True, metadata={"example": "03"})
    missing = fields.List(fields.String(), required=True, metadata={"example": ["included"]})
    reason = fields.Nested(ReasonSchema, required=True)


class StaleSchema(Shape):
    """A patient whose status is to be checked before the next assessment."""

    patient = fields.String(required=True, metadata={"example": "03-001"})
    site = fields.String(required=True, metadata={"example": "03"})
    known_on = fields.Date(required=True, metadata={"example": "2026-01-05"})
    age_days = fields.Integer(required=True, metadata={"example": 121})
    next_key = fields.String(required=True, metadata={"example": "M4.5"})
    next_due_on = fields.Date(required=True, metadata={"example": "2026-05-20"})


class SentInErrorSchema(Shape):
    """An assessment that went out although the facts of that day, as known now, did not ask for it."""

    patient = fields.String(required=True, metadata={"example": "03-001"})
    site = fields.String(required=True, metadata={"example": "03"})
    key = fields.String(required=True, metadata={"example": "M4.5"})
    opened_at = fields.AwareDateTime(required=True)
    state = fields.String(required=True, metadata={"example": "cancelled"})


class ChecksSchema(Shape):
    """Everything to be checked at your sites; `discrepancies` counts those of imports."""

    discrepancies = fields.Integer(required=True)
    unplanned = fields.List(fields.Nested(UnplannedSchema), required=True)
    stale = fields.List(fields.Nested(StaleSchema), required=True)
    sent_in_error = fields.List(fields.Nested(SentInErrorSchema), required=True)


class LagSchema(Shape):
    """Days from a fact's effect to its recording. Null without facts; `share_late` is between 0 and 1."""

    facts = fields.Integer(required=True)
    median_days = fields.Integer(required=True, allow_none=True)
    p90_days = fields.Integer(required=True, allow_none=True)
    late_after_days = fields.Integer(required=True, metadata={"example": 7})
    late = fields.Integer(required=True)
    share_late = fields.Float(required=True, allow_none=True)


class SiteLagSchema(LagSchema):
    """That of one site."""

    site = fields.String(required=True, metadata={"example": "03"})


class LagsSchema(Shape):
    """Of each of your sites, and of the whole study."""

    study = fields.Nested(LagSchema, required=True)
    items = fields.List(fields.Nested(SiteLagSchema), required=True)


@endpoint(
    blueprint,
    "/patients/<code>/status-confirmations",
    method="POST",
    gives=ConfirmedSchema,
    status=HTTPStatus.CREATED,
)
@needs(Permission.RECORD_FACTS)
def confirm_status(*, code: str) -> Any:
    """Confirm that nothing changed

    Keeps that the patient's status is today what is recorded here. No fact, no change of plan; once a day is enough.
    """
    facts, wiring, person = access.patient(code), wired(), require_person()
    day = use_cases.confirm_status(
        wiring.installation,
        study=facts.study,
        patient=facts.code,
        site_ids=person.site_ids,
        actor=person.login,
        now=wiring.clock(),
    )
    return {"patient": facts.code, "confirmed_on": day}


@endpoint(blueprint, "/checks", gives=ChecksSchema)
@needs(Permission.SEE_PATIENTS)
def list_checks() -> Any:
    """What is to be checked: empty plans, stale statuses, wrong sendings

    `unplanned`: patients for whom nothing can be planned, because a fact is missing. `stale`: an assessment is open or
    due within 14 days, and the status was last confirmed too long ago. `sent_in_error`: of the last 60 days.
    """
    given, now, site_ids = wired().installation, wired().clock(), require_person().site_ids
    with reading() as session:
        unplanned = unplanned_patients(session, given, site_ids, now=now)
        stale = stale_statuses(session, given, site_ids, days=HORIZON_DAYS, now=now)
        wrong = sent_on_wrong_status(session, given, site_ids, now=now)
        waiting = freshness.count_discrepancies(session, site_ids)
    return {
        "discrepancies": waiting,
        "unplanned": [
            {
                **_whose(one.patient),
                "missing": one.why.events,
                "reason": {"code": str(one.why.code), "sentence": one.sentence},
            }
            for one in unplanned
        ],
        "stale": [{**_fields_of(one, _STALE), **_whose(one.patient)} for one in stale],
        "sent_in_error": [{**_fields_of(one, _SENT), **_whose(one.patient)} for one in wrong],
    }


@endpoint(blueprint, "/recording-lags", gives=LagsSchema)
@needs(Permission.SEE_PATIENTS)
def read_recording_lags() -> Any:
    """The lag between facts and their recording, per site and study-wide"""
    given, person = wired().installation, require_person()
    late_after = access.study_protocol().course.late_after_days
    # Counts of the whole study name nobody, and those of other sites are not shown.
    with acting_for(system("system:lags")), reading() as session:
        found = lags(session, given, person.study_id, late_after=late_after)
    nothing = LagSummary(facts=0, median=None, p90=None, late=0, late_after=late_after)
    own = [site.code for site in access.sites()]
    return {
        "study": figures(found.study),
        "items": [{"site": code, **figures(found.sites.get(code, nothing))} for code in own],
    }


_STALE = ("known_on", "age_days", "next_key", "next_due_on")
_SENT = ("key", "opened_at", "state")


def _whose(patient: freshness.PatientState) -> Mapping[str, str]:
    return {"patient": patient.code, "site": patient.site_code}


def _fields_of(value: object, names: tuple[str, ...]) -> Mapping[str, Any]:
    return {name: getattr(value, name) for name in names}
