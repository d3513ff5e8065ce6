"""The desk's pages of queries and of a patient's consents."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from pro_service.core.access import Permission
from pro_service.core.lifecycle import QueryState
from pro_service.core.provenance import ConsentAct, ConsentScope, Subject, SubjectKind
from pro_service.entrypoints.login import guard, require_person
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.odd_requests import refuse_impossible_names
from pro_service.entrypoints.web.desk.questions_page import consents_page, queries_page, query_form
from pro_service.entrypoints.web.desk.routes import chrome, language, render
from pro_service.entrypoints.wiring import wired
from pro_service.services.provenance import consents, queries
from pro_service.services.refusals import InvalidError, NotFoundError
from pro_service.store.db import reading
from pro_service.store.queries import patients
from pro_service.store.queries.patients import PatientFacts

blueprint = Blueprint("questions", __name__, url_prefix="/staff")
blueprint.before_request(guard)
blueprint.before_request(refuse_impossible_names)

_FIELD_OF = {"unknown_datum": "kind", "text_unknown": "text_id", "never_given": "scope", "day_ahead": "on"}


@blueprint.get("/queries")
@needs(Permission.SEE_PATIENTS)
def index() -> Response:
    state, kind = request.args.get("state", QueryState.OPEN), request.args.get("kind", "")
    page = queries_page(
        chrome(here=request.path),
        require_person().site_ids,
        state=state if state in list(QueryState) else "",
        kind=kind if kind in list(SubjectKind) else "",
        language=language(),
        now=wired().clock(),
    )
    return render("queries", page)


@blueprint.get("/patients/<code>/query")
@needs(Permission.OPEN_QUERIES)
def ask_form(code: str) -> Response:
    facts = _patient(code)
    page = query_form(chrome(here=request.path), facts, _protocol(facts), language(), now=wired().clock())
    return render("query", replace(page, values=dict(request.args.items())))


@blueprint.post("/patients/<code>/query")
@needs(Permission.OPEN_QUERIES)
def ask(code: str) -> Response:
    facts, values = _patient(code), dict(request.form.items())
    try:
        queries.open_query(
            wired().installation,
            study=facts.study,
            patient=code,
            site_ids=require_person().site_ids,
            subject=_subject(values),
            text=values.get("text", ""),
            actor=require_person().login,
            now=wired().clock(),
        )
    except InvalidError as error:
        here = chrome(here=f"/staff/patients/{code}/query")
        page = query_form(here, facts, _protocol(facts), language(), now=wired().clock())
        return render("query", replace(page, values=values, errors=_errors(error, "text")), status=422)
    return redirect("/staff/queries?notice=query_opened", 303)


@blueprint.post("/queries/<int:query_id>/answer")
@needs(Permission.ANSWER_QUERIES)
def answer(query_id: int) -> Response:
    return _act(queries.answer_query, query_id, "query_answered")


@blueprint.post("/queries/<int:query_id>/close")
@needs(Permission.OPEN_QUERIES)
def close(query_id: int) -> Response:
    return _act(queries.close_query, query_id, "query_closed")


@blueprint.post("/queries/<int:query_id>/reopen")
@needs(Permission.OPEN_QUERIES)
def reopen(query_id: int) -> Response:
    return _act(queries.reopen_query, query_id, "query_reopened")


@blueprint.get("/patients/<code>/consents")
@needs(Permission.SEE_PATIENTS)
def register(code: str) -> Response:
    page = consents_page(chrome(here=request.path), _patient(code), now=wired().clock())
    return render("consents", page)


@blueprint.post("/patients/<code>/consents")
@needs(Permission.RECORD_FACTS)
def record(code: str) -> Response:
    facts, values = _patient(code), dict(request.form.items())
    try:
        _record(facts, values)
    except InvalidError as error:
        page = consents_page(chrome(here=request.path), facts, now=wired().clock())
        return render("consents", replace(page, values=values, errors=_errors(error, "on")), status=422)
    return redirect(f"/staff/patients/{code}/consents?notice=consent_recorded", 303)


def _record(facts: PatientFacts, values: Mapping[str, str]) -> None:
    try:
        scope, act = ConsentScope(values.get("scope", "")), ConsentAct(values.get("act", ""))
        on = date.fromisoformat(values.get("on", ""))
    except ValueError:
        raise InvalidError(
            "incomplete", fr="Portée, acte et date sont attendus.", en="Scope, act and day are expected."
        ) from None
    consents.record_consent(
        wired().installation,
        study=facts.study,
        patient=facts.code,
        site_ids=require_person().site_ids,
        scope=scope,
        act=act,
        on=on,
        text_id=_number(values.get("text_id", "")),
        actor=require_person().login,
        now=wired().clock(),
    )


def _subject(values: Mapping[str, str]) -> Subject:
    """Of what was chosen, what belongs to the kind."""
    kind = values.get("kind", "")
    if kind not in list(SubjectKind):
        return Subject(kind=SubjectKind.FORM)  # names no datum, and is refused as such
    form = _number(values.get("assessment", ""))
    chosen: dict[SubjectKind, dict[str, Any]] = {
        SubjectKind.ANSWER: {
            "assessment_id": form,
            "instrument": values.get("instrument") or None,
            "item": values.get("item", "").strip() or None,
        },
        SubjectKind.FORM: {"assessment_id": form},
        SubjectKind.EVENT: {"event_id": _number(values.get("event", ""))},
        SubjectKind.VISIT: {"visit": values.get("visit") or None},
        SubjectKind.ENROLMENT: {"field": values.get("field") or None},
    }
    return Subject(kind=SubjectKind(kind), **chosen[SubjectKind(kind)])


def _number(written: str) -> int | None:
    known = written.isascii() and written.isdecimal() and len(written) <= 9
    return int(written) if known else None


def _act(use_case: Any, query_id: int, notice: str) -> Response:
    use_case(
        wired().installation,
        query_id=query_id,
        site_ids=require_person().site_ids,
        text=request.form.get("text", ""),
        actor=require_person().login,
        now=wired().clock(),
    )
    return redirect(f"/staff/queries?notice={notice}", 303)


def _errors(error: InvalidError, otherwise: str) -> dict[str, str]:
    return {_FIELD_OF.get(error.reason.code, otherwise): error.reason.sentence(language())}


def _patient(code: str) -> PatientFacts:
    person = require_person()
    with reading() as session:
        facts = patients.patient(session, study_id=person.study_id, code=code, site_ids=person.reach)
    if facts is None:
        raise NotFoundError(f"patient {code}")
    return facts


def _protocol(facts: PatientFacts) -> Any:
    return wired().installation.catalogue.protocols[facts.protocol_version]
