"""The desk's page of locks: what is locked and why, locking, and lifting a lock by two people."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from pro_service.core.access import Permission
from pro_service.entrypoints.login import guard, may, require_person
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.odd_requests import refuse_impossible_names
from pro_service.entrypoints.web.desk.routes import chrome, language, render
from pro_service.entrypoints.web.desk.views import SiteChoice
from pro_service.entrypoints.web.desk.views_locks import LocksPage
from pro_service.entrypoints.wiring import wired
from pro_service.services import locks
from pro_service.services.refusals import RefusedError
from pro_service.store.db import reading
from pro_service.store.queries import locks as queries
from pro_service.store.queries import studies

blueprint = Blueprint("locks", __name__, url_prefix="/staff/locks")
blueprint.before_request(guard)
blueprint.before_request(refuse_impossible_names)

_MOST_HELD = 200
_FIELD_OF = {
    "bad_lock_name": "name",
    "lock_name_used": "name",
    "unknown_site": "site",
    "reason_missing": "reason",
    "reason_too_long": "reason",
    "bad_hours": "hours",
}


@blueprint.get("")
@needs(Permission.SEE_DEFINITIONS)
def index() -> Response:
    return _page()


@blueprint.post("")
@needs(Permission.LOCK)
def lock() -> Response:
    form = request.form
    return _done(
        partial(
            locks.lock_data,
            name=form.get("name", "").strip(),
            site=form.get("site", ""),
            reason=form.get("reason", ""),
        ),
        notice="locked",
    )


@blueprint.post("/<name>/again")
@needs(Permission.LOCK)
def again(name: str) -> Response:
    return _done(partial(locks.lock_again, name=name), notice="locked")


@blueprint.post("/<name>/release")
@needs(Permission.UNLOCK)
def ask_release(name: str) -> Response:
    form = request.form
    hours = form.get("hours", "").strip()
    return _done(
        partial(locks.ask_release, name=name, reason=form.get("reason", ""), hours=_hours(hours)),
        notice="release_asked",
    )


@blueprint.post("/<name>/confirm")
@needs(Permission.UNLOCK)
def confirm_release(name: str) -> Response:
    return _done(partial(locks.confirm_release, name=name), notice="lock_lifted")


@blueprint.post("/<name>/decline")
@needs(Permission.UNLOCK)
def decline_release(name: str) -> Response:
    return _done(partial(locks.decline_release, name=name), notice="release_declined")


def _hours(text: str) -> int | None:
    """None for a release that goes on; what is no number is refused as a duration that cannot be."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 6 else 0


def _done(act: Callable[..., None], *, notice: str) -> Response:
    person = require_person()
    try:
        act(study_id=person.study_id, actor=person.login, now=wired().clock())
    except RefusedError as error:
        return _page({_FIELD_OF.get(error.reason.code, ""): error.reason.sentence(language())})
    return redirect(f"/staff/locks?notice={notice}", 303)


def _page(errors: dict[str, str] | None = None) -> Response:
    person, now = require_person(), wired().clock()
    with reading() as session:
        found = queries.locks(session, study_id=person.study_id, now=now)
        held = queries.held(session, site_ids=person.site_ids, limit=_MOST_HELD)
        ids = studies.site_ids_of(session, person.study_id)
        sites = studies.sites(session, ids)
    page = LocksPage(
        chrome=chrome(here="/staff/locks"),
        locks=found,
        held=held if may(Permission.SEE_PATIENTS) else (),
        sites=tuple(SiteChoice(code=one.code, name=one.name) for one in sites),
        reader=person.login,
        may_lock=may(Permission.LOCK),
        may_unlock=may(Permission.UNLOCK),
        values={
            key: value for key, value in request.form.items() if key in ("name", "site", "reason", "hours")
        },
        errors=errors or {},
    )
    return render("locks", page, status=422 if errors else 200)
