"""The nurse's desk: each route gathers a view model or makes one service call, and renders a template."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from pro_service.core.access import Permission
from pro_service.core.course import Event
from pro_service.core.plan import explain
from pro_service.core.protocol import CourseRules, Protocol
from pro_service.entrypoints.login import asking, guard, require_person
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.odd_requests import printable, refuse_impossible_names
from pro_service.entrypoints.web.desk.addresses import known_notice
from pro_service.entrypoints.web.desk.context import Page, desk_context
from pro_service.entrypoints.web.desk.emergency_notices import notices, open_records
from pro_service.entrypoints.web.desk.event_choices import fields_of
from pro_service.entrypoints.web.desk.event_page import event_page, plan_changes
from pro_service.entrypoints.web.desk.form_errors import day_of, errors_of
from pro_service.entrypoints.web.desk.patient_page import patient_page
from pro_service.entrypoints.web.desk.questions_page import consent_choices
from pro_service.entrypoints.web.desk.views import Chrome, SiteChoice, User
from pro_service.entrypoints.web.desk.views_forms import EnrolPage, EventFormPage
from pro_service.entrypoints.web.desk.work_list import work_list
from pro_service.entrypoints.web.words import Language
from pro_service.entrypoints.web.words.phrases import Say
from pro_service.entrypoints.wiring import wired
from pro_service.services import triage
from pro_service.services.patients import course, enrolment
from pro_service.services.refusals import InvalidError, NotFoundError, RefusedError
from pro_service.store.db import reading
from pro_service.store.queries import locks, patients, studies
from pro_service.store.queries.facts import SiteFacts

blueprint = Blueprint("desk", __name__, url_prefix="/staff")
blueprint.before_request(guard)
blueprint.before_request(refuse_impossible_names)

_DEFAULT_ZONE = "Europe/Paris"
_CODED = ("result", "relation", "reason", "visit", "bundle")
_FORM_FIELDS = ("on", "disclosed_on", "visit_on", *_CODED)


def render(template: str, page: Page, *, status: int = 200) -> AnyResponse:
    """A desk page in the language of the person who asks."""
    person = require_person()
    say = Say(language=language(), now=wired().clock(), zone=_zone())
    context = desk_context(page=page, say=say, csrf_token=person.csrf_token)
    return Response(render_template(f"desk/{template}.html", **context), status=status)


def language() -> Language:
    return cast(Language, require_person().language)


def chrome(*, here: str, notice: str = "", query: str = "", site: str = "") -> Chrome:
    """What surrounds the page: the person, their sites, and what has just been done."""
    person = require_person()
    with reading() as session:
        study = studies.code_of(session, person.study_id)
        codes = [one.code for one in studies.sites(session, person.site_ids)]
        held = locks.names_over(session, study_id=person.study_id, site_codes=codes, now=wired().clock())
    return Chrome(
        study=study.upper(),
        here=here,
        user=User(name=person.name, roles=person.roles),
        may=person.may,
        opened=open_records(person, now=wired().clock()),
        sites=tuple(SiteChoice(code=one.code, name=one.name) for one in _sites()),
        site=site,
        query=query,
        notice=notice or known_notice(request.args.get("notice", "")),
        demo=wired().demo,
        locks=held,
    )


@blueprint.get("")
@needs(Permission.OWN_ACCOUNT)
def index() -> AnyResponse:
    """Everybody's first page; the lists are of the sites whose patients the person may see, if any."""
    person, wiring = asking(Permission.SEE_PATIENTS), wired()
    chosen = request.args.get("site", "")
    site_ids = [one.id for one in _sites() if chosen in ("", one.code)] or list(person.site_ids)
    page = work_list(
        wiring.installation,
        chrome=chrome(here="/staff", query=printable(request.args.get("q", "")).strip()[:64], site=chosen),
        site_ids=site_ids,
        language=language(),
        zone=_zone(),
        now=wiring.clock(),
    )
    return render("work_list", replace(page, emergencies=notices(person, now=wiring.clock())))


@blueprint.get("/patients/<code>")
@needs(Permission.SEE_PATIENTS)
def patient(code: str) -> AnyResponse:
    person, wiring = require_person(), wired()
    page = patient_page(
        wiring.installation,
        chrome=chrome(here=f"/staff/patients/{code}"),
        study_id=person.study_id,
        code=code,
        site_ids=person.reach,
        language=language(),
        now=wiring.clock(),
    )
    return render("patient", page)


@blueprint.get("/patients/<code>/event")
@needs(Permission.RECORD_FACTS)
def event_form(code: str) -> AnyResponse:
    facts, protocol = _patient(code)
    kind = request.args.get("type", "")
    values = {name: request.args[name] for name in _FORM_FIELDS if request.args.get(name)}
    page = _event_page(chrome(here=request.path), facts, kind, values)
    if not request.args.get("preview"):
        return render("event", page)
    try:
        event = _event(kind, values, protocol.course)
        preview = course.preview_event(
            wired().installation, study=facts.study, patient=code, event=event, now=wired().clock()
        )
    except RefusedError as error:
        return render("event", replace(page, errors=errors_of(error, language())), status=422)
    words = protocol.course.words.get(language())
    changes = plan_changes(preview, lambda why: explain(why, language(), words=words))
    return render("event", replace(page, changes=changes, waits=preview.waits))


