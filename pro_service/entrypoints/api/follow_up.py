"""What is expected of a patient and what came back: /patients/{code}/assessments, /scores and /messages."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from pro_service.core.access import Permission
from pro_service.core.lifecycle import AssessmentState
from pro_service.core.plan import is_outside
from pro_service.core.protocol import Protocol
from pro_service.entrypoints.api import access
from pro_service.entrypoints.api.fields import Limit, Strict
from pro_service.entrypoints.api.routes import api_blueprint, endpoint
from pro_service.entrypoints.api.shapes import ReasonSchema, Shape, in_both
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.reasons import reason_words
from pro_service.entrypoints.tellings import told_days
from pro_service.entrypoints.wiring import wired
from pro_service.store.db import reading
from pro_service.store.queries import messages, patients
from pro_service.store.queries.facts import AssessmentFacts

blueprint = api_blueprint("Follow-up", "Assessments, scores and messages of a patient.")


class AssessmentSchema(Shape):
    """One expected assessment, its window (both days included), and why it is as it is."""

    id = fields.Integer(required=True, metadata={"example": 17})
    key = fields.String(required=True, metadata={"example": "M1.5"})
    rule = fields.String(required=True, metadata={"example": "grid"})
    due_on = fields.Date(required=True, metadata={"example": "2026-02-19"})
    open_on = fields.Date(required=True, metadata={"example": "2026-02-12"})
    close_on = fields.Date(required=True, metadata={"example": "2026-02-26"})
    state = fields.String(
        required=True,
        validate=validate.OneOf([str(state) for state in AssessmentState]),
        metadata={"example": "planned"},
    )
    expected_now = fields.Boolean(
        required=True, metadata={"description": "Does the plan as known today still hold it?"}
    )
    status_age_days = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Days since the patient's status was confirmed, when it opened or was sent"},
    )
    status_stale = fields.Boolean(
        required=True, allow_none=True, metadata={"description": "Was that longer than the protocol allows?"}
    )
    reason = fields.Nested(ReasonSchema, required=True, allow_none=True)
    after_disclosure_on = fields.Date(
        required=True,
        allow_none=True,
        metadata={"description": "It was answered after a result had been told on this day", "example": None},
    )
    visit = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The visit it follows, if it follows one", "example": None},
    )
    visit_on = fields.Date(required=True, allow_none=True, metadata={"example": None})
    out_of_window = fields.Boolean(
        required=True,
        metadata={"description": "That visit lies outside this window, which stays where it is"},
    )
    instruments = fields.List(
        fields.String(), required=True, metadata={"example": ["qlq-c30", "qlq-br23", "eq-5d-5l"]}
    )


class AssessmentsSchema(Shape):
    """By due date, then key."""

    items = fields.List(fields.Nested(AssessmentSchema), required=True)


class ScoreSchema(Shape):
    """A scale's value at one assessment, with the items it rests on. Without a value, `absent` says why.

    Of several scorings the newest; `scored_on` is its day, `finished_on` that of the last answer.
    """

    key = fields.String(required=True, metadata={"example": "BASE"})
    due_on = fields.Date(required=True, metadata={"example": "2026-01-05"})
    finished_on = fields.Date(required=True, metadata={"example": "2026-01-05"})
    scored_on = fields.Date(required=True, metadata={"example": "2026-01-05"})
    instrument = fields.String(required=True, metadata={"example": "qlq-c30"})
    instrument_version = fields.String(required=True, metadata={"example": "3.0"})
    rule_version = fields.String(required=True, metadata={"example": "2"})
    scale = fields.String(required=True, metadata={"example": "FA"})
    value = fields.Float(required=True, allow_none=True, metadata={"example": 22.22222222222222})
    absent = fields.String(required=True, allow_none=True, metadata={"example": None})
    items_used = fields.Integer(required=True, metadata={"example": 3})
    items_missing = fields.Integer(required=True, metadata={"example": 0})


class ScoresSchema(Shape):
    """The current ones, oldest first; `rule_version` is that by which this service scores what comes in now."""

    rule_version = fields.String(required=True)
    items = fields.List(fields.Nested(ScoreSchema), required=True)


class MessageSchema(Shape):
    """That a text went out or came in; neither its words nor a number."""

    from_patient = fields.Boolean(required=True)
    kind = fields.String(required=True, metadata={"example": "invitation"})
    ordinal = fields.Integer(required=True, metadata={"example": 1})
    timepoint = fields.String(required=True, allow_none=True, metadata={"example": "M1.5"})
    at = fields.AwareDateTime(required=True)
    state = fields.String(required=True, metadata={"example": "delivered"})
    state_at = fields.AwareDateTime(required=True, allow_none=True)
    cause = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "Why it is so, in a word: `skipped:no_sending_day` of one that found no place in its window",
            "example": None,
        },
    )


class MessagesSchema(Shape):
    """Newest first."""

    items = fields.List(fields.Nested(MessageSchema), required=True)


class MessagesQuery(Strict):
    """How many of them."""

    limit = Limit(usual=50, most=200)


@endpoint(blueprint, "/patients/<code>/assessments", gives=AssessmentsSchema)
@needs(Permission.SEE_PATIENTS)
def list_assessments(*, code: str) -> Any:
    """A patient's assessments, with their windows, states and reasons"""
    facts = access.patient(code)
    protocol = access.protocol_of(facts)
    with reading() as session:
        found = patients.assessments_of(session, facts.id)
        told = told_days(session, protocol, facts, found)
    return {
        "items": [{**_assessment(row, protocol), "after_disclosure_on": told.get(row.key)} for row in found]
    }


@endpoint(blueprint, "/patients/<code>/scores", gives=ScoresSchema)
@needs(Permission.SEE_PATIENTS)
def list_scores(*, code: str) -> Any:
    """A patient's scores"""
    facts = access.patient(code)
    with reading() as session:
        found = patients.scores_of(session, facts.id)
    return {"rule_version": wired().installation.rule_version, "items": found}


@endpoint(blueprint, "/patients/<code>/messages", gives=MessagesSchema, query=MessagesQuery)
@needs(Permission.SEE_PATIENTS)
def list_messages(query: Mapping[str, Any], *, code: str) -> Any:
    """What was sent to a patient and what came back, without words and numbers"""
    facts = access.patient(code)
    with reading() as session:
        return {"items": messages.messages_of(session, facts.id, limit=query["limit"])}


def _assessment(row: AssessmentFacts, protocol: Protocol) -> Mapping[str, Any]:
    plain = (
        *("id", "key", "rule", "due_on", "open_on", "close_on", "state", "expected_now", "instruments"),
        *("status_age_days", "status_stale", "visit", "visit_on"),
    )
    return {
        **{name: getattr(row, name) for name in plain},
        "reason": _reason(row, protocol),
        "out_of_window": is_outside(row.visit_on, row.open_on, row.close_on),
    }


def _reason(row: AssessmentFacts, protocol: Protocol) -> Mapping[str, Any] | None:
    if not row.reason:
        return None
    sentence = in_both(lambda language: reason_words(row, protocol, "fr" if language == "fr" else "en"))
    return {"code": row.reason["code"], "sentence": sentence}
