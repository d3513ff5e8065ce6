"""Records that a patient moved to another time zone, and computes anew what is to come there.

What is closed stays as it is. What is open never closes earlier than the patient was told: its window ends in the
zone in which its last day ends later. A message that is out is not sent again; one that waits is judged by the
clocks of the place where the patient is when it leaves.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from pro_service.core.lifecycle import ANSWERABLE, AssessmentState
from pro_service.core.timing import at_local, end_of_day, local_day
from pro_service.core.zones import is_zone, later_ending, near_zones, next_change, zone_at
from pro_service.services.installation import Installation
from pro_service.services.patients.planning import replan
from pro_service.services.refusals import InvalidError, NotFoundError
from pro_service.store.db import Session, transaction
from pro_service.store.models import Assessment, Patient
from pro_service.store.records import assessments, people, zones

MOST_DAYS_AHEAD = 366
_MIDNIGHT = time(0)


@dataclass(frozen=True, kw_only=True)
class Moved:
    """The zone recorded, from when it counts, and the one in force now."""

    zone: str
    from_at: datetime
    in_force: str


def change_zone(
    installation: Installation,
    *,
    study: str,
    patient: str,
    zone: str,
    from_on: date | None = None,
    actor: str,
    now: datetime,
) -> Moved:
    """A patient lives in `zone` from the start of a day there, or from now on.

    InvalidError for a zone that does not exist (with those nearest), a day before the enrolment or more than 366 days
    ahead. NotFoundError for an unknown patient.
    """
    require_zone(zone)
    with transaction() as session:
        row = people.patient(session, study=study, code=patient)
        if row is None:
            raise NotFoundError(f"patient {patient}")
        from_at = _from_at(row, zone, from_on, now=now)
        zones.add(session, patient_id=row.id, zone=zone, from_at=from_at, actor=actor, now=now)
        apply_zone(session, installation, row, actor=actor, now=now)
        return Moved(zone=zone, from_at=from_at, in_force=row.time_zone)


def apply_zone(
    session: Session, installation: Installation, patient: Patient, *, actor: str, now: datetime
) -> bool:
    """Bring the patient to the zone in force now. False if it is in force already."""
    history = zones.history(session, patient.id)
    patient.zone_changes_at = next_change(history, after=now)
    zone = zone_at(history, now) or patient.time_zone
    if zone == patient.time_zone:
        return False
    before, patient.time_zone = patient.time_zone, zone
    for row in assessments.of_patient(session, patient.id):
        _move(row, before=before, zone=zone, now=now)
    replan(session, installation, patient, actor=actor, now=now)
    return True


def require_zone(zone: str) -> None:
    """InvalidError for a name that is no IANA zone, with the nearest ones that are."""
    if is_zone(zone):
        return
    near = " ou ".join(near_zones(zone[:64])) or "Europe/Paris"
    raise InvalidError(
        "unknown_zone",
        fr=f"Fuseau horaire inconnu. Essayez {near}.",
        en=f"Unknown time zone. Try {near.replace(' ou ', ' or ')}.",
    )


def _from_at(patient: Patient, zone: str, from_on: date | None, *, now: datetime) -> datetime:
    if from_on is None:
        return now
    first, today = local_day(patient.enrolled_at, zone), local_day(now, zone)
    if from_on < first or from_on > today + timedelta(days=MOST_DAYS_AHEAD):
        last = today + timedelta(days=MOST_DAYS_AHEAD)
        raise InvalidError(
            "zone_day_outside",
            fr=f"Indiquez un jour entre l'enregistrement ({first}) et le {last}.",
            en=f"Give a day between the enrolment ({first}) and {last}.",
        )
    return max(at_local(from_on, _MIDNIGHT, zone), patient.enrolled_at)


def _move(row: Assessment, *, before: str, zone: str, now: datetime) -> None:
    if row.state == AssessmentState.PLANNED:
        row.opens_at = at_local(row.open_on, _MIDNIGHT, zone)
        row.closes_at = end_of_day(row.close_on, zone)
    elif AssessmentState(row.state) in ANSWERABLE:
        row.close_zone = later_ending(row.close_on, (row.close_zone or before, zone))
        row.closes_at = end_of_day(row.close_on, row.close_zone)
        if row.next_contact_at is not None:
            row.next_contact_at = now  # the tick works out anew when the next message is due
