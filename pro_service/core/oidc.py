"""What an identity token of an OpenID provider must say (OpenID Connect Core 1.0, 3.1.3.7)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

_SKEW = timedelta(minutes=1)
_LONGEST = 255


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What was asked for. `acr` are the levels that count as two factors; `fresh`: how old the log-in there may be."""

    issuer: str
    client_id: str
    nonce: str
    acr: Collection[str] = ()
    fresh: timedelta | None = None


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Whom the provider means. `strong` if it saw two factors, as far as it was asked to."""

    issuer: str
    subject: str
    strong: bool


def identity(claims: Mapping[str, Any], expected: Expected, *, now: datetime) -> Identity | None:
    """Who logged in at the provider; None if the token is not one for us, for this request, and for now.

    Its signature has been verified before.
    """
    subject = claims.get("sub")
    acr = claims.get("acr")
    good = (
        claims.get("iss") == expected.issuer
        and _for_us(claims, expected.client_id)
        and isinstance(claims.get("nonce"), str)
        and claims.get("nonce") == expected.nonce
        and isinstance(subject, str)
        and 0 < len(subject) <= _LONGEST
        and subject.isprintable()
        and _in_time(claims, expected, now=now)
        and (not expected.acr or acr in expected.acr)
    )
    if not good:
        return None
    return Identity(issuer=expected.issuer, subject=str(subject), strong=bool(expected.acr))


def _for_us(claims: Mapping[str, Any], client_id: str) -> bool:
    audience = claims.get("aud")
    listed = audience if isinstance(audience, list) else [audience]
    return client_id in listed and claims.get("azp", client_id) == client_id


def _in_time(claims: Mapping[str, Any], expected: Expected, *, now: datetime) -> bool:
    moment, skew = now.timestamp(), _SKEW.total_seconds()
    ends, begun = _seconds(claims, "exp"), _seconds(claims, "iat")
    if ends is None or begun is None or moment >= ends + skew or begun > moment + skew:
        return False
    if expected.fresh is None:
        return True
    seen = _seconds(claims, "auth_time")
    return seen is not None and moment - seen < expected.fresh.total_seconds() + skew


def _seconds(claims: Mapping[str, Any], name: str) -> float | None:
    value = claims.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
