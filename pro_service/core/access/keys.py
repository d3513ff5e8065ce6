"""What a program may be allowed: never what needs a person. And for how long its key is good at most."""

from collections.abc import Iterable
from datetime import timedelta

from pro_service.core.access.roles import Permission

LONGEST = timedelta(days=365)

_P = Permission
#: Identity, and the site's own copy, are for people of the site; signing, locking, asking and breaking glass are acts
#: of a person; and a key that makes keys or accounts would outlive its own end.
NEVER = frozenset(
    {
        *(_P.SEE_IDENTITY, _P.SIGN, _P.LOCK, _P.UNLOCK, _P.BREAK_GLASS, _P.APPROVE_CORRECTIONS),
        *(_P.OPEN_QUERIES, _P.TAKE_SITE_COPY),
        *(_P.MANAGE_STAFF, _P.MANAGE_STUDY, _P.OPERATE, _P.OWN_ACCOUNT, _P.SEE_LOGINS),
    }
)
SCOPES = frozenset(Permission) - NEVER


def not_for_programs(scopes: Iterable[str]) -> list[str]:
    """Those of the names that no key may have, or that are no permission, in order."""
    return sorted(set(scopes) - SCOPES)
