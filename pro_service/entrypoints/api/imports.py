"""/imports: facts from another system, with a preview, and the discrepancies that remain."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from flask import request
from marshmallow import fields, validate

from pro_service.core.access import Permission
from pro_service.core.imports import FactRow, Outcome, ReadingRules, fault_words, read_rows
from pro_service.core.plan import ChangeKind
from pro_service.entrypoints.api import access
from pro_service.entrypoints.api.events import PhasesSchema
from pro_service.entrypoints.api.fields import Code, Many, Nested, OneOf, Strict, Text
from pro_service.entrypoints.api.problems import InvalidFieldsError, language
from pro_service.entrypoints.api.reading import StrictParser
from pro_service.entrypoints.api.routes import api_blueprint, endpoint
from pro_service.entrypoints.api.shapes import SentenceSchema, Shape
from pro_service.entrypoints.imported import document
from pro_service.entrypoints.login import require_person
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.wiring import wired
from pro_service.services.csv_table import InputError
from pro_service.services.patients import freshness as use_cases
from pro_service.services.patients.fact_file import read_file
from pro_service.services.patients.importing import import_facts
from pro_service.store.db import reading
from pro_service.store.queries import freshness

blueprint = api_blueprint(
    "Imports",
    "Facts from another system (an EDC) by its own keys: new, known, corrected, or listed for a person.",
)
CSV = "text/csv"
_MOST_ROWS = 5_000
_LIMIT = 500
_YES_NO = ("true", "false")


class FactRowSchema(Strict):
    """One fact as its source tells it. A field that the type does not have is left out or null."""

    patient = Text(required=True, longest=64, metadata={"example": "03-001"})
    source_key = Text(required=True, longest=64, metadata={"example": "EDC-1002"})
    type = Text(required=True, longest=64, metadata={"example": "included"})
    on = Text(required=True, longest=64, metadata={"example": "2026-01-05"})
    result = Text(longest=64, allow_none=True)
    disclosed_on = Text(longest=64, allow_none=True)
    relation = Text(longest=64, allow_none=True)
    reason = Text(longest=64, allow_none=True)
    bundle = Text(
        longest=64, allow_none=True, metadata={"description": "Of an assessment asked outside the calendar"}
    )
    visit = Text(longest=64, allow_none=True, metadata={"description": "Kept with the fact"})


class FactRowsSchema(Strict):
    """The rows, in any order."""

    rows = Many(Nested(FactRowSchema), longest=_MOST_ROWS, required=True)


class ImportQuery(Strict):
    """Where the facts come from and whether they are only tried."""

    source = Code(longest=64, load_default="edc")
    preview = OneOf(_YES_NO, load_default="false")
    day_first = OneOf(_YES_NO, load_default="false", metadata={"description": "Of CSV: days as 05/01/2026"})


class ImportedRowSchema(Shape):
    """What became of a row. `row` counts from 0 in JSON; in CSV it is the row of the spreadsheet."""

    row = fields.Integer(required=True)
    patient = fields.String(required=True, metadata={"example": "03-001"})
    source_key = fields.String(required=True, metadata={"example": "EDC-1002"})
    type = fields.String(required=True, metadata={"example": "included"})
    on = fields.String(required=True, metadata={"format": "date", "example": "2026-01-05"})
    outcome = fields.String(required=True, validate=validate.OneOf([str(each) for each in Outcome]))
    code = fields.String(required=True, metadata={"description": "Why it is not recorded, or empty"})
    explanation = fields.Nested(SentenceSchema, required=True)


class ImportedChangeSchema(Shape):
    """One assessment of a plan that changes."""

    key = fields.String(required=True, metadata={"example": "M1.5"})
    change = fields.String(required=True, validate=validate.OneOf([str(kind) for kind in ChangeKind]))
    code = fields.String(required=True, metadata={"example": "expected"})
    sentence = fields.Nested(SentenceSchema, required=True)


class ImportedPlanSchema(Shape):
    """How a patient's plan differs by the rows."""

    patient = fields.String(required=True, metadata={"example": "03-001"})
    phase = fields.Nested(PhasesSchema, required=True)
    changes = fields.List(fields.Nested(ImportedChangeSchema), required=True)


class ImportedSchema(Shape):
    """Every row, and the plans that change. `to_decide` counts the rows on which somebody has to decide."""

    preview = fields.Boolean(required=True)
    to_decide = fields.Integer(required=True)
    rows = fields.List(fields.Nested(ImportedRowSchema), required=True)
    plans = fields.List(fields.Nested(ImportedPlanSchema), required=True)


class DiscrepancySchema(Shape):
    """A fact on which a source and the service do not agree."""

    id = fields.Integer(required=True, metadata={"example": 3})
    patient = fields.String(attribute="patient_code", required=True, metadata={"example": "03-001"})
    source = fields.String(required=True, metadata={"example": "edc"})
    source_key = fields.String(required=True, metadata={"example": "EDC-1002"})
    told = fields.Dict(keys=fields.String(), required=True, metadata={"description": "The fact as told"})
    state = fields.String(required=True, validate=validate.OneOf(["contradicts", "refused"]))
    code = fields.String(required=True, metadata={"example": "already_started"})
    explanation = fields.Nested(SentenceSchema, required=True)
    told_at = fields.AwareDateTime(required=True)
    settled_at = fields.AwareDateTime(required=True, allow_none=True)
    settled_by = fields.String(required=True, allow_none=True)
    settled_note = fields.String(required=True, allow_none=True)


