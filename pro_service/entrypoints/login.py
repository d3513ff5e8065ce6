"""Who is asking: the session cookie of staff, and the token that every changing request must repeat."""

import hmac
from dataclasses import dataclass

from flask import Response, g, request

from pro_service.entrypoints.wiring import wired
from pro_service.services import sign_in
from pro_service.services.sign_in import LoggedIn, Person

CSRF_FIELD = "csrf_token"
CSRF_HEADER = "X-CSRF-Token"
#: Who may change a patient's data: site staff. The sponsor's people read.
_WRITERS = frozenset({"nurse", "investigator"})
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
        token = current_token()
        g.person = sign_in.person(token=token, now=wired().clock()) if token else None
    person: Person | None = g.person
    return person


def require_person() -> Person:
    person = current_person()
    if person is None:
        raise NotLoggedInError
    return person


def guard() -> None:
    """Before every request about patients: somebody is logged in, may do it, and a change was meant."""
    guard_session()
    if request.method not in _SAFE and require_person().role not in _WRITERS:
        raise NotAllowedError


def guard_session() -> None:
    """Before a request about one's own session: somebody is logged in, and a change was meant by them."""
    person = require_person()
    if request.method not in _SAFE:
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
