"""What the browser carries while its owner is at the provider: sealed, for ten minutes, and for this installation."""

import base64
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from flask import Response, request

from pro_service.entrypoints.wiring import wired
from pro_service.gateways.oidc import Asked
from pro_service.store.crypto import DecryptionError

_GOOD_FOR = timedelta(minutes=10)
_ROW = "oidc_attempt"
#: What comes after the provider: a log-in, setting up an account, linking one's own, or the second factor given again.
PURPOSES = ("log_in", "join", "own", "step_up")


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One way to the provider and back. `token` is that of a one-time link; `subject` is known once it was there."""

    purpose: str
    state: str
    nonce: str
    verifier: str
    at: float
    next_path: str = ""
    token: str = ""
    subject: str = ""

    @property
    def asked(self) -> Asked:
        anew = self.purpose == "step_up"
        return Asked(state=self.state, nonce=self.nonce, verifier=self.verifier, anew=anew)


def new_attempt(purpose: str, *, now: datetime, next_path: str = "", token: str = "") -> Attempt:
    """With fresh secrets of its own."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    return Attempt(
        purpose=purpose,
        state=state,
        nonce=nonce,
        verifier=verifier,
        at=now.timestamp(),
        next_path=next_path,
        token=token,
    )


def carried(*, now: datetime) -> Attempt | None:
    """The attempt this browser set out on; None if there is none such, or it was too long ago."""
    try:
        sealed = base64.urlsafe_b64decode(request.cookies.get(_name(), ""))
        plain = json.loads(wired().installation.keys.decrypt(sealed, row=_ROW))
    except (ValueError, DecryptionError):
        return None
    attempt = Attempt(**plain)
    return attempt if now.timestamp() - attempt.at < _GOOD_FOR.total_seconds() else None


def carry(response: Response, attempt: Attempt) -> None:
    """Lax: the way back from the provider is a link from another site."""
    plain = json.dumps(asdict(attempt)).encode()
    sealed = base64.urlsafe_b64encode(wired().installation.keys.encrypt(plain, row=_ROW)).decode()
    response.set_cookie(
        _name(), sealed, httponly=True, secure=wired().secure, samesite="Lax", path="/", max_age=600
    )


def drop(response: Response) -> None:
    response.delete_cookie(_name(), path="/", secure=wired().secure, httponly=True, samesite="Lax")


def _name() -> str:
    return "__Host-provider" if wired().secure else "provider"
