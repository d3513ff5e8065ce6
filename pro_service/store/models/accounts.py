"""How staff and programs prove who they are: second chances, invitations, linked identities, keys, their history."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pro_service.store.db import Base, JsonValue, UtcDateTime
from pro_service.store.models.columns import CODE, TEXT, WORD, one_of

#: What a line of the log-in history can tell (REG-11, REG-18).
LOGIN_EVENTS = (
    *("created", "invited", "granted", "joined", "signed_in", "failed", "recovery_code_used", "signed_out"),
    *("session_ended", "password_changed", "second_factor_set", "second_factor_reset", "password_reset"),
    *("recovery_codes_issued", "identity_linked", "stepped_up", "key_created", "key_revoked"),
)


class LoginEvent(Base):
    """One line of the history of log-ins and accounts. A failure under a name nobody has tells not even the name.

    `source` is a network, not an address; `device` a browser and a system.
    """

    __tablename__ = "login_event"
    __table_args__ = (one_of("kind", LOGIN_EVENTS), Index("ix_login_event_staff_id_at", "staff_id", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    kind: Mapped[str] = mapped_column(WORD)
    by: Mapped[str] = mapped_column(CODE)
    source: Mapped[str] = mapped_column(CODE)
    device: Mapped[str] = mapped_column(CODE)
    reason: Mapped[str] = mapped_column(TEXT)


class LoginThrottle(Base):
    """Failed tries under one key (a name, a source, both, everybody), whether or not somebody has the name."""

    __tablename__ = "login_throttle"
    __table_args__ = ({"info": {"deletable": "a counter that nobody added to for a day is forgotten"}},)

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retry_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class StaffSource(Base):
    """A source an account was used from: there, failures from elsewhere do not count."""

    __tablename__ = "staff_source"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    source_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RecoveryCode(Base):
    """A code that stands in for the second factor once. Only a keyed hash is stored."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("staff_id", "code_index"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    code_index: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    void_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StaffInvitation(Base):
    """A one-time link by which somebody sets what an administrator never sees: password and second factor."""

    __tablename__ = "staff_invitation"
    __table_args__ = (one_of("purpose", ("join", "second_factor", "password")),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    purpose: Mapped[str] = mapped_column(WORD)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_by: Mapped[str] = mapped_column(CODE)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    void_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StaffIdentity(Base):
    """Whom an OpenID provider means by a subject. Linked by invitation, never by an e-mail address."""

    __tablename__ = "staff_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    issuer: Mapped[str] = mapped_column(TEXT)
    subject: Mapped[str] = mapped_column(TEXT)
    linked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ServiceAccount(Base):
    """A program that works for a study, such as the EDC's nightly transfer."""

    __tablename__ = "service_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"))
    name: Mapped[str] = mapped_column(CODE, unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(CODE)


class ApiKey(Base):
    """A key of a program: what it may do (names of permissions), at which sites, until when. Its secret is a hash."""

    __tablename__ = "api_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    service_account_id: Mapped[int] = mapped_column(ForeignKey("service_account.id"), index=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    secret_hash: Mapped[str] = mapped_column(String(64))
    scopes: Mapped[list[str]] = mapped_column(JsonValue)
    site_ids: Mapped[list[Any]] = mapped_column(JsonValue)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(CODE)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_by: Mapped[str | None] = mapped_column(CODE)
