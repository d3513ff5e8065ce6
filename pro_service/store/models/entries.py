"""Forms that a site handed in: who entered what when, and the bytes as they came."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from pro_service.core.provenance import EntryReason, Respondent
from pro_service.store.db import Base, UtcDateTime
from pro_service.store.models.columns import CODE, WORD, one_of


class SiteEntry(Base):
    """One form of one instrument, as a site sent it. The same one sent twice is one."""

    __tablename__ = "site_entry"
    __table_args__ = (
        UniqueConstraint("assessment_id", "client_id"),
        one_of("respondent", Respondent),
        one_of("reason", EntryReason),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id"), index=True)
    client_id: Mapped[str] = mapped_column(CODE)  # made by the sender; without one, the hash of the bytes
    kind: Mapped[str] = mapped_column(WORD)  # json | fhir
    answered_on: Mapped[date | None]  # the day the patient answered, as the form says
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    content_sha256: Mapped[str] = mapped_column(String(64))
    entered_by: Mapped[str] = mapped_column(CODE)
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    respondent: Mapped[str] = mapped_column(WORD, default=Respondent.PATIENT, server_default="patient")
    reason: Mapped[str] = mapped_column(WORD, default=EntryReason.NOT_ASKED, server_default="not_asked")
    note: Mapped[str] = mapped_column(String(2000), default="", server_default="")
    late: Mapped[bool] = mapped_column(default=False, server_default=false())  # entered after the close
