"""What the desk shows of emergency access: to the patient's own site, to administrators, and to whoever opened it."""

from datetime import datetime, timedelta

from pro_service.core.access import Permission, sites_with
from pro_service.entrypoints.web.desk.views import EmergencyRow, OpenRecord
from pro_service.services.sign_in import Person
from pro_service.store.acting import acting_for, system
from pro_service.store.db import reading
from pro_service.store.queries import accounts

_SHOWN_FOR = timedelta(days=7)


def notices(person: Person, *, now: datetime) -> tuple[EmergencyRow, ...]:
    """Records of the reader's own sites that somebody of another one opened lately; all of them for administrators.

    Administrators do not learn which patient it was. It is looked up by the service, since they may see no patient.
    """
    own = sites_with(
        person.rights, Permission.SEE_IDENTITY, study_id=person.study_id, sites=person.study_sites, now=now
    )
    shown = person.study_sites if Permission.MANAGE_STAFF in person.may else own
    if not shown:
        return ()
    with acting_for(system("system:emergency")), reading() as session:
        found = accounts.opened(session, site_ids=shown, since=now - _SHOWN_FOR)
    return tuple(
        EmergencyRow(
            who=each.who,
            site=each.site,
            patient_code=each.patient if own else "",
            reason=each.reason,
            from_at=each.from_at,
            until_at=min(each.until_at, each.ended_at or each.until_at),
        )
        for each in found
        if each.who != person.login
    )


def open_records(person: Person, *, now: datetime) -> tuple[OpenRecord, ...]:
    """What the reader has opened and not closed: looked up by the service, since their own sites do not show it."""
    if not any(each.in_force(now) for each in person.rights.opened):
        return ()
    with acting_for(system("system:emergency")), reading() as session:
        found = accounts.opened(session, site_ids=person.study_sites, since=now, staff_id=person.staff_id)
    return tuple(
        OpenRecord(patient_code=each.patient, until_at=each.until_at)
        for each in found
        if each.ended_at is None
    )
