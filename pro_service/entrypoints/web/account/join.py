"""Behind a one-time link: setting a password, a second factor, or both. The link's secret is in its fragment, which no
server, proxy or log sees; the page posts it. Looking at the page uses nothing up.
"""

from flask import Blueprint, request
from werkzeug.wrappers import Response as AnyResponse

from pro_service.entrypoints.acts import request_acts_for
from pro_service.entrypoints.login import require_same_site
from pro_service.entrypoints.needs import open_to_all
from pro_service.entrypoints.source import origin
from pro_service.entrypoints.web.account import authenticator
from pro_service.entrypoints.web.account.door import door, outside, provider_name
from pro_service.entrypoints.web.account.views import CodesPage, JoinPage
from pro_service.entrypoints.web.words import text
from pro_service.entrypoints.wiring import wired
from pro_service.services.accounts import invitations, second_factor
from pro_service.services.accounts.invitations import Opened
from pro_service.services.accounts.throttling import TooManyTriesError
from pro_service.services.refusals import GoneError, InvalidError
from pro_service.store.acting import system

blueprint = Blueprint("join", __name__, url_prefix="/join")
blueprint.before_request(lambda: request_acts_for(system("system:log-in")))  # nobody is known yet

_FIELD_OF = {"wrong_code": "code", "wrong_password": "password"}  # pragma: allowlist secret


@blueprint.get("")
@open_to_all("whoever is invited has no account yet; the link's secret is asked for")
def show() -> AnyResponse:
    return door("join", JoinPage(chrome=outside("/join")))


@blueprint.errorhandler(GoneError)
def _link_gone(_: GoneError) -> AnyResponse:
    return door("join", JoinPage(chrome=outside("/join"), gone=True), status=410)


@blueprint.post("")
@open_to_all("whoever is invited has no account yet; the link's secret is asked for")
def open_link() -> AnyResponse:
    require_same_site()
    token = _token()
    return _page(invitations.open_link(token=token, now=wired().clock()), token)


@blueprint.post("/set")
@open_to_all("whoever is invited has no account yet; the link's secret is asked for")
def accept() -> AnyResponse:
    require_same_site()
    token, sealed, now = _token(), request.form.get("sealed", "")[:1000], wired().clock()
    opened = invitations.open_link(token=token, now=now)
    try:
        codes = invitations.accept(
            wired().installation,
            token=token,
            password=request.form.get("password", "")[:1000],
            sealed=sealed,
            code=request.form.get("code", "").replace(" ", "")[:16],
            origin=origin(),
            now=now,
        )
    except InvalidError as error:
        field = _FIELD_OF.get(error.reason.code, "password")
        errors = {field: error.reason.sentence(opened.language)}
        return _page(opened, token, sealed=sealed, errors=errors, status=422)
    except TooManyTriesError:
        errors = {"code": text("mine.wait", "en" if opened.language == "en" else "fr")}
        return _page(opened, token, sealed=sealed, errors=errors, status=429)
    page = CodesPage(chrome=outside("/login", notice="joined"), codes=codes, onward="/login")
    return door("codes", page, language=opened.language)


def _token() -> str:
    """As the page posts it, or as somebody pasted the whole link."""
    return request.form.get("token", "").strip().rpartition("#")[2][:128]


def _page(
    opened: Opened,
    token: str,
    *,
    sealed: str = "",
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> AnyResponse:
    installation = wired().installation
    offer = second_factor.offered(installation, login=opened.login, sealed=sealed) if sealed else None
    offer = offer or second_factor.offer(installation, login=opened.login)
    page = JoinPage(
        chrome=outside("/join"),
        provider=provider_name(),
        purpose=opened.purpose,
        login=opened.login,
        token=token,
        picture=authenticator.drawn(offer.secret, login=opened.login),
        secret=authenticator.typed(offer.secret),
        sealed=offer.sealed,
        errors=errors or {},
    )
    return door("join", page, language=opened.language, status=status)
