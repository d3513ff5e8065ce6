"""The pages before the desk: logging in with two factors, and logging out."""

from datetime import datetime
from typing import cast

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from pro_service.core.access import Permission
from pro_service.entrypoints.login import (
    ForgedRequestError,
    cookie,
    current_person,
    current_token,
    guard_session,
    require_own_request,
    require_same_site,
)
from pro_service.entrypoints.needs import needs, open_to_all
from pro_service.entrypoints.source import origin
from pro_service.entrypoints.web.account.door import door, outside, provider_name
from pro_service.entrypoints.web.account.views import CodesPage
from pro_service.entrypoints.web.demo.logins import demo_logins
from pro_service.entrypoints.web.desk.addresses import known_notice, own_path
from pro_service.entrypoints.web.desk.views import LoginPage
from pro_service.entrypoints.web.visitor import LANGUAGE_COOKIE
from pro_service.entrypoints.wiring import wired
from pro_service.services import sign_in
from pro_service.services.sign_in import LoginFailedError, TooManyTriesError
from pro_service.store.acting import acting_for, system

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/login")
@open_to_all("whoever logs in has no session yet")
def login_form() -> AnyResponse:
    if current_person() is not None:
        return redirect("/staff", 303)
    return _page(next_path=request.args.get("next", ""), notice=request.args.get("notice", ""))


@blueprint.post("/login")
@open_to_all("whoever logs in has no session yet")
def login() -> AnyResponse:
    require_same_site()
    name, following = request.form.get("login", "")[:64], request.form.get("next", "")
    try:
        with acting_for(system("system:log-in")):
            logged_in = sign_in.log_in(
                wired().installation,
                login=name,
                password=request.form.get("password", "")[:256],
                code=request.form.get("code", "").replace(" ", "")[:16],
                origin=origin(),
                replaces=current_token() or "",
                now=wired().clock(),
            )
    except LoginFailedError:
        return _page(login=name, error="refused", next_path=following, status=401)
    except TooManyTriesError as error:
        return _page(login=name, error="locked", until=error.retry_at, next_path=following, status=429)
    response = redirect(own_path(following or "/staff"), 303)
    if logged_in.new_codes:  # shown once, in the answer itself
        codes = CodesPage(
            chrome=outside("/login"),
            codes=logged_in.new_codes,
            onward=own_path(following or "/staff"),
            used=True,
        )
        response = door("codes", codes)
    cookie().set_on(cast(Response, response), logged_in)
    return response


@blueprint.post("/logout")
@needs(Permission.OWN_ACCOUNT)
def logout() -> AnyResponse:
    guard_session()
    token = current_token()
    if token is None:
        raise ForgedRequestError
    sign_in.log_out(token=token, origin=origin(), now=wired().clock())
    response = redirect("/login?notice=logged_out", 303)
    cookie().delete_from(cast(Response, response))
    return response


@blueprint.post("/staff/language")
@open_to_all("visitors choose a language too; of a session its own token is asked")
def choose_language() -> AnyResponse:
    """For staff it is remembered with the account, for visitors in their browser."""
    wanted = "en" if request.form.get("language") == "en" else "fr"
    person = current_person()
    response = redirect(own_path(request.form.get("next", "/staff")), 303)
    if person is not None:
        require_own_request(person.csrf_token)
        sign_in.choose_language(login=person.login, language=wanted)
    else:
        require_same_site()
        response.set_cookie(LANGUAGE_COOKIE, wanted, httponly=True, secure=wired().secure, samesite="Lax")
    return response


def _page(
    *,
    login: str = "",
    error: str = "",
    until: datetime | None = None,
    next_path: str = "",
    notice: str = "",
    status: int = 200,
) -> AnyResponse:
    page = LoginPage(
        chrome=outside("/login", notice=known_notice(notice)),
        login=login,
        provider=provider_name(),
        error=error,
        locked_until=until,
        next_path=own_path(next_path) if next_path else "",
        demo_logins=demo_logins() if wired().demo else (),
    )
    return door("login", page, status=status)
