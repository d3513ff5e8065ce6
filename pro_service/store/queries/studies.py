"""What is read of studies and sites."""

from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, kw_only=True)
class WholeStudy:
    """A study with every site of it: what an operator looks at."""

    study_id: int
    site_ids: tuple[int, ...]


def whole(session: Session, code: str) -> WholeStudy | None:
    study_id = session.scalar(select(Study.id).where(Study.code == code))
    if study_id is None:
        return None
    found = session.scalars(select(Site.id).where(Site.study_id == study_id).order_by(Site.id))
    return WholeStudy(study_id=study_id, site_ids=tuple(found))


def sites(session: Session, site_ids: Sequence[int]) -> tuple[SiteFacts, ...]:
    rows = session.scalars(select(Site).where(Site.id.in_(site_ids)).order_by(Site.code))
    return tuple(site_facts(row) for row in rows)
