"""Who was given which role where and when, and who opened a patient of another site in an emergency."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from pro_service.core.access import SITE_ROLES, Role
from pro_service.store.db import Base, UtcDateTime
from pro_service.store.models.columns import CODE, TEXT, WORD, one_of

_SITE_ROLES = ", ".join(f"'{role}'" for role in sorted(SITE_ROLES))


class AccessGrant(Base):
    """One role of a person at a site, or at all sites of the study (`site_id` NULL). Never changed but to be ended.

    Nothing is given for the past (`valid_from` is not before `created_at`), so that the rights of any past instant can
    be read off the rows.
    """

    __tablename__ = "access_grant"
    __table_args__ = (
        one_of("role", Role),
        CheckConstraint(f"site_id IS NOT NULL OR role NOT IN ({_SITE_ROLES})", name="site_named"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    role: Mapped[str] = mapped_column(WORD)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"), index=True)
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_to: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(TEXT)
    granted_by: Mapped[str] = mapped_column(CODE)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str | None] = mapped_column(CODE)
    end_reason: Mapped[str | None] = mapped_column(TEXT)


class EmergencyAccess(Base):
    """A patient of another site, opened for reading in an emergency. It ends by itself at `until_at`."""

    __tablename__ = "emergency_access"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    reason: Mapped[str] = mapped_column(TEXT)
    from_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
