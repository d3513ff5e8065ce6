"""Opening a patient of another site in an emergency: the form, and its end before the time is over."""

from dataclasses import replace

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from pro_service.core.access import Permission
from pro_service.entrypoints.login import guard, require_person
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.odd_requests import printable, refuse_impossible_names
from pro_service.entrypoints.web.desk.routes import chrome, language, render
from pro_service.entrypoints.web.desk.views_access import EmergencyPage
from pro_service.entrypoints.web.words import text
from pro_service.entrypoints.wiring import wired
from pro_service.services import emergencies
from pro_service.services.refusals import NotFoundError, RefusedError
from pro_service.store.db import reading
from pro_service.store.queries import studies

blueprint = Blueprint("emergency", __name__, url_prefix="/staff/emergency")
blueprint.before_request(guard)
blueprint.before_request(refuse_impossible_names)


@blueprint.get("")
@needs(Permission.BREAK_GLASS)
def form() -> Response:
    return render("emergency", _page())


@blueprint.post("")
@needs(Permission.BREAK_GLASS)
def open_patient() -> Response:
    person = require_person()
    code, reason = printable(request.form.get("patient", "")).strip(), request.form.get("reason", "")
    page = replace(_page(), patient_code=code, reason=reason)
    with reading() as session:
        study = studies.code_of(session, person.study_id)
    try:
        emergencies.open_patient(
            wired().installation,
            study=study,
            patient=code,
            staff_id=person.staff_id,
            rights=person.rights,
            reason=reason,
            now=wired().clock(),
        )
    except RefusedError as error:
        return render("emergency", replace(page, error=error.reason.sentence(language())), status=422)
    except NotFoundError:
        return render("emergency", replace(page, error=text("emergency.absent", language())), status=422)
    return redirect(f"/staff/patients/{code}", 303)


@blueprint.post("/end")
@needs(Permission.BREAK_GLASS)
def end() -> Response:
    emergencies.close(wired().installation, staff_id=require_person().staff_id, now=wired().clock())
    return redirect("/staff?notice=emergency_closed", 303)


def _page() -> EmergencyPage:
    minutes = round(wired().installation.emergency_lasts.total_seconds() / 60)
    return EmergencyPage(chrome=chrome(here="/staff/emergency"), minutes=minutes)
