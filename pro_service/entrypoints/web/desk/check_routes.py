"""The desk's pages about fresh facts, and their two buttons: nothing changed, and settled."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from pro_service.core.access import Permission
from pro_service.entrypoints.login import guard, require_person
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.odd_requests import refuse_impossible_names
from pro_service.entrypoints.web.desk.checks_page import checks_page, delays_page
from pro_service.entrypoints.web.desk.routes import chrome, language, render
from pro_service.entrypoints.wiring import wired
from pro_service.services.patients import freshness
from pro_service.store.db import reading
from pro_service.store.queries import studies

blueprint = Blueprint("checks", __name__, url_prefix="/staff")
blueprint.before_request(guard)
blueprint.before_request(refuse_impossible_names)


@blueprint.get("/checks")
@needs(Permission.SEE_PATIENTS)
def checks() -> Response:
    page = checks_page(
        wired().installation,
        chrome=chrome(here=request.path),
        site_ids=require_person().site_ids,
        language=language(),
        now=wired().clock(),
    )
    return render("checks", page)


@blueprint.get("/delays")
@needs(Permission.SEE_PATIENTS)
def delays() -> Response:
    person = require_person()
    with reading() as session:
        sites = studies.sites(session, person.site_ids)
    here = chrome(here=request.path)
    return render(
        "delays", delays_page(wired().installation, chrome=here, study_id=person.study_id, sites=sites)
    )


@blueprint.post("/patients/<code>/unchanged")
@needs(Permission.RECORD_FACTS)
def unchanged(code: str) -> Response:
    """Keep that nothing changed, and go back to where the button stood."""
    person = require_person()
    with reading() as session:
        study = studies.code_of(session, person.study_id)
    freshness.confirm_status(
        wired().installation,
        study=study,
        patient=code,
        site_ids=person.site_ids,
        actor=person.login,
        now=wired().clock(),
    )
    back = "/staff/checks" if request.form.get("from") == "checks" else f"/staff/patients/{code}"
    return redirect(f"{back}?notice=status_confirmed", 303)


@blueprint.post("/discrepancies/<int:discrepancy_id>/settle")
@needs(Permission.RECORD_FACTS)
def settle(discrepancy_id: int) -> Response:
    person = require_person()
    freshness.settle(
        wired().installation,
        discrepancy_id=discrepancy_id,
        note=request.form.get("note", ""),
        site_ids=person.site_ids,
        actor=person.login,
        now=wired().clock(),
    )
    return redirect("/staff/checks?notice=discrepancy_settled", 303)
