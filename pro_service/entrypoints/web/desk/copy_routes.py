"""The desk's page of certified copies: a site's own people see, make and take them; nobody else may."""

from flask import Blueprint, redirect, send_file
from werkzeug.wrappers import Response

from pro_service.core.access import Permission
from pro_service.entrypoints.login import guard, require_person
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.odd_requests import refuse_impossible_names
from pro_service.entrypoints.web.desk.routes import chrome, render
from pro_service.entrypoints.web.desk.views import SiteChoice
from pro_service.entrypoints.web.desk.views_copies import CopiesPage, SiteCopies
from pro_service.entrypoints.wiring import wired
from pro_service.services import copies
from pro_service.services.refusals import NotFoundError
from pro_service.store.acting import acting_for, system
from pro_service.store.db import reading
from pro_service.store.queries import studies
from pro_service.store.queries.facts import SiteFacts

blueprint = Blueprint("copies", __name__, url_prefix="/staff/copies")
blueprint.before_request(guard)
blueprint.before_request(refuse_impossible_names)


@blueprint.get("")
@needs(Permission.TAKE_SITE_COPY)
def index() -> Response:
    installation, study = wired().installation, _study()
    page = CopiesPage(
        chrome=chrome(here="/staff/copies"),
        sites=tuple(
            SiteCopies(
                site=SiteChoice(code=one.code, name=one.name),
                copies=copies.copies_of(installation.copies, study=study, site=one.code),
            )
            for one in _own_sites()
        ),
        public_key=installation.signer.verifier.text,
    )
    return render("copies", page)


@blueprint.post("/<site>")
@needs(Permission.TAKE_SITE_COPY)
def make(site: str) -> Response:
    code = _own(site)
    study = _study()
    # What a copy says of its making is the same whoever asked for it.
    with acting_for(system("system:copies")):
        (made,) = copies.make_copies(wired().installation, study=study, site=code, now=wired().clock())
    return redirect(f"/staff/copies?notice={'copy_made' if made.new else 'copy_unchanged'}", 303)


@blueprint.get("/<site>/files/<name>")
@needs(Permission.TAKE_SITE_COPY)
def take(site: str, name: str) -> Response:
    study, code = _study(), _own(site)
    path = copies.open_copy(wired().installation.copies, study=study, site=code, name=name)
    if path is None:
        raise NotFoundError("copy")
    return send_file(
        path.resolve(),
        mimetype="application/zip",
        as_attachment=True,
        download_name=f"{study}-{code}-{name}",
        max_age=0,
        etag=False,
    )


def _study() -> str:
    with reading() as session:
        return studies.code_of(session, require_person().study_id)


def _own_sites() -> tuple[SiteFacts, ...]:
    with reading() as session:
        return studies.sites(session, require_person().site_ids)


def _own(site: str) -> str:
    """NotFoundError for a site that is none of the reader's."""
    if site not in {one.code for one in _own_sites()}:
        raise NotFoundError(f"site {site}")
    return site
