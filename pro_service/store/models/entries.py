"""Forms that a site handed in: who entered what when, and the bytes as they came."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pro_service.store.db import Base, UtcDateTime
from pro_service.store.models.columns import CODE, WORD


class SiteEntry(Base):
    """One form of one instrument, as a site sent it. The same one sent twice is one."""

    __tablename__ = "site_entry"
    __table_args__ = (UniqueConstraint("assessment_id", "client_id"),)

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
