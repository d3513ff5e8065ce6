"""Composes the messages about an assessment and puts them into the outbox."""

from collections.abc import Sequence
from datetime import datetime

from pro_service.core.instrument import Instrument
from pro_service.core.reminders import Contact
from pro_service.core.timing import local_day
from pro_service.core.wording import LINK, Way, compose, invitation_key
from pro_service.services.answers import questions_left
from pro_service.services.installation import Installation
from pro_service.services.messages import links
from pro_service.store.db import Session
from pro_service.store.models import Assessment, Patient, Site
from pro_service.store.records import messages, people, responses

_LINK_TEXT = "reminder_1"  # it says what waits and gives the link
_LAST_TEXTS = 2  # there are words for a first and a last reminder


def put_ordinals(session: Session, row: Assessment) -> frozenset[tuple[str, int]]:
    """Which messages about an assessment exist already, as (kind, ordinal)."""
    return messages.kinds_of(session, row.id)


def put(
    session: Session,
    installation: Installation,
    patient: Patient,
    row: Assessment,
    contact: Contact,
    *,
    now: datetime,
) -> None:
    """Put one invitation or reminder into the outbox; a second time changes nothing."""
    links.renew(session, installation, patient, row, now=now)
    by_sms = questions_left.left_by_sms(session, installation, patient, row, now=now)
    way = installation.way(sms_items=bool(by_sms))
    key = _text_key(contact, way, first=not messages.any_of_patient(session, patient.id))
    messages.put(
        session,
        natural_key=f"assessment:{row.id}:{contact.kind}:{contact.ordinal}:{row.contact_from:%Y%m%d%H%M%S}",
        study_id=patient.study_id,
        patient_id=patient.id,
        assessment_id=row.id,
        kind=contact.kind,
        ordinal=contact.ordinal,
        contact_id=patient.contact_id,
        body=_body(session, installation, patient, row, key, by_sms),
        not_before=now,
        not_after=min(contact.not_after, row.closes_at),
        created_at=now,
    )
    if way == "sms":
        questions_left.invite(session, installation, patient, row, now=now)


def put_link(
    session: Session, installation: Installation, patient: Patient, row: Assessment, *, now: datetime
) -> bool:
    """Put a link into the outbox that somebody asked for. False if one was put in on the patient's own day already."""
    links.renew(session, installation, patient, row, now=now)
    return messages.put(
        session,
        natural_key=f"assessment:{row.id}:link:{local_day(now, patient.time_zone):%Y%m%d}",
        study_id=patient.study_id,
        patient_id=patient.id,
        assessment_id=row.id,
        kind="link",
        ordinal=1,
        contact_id=patient.contact_id,
        body=_body(session, installation, patient, row, _LINK_TEXT, ()),
        not_before=now,
        not_after=row.closes_at,
        created_at=now,
    )


def _body(
    session: Session,
    installation: Installation,
    patient: Patient,
    row: Assessment,
    key: str,
    by_sms: Sequence[Instrument],
) -> str:
    protocol = installation.catalogue.protocols[patient.protocol_version]
    done = {code for code, each in responses.of_assessment(session, row.id).items() if each.finished_at}
    left = [installation.catalogue.instruments[code] for code in row.instruments if code not in done]
    site = people.site_of(session, patient)
    return compose(key, patient.language, _context(protocol.study, site, patient, row, left, by_sms))


def _text_key(contact: Contact, way: Way, *, first: bool) -> str:
    if contact.kind == "invitation":
        return invitation_key(way, first=first)
    number = min(contact.ordinal, _LAST_TEXTS)
    return f"reminder_sms_{number}" if way == "sms" else f"reminder_{number}"


def _context(
    study: str,
    site: Site,
    patient: Patient,
    row: Assessment,
    left: Sequence[Instrument],
    by_sms: Sequence[Instrument],
) -> dict[str, str | int]:
    """What texts may say: of the instruments that are left, how long they take and how many items are asked by SMS."""
    pattern = "%d/%m" if patient.language == "fr" else "%d %b"
    return {
        "study": study.upper(),
        "minutes": max(1, round(sum(instrument.minutes for instrument in left))),
        "count": max(1, sum(len(instrument.items) for instrument in by_sms)),
        "phone": site.phone,
        "until": row.close_on.strftime(pattern),
        "link": LINK,
    }
