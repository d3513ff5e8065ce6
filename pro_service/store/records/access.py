"""Rows of grants and of emergency access."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from pro_service.core.access import Grant, Opened, Rights, Role
from pro_service.store.models import AccessGrant, EmergencyAccess, Site, Staff, StaffSession

# Built once: every request of staff begins with these.
_GRANTS = select(AccessGrant).where(AccessGrant.staff_id == bindparam("staff_id")).order_by(AccessGrant.id)
_OPEN_GRANTS = _GRANTS.where(AccessGrant.ended_at.is_(None))
_SITES = select(Site.id).where(Site.study_id == bindparam("study_id")).order_by(Site.code)
_OPENED = select(EmergencyAccess).where(
    EmergencyAccess.staff_id == bindparam("staff_id"),
    EmergencyAccess.until_at > bindparam("now"),
    EmergencyAccess.ended_at.is_(None),
)


def rights(session: Session, staff_id: int, *, now: datetime) -> Rights:
    """What a person was given and nobody ended; dates are for the decision to look at."""
    grants = session.scalars(_OPEN_GRANTS, {"staff_id": staff_id})
    opened = session.scalars(_OPENED, {"staff_id": staff_id, "now": now})
    return Rights(
        grants=tuple(as_grant(row) for row in grants),
        opened=tuple(
            Opened(patient_id=row.patient_id, from_at=row.from_at, until_at=row.until_at) for row in opened
        ),
    )


def as_grant(row: AccessGrant) -> Grant:
    return Grant(
        role=Role(row.role),
        study_id=row.study_id,
        site_id=row.site_id,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        ended_at=row.ended_at,
    )


def site_ids(session: Session, study_id: int) -> tuple[int, ...]:
    """Every site of a study, by code."""
    return tuple(session.scalars(_SITES, {"study_id": study_id}))


def grant(session: Session, grant_id: int) -> AccessGrant | None:
    """The row, locked."""
    return session.scalar(select(AccessGrant).where(AccessGrant.id == grant_id).with_for_update())


def grants_of(session: Session, staff_id: int) -> Sequence[AccessGrant]:
    """Every grant a person ever had, oldest first."""
    return session.scalars(_GRANTS, {"staff_id": staff_id}).all()


def opened_by(session: Session, staff_id: int, *, now: datetime) -> Sequence[EmergencyAccess]:
    """What a person has opened and not closed."""
    return session.scalars(_OPENED, {"staff_id": staff_id, "now": now}).all()


def sessions_of(session: Session, staff_id: int) -> Sequence[StaffSession]:
    """A person's log-ins that nobody ended."""
    return session.scalars(
        select(StaffSession).where(StaffSession.staff_id == staff_id, StaffSession.ended_at.is_(None))
    ).all()


def nurses_to_notify(session: Session, site_id: int, *, now: datetime) -> Sequence[Staff]:
    """Active nurses of a site, by a grant in force, who can be reached by SMS."""
    return session.scalars(
        select(Staff)
        .where(
            Staff.active,
            Staff.contact_id.is_not(None),
            Staff.id.in_(
                select(AccessGrant.staff_id).where(
                    AccessGrant.site_id == site_id,
                    AccessGrant.role == Role.NURSE,
                    AccessGrant.valid_from <= now,
                    or_(AccessGrant.valid_to.is_(None), AccessGrant.valid_to > now),
                    or_(AccessGrant.ended_at.is_(None), AccessGrant.ended_at > now),
                )
            ),
        )
        .order_by(Staff.id)
    ).all()
