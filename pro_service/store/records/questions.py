"""Rows of queries, consents and prompts."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from pro_service.core.provenance import Consent, ConsentAct, ConsentScope
from pro_service.store.models import ConsentEntry, ConsentText, DataQuery


def query_locked(session: Session, query_id: int) -> DataQuery | None:
    """The query's row, locked: two people act one after the other."""
    return session.scalar(select(DataQuery).where(DataQuery.id == query_id).with_for_update())


def consents(session: Session, patient_id: int) -> Sequence[Consent]:
    """A patient's register, in the order of recording."""
    rows = session.scalars(
        select(ConsentEntry).where(ConsentEntry.patient_id == patient_id).order_by(ConsentEntry.id)
    )
    return [Consent(scope=ConsentScope(row.scope), act=ConsentAct(row.act), on=row.on) for row in rows]


def consent_text(session: Session, text_id: int, *, study_id: int) -> ConsentText | None:
    return session.scalar(
        select(ConsentText).where(ConsentText.id == text_id, ConsentText.study_id == study_id)
    )
