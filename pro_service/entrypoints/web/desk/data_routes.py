"""The desk's pages about a form's data: entering it for a patient, correcting it, saying why it is missing."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from pro_service.core.access import Permission
from pro_service.core.answers import Fault, Placed
from pro_service.core.provenance import AskedBy, CorrectionReason, CorrectionSource, Respondent
from pro_service.entrypoints.api.fields import message
from pro_service.entrypoints.login import guard, require_person
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.odd_requests import refuse_impossible_names
from pro_service.entrypoints.web.desk.data_page import answers_form, data_page, facts_of, form_page
from pro_service.entrypoints.web.desk.routes import chrome, language, render
from pro_service.entrypoints.web.desk.views_data import AnswersForm
from pro_service.entrypoints.wiring import wired
from pro_service.services.answers import entries
from pro_service.services.answers.entries import MODES, REASONS, Entry, FaultyEntryError
from pro_service.services.provenance import corrections, missing
from pro_service.store.db import reading
from pro_service.store.queries.corrections import correction

blueprint = Blueprint("data", __name__, url_prefix="/staff")
blueprint.before_request(guard)
blueprint.before_request(refuse_impossible_names)

_ITEM, _REFUSED = "item-", "refused"
_ENTRY = {"mode": MODES, "reason": tuple(REASONS), "answered_by": tuple(Respondent)}
_CORRECTION = {
    "reason": tuple(CorrectionReason),
    "source": tuple(CorrectionSource),
    "asked_by": tuple(AskedBy),
}


@blueprint.get("/data")
@needs(Permission.SEE_PATIENTS)
def index() -> Response:
    return render("data", data_page(chrome(here=request.path), require_person().site_ids))


@blueprint.get("/assessments/<int:assessment_id>")
@needs(Permission.SEE_PATIENTS)
def form(assessment_id: int) -> Response:
    facts = facts_of(assessment_id, require_person().reach)
    page = form_page(wired().installation, chrome(here=request.path), facts, language(), now=wired().clock())
    return render("form", page)


@blueprint.get("/assessments/<int:assessment_id>/enter")
@needs(Permission.ENTER_ANSWERS)
def entry_form(assessment_id: int) -> Response:
    page = _sheet(assessment_id, request.args.get("instrument", ""), _ENTRY)
    return render("entry", page)


@blueprint.post("/assessments/<int:assessment_id>/enter")
@needs(Permission.ENTER_ANSWERS)
def enter(assessment_id: int) -> Response:
    values = _values()
    page = replace(_sheet(assessment_id, values.get("instrument", ""), _ENTRY), values=values)
    found, faults = _filled(page, values, kept=False)
    try:
        entry = _entry(page, values, found, faults)
        entries.enter(
            wired().installation,
            assessment_id=assessment_id,
            site_ids=require_person().site_ids,
            entry=entry,
            actor=require_person().login,
            now=wired().clock(),
        )
    except FaultyEntryError as error:
        return render("entry", replace(page, errors=_told(error.faults)), status=422)
    return redirect(f"/staff/assessments/{assessment_id}?notice=entry_saved", 303)


@blueprint.get("/assessments/<int:assessment_id>/correct")
@needs(Permission.ASK_CORRECTIONS)
def correction_form(assessment_id: int) -> Response:
    page = _sheet(assessment_id, request.args.get("instrument", ""), _CORRECTION)
    return render("correct", page)


@blueprint.post("/assessments/<int:assessment_id>/correct")
@needs(Permission.ASK_CORRECTIONS)
def correct(assessment_id: int) -> Response:
    values = _values()
    page = replace(_sheet(assessment_id, values.get("instrument", ""), _CORRECTION), values=values)
    found, faults = _filled(page, values, kept=True)
    try:
        _, state = corrections.request_correction(
            wired().installation,
            assessment_id=assessment_id,
            site_ids=require_person().site_ids,
            request=_request(page, values, found, faults),
            actor=require_person().login,
            now=wired().clock(),
        )
    except FaultyEntryError as error:
        return render("correct", replace(page, errors=_told(error.faults)), status=422)
    return redirect(f"/staff/assessments/{assessment_id}?notice=correction_{state}", 303)


@blueprint.post("/corrections/<int:correction_id>/decide")
@needs(Permission.APPROVE_CORRECTIONS)
def decide(correction_id: int) -> Response:
    person, wiring = require_person(), wired()
    state = corrections.decide_correction(
        wiring.installation,
        correction_id=correction_id,
        site_ids=person.site_ids,
        approve=request.form.get("decision") == "approve",
        note=request.form.get("note", ""),
        actor=person.login,
        now=wiring.clock(),
    )
    with reading() as session:
        decided = correction(session, correction_id, site_ids=person.site_ids)
    back = f"/staff/assessments/{decided.assessment_id}" if decided else "/staff/data"
    return redirect(f"{back}?notice=correction_{state}", 303)


@blueprint.post("/assessments/<int:assessment_id>/missing-reason")
@needs(Permission.RECORD_FACTS)
def missing_reason(assessment_id: int) -> Response:
    person, wiring = require_person(), wired()
    missing.give_reason(
        wiring.installation,
        assessment_id=assessment_id,
        site_ids=person.site_ids,
        code=request.form.get("reason", ""),
        note=request.form.get("note", ""),
        actor=person.login,
        now=wiring.clock(),
    )
    back = "/staff/data" if request.form.get("from") == "data" else f"/staff/assessments/{assessment_id}"
    return redirect(f"{back}?notice=reason_noted", 303)


def _values() -> dict[str, str]:
    return {name: value.strip() for name, value in request.form.items() if name != "csrf_token"}


def _sheet(assessment_id: int, instrument: str, choices: Mapping[str, Sequence[str]]) -> AnswersForm:
    facts = facts_of(assessment_id, require_person().reach)
    page = answers_form(
        wired().installation,
        chrome(here=f"/staff/assessments/{assessment_id}"),
        facts,
        instrument,
        language(),
        now=wired().clock(),
    )
    return replace(page, choices={name: tuple(codes) for name, codes in choices.items()})


def _filled(
    page: AnswersForm, values: Mapping[str, str], *, kept: bool
) -> tuple[tuple[Placed, ...], tuple[Fault, ...]]:
    """What was filled in; of a sheet that shows what is stored (`kept`), only what was changed."""
    found, faults = [], []
    for item in page.items:
        place = _ITEM + item.code
        written = values.get(place, "")
        if kept and item.newest is not None and written == _shown(item.newest.value, item.newest.refused):
            continue
        if written == _REFUSED:
            found.append(Placed(place=place, item=item.code, value=None, refused=True))
        elif written.isascii() and written.isdecimal() and len(written) <= 4:
            found.append(Placed(place=place, item=item.code, value=int(written)))
        elif written:
            limits = f"{item.minimum}–{item.maximum}"
            faults.append(Fault(place=place, code="out_of_range", detail=limits))
    return tuple(found), tuple(faults)


def _shown(value: int | None, refused: bool) -> str:  # noqa: FBT001 - the two columns of an answer
    return _REFUSED if refused else "" if value is None else str(value)


def _entry(
    page: AnswersForm, values: Mapping[str, str], found: tuple[Placed, ...], faults: tuple[Fault, ...]
) -> Entry:
    """FaultyEntryError for what is missing of how and why, and for what is no number."""
    day, faults = _day(values, "answered_on", faults)
    faults = (*faults, *_unchosen(page, values))
    if faults or day is None:
        raise FaultyEntryError(faults)
    content = json.dumps(values, sort_keys=True, ensure_ascii=False).encode()
    return Entry(
        client_id=None,
        kind="desk",
        instrument=page.instrument,
        mode=values["mode"],
        answers=found,
        finished=values.get("complete") == "1",
        answered_on=day,
        answered_at=None,
        dated="answered_on",
        content=content,
        reason=values["reason"],
        respondent=Respondent(values["answered_by"]),
        note=values.get("note", ""),
    )


def _request(
    page: AnswersForm, values: Mapping[str, str], found: tuple[Placed, ...], faults: tuple[Fault, ...]
) -> corrections.Request:
    day, faults = _day(values, "source_on", faults)
    faults = (*faults, *_unchosen(page, values))
    if not values.get("note"):
        faults = (*faults, Fault(place="note", code="required"))
    if faults or day is None:
        raise FaultyEntryError(faults)
    return corrections.Request(
        instrument=page.instrument,
        answers=found,
        reason=CorrectionReason(values["reason"]),
        note=values["note"],
        source=CorrectionSource(values["source"]),
        source_on=day,
        asked_by=AskedBy(values["asked_by"]),
    )


def _unchosen(page: AnswersForm, values: Mapping[str, str]) -> tuple[Fault, ...]:
    return tuple(
        Fault(place=name, code="required")
        for name, codes in page.choices.items()
        if values.get(name) not in codes
    )


def _day(
    values: Mapping[str, str], name: str, faults: tuple[Fault, ...]
) -> tuple[date | None, tuple[Fault, ...]]:
    try:
        return date.fromisoformat(values.get(name, "")), faults
    except ValueError:
        return None, (*faults, Fault(place=name, code="not_a_day"))


def _told(faults: Sequence[Fault]) -> dict[str, str]:
    return {fault.place: message(f"{fault.code}|{fault.detail}", language())[1] for fault in faults}
