"""The administrator's pages: who has an account, what each may do where and until when, and since when it was so."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from pro_service.core.access import Permission, Role
from pro_service.entrypoints.login import guard, require_person
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.odd_requests import refuse_impossible_names
from pro_service.entrypoints.web.desk.emergency_notices import notices
from pro_service.entrypoints.web.desk.routes import chrome, language, render
from pro_service.entrypoints.web.desk.views import SiteChoice
from pro_service.entrypoints.web.desk.views_access import AccountPage, AccountRow, PeoplePage, RightRow
from pro_service.entrypoints.wiring import wired
from pro_service.services import grants
from pro_service.services.refusals import InvalidError, NotFoundError, RefusedError
from pro_service.store.db import reading
from pro_service.store.queries import accounts, studies
from pro_service.store.queries.accounts import AccountFacts, GrantFacts

blueprint = Blueprint("people", __name__, url_prefix="/staff")
blueprint.before_request(guard)
blueprint.before_request(refuse_impossible_names)

_DAY = timedelta(days=1)


@blueprint.get("/people")
@needs(Permission.MANAGE_STAFF)
def people() -> Response:
    """`?on=2026-03-01` for the rights that were in force when that day began."""
    person, now = require_person(), wired().clock()
    asked = request.args.get("on", "")
    on = _day(asked)
    at = datetime.combine(on, time(0), UTC) if on else now
    with reading() as session:
        found = accounts.accounts(session, person.study_id)
    rows = tuple(_account(each, each.in_force(at), at) for each in found if each.created_at <= at)
    seen = notices(person, now=now)
    page = PeoplePage(chrome=chrome(here="/staff/people"), accounts=rows, emergencies=seen, on=on)
    bad = bool(asked) and on is None
    return render("people", replace(page, error=bad), status=422 if bad else 200)


@blueprint.get("/people/<login>")
@needs(Permission.MANAGE_STAFF)
def account(login: str) -> Response:
    return render("account", _page(login))


@blueprint.post("/people/<login>/grants")
@needs(Permission.MANAGE_STAFF)
def grant(login: str) -> Response:
    person, form = require_person(), request.form
    try:
        giving = grants.Giving(
            role=_role(form.get("role", "")),
            sites=tuple(dict.fromkeys(form.getlist("site"))),
            reason=form.get("reason", ""),
            actor=person.login,
            now=wired().clock(),
            valid_from=_midnight(form.get("first", "")),
            valid_to=_midnight(form.get("last", ""), after=_DAY),
        )
        grants.grant(wired().installation, study_id=person.study_id, login=login, giving=giving)
    except RefusedError as error:
        return _again(login, error)
    return redirect(f"/staff/people/{login}?notice=granted", 303)


@blueprint.post("/grants/<int:grant_id>/end")
@needs(Permission.MANAGE_STAFF)
def end(grant_id: int) -> Response:
    person = require_person()
    login = grants.end_grant(
        wired().installation,
        study_id=person.study_id,
        grant_id=grant_id,
        reason=request.form.get("reason", ""),
        actor=person.login,
        now=wired().clock(),
    )
    return redirect(f"/staff/people/{login}?notice=grant_ended", 303)


@blueprint.post("/people/<login>/disable")
@needs(Permission.MANAGE_STAFF)
def disable(login: str) -> Response:
    person = require_person()
    grants.disable(
        wired().installation,
        study_id=person.study_id,
        login=login,
        reason=request.form.get("reason", ""),
        actor=person.login,
        now=wired().clock(),
    )
    return redirect(f"/staff/people/{login}?notice=account_off", 303)


def _page(login: str) -> AccountPage:
    person, now = require_person(), wired().clock()
    with reading() as session:
        found = accounts.account(session, person.study_id, login)
        sites = studies.sites(session, person.study_sites)
    if found is None:
        raise NotFoundError(f"account {login}")
    return AccountPage(
        chrome=chrome(here=f"/staff/people/{login}"),
        account=_account(found, found.grants, now),
        own=login == person.login,
        roles=tuple(str(role) for role in Role),
        sites=tuple(SiteChoice(code=one.code, name=one.name) for one in sites),
    )


def _again(login: str, error: RefusedError) -> Response:
    page = replace(
        _page(login),
        values={name: request.form.get(name, "") for name in ("role", "first", "last", "reason")},
        chosen=frozenset(request.form.getlist("site")),
        error=error.reason.sentence(language()),
    )
    return render("account", page, status=422)


def _account(found: AccountFacts, shown: tuple[GrantFacts, ...], at: datetime) -> AccountRow:
    return AccountRow(
        login=found.login,
        name=found.name,
        active=found.active,
        rights=tuple(_right(each, at) for each in shown),
    )


def _right(each: GrantFacts, at: datetime) -> RightRow:
    given = each.grant
    return RightRow(
        grant_id=each.id,
        role=each.role,
        site=each.site or "",
        state=_state(each, at),
        valid_from=given.valid_from,
        valid_to=given.valid_to,
        given_by=each.granted_by,
        reason=each.reason,
        ended_at=given.ended_at,
        ended_by=each.ended_by or "",
        end_reason=each.end_reason or "",
    )


def _state(each: GrantFacts, at: datetime) -> str:
    if each.grant.ended_at is not None and each.grant.ended_at <= at:
        return "ended"
    if each.grant.in_force(at):
        return "in_force"
    return "planned" if at < each.grant.valid_from else "over"


def _role(said: str) -> Role:
    try:
        return Role(said)
    except ValueError:
        raise InvalidError("unknown_role", fr="Choisissez un rôle.", en="Choose a role.") from None


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def _midnight(said: str, *, after: timedelta = timedelta(0)) -> datetime | None:
    """The beginning of a day, in UTC; None for an empty field. InvalidError for what is no day."""
    if not said:
        return None
    day = _day(said)
    if day is None:
        raise InvalidError("bad_date", fr="Date impossible.", en="Impossible date.")
    begins = datetime.combine(day, time(0), UTC) + after
    # "From today on" means from now on: nothing is given for the past.
    now = wired().clock()
    return now if not after and day == now.date() else begins
