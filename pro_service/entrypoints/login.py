"""Who is asking: the session cookie of staff, and the token that every changing request must repeat."""

import hmac
from dataclasses import dataclass

from flask import Response, current_app, g, request

from pro_service.core.access import Decision, Permission, decide
from pro_service.entrypoints.acts import request_acts_for, staff
from pro_service.entrypoints.needs import Open, need_of
from pro_service.entrypoints.objects import places
from pro_service.entrypoints.wiring import wired
from pro_service.services import sign_in
from pro_service.services.accounts import keys
from pro_service.services.persons import as_person
from pro_service.services.refusals import NotFoundError
from pro_service.services.sign_in import LoggedIn, Person
from pro_service.store.acting import acting_for, system

CSRF_FIELD = "csrf_token"
CSRF_HEADER = "X-CSRF-Token"
_FOR_PROGRAMS = "/api/v1/"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class NotLoggedInError(Exception):
    """Nobody is logged in, or not any more."""


class ForgedRequestError(Exception):
    """A changing request without the session's own token, or from another site."""


class NotAllowedError(Exception):
    """The person's role does not include this."""


@dataclass(frozen=True, kw_only=True)
class Cookie:
    """The session cookie; with the __Host- prefix where the connection is encrypted, as browsers demand."""

    secure: bool

    @property
    def name(self) -> str:
        return "__Host-session" if self.secure else "session"

    def set_on(self, response: Response, logged_in: LoggedIn) -> None:
        response.set_cookie(
            self.name, logged_in.token, httponly=True, secure=self.secure, samesite="Lax", path="/"
        )

    def delete_from(self, response: Response) -> None:
        response.delete_cookie(self.name, path="/", secure=self.secure, httponly=True, samesite="Lax")


def cookie() -> Cookie:
    return Cookie(secure=wired().secure)


def current_token() -> str | None:
    return request.cookies.get(cookie().name)


def current_person() -> Person | None:
    """Who holds this request's cookie; asked once a request."""
    if not hasattr(g, "person"):
        remember(_program() if "Authorization" in request.headers else _somebody())
    person: Person | None = g.person
    return person


def asking(permission: Permission) -> Person:
    """The person of this request with the sites where they hold `permission`, from here on."""
    remember(require_person().asking(permission))
    return require_person()


def remember(person: Person | None) -> None:
    """It is `person` who makes this request, and for whom it acts."""
    g.person = person
    if person is not None:
        request_acts_for(staff(person))


def _somebody() -> Person | None:
    token = current_token()
    if not token:
        return None
    with acting_for(system("system:session")):  # nobody is known yet
        return sign_in.person(token=token, now=wired().clock())


def _program() -> Person | None:
    """Who holds the key of the Authorization header. Only the API takes keys; beside one no cookie counts."""
    scheme, _, key = request.headers["Authorization"].partition(" ")
    if scheme.lower() != "bearer" or not request.path.startswith(_FOR_PROGRAMS):
        return None
    now = wired().clock()
    with acting_for(system("system:session")):
        program = keys.caller(key=key.strip(), now=now)
    return None if program is None else as_person(program, now=now)


def require_person() -> Person:
    person = current_person()
    if person is None:
        raise NotLoggedInError
    return person


def guard() -> None:
    """Before every request of staff: somebody is logged in, a change was meant, and they may do what the view needs.

    A view that declares nothing is nobody's.
    """
    guard_session()
    need = need_of(current_app.view_functions[request.endpoint or ""])
    if isinstance(need, Open):
        return
    if not isinstance(need, Permission):
        raise NotAllowedError
    _require(require_person(), need)


def _require(person: Person, need: Permission) -> None:
    """What core/access decides about the objects of the address; the request goes on with the person's sites for it."""
    rule = request.url_rule.rule if request.url_rule else ""
    found = places(rule, request.view_args or {}, study_id=person.study_id)
    decision = decide(person.rights, need, places=found, now=person.asked_at)
    if decision is Decision.REFUSED:
        raise NotAllowedError
    if decision is Decision.ABSENT:
        raise NotFoundError(request.path)
    remember(person.asking(need, tuple(place for place in found if place is not None)))


def may(permission: Permission) -> bool:
    """Does the person who asks hold a permission? For what a page offers; `guard` decides what it does."""
    return holds(require_person(), permission)


def holds(person: Person, permission: Permission) -> bool:
    """Does a person hold a permission, where the request is?"""
    return permission in person.may


def guard_session() -> None:
    """Before a request about one's own session: somebody is logged in, and a change was meant by them."""
    person = require_person()
    if request.method not in _SAFE and not person.program:  # no page can make a browser send a key
        require_own_request(person.csrf_token)


def require_own_request(expected: str) -> None:
    """A changing request must come from our pages and repeat the token. Raises ForgedRequestError."""
    require_same_site()
    given = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise ForgedRequestError


def require_same_site() -> None:
    """Refuse what a browser says another site made it send. Raises ForgedRequestError.

    Our pages send no referrer, so that a form of ours comes with `Origin: null`: where the browser knows
    `Sec-Fetch-Site`, that decides; an older one's `Origin` has to be ours if it names any.
    """
    fetched = request.headers.get("Sec-Fetch-Site")
    if fetched is not None:
        if fetched not in ("same-origin", "none"):
            raise ForgedRequestError
        return
    origin = request.headers.get("Origin", "null")
    ours = (wired().installation.base_url, f"http://{request.host}", f"https://{request.host}")
    if origin != "null" and origin not in ours:
        raise ForgedRequestError
