"""Logging in at an OpenID provider: there, back, and the second factor if the provider did not see one."""

import hmac
from dataclasses import replace
from typing import cast

from flask import Blueprint, Response, redirect, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from pro_service.core.oidc import Expected, Identity, identity
from pro_service.core.sessions import STEPPED_UP
from pro_service.entrypoints.acts import request_acts_for
from pro_service.entrypoints.login import (
    cookie,
    current_token,
    require_person,
    require_same_site,
)
from pro_service.entrypoints.needs import open_to_all
from pro_service.entrypoints.source import origin
from pro_service.entrypoints.step_up import require_step_up
from pro_service.entrypoints.web.account.attempt import Attempt, carried, carry, drop, new_attempt
from pro_service.entrypoints.web.account.door import door, outside
from pro_service.entrypoints.web.account.views import ProviderPage
from pro_service.entrypoints.web.desk.addresses import own_path
from pro_service.entrypoints.wiring import wired
from pro_service.gateways.oidc import OidcProvider, ProviderError
from pro_service.services import identities
from pro_service.services.accounts.throttling import TooManyTriesError
from pro_service.services.refusals import ConflictError, GoneError, InvalidError
from pro_service.services.sign_in import LoggedIn, LoginFailedError
from pro_service.store.acting import system

blueprint = Blueprint("provider", __name__)
blueprint.before_request(lambda: request_acts_for(system("system:log-in")))  # nobody is known yet

_WHY = "whoever logs in has no session yet; the provider says who they are"
_FAILED = (ProviderError, LoginFailedError, TooManyTriesError, GoneError, InvalidError, ConflictError)


@blueprint.get("/login/provider")
@open_to_all(_WHY)
def go() -> AnyResponse:
    """To the provider. A form could not lead there: the content policy lets forms go to us alone."""
    now, waiting = wired().clock(), carried(now=wired().clock())
    purpose = request.args.get("for", "log_in")
    if purpose in ("join", "own"):
        if waiting is None or waiting.purpose != purpose:
            return _failed()
        attempt = waiting
    else:
        following = own_path(request.args.get("next", "") or "/staff")
        purpose = "step_up" if purpose == "step_up" else "log_in"
        attempt = new_attempt(purpose, now=now, next_path=following)
    try:
        response = redirect(_provider().address(attempt.asked, redirect_uri=_back()), 303)
    except ProviderError:
        return _failed()
    carry(cast(Response, response), attempt)
    return response


@blueprint.post("/join/provider")
@open_to_all("whoever is invited has no account yet; the link's secret is asked for")
def join() -> AnyResponse:
    """Keep the secret of the one-time link in the browser while its owner is at the provider."""
    require_same_site()
    token = request.form.get("token", "")[:128]
    return onward(new_attempt("join", now=wired().clock(), token=token))


def onward(attempt: Attempt) -> AnyResponse:
    """A page with the link to the provider; the attempt goes along in the browser."""
    page = ProviderPage(chrome=outside("/login"), provider=_provider().settings.name, purpose=attempt.purpose)
    response = door("provider", page)
    carry(cast(Response, response), attempt)
    return response


@blueprint.get("/login/provider/back")
@open_to_all(_WHY)
def back() -> AnyResponse:
    now = wired().clock()
    attempt = carried(now=now)
    given = request.args.get("state", "")
    if attempt is None or attempt.subject or not hmac.compare_digest(given.encode(), attempt.state.encode()):
        return _failed()
    try:
        who = _who(attempt)
        return _done(attempt, who)
    except _FAILED:
        return _failed()


def _who(attempt: Attempt) -> Identity:
    """ProviderError unless the provider vouches for somebody, for this attempt."""
    settings = _provider().settings
    claims = _provider().claims(
        code=request.args.get("code", ""), verifier=attempt.verifier, redirect_uri=_back()
    )
    expected = Expected(
        issuer=settings.issuer,
        client_id=settings.client_id,
        nonce=attempt.nonce,
        acr=settings.acr,
        fresh=STEPPED_UP if attempt.purpose == "step_up" else None,
    )
    who = identity(claims, expected, now=wired().clock())
    if who is None:
        raise ProviderError("the identity token is not one for this request")
    return who


def _done(attempt: Attempt, who: Identity) -> AnyResponse:
    installation, now = wired().installation, wired().clock()
    if attempt.purpose == "join":
        identities.accept(installation, token=attempt.token, who=who, origin=origin(), now=now)
    if attempt.purpose == "own":
        require_step_up()
        staff_id = require_person().staff_id
        identities.link_own(installation, staff_id=staff_id, who=who, origin=origin(), now=now)
        return _gone_to("/staff/account?notice=identity_linked")
    if attempt.purpose == "step_up":
        raised = identities.step_up(
            installation, token=current_token() or "", who=who, origin=origin(), now=now
        )
        return _gone_to(attempt.next_path, raised)
    if who.strong:
        logged_in = identities.log_in(installation, who=who, origin=origin(), now=now)
        return _gone_to(attempt.next_path or "/staff", logged_in)
    response = door("provider", ProviderPage(chrome=outside("/login"), purpose="code"))
    carry(cast(Response, response), replace(attempt, subject=who.subject, at=now.timestamp()))
    return response


@blueprint.post("/login/provider/code")
@open_to_all(_WHY)
def give_code() -> AnyResponse:
    """The authenticator's code, where the provider saw one factor."""
    require_same_site()
    now = wired().clock()
    attempt = carried(now=now)
    if attempt is None or not attempt.subject:
        return _failed()
    who = Identity(issuer=_provider().settings.issuer, subject=attempt.subject, strong=False)
    code = request.form.get("code", "").replace(" ", "")[:8]
    try:
        logged_in = identities.log_in(wired().installation, who=who, code=code, origin=origin(), now=now)
    except (LoginFailedError, TooManyTriesError):
        page = ProviderPage(chrome=outside("/login"), purpose="code", failed=True)
        return door("provider", page, status=401)
    return _gone_to(attempt.next_path or "/staff", logged_in)


@blueprint.get("/logout/provider")
@open_to_all("leads to the provider's own log-out and does nothing here")
def log_out() -> AnyResponse:
    try:
        address = _provider().log_out_address(back_to=f"{wired().installation.base_url}/login")
    except ProviderError:
        address = None
    return redirect(address or "/login", 303)


def _gone_to(path: str, logged_in: LoggedIn | None = None) -> AnyResponse:
    response = redirect(path, 303)
    if logged_in is not None:
        cookie().set_on(cast(Response, response), logged_in)
    drop(cast(Response, response))
    return response


def _failed() -> AnyResponse:
    """One answer for whatever went wrong: nobody is told whether an identity is linked."""
    page = ProviderPage(chrome=outside("/login"), failed=True)
    response = door("provider", page, status=401)
    drop(cast(Response, response))
    return response


def _provider() -> OidcProvider:
    found = wired().oidc
    if found is None:
        raise NotFound
    return found


def _back() -> str:
    return f"{wired().installation.base_url}/login/provider/back"
