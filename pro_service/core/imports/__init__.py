"""Facts that come from elsewhere (an EDC): reading their rows, and deciding what each does to a patient's course."""

from pro_service.core.imports.decide import decide
from pro_service.core.imports.faults import FaultCode, RowFault, fault_words
from pro_service.core.imports.rows import COLUMNS, REQUIRED, FactRow, ReadingRules, Rows, read_rows
from pro_service.core.imports.verdicts import Outcome, Told, Verdict
from pro_service.core.imports.words import explained, told

__all__ = [
    "COLUMNS",
    "REQUIRED",
    "FactRow",
    "FaultCode",
    "Outcome",
    "ReadingRules",
    "RowFault",
    "Rows",
    "Told",
    "Verdict",
    "decide",
    "explained",
    "fault_words",
    "read_rows",
    "told",
]
