"""/patients: finding, enrolling and reading patients; never their telephone numbers."""

from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from typing import Any

from marshmallow import fields

from pro_service.core.access import Permission
from pro_service.core.course import Event, live_course
from pro_service.core.plan import unplanned
from pro_service.core.protocol import Protocol
from pro_service.core.timing import local_day
from pro_service.entrypoints.api import access
from pro_service.entrypoints.api.facts import EventSchema, event_of
from pro_service.entrypoints.api.fields import (
    Code,
    Cursor,
    Flag,
    Id,
    Limit,
    Many,
    Nested,
    OneOf,
    Strict,
    Text,
    cursor,
)
from pro_service.entrypoints.api.routes import PREFIX, api_blueprint, endpoint
from pro_service.entrypoints.api.shapes import LANGUAGES, ReasonSchema, SentenceSchema, Shape, in_both
from pro_service.entrypoints.fresh_facts import in_words
from pro_service.entrypoints.login import require_person
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.wiring import wired
from pro_service.services.patients import enrolment
from pro_service.store.db import reading
from pro_service.store.queries import freshness, listings
from pro_service.store.queries import patients as rows

blueprint = api_blueprint(
    "Patients", "Participants under their study code. Contact data go in and never come out."
)
_WAITING = ("planned", "open", "in_progress")
_MODE = {"description": "`link`: a page; `sms`: item by item in text messages", "example": "link"}


def mode_of(row: rows.PatientFacts | listings.PatientListed) -> str:
    return "sms" if row.sms_items else "link"


class PatientListedSchema(Shape):
    """A patient in a list."""

    code = fields.String(required=True, metadata={"example": "03-001"})
    site = fields.String(required=True, metadata={"example": "03"})
    language = fields.String(required=True, metadata={"example": "fr"})
    mode = fields.Function(mode_of, required=True, metadata={"type": "string", **_MODE})
    protocol_version = fields.String(required=True, metadata={"example": "heroes-1"})
    enrolled_at = fields.AwareDateTime(required=True)


class PatientsSchema(Shape):
    """One page; `next` is the cursor of the next one, null on the last."""

    items = fields.List(fields.Nested(PatientListedSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class PatientsQuery(Strict):
    """Which patients."""

    q = Text(longest=32, shortest=0, load_default="", metadata={"description": "A part of the code"})
    site = Text(longest=64, shortest=0, load_default="", metadata={"description": "One of your sites"})
    cursor = Cursor(load_default="", metadata={"description": "The `next` of the page before"})
    limit = Limit(usual=50, most=200)


class EnrolSchema(Strict):
    """A new patient. `facts` are those known already; with one that is refused, nobody is enrolled."""

    site = Text(required=True, longest=64)
    code = Code(required=True, longest=32)
    phone = Text(
        required=True, longest=32, metadata={"description": "Kept encrypted, apart; never given back"}
    )
    language = OneOf(LANGUAGES, required=True)
    sms_items = Flag(
        load_default=False, metadata={"description": "May be asked item by item in text messages"}
    )
    time_zone = Text(
        load_default=None,
        allow_none=True,
        longest=64,
        metadata={"description": "Where the patient lives, an IANA name; the site's unless given"},
    )
    consent_text = Id(
        load_default=None,
        allow_none=True,
        metadata={"description": "The text that the patient signed: its `id` of /consent-texts"},
    )
    facts = Many(Nested(EventSchema), longest=20, load_default=[])


class PhaseSchema(Shape):
    """Where the course stands today."""

    as_of = fields.Date(required=True, metadata={"example": "2026-02-19"})
    name = fields.String(required=True, metadata={"example": "OFF_TREATMENT"})
    words = fields.Nested(SentenceSchema, required=True)
    since_on = fields.Date(required=True, allow_none=True, metadata={"example": "2026-01-05"})


class NextSchema(Shape):
    """The next assessment that is expected or open."""

    key = fields.String(required=True, metadata={"example": "M1.5"})
    due_on = fields.Date(required=True, metadata={"example": "2026-02-19"})
    state = fields.String(required=True, metadata={"example": "planned"})


class PatientSchema(Shape):
    """A patient as of today."""

    code = fields.String(required=True, metadata={"example": "03-001"})
    study = fields.String(required=True, metadata={"example": "heroes"})
    site = fields.String(attribute="site.code", required=True, metadata={"example": "03"})
    language = fields.String(required=True, metadata={"example": "fr"})
    mode = fields.String(required=True, metadata=_MODE)
    time_zone = fields.String(required=True, metadata={"example": "Europe/Paris"})
    protocol_version = fields.String(required=True, metadata={"example": "heroes-1"})
    enrolled_at = fields.AwareDateTime(required=True)
    opted_out_at = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "Since when the patient wants no texts"}
    )
    phase = fields.Nested(PhaseSchema, required=True)
    next = fields.Nested(NextSchema, required=True, allow_none=True)
    status_known_on = fields.Date(
        required=True, metadata={"description": "When a fact was last recorded, or nothing found changed"}
    )
    unplanned = fields.Nested(
        ReasonSchema, required=True, allow_none=True, metadata={"description": "Why nothing can be planned"}
    )


