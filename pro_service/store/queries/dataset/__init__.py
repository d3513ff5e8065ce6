"""Streams the rows of an export out of one unchanging view of the database, in an order without database ids.

Nothing here reads the contact tables, message bodies, incoming texts or the notes of alerts.
"""

from pro_service.store.queries.dataset.answers import (
    actions,
    alerts,
    answers,
    responses,
    scores,
    sittings,
    wordings,
)
from pro_service.store.queries.dataset.course import (
    StudyFound,
    facts,
    forms,
    moves,
    newest_instant,
    patients,
    study,
    study_codes,
    zones,
)
from pro_service.store.queries.dataset.provenance import corrections, missing_reasons
from pro_service.store.queries.dataset.questions import consents, prompts, queries
from pro_service.store.queries.dataset.view import hold_still

__all__ = [
    "StudyFound",
    "actions",
    "alerts",
    "answers",
    "consents",
    "corrections",
    "facts",
    "forms",
    "hold_still",
    "missing_reasons",
    "moves",
    "newest_instant",
    "patients",
    "prompts",
    "queries",
    "responses",
    "scores",
    "sittings",
    "study",
    "study_codes",
    "wordings",
    "zones",
]
