"""The scores, by every version of the scoring rules."""

from pro_service.core.dataset.model import Table
from pro_service.core.dataset.tables.column import (
    BY_DERIVED,
    BY_PROTOCOL,
    BY_SERVICE,
    INSTRUMENT,
    INSTRUMENT_VERSION,
    PATIENT,
    RESPONSE_STATE,
    RULE,
    SITE,
    SITTING,
    TIMEPOINT,
    flag,
    instant,
    integer,
    labels,
    number,
    text,
)

SCORES = Table(
    name="scores",
    label=labels("Scores", "Scores"),
    key=("patient", "timepoint", "instrument", "sitting", "scale", "rule_version"),
    columns=(
        PATIENT,
        SITE,
        TIMEPOINT,
        RULE,
        INSTRUMENT,
        INSTRUMENT_VERSION,
        SITTING,
        text("scale", BY_PROTOCOL, "Échelle", "Scale"),
        number(
            "value",
            BY_DERIVED,
            "Valeur",
            "Value",
            note="unrounded, in the scale's own unit; an EQ-5D state is a label of digits, without a point",
        ),
        text(
            "absent_reason",
            BY_DERIVED,
            "Motif d'absence",
            "Why there is no value",
            codelist="absent_reason",
            note="blank if there is a value",
        ),
        integer(
            "items_used",
            BY_DERIVED,
            "Questions utilisées",
            "Items used",
            note="answered, and applied to the patient",
        ),
        integer(
            "items_missing",
            BY_DERIVED,
            "Questions manquantes",
            "Items missing",
            note="applied, but were not answered or refused; what did not apply is in neither count",
        ),
        text(
            "rule_version",
            BY_SERVICE,
            "Version des règles de score",
            "Version of the scoring rules",
            note="a rescoring adds rows by a newer version and keeps these",
        ),
        instant("scored_at", BY_SERVICE, "Calculé le", "Scored at"),
        RESPONSE_STATE,
        flag(
            "is_latest",
            BY_DERIVED,
            "Version qui compte",
            "Is the version that counts",
            note="by the newest version of the rules that scored the response, which is not superseded: at most one a "
            "patient, timepoint, instrument and scale",
        ),
    ),
)
