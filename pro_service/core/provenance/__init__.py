"""Where data come from: who gave each answer, who wrote it down and why, and what becomes of it afterwards."""

from pro_service.core.provenance.correction import (
    CORRECTED,
    Amended,
    AskedBy,
    CorrectionReason,
    CorrectionSource,
    Held,
    amendments,
    is_outdated,
    source_is_possible,
)
from pro_service.core.provenance.missing import (
    AtClose,
    ReasonSource,
    SiteReason,
    TechnicalReason,
    end_of,
    technical_reason,
)
from pro_service.core.provenance.originator import (
    EntryReason,
    Originator,
    Respondent,
    last_day_to_enter,
    originator_of,
)

__all__ = [
    "CORRECTED",
    "Amended",
    "AskedBy",
    "AtClose",
    "CorrectionReason",
    "CorrectionSource",
    "EntryReason",
    "Held",
    "Originator",
    "ReasonSource",
    "Respondent",
    "SiteReason",
    "TechnicalReason",
    "amendments",
    "end_of",
    "is_outdated",
    "last_day_to_enter",
    "originator_of",
    "source_is_possible",
    "technical_reason",
]
