"""Takes patients back to the version they came from, while nothing was sent or answered because of the new one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pro_service.core.lifecycle import AssessmentState
from pro_service.core.plan import AmendedSlot, Amendment, Reason, ReasonCode, amend, because_of, live_plan
from pro_service.core.timing import local_day
from pro_service.services.amendments.prospects import Outcome, Prospect, version_of
from pro_service.services.amendments.selection import Selection, require_sensible, selected
from pro_service.services.amendments.snapshots import restore, snapshot
from pro_service.services.installation import Installation
from pro_service.services.patients.planning import carry_out
from pro_service.store.db import Session, reading, transaction
from pro_service.store.models import Assessment, Patient, ProtocolMigration
from pro_service.store.records import assessments, people, protocols

Progress = Callable[[Prospect], None]
Rows = dict[str, Assessment]


def preview_undo(
    installation: Installation, *, study: str, version: str, selection: Selection, now: datetime
) -> tuple[Prospect, ...]:
    """What `undo` would do at this moment; nothing is stored."""
    require_sensible(installation, selection=selection, study=study, version=version, now=now)
    with reading() as session:
        _, found = selected(session, selection, study=study)
        return tuple(
            _decide(session, installation, patient, site, version, now=now).prospect
            for patient, site in found
        )


def undo(
    installation: Installation,
    *,
    study: str,
    version: str,
    selection: Selection,
    actor: str,
    now: datetime,
    progress: Progress | None = None,
) -> tuple[Prospect, ...]:
    """Take the patients meant back to `version`, if their last move was one from it; gives what became of each.

    REFUSED, with the assessments named, where since the move a message went out (or may have) or an answer came under
    one that the move added or changed. An assessment that nobody and nothing touched since gets back what it held, to
    the letter; what was added is cancelled and stays on record. Each patient is one transaction.
    """
    require_sensible(installation, selection=selection, study=study, version=version, now=now)
    with reading() as session:
        _, found = selected(session, selection, study=study)
        meant = [(patient.id, site) for patient, site in found]
    done = []
    for patient_id, site in meant:
        with transaction() as session:
            patient = people.patient_by_id(session, patient_id)
            case = _decide(session, installation, patient, site, version, now=now)
            if case.moved is not None and case.prospect.outcome is Outcome.MOVES:
                _take_back(session, installation, patient, case.moved, case.rows, actor=actor, now=now)
        done.append(case.prospect)
        if progress:
            progress(case.prospect)
    return tuple(done)


@dataclass(frozen=True, kw_only=True)
class _Case:
    """What becomes of a patient, the move to be undone, and the patient's assessments by key."""

    prospect: Prospect
    moved: ProtocolMigration | None
    rows: Rows


def _decide(
    session: Session, installation: Installation, patient: Patient, site: str, version: str, *, now: datetime
) -> _Case:
    left, moved = patient.protocol_version, protocols.last_migration(session, patient.id)
    rows = {row.key: row for row in assessments.of_patient(session, patient.id)}
    why, outcome = "", Outcome.MOVES
    slots: tuple[AmendedSlot, ...] = ()
    if left == version:
        outcome, why = Outcome.ALREADY, "has this version already"
    elif moved is None or (moved.from_version, moved.to_version) != (version, left):
        outcome, why = Outcome.REFUSED, f"was not moved from {version} to {left}"
    elif touched := _touched_since(session, moved, rows):
        outcome, why = Outcome.REFUSED, f"sent or answered since: {', '.join(touched)}"
    else:
        slots = _amendment(session, installation, patient, moved, rows, now=now).slots
    prospect = Prospect(
        patient=patient.code,
        site=site,
        from_version=left,
        to_version=version,
        outcome=outcome,
        slots=slots,
        why=why,
    )
    return _Case(prospect=prospect, moved=moved, rows=rows)


def _touched_since(session: Session, moved: ProtocolMigration, rows: Rows) -> tuple[str, ...]:
    """Keys that the move added or changed and under which something was sent or answered since."""
    keys = [*moved.summary["added"], *moved.summary["moved"]]
    ids = {rows[key].id: key for key in keys}
    sent = protocols.sent_since(session, tuple(ids), since=moved.migrated_at)
    answered = {id_ for id_, key in ids.items() if _begun_since(rows[key], moved.migrated_at)}
    return tuple(key for id_, key in ids.items() if id_ in sent | answered)


def _begun_since(row: Assessment, moment: datetime) -> bool:
    return row.begun_at is not None and row.begun_at >= moment


def _amendment(
    session: Session,
    installation: Installation,
    patient: Patient,
    moved: ProtocolMigration,
    rows: Rows,
    *,
    now: datetime,
) -> Amendment:
    """What the plan of the version the patient came from changes in the rows as they are."""
    today, events = local_day(now, patient.time_zone), people.events(session, patient.id)
    return amend(
        live_plan(version_of(installation, patient=patient, version=moved.to_version), events, as_of=today),
        live_plan(version_of(installation, patient=patient, version=moved.from_version), events, as_of=today),
        tuple(assessments.as_existing(row) for row in rows.values()),
        today=today,
        version=moved.to_version,
        code=ReasonCode.AMENDMENT_UNDONE,
    )


def _take_back(
    session: Session,
    installation: Installation,
    patient: Patient,
    moved: ProtocolMigration,
    rows: Rows,
    *,
    actor: str,
    now: datetime,
) -> None:
    _restore_untouched(session, moved, rows, actor=actor, now=now)
    amendment = _amendment(session, installation, patient, moved, rows, now=now)
    patient.protocol_version = moved.from_version
    protocol = version_of(installation, patient=patient, version=moved.from_version)
    events = people.events(session, patient.id)
    wanted = live_plan(protocol, events, as_of=local_day(now, patient.time_zone))
    carry_out(session, protocol, patient, events, rows, wanted, amendment.changes, actor=actor, now=now)
    protocols.add_migration(
        session,
        patient_id=patient.id,
        from_version=moved.to_version,
        to_version=moved.from_version,
        summary={},
        rows={},
        undoes_id=moved.id,
        migrated_at=now,
        migrated_by=actor,
    )


def _restore_untouched(
    session: Session, moved: ProtocolMigration, rows: Rows, *, actor: str, now: datetime
) -> None:
    unchanged = Reason(code=ReasonCode.UNCHANGED)
    reason = because_of(moved.to_version, unchanged, code=ReasonCode.AMENDMENT_UNDONE).as_data()
    for key, change in moved.rows.items():
        row = rows[key]
        if change["before"] is None or snapshot(row) != change["after"]:
            continue  # added by the move, or lived on since: the plan says what becomes of it
        restore(session, row, change["before"], reason=reason, actor=actor, now=now)
        was_open = row.state == AssessmentState.OPEN
        if was_open and protocols.taken_back_since(session, row.id, since=moved.migrated_at):
            row.next_contact_at = now  # a message was taken back unsent: the tick works out anew which is due
