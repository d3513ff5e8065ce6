"""Why forms are missing, and the corrections of answers."""

from pro_service.core.dataset.model import Table
from pro_service.core.dataset.tables.column import (
    BY_DERIVED,
    BY_SERVICE,
    BY_STAFF,
    INSTRUMENT,
    PATIENT,
    SITE,
    SITTING,
    TIMEPOINT,
    day,
    flag,
    instant,
    integer,
    labels,
    text,
)

_WHO = "staff:number of the person"

MISSING_REASONS = Table(
    name="missing_reasons",
    label=labels("Pourquoi des évaluations manquent", "Why forms are missing"),
    key=("patient", "timepoint", "source", "version"),
    columns=(
        PATIENT,
        SITE,
        TIMEPOINT,
        text("source", BY_SERVICE, "Dit par", "Said by", codelist="missing_source"),
        integer("version", BY_SERVICE, "Version", "Version"),
        text("reason", BY_STAFF, "Motif", "Reason", codelist="missing_reason"),
        instant("given_at", BY_SERVICE, "Donné le", "Given at"),
        text("given_by", BY_SERVICE, "Donné par", "Given by", note=f"{_WHO}; blank: the service itself"),
        flag("is_latest", BY_DERIVED, "Version qui compte", "Is the version that counts"),
    ),
)

CORRECTIONS = Table(
    name="corrections",
    label=labels("Corrections de réponses", "Corrections of answers"),
    key=("patient", "timepoint", "instrument", "sitting", "correction_no", "item"),
    columns=(
        PATIENT,
        SITE,
        TIMEPOINT,
        INSTRUMENT,
        SITTING,
        integer("correction_no", BY_SERVICE, "Numéro", "Number", note="in the order of asking, from 1"),
        text("item", BY_STAFF, "Question", "Item"),
        integer(
            "old_version", BY_SERVICE, "Version corrigée", "Version corrected", note="0: there was no answer"
        ),
        integer(
            "old_value", BY_SERVICE, "Valeur d'origine", "Original value", note="blank: none, or refused"
        ),
        integer("value", BY_STAFF, "Nouvelle valeur", "New value"),
        flag("refused", BY_STAFF, "Préfère ne pas répondre", "Preferred not to answer"),
        text("state", BY_STAFF, "État", "State", codelist="correction_state"),
        text(
            "reason",
            BY_STAFF,
            "Motif",
            "Reason",
            codelist="correction_reason",
            note="the words beside it are free text and are left out",
        ),
        text("source", BY_STAFF, "Source", "Supported by", codelist="correction_source"),
        day("source_on", BY_STAFF, "Date de la source", "Day of the source"),
        text("asked_by", BY_STAFF, "Demandée par", "Asked for by", codelist="asked_by"),
        text("requested_by", BY_SERVICE, "Saisie par", "Entered by", note=_WHO),
        instant("requested_at", BY_SERVICE, "Demandée le", "Asked for at"),
        text("decided_by", BY_SERVICE, "Décidée par", "Decided by", note=_WHO),
        instant("decided_at", BY_SERVICE, "Décidée le", "Decided at"),
    ),
)
