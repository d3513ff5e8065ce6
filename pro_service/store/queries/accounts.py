"""Accounts and what they were given: now, and on any past instant."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pro_service.core.access import Grant
from pro_service.store.models import AccessGrant, EmergencyAccess, Patient, Site, Staff
from pro_service.store.records.access import as_grant

Row = tuple[AccessGrant, Staff, str | None]


@dataclass(frozen=True, kw_only=True)
class GrantFacts:
    """One grant of an account; `site` is its code, None for the whole study."""

    id: int
    login: str
    role: str
    site: str | None
    grant: Grant
    reason: str
    granted_by: str
    created_at: datetime
    ended_by: str | None
    end_reason: str | None


@dataclass(frozen=True, kw_only=True)
class AccountFacts:
    """An account with everything it was ever given, oldest first."""

    login: str
    name: str
    active: bool
    created_at: datetime
    grants: tuple[GrantFacts, ...]

    def in_force(self, at: datetime) -> tuple[GrantFacts, ...]:
        return tuple(each for each in self.grants if each.grant.in_force(at))


@dataclass(frozen=True, kw_only=True)
class OpenedFacts:
    """Somebody opened a patient of another site; `site` is the patient's."""

    who: str
    patient: str
    site: str
    reason: str
    from_at: datetime
    until_at: datetime
    ended_at: datetime | None


def accounts(session: Session, study_id: int) -> tuple[AccountFacts, ...]:
    """Every account of a study, by login."""
    rows = session.execute(
        select(AccessGrant, Staff, Site.code)
        .join(Staff, Staff.id == AccessGrant.staff_id)
        .join(Site, Site.id == AccessGrant.site_id, isouter=True)
        .where(AccessGrant.study_id == study_id)
        .order_by(AccessGrant.id)
    ).all()
    given: dict[int, list[GrantFacts]] = {}
    for row, staff, site in rows:
        given.setdefault(staff.id, []).append(_grant(row, staff.login, site))
    people = session.scalars(select(Staff).where(Staff.study_id == study_id).order_by(Staff.login))
    return tuple(
        AccountFacts(
            login=staff.login,
            name=staff.name,
            active=staff.active,
            created_at=staff.created_at,
            grants=tuple(given.get(staff.id, ())),
        )
        for staff in people
    )


def account(session: Session, study_id: int, login: str) -> AccountFacts | None:
    return next((each for each in accounts(session, study_id) if each.login == login), None)


def opened(
    session: Session, *, site_ids: tuple[int, ...], since: datetime, staff_id: int | None = None
) -> tuple[OpenedFacts, ...]:
    """Patients of these sites opened since an instant by people of others (or by one of them), newest first."""
    chosen = (
        select(EmergencyAccess, Staff.login, Patient.code, Site.code)
        .join(Staff, Staff.id == EmergencyAccess.staff_id)
        .join(Patient, Patient.id == EmergencyAccess.patient_id)
        .join(Site, Site.id == Patient.site_id)
        .where(Patient.site_id.in_(site_ids), EmergencyAccess.until_at > since)
        .order_by(EmergencyAccess.id.desc())
    )
    if staff_id is not None:
        chosen = chosen.where(EmergencyAccess.staff_id == staff_id)
    return tuple(
        OpenedFacts(
            who=who,
            patient=patient,
            site=site,
            reason=row.reason,
            from_at=row.from_at,
            until_at=row.until_at,
            ended_at=row.ended_at,
        )
        for row, who, patient, site in session.execute(chosen)
    )


def _grant(row: AccessGrant, login: str, site: str | None) -> GrantFacts:
    return GrantFacts(
        id=row.id,
        login=login,
        role=row.role,
        site=site,
        grant=as_grant(row),
        reason=row.reason,
        granted_by=row.granted_by,
        created_at=row.created_at,
        ended_by=row.ended_by,
        end_reason=row.end_reason,
    )
