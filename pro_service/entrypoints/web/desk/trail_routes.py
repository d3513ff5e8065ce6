"""The pages of the trail: every field that changed, with filters, and every read of a patient's record."""

from collections.abc import Iterator
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from pro_service.core.access import Permission
from pro_service.entrypoints.acts import for_whoever_asked
from pro_service.entrypoints.login import guard, require_person
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.odd_requests import printable, refuse_impossible_names
from pro_service.entrypoints.trail_asked import NAMES, asked
from pro_service.entrypoints.web.desk.routes import chrome, render
from pro_service.entrypoints.web.desk.views_trail import ReadRow, ReadsPage, TrailPage, TrailRow
from pro_service.services.audit.listing import csv_lines, shown
from pro_service.store.db import reading
from pro_service.store.queries import trail

blueprint = Blueprint("trail", __name__, url_prefix="/staff/trail")
blueprint.before_request(guard)
blueprint.before_request(refuse_impossible_names)

_ENTRIES = 50
_LAST_PAGE = 10_000
_READS = 500
_LONGEST_VALUE = 300


@blueprint.get("")
@needs(Permission.SEE_AUDIT)
def index() -> AnyResponse:
    number = _page_number()
    with reading() as session:
        found, more = trail.page(session, asked(request.args), limit=_ENTRIES, skip=(number - 1) * _ENTRIES)
    given = _given()
    page = TrailPage(
        chrome=chrome(here="/staff/trail"),
        rows=tuple(_row(one) for one in found),
        asked=given,
        query=urlencode(given),
        sorts=trail.SORTS,
        number=number,
        more=more,
    )
    return render("trail", page)


@blueprint.get("/trail.csv")
@needs(Permission.SEE_AUDIT)
def listing() -> AnyResponse:
    """Everything the same filters find, as a file that a spreadsheet sorts and searches."""
    wanted = asked(request.args)

    def lines() -> Iterator[str]:
        with reading() as session:
            yield "\ufeff"
            yield from csv_lines(trail.everything(session, wanted))

    named = {"Content-Disposition": 'attachment; filename="trail.csv"'}
    return Response(for_whoever_asked(lines()), mimetype="text/csv", headers=named)


@blueprint.get("/reads")
@needs(Permission.SEE_AUDIT)
def reads() -> AnyResponse:
    patient = printable(request.args.get("patient", "")).strip()[:64]
    with reading() as session:
        found = trail.reads(session, site_ids=require_person().site_ids, patient=patient, limit=_READS + 1)
    page = ReadsPage(
        chrome=chrome(here="/staff/trail/reads"),
        patient=patient,
        rows=tuple(ReadRow(**one.__dict__) for one in found[:_READS]),
        cut=len(found) > _READS,
    )
    return render("trail_reads", page)


def _given() -> dict[str, str]:
    names = (*NAMES, "since", "sort")
    values = {name: printable(request.args.get(name, "")).strip()[:255] for name in names}
    return {name: value for name, value in values.items() if value}


def _page_number() -> int:
    text = request.args.get("page", "1")
    return min(max(int(text), 1), _LAST_PAGE) if text.isdecimal() and len(text) < 9 else 1


def _row(one: trail.FieldChange) -> TrailRow:
    return TrailRow(
        seq=one.seq,
        at=one.at,
        patient=one.patient,
        site=one.site,
        table=one.table,
        row=one.row,
        action=one.action,
        field=one.field,
        old=_short(shown(one.old)),
        new=_short(shown(one.new)),
        actor=one.actor,
        role=one.role,
        reason=one.reason,
    )


def _short(text: str) -> str:
    """A value as a cell holds it; the file has all of it."""
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
