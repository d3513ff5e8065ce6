"""What the demonstration's simulated phone reads. Only the demonstration asks; its patients are fictitious."""

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from pro_service.core.lifecycle import ANSWERABLE, MessageState
from pro_service.store import vault
from pro_service.store.crypto import Keyring
from pro_service.store.models import Assessment, Message, Patient, Site


@dataclass(frozen=True, kw_only=True)
class Phone:
    """A patient whose phone can be looked at."""

    code: str
    site: str
    sms_items: bool
    zone: str


def patients(session: Session) -> tuple[Phone, ...]:
    """Every patient, those who were asked something they have not answered first."""
    found = (
        select(Patient.code, Site.name, Patient.sms_items, Patient.time_zone)
        .join(Site, Site.id == Patient.site_id)
        .order_by(Patient.id.in_(_invited()).desc(), Patient.code)
    )
    return tuple(
        Phone(code=row[0], site=row[1], sms_items=row[2], zone=row[3]) for row in session.execute(found)
    )


def lively(session: Session, *, limit: int) -> tuple[str, ...]:
    """Patients who have something to answer and got a text about it, SMS answerers first."""
    found = (
        select(Patient.code)
        .where(Patient.id.in_(_invited()))
        .order_by(Patient.sms_items.desc(), Patient.code)
        .limit(limit)
    )
    return tuple(session.scalars(found))


def counts(session: Session) -> tuple[int, int]:
    """How many sites and patients there are."""
    sites = session.scalar(select(func.count()).select_from(Site)) or 0
    return sites, session.scalar(select(func.count()).select_from(Patient)) or 0


def number_of(session: Session, keys: Keyring, *, code: str) -> str | None:
    """A fictitious patient's number."""
    contact_id = session.scalar(select(Patient.contact_id).where(Patient.code == code))
    return vault.reveal_phone(session, keys, contact_id=contact_id) if contact_id else None


def _invited() -> Select[int]:
    """Patients who got a text about something they can still answer."""
    return (
        select(Assessment.patient_id)
        .join(Message, Message.assessment_id == Assessment.id)
        .where(
            Assessment.state.in_([str(state) for state in ANSWERABLE]),
            Message.state == MessageState.DELIVERED,
        )
    )
