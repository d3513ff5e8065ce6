"""Where data come from: who gave each answer, who wrote it down and why, and what becomes of it afterwards."""

from pro_service.core.provenance.consent import Consent, ConsentAct, ConsentScope, standing
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
from pro_service.core.provenance.prompt import PromptCode, PromptSource, prompt_of
from pro_service.core.provenance.query import (
    ENROLMENT_FIELDS,
    QueryAct,
    Subject,
    SubjectKind,
    tells_who,
)

__all__ = [
    "CORRECTED",
    "ENROLMENT_FIELDS",
    "Amended",
    "AskedBy",
    "AtClose",
    "Consent",
    "ConsentAct",
    "ConsentScope",
    "CorrectionReason",
    "CorrectionSource",
    "EntryReason",
    "Held",
    "Originator",
    "PromptCode",
    "PromptSource",
    "QueryAct",
    "ReasonSource",
    "Respondent",
    "SiteReason",
    "Subject",
    "SubjectKind",
    "TechnicalReason",
    "amendments",
    "end_of",
    "is_outdated",
    "last_day_to_enter",
    "originator_of",
    "prompt_of",
    "source_is_possible",
    "standing",
    "technical_reason",
    "tells_who",
]
