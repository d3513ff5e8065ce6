"""One's own account: sessions, password, authenticator, recovery codes, and giving the second factor again."""

from typing import cast

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from pro_service.core.access import Permission
from pro_service.entrypoints.login import cookie, current_token, guard, require_person
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.source import origin
from pro_service.entrypoints.step_up import step_up
from pro_service.entrypoints.web.account import authenticator
from pro_service.entrypoints.web.account.attempt import new_attempt
from pro_service.entrypoints.web.account.door import provider_name
from pro_service.entrypoints.web.account.provider import onward
from pro_service.entrypoints.web.account.views import (
    AccountPage,
    CodesPage,
    FactorPage,
    LoginRow,
    PasswordPage,
    SessionRow,
    StepUpPage,
)
from pro_service.entrypoints.web.desk.addresses import own_path
from pro_service.entrypoints.web.desk.routes import chrome, language, render
from pro_service.entrypoints.web.words import text
from pro_service.entrypoints.wiring import wired
from pro_service.services import sign_in
from pro_service.services.accounts import passwords, second_factor, sessions
from pro_service.services.accounts.invitations import wrong_code
from pro_service.services.accounts.throttling import TooManyTriesError
from pro_service.services.refusals import ConflictError, InvalidError
from pro_service.services.sign_in import LoginFailedError
from pro_service.store.db import reading
from pro_service.store.queries import logins

blueprint = Blueprint("account", __name__, url_prefix="/staff/account")
blueprint.before_request(guard)

_HERE = "/staff/account"
_MOST = 50


@blueprint.get("")
@needs(Permission.OWN_ACCOUNT)
def show() -> AnyResponse:
    person = require_person()
    live = sessions.own_sessions(person.staff_id, now=wired().clock())
    with reading() as session:
        found = logins.history(session, staff_id=person.staff_id, limit=_MOST + 1)
        left = logins.recovery_codes_left(session, person.staff_id)
    page = AccountPage(
        chrome=chrome(here=_HERE),
        login=person.login,
        provider=provider_name(),
        sessions=tuple(
            SessionRow(
                handle=one.handle,
                device=one.device,
                source=one.source,
                started_at=one.started_at,
                seen_at=one.seen_at,
                current=one.handle == person.session,
            )
            for one in live
        ),
        rows=tuple(as_row(each) for each in found[:_MOST]),
        codes_left=left,
        cut=len(found) > _MOST,
    )
    return render("my_account", page)


def as_row(each: logins.LoginFacts) -> LoginRow:
    """A line of the history as pages show it."""
    return LoginRow(
        at=each.at,
        login=each.login,
        kind=each.kind,
        by=each.by,
        source=each.source,
        device=each.device,
        reason=each.reason,
    )


@blueprint.post("/sessions/<handle>/end")
@needs(Permission.OWN_ACCOUNT)
def end_session(handle: str) -> AnyResponse:
    person = require_person()
    sessions.end_own(person.staff_id, handle=handle, origin=origin(), now=wired().clock())
    return redirect(f"{_HERE}?notice=session_closed", 303)


@blueprint.post("/sessions/end-others")
@needs(Permission.OWN_ACCOUNT)
def end_other_sessions() -> AnyResponse:
    person = require_person()
    sessions.end_others(person.staff_id, keep=person.session, origin=origin(), now=wired().clock())
    return redirect(f"{_HERE}?notice=sessions_closed", 303)


@blueprint.get("/password")
@step_up
@needs(Permission.OWN_ACCOUNT)
def password_form() -> AnyResponse:
    return render("password", _password_page({}))


@blueprint.post("/password")
@step_up
@needs(Permission.OWN_ACCOUNT)
def change_password() -> AnyResponse:
    person = require_person()
    try:
        passwords.change_own(
            wired().installation,
            staff_id=person.staff_id,
            current=request.form.get("current", "")[:1000],
            new=request.form.get("new", "")[:1000],
            session_handle=person.session,
            origin=origin(),
            now=wired().clock(),
        )
    except InvalidError as error:
        field = "current" if error.reason.code == "wrong_password" else "new"
        return render("password", _password_page({field: error.reason.sentence(language())}), status=422)
    except TooManyTriesError:
        return render("password", _password_page({"current": text("mine.wait", language())}), status=429)
    return redirect(f"{_HERE}?notice=password_changed", 303)