class DiscrepanciesSchema(Shape):
    """The longest waiting first; `count` of all there are, at most 500 of which are listed."""

    count = fields.Integer(required=True)
    items = fields.List(fields.Nested(DiscrepancySchema), required=True)


class DiscrepanciesQuery(Strict):
    """Those that wait, or those that were settled."""

    settled = OneOf(_YES_NO, load_default="false")


class SettleSchema(Strict):
    """Why the service is right."""

    note = Text(required=True, longest=2000, lines=True)


class SettledSchema(Shape):
    """Whose discrepancy it was."""

    patient = fields.String(required=True, metadata={"example": "03-001"})


_BODIES = {
    "application/json": {
        "schema": FactRowsSchema,
        "example": {
            "rows": [
                {
                    "patient": "03-001",
                    "source_key": "EDC-1003",
                    "type": "treatment_stopped",
                    "on": "2026-01-05",
                }
            ]
        },
    },
    CSV: {"schema": {"type": "string", "description": "A file as docs/events-import.md says"}},
}
_BODY_REFUSALS = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
)


@endpoint(
    blueprint,
    "/imports/events",
    method="POST",
    gives=ImportedSchema,
    bodies=_BODIES,
    query=ImportQuery,
    refusals=_BODY_REFUSALS,
)
@needs(Permission.RECORD_FACTS)
def import_events(query: Mapping[str, Any]) -> Any:
    """Import facts from another system

    JSON rows or a CSV file. With `preview=true` everything is tried and nothing stored. A row that is here already
    changes nothing; other values under a known key correct the fact of before. 422 with every mistake if a row cannot
    be read: then nothing was stored. What the course cannot hold is listed while the rest lands.
    """
    person, wiring = require_person(), wired()
    rows = _from_csv(query) if request.mimetype == CSV else _from_json()
    done = import_facts(
        wiring.installation,
        study=access.study().code,
        source=query["source"],
        rows=rows,
        site_ids=person.site_ids,
        preview=query["preview"] == "true",
        actor=person.login,
        now=wiring.clock(),
    )
    return document(done)


@endpoint(blueprint, "/imports/discrepancies", gives=DiscrepanciesSchema, query=DiscrepanciesQuery)
@needs(Permission.SEE_PATIENTS)
def list_discrepancies(query: Mapping[str, Any]) -> Any:
    """What a source tells and the service does not hold"""
    site_ids, settled = require_person().site_ids, query["settled"] == "true"
    with reading() as session:
        return {
            "count": freshness.count_discrepancies(session, site_ids, settled=settled),
            "items": freshness.discrepancies(session, site_ids, settled=settled, limit=_LIMIT),
        }


@endpoint(
    blueprint,
    "/imports/discrepancies/<int:discrepancy_id>/settle",
    method="POST",
    gives=SettledSchema,
    body=SettleSchema,
    example={"note": "Day checked with the consent form"},
    refusals=(HTTPStatus.CONFLICT,),
)
@needs(Permission.RECORD_FACTS)
def settle_discrepancy(body: Mapping[str, Any], *, discrepancy_id: int) -> Any:
    """Say that the service is right

    The discrepancy comes back when the source tells something else. 409 if it is settled already.
    """
    person, wiring = require_person(), wired()
    code = use_cases.settle(
        wiring.installation,
        discrepancy_id=discrepancy_id,
        note=body["note"],
        site_ids=person.site_ids,
        actor=person.login,
        now=wiring.clock(),
    )
    return {"patient": code}


def _from_csv(query: Mapping[str, Any]) -> tuple[FactRow, ...]:
    try:
        return read_file(
            wired().installation,
            protocol_version=access.study().protocol_version,
            data=request.get_data(),
            source="",
            day_first=query["day_first"] == "true",
            language=language(),
        )
    except InputError as error:
        raise _told(
            (problem.place.removeprefix(": "), f"{problem.message}; {problem.cure}")
            for problem in error.problems
        ) from error


def _from_json() -> tuple[FactRow, ...]:
    body: Mapping[str, Any] = StrictParser().parse(FactRowsSchema(), request, location="json")
    cells = (
        (index, {name: value or "" for name, value in row.items()}) for index, row in enumerate(body["rows"])
    )
    found = read_rows(cells, ReadingRules(course=access.study_protocol().course))
    if found.faults:
        raise _told(
            (f"rows.{fault.row}.{fault.column}", "; ".join(fault_words(fault, language())))
            for fault in found.faults
        )
    return found.rows


def _told(mistakes: Iterable[tuple[str, str]]) -> InvalidFieldsError:
    messages: dict[str, list[str]] = {}
    for place, words in mistakes:
        messages.setdefault(place, []).append(f"bad_cell|{words}")
    return InvalidFieldsError(messages)
