"""The tables of an export, column by column: the one place that says what leaves the service.

No column here comes from the contact data, and none holds free text that a person typed.
"""

from pro_service.core.dataset.tables.alerts import ALERTS
from pro_service.core.dataset.tables.answers import ITEMS, RESPONSES
from pro_service.core.dataset.tables.course import EVENTS, VISITS
from pro_service.core.dataset.tables.description import DICTIONARY, PROBLEMS
from pro_service.core.dataset.tables.forms import EXPECTED_FORMS
from pro_service.core.dataset.tables.patients import PATIENTS, PROTOCOL_VERSIONS
from pro_service.core.dataset.tables.provenance import CORRECTIONS, MISSING_REASONS
from pro_service.core.dataset.tables.questions import CONSENTS, EDIT_CHECKS, QUERIES
from pro_service.core.dataset.tables.scores import SCORES

__all__ = ["DICTIONARY", "PROBLEMS", "TABLES"]

#: In the order in which they are written.
TABLES = (
    *(PATIENTS, EXPECTED_FORMS, RESPONSES, ITEMS, SCORES, ALERTS, EVENTS, VISITS, PROTOCOL_VERSIONS),
    *(MISSING_REASONS, CORRECTIONS, QUERIES, CONSENTS, EDIT_CHECKS),
)
