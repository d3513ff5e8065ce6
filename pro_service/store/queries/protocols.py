"""Which protocol versions are in force in a study, how many patients each has, and a patient's history of versions."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pro_service.store.models import Patient, ProtocolMigration, Study
from pro_service.store.records import protocols
from pro_service.store.records.protocols import Activated

__all__ = ["Activated", "InForce", "Move", "in_force", "moves_of", "text_of"]


@dataclass(frozen=True, kw_only=True)
class InForce:
    """`version` is what new patients get; `activated` by first activation; `pinned` counts patients by version."""

    version: str
    activated: tuple[Activated, ...]
    pinned: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Move:
    """A patient's move from one version to another; `undoes` if it took an earlier one back."""

    from_version: str
    to_version: str
    consented_on: date | None
    undoes: bool
    migrated_at: datetime
    migrated_by: str


def in_force(session: Session, study: str) -> InForce | None:
    """The versions of a study; None if there is no such study."""
    row = session.scalar(select(Study).where(Study.code == study))
    if row is None:
        return None
    counted = (
        select(Patient.protocol_version, func.count())
        .where(Patient.study_id == row.id)
        .group_by(Patient.protocol_version)
        .order_by(Patient.protocol_version)
    )
    return InForce(
        version=row.protocol_version,
        activated=protocols.activated(session, study_id=row.id),
        pinned={row[0]: row[1] for row in session.execute(counted)},
    )


def text_of(session: Session, *, study: str, version: str) -> Activated | None:
    """A version in the words in which it was activated in a study."""
    found = protocols.activated(session)
    return next((each for each in found if (each.study, each.version) == (study, version)), None)


def moves_of(session: Session, patient_id: int) -> tuple[Move, ...]:
    """Every move of a patient between versions, oldest first."""
    rows = session.scalars(
        select(ProtocolMigration)
        .where(ProtocolMigration.patient_id == patient_id)
        .order_by(ProtocolMigration.id)
    )
    return tuple(
        Move(
            from_version=row.from_version,
            to_version=row.to_version,
            consented_on=row.consented_on,
            undoes=row.undoes_id is not None,
            migrated_at=row.migrated_at,
            migrated_by=row.migrated_by,
        )
        for row in rows
    )
