"""Keeps the link of an assessment good: each message renews it, and one that has expired is replaced by another."""

from datetime import datetime, timedelta

from pro_service.core.timing import end_of_day, local_day
from pro_service.services.answers.deposits import has_expired_link
from pro_service.services.installation import Installation
from pro_service.services.messages import outbox
from pro_service.store.db import Session
from pro_service.store.models import Assessment, Patient
from pro_service.store.records import assessments


def renew(
    session: Session, installation: Installation, patient: Patient, row: Assessment, *, now: datetime
) -> None:
    """Give a link that a message is about to carry its full time: to the end of so many days from today.

    An expired one is replaced, and its page says so from then on. Without `link_days` a link is good until the close.
    """
    days = installation.catalogue.protocols[patient.protocol_version].delivery.link_days
    if days is None:
        return
    if has_expired_link(row, now=now):
        _replace(session, installation, patient, row, now=now)
    row.link_expires_at = end_of_day(
        local_day(now, patient.time_zone) + timedelta(days=days), patient.time_zone
    )


def _replace(
    session: Session, installation: Installation, patient: Patient, row: Assessment, *, now: datetime
) -> None:
    if row.link_hash is not None:
        assessments.keep_former_link(session, row, now=now)
    row.link_number += 1
    outbox.make_link(installation, patient=patient, assessment=row)