def _password_page(errors: dict[str, str]) -> PasswordPage:
    return PasswordPage(chrome=chrome(here=f"{_HERE}/password"), login=require_person().login, errors=errors)


@blueprint.get("/second-factor")
@step_up
@needs(Permission.OWN_ACCOUNT)
def factor_form() -> AnyResponse:
    return render("factor", _factor_page({}))


@blueprint.post("/second-factor")
@step_up
@needs(Permission.OWN_ACCOUNT)
def replace_factor() -> AnyResponse:
    sealed = request.form.get("sealed", "")[:1000]
    codes = second_factor.replace_own(
        wired().installation,
        staff_id=require_person().staff_id,
        sealed=sealed,
        code=_code(),
        origin=origin(),
        now=wired().clock(),
    )
    if codes is None:
        page = _factor_page({"code": wrong_code().reason.sentence(language())}, sealed=sealed)
        return render("factor", page, status=422)
    return _show(codes)


def _factor_page(errors: dict[str, str], *, sealed: str = "") -> FactorPage:
    login, installation = require_person().login, wired().installation
    offer = second_factor.offered(installation, login=login, sealed=sealed) if sealed else None
    offer = offer or second_factor.offer(installation, login=login)
    return FactorPage(
        chrome=chrome(here=f"{_HERE}/second-factor"),
        picture=authenticator.drawn(offer.secret, login=login),
        secret=authenticator.typed(offer.secret),
        sealed=offer.sealed,
        errors=errors,
    )


@blueprint.post("/recovery-codes")
@step_up
@needs(Permission.OWN_ACCOUNT)
def renew_codes() -> AnyResponse:
    staff_id, now = require_person().staff_id, wired().clock()
    codes = second_factor.renew_codes(wired().installation, staff_id=staff_id, origin=origin(), now=now)
    return _show(codes)


def _show(codes: tuple[str, ...]) -> AnyResponse:
    return render("codes", CodesPage(chrome=chrome(here=_HERE), codes=codes, onward=_HERE))


@blueprint.post("/identity")
@step_up
@needs(Permission.OWN_ACCOUNT)
def link_identity() -> AnyResponse:
    if wired().oidc is None:
        raise ConflictError(
            "no_provider",
            fr="Aucun fournisseur d'identité n'est configuré ici.",
            en="No identity provider is set up here.",
        )
    return onward(new_attempt("own", now=wired().clock(), next_path=_HERE))


@blueprint.get("/step-up")
@needs(Permission.OWN_ACCOUNT)
def step_up_form() -> AnyResponse:
    return render("step_up", _step_up_page(request.args.get("next", ""), {}))


@blueprint.post("/step-up")
@needs(Permission.OWN_ACCOUNT)
def give_factor() -> AnyResponse:
    following = request.form.get("next", "")
    try:
        raised = sign_in.step_up(
            wired().installation,
            token=current_token() or "",
            code=_code(),
            origin=origin(),
            now=wired().clock(),
        )
    except LoginFailedError:
        errors = {"code": wrong_code().reason.sentence(language())}
        return render("step_up", _step_up_page(following, errors), status=422)
    except TooManyTriesError:
        errors = {"code": text("mine.wait", language())}
        return render("step_up", _step_up_page(following, errors), status=429)
    response = redirect(own_path(following or _HERE), 303)
    cookie().set_on(cast(Response, response), raised)
    return response


def _step_up_page(following: str, errors: dict[str, str]) -> StepUpPage:
    here = f"{_HERE}/step-up"
    return StepUpPage(
        chrome=chrome(here=here),
        provider=provider_name(),
        next_path=own_path(following or _HERE),
        errors=errors,
    )


def _code() -> str:
    return request.form.get("code", "").replace(" ", "")[:16]
