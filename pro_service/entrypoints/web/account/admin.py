"""Everybody's log-ins, and what an administrator does for accounts: inviting, and resetting what somebody lost."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from pro_service.core.access import Permission
from pro_service.entrypoints.login import guard, require_person
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.source import origin
from pro_service.entrypoints.step_up import step_up
from pro_service.entrypoints.web.account.own import as_row
from pro_service.entrypoints.web.account.views import InvitePage, LinkPage, LoginsPage
from pro_service.entrypoints.web.desk.routes import chrome, language, render
from pro_service.entrypoints.wiring import wired
from pro_service.services.accounts import invitations
from pro_service.services.patients import enrolment
from pro_service.services.refusals import InvalidError, NotFoundError, RefusedError
from pro_service.store.db import reading
from pro_service.store.queries import logins, studies

blueprint = Blueprint("accounts", __name__, url_prefix="/staff/accounts")
blueprint.before_request(guard)

_HERE = "/staff/accounts"
_MOST = 200
_FIELDS = ("login", "name", "role", "site", "language")


@blueprint.get("")
@needs(Permission.SEE_LOGINS)
def show() -> AnyResponse:
    return render("logins", _logins_page({}, {}))


def _logins_page(values: dict[str, str], errors: dict[str, str]) -> LoginsPage:
    person = require_person()
    with reading() as session:
        found = logins.history(session, study_id=person.study_id, limit=_MOST + 1)
    return LoginsPage(
        chrome=chrome(here=_HERE),
        rows=tuple(as_row(each) for each in found[:_MOST]),
        may_reset=Permission.MANAGE_STAFF in person.may,
        cut=len(found) > _MOST,
        values=values,
        errors=errors,
    )


@blueprint.get("/invite")
@step_up
@needs(Permission.MANAGE_STAFF)
def invite_form() -> AnyResponse:
    return render("invite", _invite_page({"language": "fr"}, {}))


@blueprint.post("/invite")
@step_up
@needs(Permission.MANAGE_STAFF)
def invite() -> AnyResponse:
    person, now = require_person(), wired().clock()
    values = {name: request.form.get(name, "").strip()[:200] for name in _FIELDS}
    with reading() as session:
        study = studies.code_of(session, person.study_id)
    try:
        enrolment.invite_staff(
            wired().installation,
            study=study,
            login=values["login"],
            name=values["name"],
            role=values["role"],
            sites=[values["site"]] if values["site"] else [],
            language=values["language"],
            by=person.login,
            now=now,
        )
        token = invitations.invite(
            wired().installation, login=values["login"], by=person.login, origin=origin(), now=now
        )
    except RefusedError as error:
        errors = {_FIELD_OF.get(error.reason.code, ""): error.reason.sentence(language())}
        return render("invite", _invite_page(values, errors), status=422)
    return _link(values["login"], token, "join")


_FIELD_OF = {"login_exists": "login", "bad_login": "login", "bad_name": "name", "unknown_role": "role"}


def _invite_page(values: dict[str, str], errors: dict[str, str]) -> InvitePage:
    return InvitePage(
        chrome=chrome(here=f"{_HERE}/invite"), roles=tuple(enrolment.ROLES), values=values, errors=errors
    )


@blueprint.get("/reset")
@step_up
@needs(Permission.MANAGE_STAFF)
def reset_form() -> AnyResponse:
    return redirect(f"{_HERE}#reset", 303)


@blueprint.post("/reset")
@step_up
@needs(Permission.MANAGE_STAFF)
def reset() -> AnyResponse:
    person = require_person()
    values = {name: request.form.get(name, "").strip()[:200] for name in ("login", "what", "reason")}
    what = "password" if values["what"] == "password" else "second_factor"
    try:
        token = invitations.reset(
            wired().installation,
            login=values["login"],
            what=what,
            reason=values["reason"],
            study_id=person.study_id,
            by=person.login,
            origin=origin(),
            now=wired().clock(),
        )
    except NotFoundError:
        unknown = InvalidError("unknown_login", fr="Ce compte n'existe pas.", en="There is no such account.")
        return _not_reset(values, {"login": unknown.reason.sentence(language())})
    except RefusedError as error:
        return _not_reset(values, {"reason": error.reason.sentence(language())})
    return _link(values["login"], token, what)


def _not_reset(values: dict[str, str], errors: dict[str, str]) -> AnyResponse:
    return render("logins", _logins_page(values, errors), status=422)


def _link(login: str, token: str, purpose: str) -> AnyResponse:
    address = f"{wired().installation.base_url}/join#{token}"
    return render("link", LinkPage(chrome=chrome(here=_HERE), login=login, address=address, purpose=purpose))
