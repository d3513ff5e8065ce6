"""Rows of corrections and of what they change."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from pro_service.core.lifecycle import CorrectionState
from pro_service.core.provenance import Amended, Held
from pro_service.store.db import flush
from pro_service.store.models import Answer, CorrectedItem, Correction


def find(session: Session, correction_id: int) -> Correction | None:
    return session.get(Correction, correction_id)


def waiting(session: Session, response_id: int) -> Correction | None:
    """The correction of a sitting on which nobody has decided yet."""
    return session.scalar(
        select(Correction).where(
            Correction.response_id == response_id, Correction.state == CorrectionState.REQUESTED
        )
    )


def add(session: Session, row: Correction, changes: Sequence[Amended]) -> None:
    session.add(row)
    flush(session)
    session.add_all(
        CorrectedItem(
            correction_id=row.id,
            item=each.item,
            old_version=each.old_version,
            value=each.value,
            refused=each.refused,
        )
        for each in changes
    )


def changes(session: Session, correction_id: int) -> tuple[Amended, ...]:
    found = session.scalars(
        select(CorrectedItem).where(CorrectedItem.correction_id == correction_id).order_by(CorrectedItem.id)
    )
    return tuple(
        Amended(item=row.item, old_version=row.old_version, value=row.value, refused=row.refused)
        for row in found
    )


def held(answers: Mapping[str, Answer]) -> Mapping[str, Held]:
    """The newest answers as a decision takes them."""
    return {
        item: Held(version=row.version, value=row.value, refused=row.refused) for item, row in answers.items()
    }
