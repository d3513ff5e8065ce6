"""The desk's page of coming and overdue visits, and the addresses under which a calendar program reads them."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from pro_service.core.access import Permission
from pro_service.entrypoints.login import guard, require_person
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.odd_requests import refuse_impossible_names
from pro_service.entrypoints.web.desk.routes import chrome, language, render
from pro_service.entrypoints.web.desk.visits_page import visits_page
from pro_service.entrypoints.wiring import wired
from pro_service.services.patients import calendar_feeds
from pro_service.services.refusals import InvalidError
from pro_service.store.db import reading
from pro_service.store.queries import studies

blueprint = Blueprint("visits", __name__, url_prefix="/staff/visits")
blueprint.before_request(guard)
blueprint.before_request(refuse_impossible_names)


@blueprint.get("")
@needs(Permission.SEE_PATIENTS)
def index() -> Response:
    return _page(site=request.args.get("site", ""))


@blueprint.post("/feeds")
@needs(Permission.RECORD_FACTS)
def create_feed() -> Response:
    """The new address is on this answer's page and nowhere else."""
    person, wiring = require_person(), wired()
    site_id = _sites().get(request.form.get("site", ""))
    if site_id is None:
        raise InvalidError("site_missing", fr="Choisissez un centre.", en="Choose a site.")
    token = calendar_feeds.create_feed(
        wiring.installation,
        site_id=site_id,
        site_ids=person.site_ids,
        language=language(),
        actor=person.login,
        now=wiring.clock(),
    )
    address = f"{wiring.installation.base_url}/calendar/{token}.ics"
    return _page(site="", new_address=address, status=201)


@blueprint.post("/feeds/<int:feed_id>/revoke")
@needs(Permission.RECORD_FACTS)
def revoke_feed(feed_id: int) -> Response:
    person, wiring = require_person(), wired()
    calendar_feeds.revoke_feed(
        wiring.installation,
        feed_id=feed_id,
        site_ids=person.site_ids,
        actor=person.login,
        now=wiring.clock(),
    )
    return redirect("/staff/visits?notice=feed_revoked", 303)


def _page(*, site: str, new_address: str = "", status: int = 200) -> Response:
    person, wiring = require_person(), wired()
    chosen = _sites().get(site)
    page = visits_page(
        wiring.installation,
        chrome=chrome(here="/staff/visits", site=site),
        site_ids=person.site_ids if chosen is None else (chosen,),
        language=language(),
        now=wiring.clock(),
        new_address=new_address,
    )
    return render("visits", page, status=status)


def _sites() -> dict[str, int]:
    with reading() as session:
        return {one.code: one.id for one in studies.sites(session, require_person().site_ids)}
