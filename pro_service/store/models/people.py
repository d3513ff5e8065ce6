"""Studies, sites, staff and patients, and the dated facts that make a patient's course."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, column_property, mapped_column

from pro_service.store.db import Base, JsonValue, UtcDateTime
from pro_service.store.models.columns import CODE, TEXT, WORD, ZONE, one_of


class Study(Base):
    """A trial and the protocol version its new patients get."""

    __tablename__ = "study"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(CODE, unique=True)
    title: Mapped[str] = mapped_column(TEXT)
    protocol_version: Mapped[str] = mapped_column(CODE)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Site(Base):
    """A centre; its telephone is what patients are told to call."""

    __tablename__ = "site"
    __table_args__ = (UniqueConstraint("study_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"))
    code: Mapped[str] = mapped_column(CODE)
    name: Mapped[str] = mapped_column(TEXT)
    time_zone: Mapped[str] = mapped_column(ZONE)
    phone: Mapped[str] = mapped_column(WORD)


class Staff(Base):
    """A person with a login; what they may do is in AccessGrant.

    The second factor's secret is encrypted; the password is only a hash.
    """

    __tablename__ = "staff"
    __table_args__ = (one_of("language", ("fr", "en")),)

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"))
    login: Mapped[str] = mapped_column(CODE, unique=True)
    name: Mapped[str] = mapped_column(TEXT)
    language: Mapped[str] = mapped_column(String(8))
    password_hash: Mapped[str] = mapped_column(TEXT)
    totp_sealed: Mapped[bytes | None] = mapped_column(
        LargeBinary
    )  # without one nobody logs in with a password
    totp_last_step: Mapped[int] = mapped_column(default=0)  # a code is good once
    active: Mapped[bool] = mapped_column(default=True)
    contact_id: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StaffSession(Base):
    """A log-in that is going on. The cookie's token is stored as its hash only."""

    __tablename__ = "staff_session"
    __table_args__ = ({"info": {"deletable": "records of log-ins are not kept for ever"}},)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    handle: Mapped[str] = mapped_column(String(16), unique=True)  # names it on a page; opens nothing
    csrf_token: Mapped[str] = mapped_column(CODE)
    source: Mapped[str] = mapped_column(CODE)  # a network, not an address
    device: Mapped[str] = mapped_column(CODE)
    stepped_up_at: Mapped[datetime] = mapped_column(UtcDateTime)  # when the second factor was given last
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Patient(Base):
    """A participant under a study code. Contact data are elsewhere, behind `contact_id`."""

    __tablename__ = "patient"
    __table_args__ = (
        UniqueConstraint("study_id", "code"),
        Index("ix_patient_replan_on", "replan_on"),
        Index("ix_patient_zone_changes_at", "zone_changes_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    code: Mapped[str] = mapped_column(CODE)
    language: Mapped[str] = mapped_column(String(8))
    time_zone: Mapped[str] = mapped_column(ZONE)  # the one in force now; PatientZone has the history
    zone_changes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when a recorded move takes effect
    protocol_version: Mapped[str] = mapped_column(CODE)
    sms_items: Mapped[bool] = mapped_column(default=False)  # may be asked item by item in SMS
    contact_id: Mapped[str] = mapped_column(String(32), unique=True)
    replan_on: Mapped[date | None]  # the next day on which a recorded fact takes effect
    ended_on: Mapped[date | None]  # the course has ended, as known at the last planning: nothing more is sent
    enrolled_at: Mapped[datetime] = mapped_column(UtcDateTime)
    enrolled_by: Mapped[str] = mapped_column(CODE)


class PatientZone(Base):
    """From which instant on a patient lives by the clocks of a zone. Append-only; of two that begin together, the later
    recorded counts.
    """

    __tablename__ = "patient_zone"

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    zone: Mapped[str] = mapped_column(ZONE)
    from_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(CODE)


class CourseEvent(Base):
    """A dated clinical fact. Append-only: a wrong one is voided by a later row, never changed."""

    __tablename__ = "course_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    type: Mapped[str] = mapped_column(CODE)
    on: Mapped[date]
    result: Mapped[str | None] = mapped_column(WORD)
    disclosed_on: Mapped[date | None]
    relation: Mapped[str | None] = mapped_column(WORD)
    reason: Mapped[str | None] = mapped_column(CODE)
    visit: Mapped[str | None] = mapped_column(CODE)  # the key of the monitoring visit it tells of
    visit_on: Mapped[date | None]  # the day for which it fixes that visit
    details: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)
    voids_id: Mapped[int | None] = mapped_column(ForeignKey("course_event.id"), unique=True)
    #: Of a `result_disclosed`: the result that was told on this row's day. No foreign key: SQLite adds none to a table
    #: that is there, rows are never deleted, and a telling whose result is not found says nothing.
    discloses_id: Mapped[int | None]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: By whose clocks the patient lived at the recording, as known then: a move told of later makes no day another.
    #: Read with the row. None for a row written beside the service whose patient had no zone yet.
    recorded_zone: Mapped[str | None] = column_property(
        select(PatientZone.zone)
        .where(
            PatientZone.patient_id == patient_id,
            PatientZone.from_at <= recorded_at,
            PatientZone.recorded_at <= recorded_at,
        )
        .order_by(PatientZone.from_at.desc(), PatientZone.id.desc())
        .limit(1)
        .correlate_except(PatientZone)
        .scalar_subquery()
    )
    recorded_by: Mapped[str] = mapped_column(CODE)
