"""The staff's pages about the questionnaires: what is asked, how it is scored, and whom the wording belongs to."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from pro_service.core.access import Permission
from pro_service.core.manual import sheet
from pro_service.entrypoints.login import guard
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.web.desk.routes import chrome, language, render
from pro_service.entrypoints.web.desk.views_instruments import InstrumentPage, InstrumentsPage
from pro_service.entrypoints.wiring import wired
from pro_service.services.refusals import NotFoundError

blueprint = Blueprint("instruments", __name__, url_prefix="/staff/instruments")
blueprint.before_request(guard)


@blueprint.get("")
@needs(Permission.SEE_DEFINITIONS)
def index() -> Response:
    known = wired().installation.catalogue.instruments
    sheets = tuple(sheet(instrument, language()) for instrument in known.values())
    return render("instruments", InstrumentsPage(chrome=chrome(here=request.path), sheets=sheets))


@blueprint.get("/<code>")
@needs(Permission.SEE_DEFINITIONS)
def instrument(code: str) -> Response:
    found = wired().installation.catalogue.instruments.get(code)
    if found is None:
        raise NotFoundError(f"instrument {code}")
    page = InstrumentPage(chrome=chrome(here=request.path), sheet=sheet(found, language()))
    return render("instrument", page)
