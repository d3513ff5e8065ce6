"""What is read of studies and sites."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from pro_service.store.models import Site, Staff, Study
from pro_service.store.queries.facts import SiteFacts, site_facts


def code_of(session: Session, study_id: int) -> str:
    return session.scalars(select(Study.code).where(Study.id == study_id)).one()


def logins(session: Session) -> frozenset[str]:
    """Every account of this installation."""
    return frozenset(session.scalars(select(Staff.login)))


def protocol_version_of(session: Session, study_id: int) -> str:
    """The version that newly enrolled patients are pinned to."""
    return session.scalars(select(Study.protocol_version).where(Study.id == study_id)).one()


def site_ids_of(session: Session, study_id: int) -> tuple[int, ...]:
    """Every site of a study."""
    return tuple(session.scalars(select(Site.id).where(Site.study_id == study_id).order_by(Site.code)))


def sites(session: Session, site_ids: Sequence[int]) -> tuple[SiteFacts, ...]:
    rows = session.scalars(select(Site).where(Site.id.in_(site_ids)).order_by(Site.code))
    return tuple(site_facts(row) for row in rows)