@endpoint(blueprint, "/patients", gives=PatientsSchema, query=PatientsQuery)
@needs(Permission.SEE_PATIENTS)
def list_patients(query: Mapping[str, Any]) -> Any:
    """Patients of your sites, by code"""
    limit, site_ids = query["limit"], access.site_ids(query["site"])
    with reading() as session:
        found = listings.patients(
            session, site_ids=site_ids, text=query["q"], after=query["cursor"], limit=limit + 1
        )
    more = len(found) > limit
    return {"items": found[:limit], "next": cursor(found[limit - 1].code) if more else None}


@endpoint(
    blueprint,
    "/patients",
    method="POST",
    gives=PatientSchema,
    status=HTTPStatus.CREATED,
    body=EnrolSchema,
    example={
        "site": "03",
        "code": "03-001",
        "phone": "06 39 98 00 01",
        "language": "fr",
        "sms_items": False,
        "facts": [{"type": "consent2_signed", "on": "2026-01-05"}, {"type": "included", "on": "2026-01-05"}],
    },
    refusals=(HTTPStatus.CONFLICT,),
)
@needs(Permission.ENROL)
def enrol_patient(body: Mapping[str, Any]) -> Any:
    """Enrol a patient

    409 if the code or the number is in use, or the course cannot hold a fact. Nothing is asked of the patient before
    the inclusion is recorded.
    """
    wiring = wired()
    access.site_ids(body["site"])
    enrolment.enrol_patient(
        wiring.installation,
        study=access.study().code,
        **{**body, "facts": _facts(body)},
        actor=require_person().login,
        now=wiring.clock(),
    )
    return _patient(body["code"]), {"Location": f"{PREFIX}/patients/{body['code']}"}


@endpoint(blueprint, "/patients/<code>", gives=PatientSchema)
@needs(Permission.SEE_PATIENTS)
def read_patient(*, code: str) -> Any:
    """One patient, as of today"""
    return _patient(code)


def _facts(body: Mapping[str, Any]) -> list[Event]:
    rules = access.study_protocol().course
    return [event_of(each, rules, place=f"facts.{index}") for index, each in enumerate(body["facts"])]


def _patient(code: str) -> Mapping[str, Any]:
    facts = access.patient(code)
    rules = access.protocol_of(facts).course
    today = local_day(wired().clock(), facts.time_zone)
    with reading() as session:
        events = rows.course_of(session, facts.id)
        plan = rows.assessments_of(session, facts.id)
        known_at = freshness.known_at(session, [facts.id]).get(facts.id, facts.enrolled_at)
    course = live_course(rules, events, as_of=today)
    phase = {
        "as_of": today,
        "name": course.phase,
        "words": in_both(lambda language: rules.word(course.phase, language)),
        "since_on": course.since_on,
    }
    following = next((row for row in plan if row.state in _WAITING), None)
    plain = (
        "code",
        "study",
        "site",
        "language",
        "time_zone",
        "protocol_version",
        "enrolled_at",
        "opted_out_at",
    )
    own = {name: getattr(facts, name) for name in plain}
    return {
        **own,
        "mode": mode_of(facts),
        "phase": phase,
        "next": following,
        "status_known_on": local_day(known_at, facts.time_zone),
        "unplanned": _unplanned(access.protocol_of(facts), events, today),
    }


def _unplanned(protocol: Protocol, events: tuple[Event, ...], today: date) -> Mapping[str, Any] | None:
    why = unplanned(protocol, events, as_of=today)
    return None if why is None else {"code": str(why.code), "sentence": in_words(why, protocol)}
