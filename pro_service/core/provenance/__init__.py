"""Where data come from: who gave each answer, who wrote it down and why, and what becomes of it afterwards."""

from pro_service.core.provenance.originator import (
    EntryReason,
    Originator,
    Respondent,
    last_day_to_enter,
    originator_of,
)

__all__ = ["EntryReason", "Originator", "Respondent", "last_day_to_enter", "originator_of"]