@blueprint.post("/patients/<code>/events")
@needs(Permission.RECORD_FACTS)
def record_event(code: str) -> AnyResponse:
    facts, protocol = _patient(code)
    kind = request.form.get("type", "")
    values = {name: request.form[name] for name in _FORM_FIELDS if request.form.get(name)}
    try:
        course.record_event(
            wired().installation,
            study=facts.study,
            patient=code,
            event=_event(kind, values, protocol.course),
            actor=require_person().login,
            now=wired().clock(),
        )
    except RefusedError as error:
        here = chrome(here=f"/staff/patients/{code}/event")
        page = _event_page(here, facts, kind, values)
        return render("event", replace(page, errors=errors_of(error, language())), status=422)
    return redirect(f"/staff/patients/{code}?notice=event_recorded", 303)


@blueprint.post("/events/<int:event_id>/void")
@needs(Permission.RECORD_FACTS)
def void_event(event_id: int) -> AnyResponse:
    person = require_person()
    course.void_event(
        wired().installation,
        event_id=event_id,
        reason=request.form.get("reason", ""),
        site_ids=person.site_ids,
        actor=person.login,
        now=wired().clock(),
    )
    with reading() as session:
        code = patients.code_of_event(session, event_id)
    return redirect(f"/staff/patients/{code}?notice=event_voided", 303)


@blueprint.post("/alerts/<int:alert_id>/acknowledge")
@needs(Permission.WORK_ALERTS)
def acknowledge(alert_id: int) -> AnyResponse:
    person = require_person()
    close = bool(request.form.get("close"))
    triage.acknowledge(
        wired().installation,
        alert_id=alert_id,
        site_ids=person.site_ids,
        action=request.form.get("action", ""),
        note=request.form.get("note", "").strip(),
        close=close,
        actor=person.login,
        now=wired().clock(),
    )
    with reading() as session:
        code = patients.code_of_alert(session, alert_id)
    notice = "alert_closed" if close else "alert_acknowledged"
    return redirect(f"/staff/patients/{code}?notice={notice}", 303)


@blueprint.get("/enrol")
@needs(Permission.ENROL)
def enrol_form() -> AnyResponse:
    return render(
        "enrol",
        EnrolPage(chrome=chrome(here="/staff/enrol"), texts=consent_choices(), values={"language": "fr"}),
    )


@blueprint.post("/enrol")
@needs(Permission.ENROL)
def enrol() -> AnyResponse:
    values = {name: value.strip() for name, value in request.form.items() if name != "csrf_token"}
    try:
        _enrol(values)
    except RefusedError as error:
        here = chrome(here="/staff/enrol")
        page = EnrolPage(
            chrome=here, texts=consent_choices(), values=values, errors=errors_of(error, language())
        )
        return render("enrol", page, status=422)
    return redirect(f"/staff/patients/{values['patient_code']}?notice=enrolled", 303)


def _enrol(values: Mapping[str, str]) -> None:
    person, wiring = require_person(), wired()
    site = next((one for one in _sites() if one.code == values.get("site")), None)
    if site is None:
        raise InvalidError("site_missing", fr="Choisissez un centre.", en="Choose a site.")
    facts = [Event(type=kind, on=day_of(values, field)) for kind, field in _ENROL_FACTS if values.get(field)]
    with reading() as session:
        study = studies.code_of(session, person.study_id)
    enrolment.enrol_patient(
        wiring.installation,
        study=study,
        site=site.code,
        code=values.get("patient_code", ""),
        phone=values.get("phone", ""),
        language=values.get("language", ""),
        sms_items=values.get("sms_items") == "1",
        time_zone=values.get("time_zone") or None,
        consent_text=int(values["consent_text"]) if values.get("consent_text", "").isdecimal() else None,
        facts=facts,
        actor=person.login,
        now=wiring.clock(),
    )


_ENROL_FACTS = (("consent2_signed", "consent_on"), ("included", "included_on"))


def _sites() -> tuple[SiteFacts, ...]:
    with reading() as session:
        return studies.sites(session, require_person().site_ids)


def _zone() -> str:
    sites = _sites()
    return sites[0].time_zone if len(sites) == 1 else _DEFAULT_ZONE


def _patient(code: str) -> tuple[patients.PatientFacts, Protocol]:
    person = require_person()
    with reading() as session:
        facts = patients.patient(session, study_id=person.study_id, code=code, site_ids=person.reach)
    if facts is None:
        raise NotFoundError(f"patient {code}")
    return facts, wired().installation.catalogue.protocols[facts.protocol_version]


def _event_page(
    around: Chrome, facts: patients.PatientFacts, kind: str, values: Mapping[str, str]
) -> EventFormPage:
    here, now = wired().installation, wired().clock()
    return event_page(here, around, facts, kind=kind, values=values, language=language(), now=now)


def _event(kind: str, values: Mapping[str, str], rules: CourseRules) -> Event:
    fields = set(fields_of(kind, rules))
    told = day_of(values, "disclosed_on") if "disclosed_on" in fields and values.get("disclosed_on") else None
    coded: dict[str, Any] = {name: values.get(name) for name in _CODED if name in fields}
    fixed = day_of(values, "visit_on") if "visit_on" in fields else None
    return Event(type=kind, on=day_of(values, "on"), disclosed_on=told, visit_on=fixed, **coded)
