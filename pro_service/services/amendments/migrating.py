"""Moves patients to another version of the protocol, each in a transaction of their own."""

from collections.abc import Callable
from datetime import datetime

from pro_service.services.amendments.prospects import Decided, Prospect, decide
from pro_service.services.amendments.selection import Selection, require_sensible, selected
from pro_service.services.amendments.snapshots import differences, snapshot
from pro_service.services.installation import Installation
from pro_service.services.patients.planning import carry_out
from pro_service.services.protocols.activation import UnknownStudyError, keep_words
from pro_service.services.wordings import gate
from pro_service.store.db import Session, reading, transaction
from pro_service.store.models import Patient
from pro_service.store.records import assessments, people, protocols

#: Told each patient as soon as that patient's transaction is committed.
Progress = Callable[[Prospect], None]


def migrate(
    installation: Installation,
    *,
    study: str,
    version: str,
    selection: Selection,
    actor: str,
    now: datetime,
    progress: Progress | None = None,
) -> tuple[Prospect, ...]:
    """Move the patients meant to `version`; gives what became of each, by code, as `preview` told it.

    Each patient is one transaction: whatever interrupts it, every patient is wholly on one version, and running
    it again goes on with the others. Patients who have the version, whose course has ended, or whose consent is not on
    record stay as they are. Outside the demonstration nobody is moved (ConflictError with the list) while licensed
    wording of the version is missing. New patients go on getting the study's version (see `activate`).
    """
    protocol = require_sensible(installation, selection=selection, study=study, version=version, now=now)
    gate.require_for_study(installation, protocol=protocol, now=now)
    with reading() as session:
        _, found = selected(session, selection, study=study)
        meant = [(patient.id, site) for patient, site in found]
        pinned_to = {patient.protocol_version for patient, _ in found}
    _keep_words(installation, study, {*pinned_to, version}, actor=actor, now=now)
    done = []
    for patient_id, site in meant:
        with transaction() as session:
            patient = people.patient_by_id(session, patient_id)
            prospect = _move(session, installation, patient, site, version, selection, actor=actor, now=now)
        done.append(prospect)
        if progress:
            progress(prospect)
    return tuple(done)


def _keep_words(
    installation: Installation, study: str, versions: set[str], *, actor: str, now: datetime
) -> None:
    """Both sides of the move are in force from here on, whether or not that was recorded before."""
    with transaction() as session:
        row = protocols.study_locked(session, study)
        if row is None:
            raise UnknownStudyError(study)
        for version in sorted(versions & installation.catalogue.definitions.keys()):
            keep_words(session, installation, row, version=version, actor=actor, now=now)


def _move(
    session: Session,
    installation: Installation,
    patient: Patient,
    site: str,
    version: str,
    selection: Selection,
    *,
    actor: str,
    now: datetime,
) -> Prospect:
    rows = {row.key: row for row in assessments.of_patient(session, patient.id)}
    existing = tuple(assessments.as_existing(row) for row in rows.values())
    events = people.events(session, patient.id)
    decided = decide(
        installation,
        patient=patient,
        site=site,
        existing=existing,
        events=events,
        version=version,
        consented_on=selection.consented_on,
        now=now,
    )
    if not isinstance(decided, Decided):
        return decided
    before = {key: snapshot(row) for key, row in rows.items()}
    patient.protocol_version = version
    protocol = installation.catalogue.protocols[version]
    carry_out(
        session,
        protocol,
        patient,
        events,
        rows,
        decided.wanted,
        decided.amendment.changes,
        actor=actor,
        now=now,
    )
    after = {key: snapshot(row) for key, row in rows.items()}
    protocols.add_migration(
        session,
        patient_id=patient.id,
        from_version=decided.prospect.from_version,
        to_version=version,
        consented_on=selection.consented_on,
        summary=dict(decided.prospect.summary),
        rows=differences(before, after=after),
        migrated_at=now,
        migrated_by=actor,
    )
    return decided.prospect
