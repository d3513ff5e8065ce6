"""Holds messages back while a fact of the course says so (a stay in hospital); windows go on."""

from datetime import datetime, timedelta

from pro_service.core.course import held_until
from pro_service.core.sending import may_send
from pro_service.core.timing import at_local, local_day
from pro_service.services.installation import Installation
from pro_service.store.db import Session
from pro_service.store.models import Patient
from pro_service.store.records import people

#: The cause kept with a message that waits.
HELD = "held_back"


def held_back_until(
    session: Session, installation: Installation, patient: Patient, *, now: datetime
) -> datetime | None:
    """When to look again at what is held back at `now`: tomorrow at the hour of sending; None if nothing is.

    Not the end of the hold: a discharge may be recorded sooner than it was expected.
    """
    protocol = installation.catalogue.protocols[patient.protocol_version]
    if not protocol.course.holds:
        return None
    today = local_day(now, patient.time_zone)
    if held_until(protocol.course, people.events(session, patient.id), on=today) is None:
        return None
    tomorrow = at_local(today + timedelta(days=1), protocol.delivery.send_at, patient.time_zone)
    return may_send(protocol.delivery, patient.time_zone, tomorrow)
