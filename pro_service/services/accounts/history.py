"""The history of log-ins and accounts: every line says what happened, when, by whom and from where, coarsely."""

from dataclasses import dataclass
from datetime import datetime

from pro_service.store.db import Session
from pro_service.store.models import LoginEvent
from pro_service.store.records import accounts

#: Who acts when nobody is known: a failure under a name that does not exist.
NOBODY = "nobody"


@dataclass(frozen=True, kw_only=True)
class Origin:
    """From where a request comes: `address` is compared and never stored, the others are kept for people to read."""

    address: str = ""
    network: str = ""
    device: str = ""


#: A command of the operator, at the machine itself.
HERE = Origin()


def note(
    session: Session,
    *,
    kind: str,
    staff_id: int | None,
    by: str,
    origin: Origin = HERE,
    reason: str = "",
    now: datetime,
) -> None:
    """Write a line (one of LOGIN_EVENTS), in the transaction of what it tells."""
    accounts.add(
        session,
        LoginEvent(
            at=now,
            staff_id=staff_id,
            kind=kind,
            by=by,
            source=origin.network[:64],
            device=origin.device[:64],
            reason=reason[:255],
        ),
    )
