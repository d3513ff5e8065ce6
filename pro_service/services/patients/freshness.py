"""Keeps what is known of patients fresh: nothing changed, discrepancies settled, how old a status was at sending."""

from datetime import date, datetime

from pro_service.core.freshness import is_stale
from pro_service.core.timing import local_day
from pro_service.services.installation import Installation
from pro_service.services.patients.importing import RECORDED
from pro_service.services.refusals import ConflictError, InvalidError, NotFoundError, require_note
from pro_service.store.db import Session, transaction
from pro_service.store.models import Assessment, Patient
from pro_service.store.records import freshness, people


def confirm_status(
    installation: Installation,
    *,
    study: str,
    patient: str,
    site_ids: tuple[int, ...],
    actor: str,
    now: datetime,
) -> date:
    """Keep that staff confirmed today that nothing changed; the day. A second time on one day changes nothing.

    It is no fact of the course: the plan stays as it is.
    """
    del installation
    with transaction() as session:
        row = people.patient(session, study=study, code=patient)
        if row is None or row.site_id not in site_ids:
            raise NotFoundError(f"patient {patient}")
        today = local_day(now, row.time_zone)
        freshness.confirm(session, row, on=today, now=now, actor=actor)
        return today


def settle(
    installation: Installation,
    *,
    discrepancy_id: int,
    note: str,
    site_ids: tuple[int, ...],
    actor: str,
    now: datetime,
) -> str:
    """Close a discrepancy: what stands here is right, for the reason given. The patient's code.

    It comes back when the source tells something else. ConflictError if it is no discrepancy (any more).
    """
    del installation
    require_note(note, code="note_too_long")
    if not note.strip():
        raise InvalidError("note_missing", fr="Indiquez le motif.", en="Say why.")
    with transaction() as session:
        row = freshness.discrepancy(session, discrepancy_id)
        patient = None if row is None else people.patient_by_id(session, row.patient_id)
        if row is None or patient is None or patient.site_id not in site_ids:
            raise NotFoundError("discrepancy")
        if row.state == RECORDED or row.settled_at is not None:
            raise ConflictError(
                "settled_already",
                fr="Ce désaccord est déjà réglé.",
                en="This discrepancy is settled already.",
            )
        row.settled_at, row.settled_by, row.settled_note = now, actor, note.strip()
        return patient.code


def note_status_age(
    session: Session,
    installation: Installation,
    patient: Patient,
    row: Assessment,
    *,
    first: bool,
    now: datetime,
) -> None:
    """Keep with an assessment how old its patient's status is as it opens or a message goes out.

    The first message says anew what opening said; after that the oldest counts.
    """
    known_on = local_day(freshness.status_known_at(session, patient), patient.time_zone)
    age = max(0, (local_day(now, patient.time_zone) - known_on).days)
    if not first and row.status_age_days is not None:
        age = max(age, row.status_age_days)
    rules = installation.catalogue.protocols[patient.protocol_version].course
    row.status_age_days, row.status_stale = age, is_stale(rules, age)
