"""The page about phases: what leads from one to another by the study's protocol."""

from dataclasses import dataclass

from flask import Blueprint, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from pro_service.core.access import Permission
from pro_service.core.course import arrows
from pro_service.entrypoints.login import guard, require_person
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.web.charts.machine import machine, transition
from pro_service.entrypoints.web.desk.routes import chrome, language, render
from pro_service.entrypoints.web.desk.views import Chrome
from pro_service.entrypoints.wiring import wired
from pro_service.store.db import reading
from pro_service.store.queries import studies

blueprint = Blueprint("machine", __name__, url_prefix="/staff/phases")
blueprint.before_request(guard)


@dataclass(frozen=True, kw_only=True)
class PhasesPage:
    """The protocol's phases as a drawing, and the same in words."""

    chrome: Chrome
    version: str
    drawing: Markup
    transitions: tuple[str, ...]


@blueprint.get("")
@needs(Permission.SEE_DEFINITIONS)
def index() -> Response:
    with reading() as session:
        version = studies.protocol_version_of(session, require_person().study_id)
    rules = wired().installation.catalogue.protocols[version].course
    page = PhasesPage(
        chrome=chrome(here=request.path),
        version=version,
        drawing=machine(rules, language=language()),
        transitions=tuple(transition(rules, one, language()) for one in arrows(rules)),
    )
    return render("phases", page)
