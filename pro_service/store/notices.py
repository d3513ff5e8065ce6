"""What an operator has to know of: raised once a trouble, however often it is met, until somebody settles it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pro_service.store.db import insert_once
from pro_service.store.models import OperatorNotice

UNREADABLE = "unreadable"


def tell_operator(session: Session, *, kind: str, subject: str, now: datetime) -> None:
    """`subject` names a row ("contact:ab12…"), never a value. One that was settled and comes back is open again."""
    values = {"kind": kind, "subject": subject, "raised_at": now}
    if insert_once(session, OperatorNotice, values) is not None:
        return
    row = session.scalars(
        select(OperatorNotice).where(OperatorNotice.kind == kind, OperatorNotice.subject == subject)
    ).one()
    if row.settled_at is not None:
        row.raised_at, row.settled_at = now, None


def unsettled(session: Session) -> Sequence[OperatorNotice]:
    return session.scalars(
        select(OperatorNotice).where(OperatorNotice.settled_at.is_(None)).order_by(OperatorNotice.id)
    ).all()


def unreadable_contacts(session: Session) -> int:
    """How many numbers nobody can read, as far as anybody has met them."""
    mine = (OperatorNotice.kind == UNREADABLE) & OperatorNotice.subject.like("contact:%")
    found = select(func.count()).select_from(OperatorNotice)
    return session.scalar(found.where(mine, OperatorNotice.settled_at.is_(None))) or 0
