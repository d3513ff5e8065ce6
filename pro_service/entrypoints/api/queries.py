"""/queries: questions of monitors and data managers about a datum, answered by the site."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from marshmallow import fields, validate

from pro_service.core.access import Permission
from pro_service.core.lifecycle import QueryState
from pro_service.core.provenance import ENROLMENT_FIELDS, QueryAct, Subject, SubjectKind
from pro_service.entrypoints.api import access
from pro_service.entrypoints.api.fields import Id, Limit, OneOf, Strict, Text
from pro_service.entrypoints.api.routes import api_blueprint, endpoint
from pro_service.entrypoints.api.shapes import Shape
from pro_service.entrypoints.login import require_person
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.wiring import wired
from pro_service.services.provenance import queries
from pro_service.store.db import reading
from pro_service.store.queries.questions import data_queries

blueprint = api_blueprint("Queries", "Questions about a datum. Their texts never say who the patient is.")


class StepSchema(Shape):
    """What somebody said or did."""

    act = fields.String(required=True, validate=validate.OneOf(list(QueryAct)))
    text = fields.String(required=True)
    acted_at = fields.AwareDateTime(required=True)
    acted_by = fields.String(required=True)


class QuerySchema(Shape):
    """A query, what it is about, and its thread."""

    id = fields.Integer(required=True, metadata={"example": 8})
    patient = fields.String(attribute="patient_code", required=True, metadata={"example": "03-001"})
    site = fields.String(required=True, metadata={"example": "03"})
    kind = fields.String(required=True, validate=validate.OneOf(list(SubjectKind)))
    assessment_id = fields.Integer(required=True, allow_none=True)
    key = fields.String(attribute="timepoint", required=True, allow_none=True)
    instrument = fields.String(required=True, allow_none=True)
    item = fields.String(required=True, allow_none=True)
    event_id = fields.Integer(required=True, allow_none=True)
    visit = fields.String(required=True, allow_none=True)
    field = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, validate=validate.OneOf(list(QueryState)))
    opened_at = fields.AwareDateTime(required=True)
    opened_by = fields.String(required=True)
    steps = fields.List(fields.Nested(StepSchema), required=True)


class QueriesSchema(Shape):
    """The one that waits longest first."""

    items = fields.List(fields.Nested(QuerySchema), required=True)


class QueriesQuery(Strict):
    """Which queries."""

    site = Text(longest=64, shortest=0, load_default="", metadata={"description": "One of your sites"})
    patient = Text(longest=64, shortest=0, load_default="")
    state = OneOf((*QueryState, "all"), load_default=QueryState.OPEN)
    kind = OneOf((*SubjectKind, "all"), load_default="all")
    limit = Limit(usual=50, most=200)


class OpenQuerySchema(Strict):
    """What is asked about which datum: an answer (assessment, instrument, perhaps item), a form, a fact, a visit or a
    fact of the enrolment.
    """

    kind = OneOf(tuple(SubjectKind), required=True)
    assessment_id = Id(load_default=None, allow_none=True)
    instrument = Text(longest=64, load_default=None, allow_none=True)
    item = Text(longest=32, load_default=None, allow_none=True)
    event_id = Id(load_default=None, allow_none=True)
    visit = Text(longest=64, load_default=None, allow_none=True)
    field = OneOf(ENROLMENT_FIELDS, load_default=None, allow_none=True)
    text = Text(required=True, longest=2000, lines=True)


class TextSchema(Strict):
    """What is said. No name, number or address: the sponsor reads it."""

    text = Text(required=True, longest=2000, lines=True)


class LastWordSchema(Strict):
    """What is said with it, if anything."""

    text = Text(required=True, longest=2000, shortest=0, lines=True)


class QueryIdSchema(Shape):
    """The query."""

    id = fields.Integer(required=True, metadata={"example": 8})


@endpoint(blueprint, "/queries", gives=QueriesSchema, query=QueriesQuery)
@needs(Permission.SEE_PATIENTS)
def list_queries(query: Mapping[str, Any]) -> Any:
    """Queries of your sites"""
    wanted = {name: "" if query[name] == "all" else query[name] for name in ("state", "kind")}
    with reading() as session:
        found = data_queries(
            session,
            access.site_ids(query["site"]),
            patient=query["patient"],
            limit=query["limit"],
            **wanted,
        )
    return {"items": found}


@endpoint(
    blueprint,
    "/patients/<code>/queries",
    method="POST",
    gives=QueryIdSchema,
    status=HTTPStatus.CREATED,
    body=OpenQuerySchema,
    example={"kind": "enrolment", "field": "language", "text": "Is the language right?"},
)
@needs(Permission.OPEN_QUERIES)
def open_query(body: Mapping[str, Any], *, code: str) -> Any:
    """Ask about one datum of a patient"""
    facts, person, wiring = access.patient(code), require_person(), wired()
    about = {name: value for name, value in body.items() if name not in ("kind", "text")}
    found = queries.open_query(
        wiring.installation,
        study=facts.study,
        patient=facts.code,
        site_ids=person.site_ids,
        subject=Subject(kind=SubjectKind(body["kind"]), **about),
        text=body["text"],
        actor=person.login,
        now=wiring.clock(),
    )
    return {"id": found}


@endpoint(
    blueprint,
    "/queries/<int:query_id>/answers",
    method="POST",
    gives=QueryIdSchema,
    status=HTTPStatus.CREATED,
    body=TextSchema,
    example={"text": "Checked on the form: it is right"},
    refusals=(HTTPStatus.CONFLICT,),
)
@needs(Permission.ANSWER_QUERIES)
def answer_query(body: Mapping[str, Any], *, query_id: int) -> Any:
    """Answer a query

    409 unless it is open.
    """
    return _act(queries.answer_query, query_id, body)


@endpoint(
    blueprint,
    "/queries/<int:query_id>/close",
    method="POST",
    gives=QueryIdSchema,
    body=LastWordSchema,
    example={"text": ""},
    refusals=(HTTPStatus.CONFLICT,),
)
@needs(Permission.OPEN_QUERIES)
def close_query(body: Mapping[str, Any], *, query_id: int) -> Any:
    """Close a query that you opened

    409 for one that another person opened, or that is closed.
    """
    return _act(queries.close_query, query_id, body)


@endpoint(
    blueprint,
    "/queries/<int:query_id>/reopen",
    method="POST",
    gives=QueryIdSchema,
    body=TextSchema,
    example={"text": "Which of the two forms?"},
    refusals=(HTTPStatus.CONFLICT,),
)
@needs(Permission.OPEN_QUERIES)
def reopen_query(body: Mapping[str, Any], *, query_id: int) -> Any:
    """Open a query again that you opened

    409 for one that another person opened, or that is open.
    """
    return _act(queries.reopen_query, query_id, body)


def _act(use_case: Any, query_id: int, body: Mapping[str, Any]) -> Mapping[str, int]:
    person, wiring = require_person(), wired()
    use_case(
        wiring.installation,
        query_id=query_id,
        site_ids=person.site_ids,
        text=body["text"],
        actor=person.login,
        now=wiring.clock(),
    )
    return {"id": query_id}
