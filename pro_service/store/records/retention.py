"""Rows whose time of keeping is over, and their emptying: a row stays without what it said, a login goes."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from pro_service.store.models import Contact, Inbound, Patient, StaffSession


def left_before(session: Session, day: date) -> Sequence[Patient]:
    """Patients whose course ended before a day and whose number is still there, oldest first."""
    return session.scalars(
        select(Patient)
        .join(Contact, Contact.id == Patient.contact_id)
        .where(Patient.ended_on < day, Contact.shredded_at.is_(None))
        .order_by(Patient.ended_on, Patient.id)
    ).all()


def count_texts(session: Session, before: datetime) -> int:
    return session.scalar(select(func.count()).select_from(_texts(before).subquery())) or 0


def empty_texts(session: Session, before: datetime) -> int:
    """Take the bytes, the words and the sender's index from texts that were read before; how many those were."""
    ids = session.scalars(_texts(before)).all()
    session.execute(
        update(Inbound)
        .where(Inbound.id.in_(_texts(before)))
        .values(raw_sealed=None, text_sealed=None, sender_index=None)
        .execution_options(synchronize_session=False)
    )
    return len(ids)


def _texts(before: datetime) -> Select[int]:
    return select(Inbound.id).where(Inbound.processed_at < before, Inbound.raw_sealed.is_not(None))


def count_sessions(session: Session, before: datetime) -> int:
    found = select(func.count()).select_from(StaffSession).where(StaffSession.seen_at < before)
    return session.scalar(found) or 0


def delete_sessions(session: Session, before: datetime) -> int:
    number = count_sessions(session, before)
    session.execute(delete(StaffSession).where(StaffSession.seen_at < before))
    return number
