"""What tells of the data: oddities found in them, and the dictionary."""

from pro_service.core.dataset.model import Table
from pro_service.core.dataset.tables.column import (
    BY_SERVICE,
    INSTRUMENT,
    PATIENT,
    TIMEPOINT,
    integer,
    labels,
    number,
    text,
)

PROBLEMS = Table(
    name="problems",
    label=labels("Ce qui est étrange dans les données", "What is odd in the data"),
    key=("problem", "patient", "timepoint", "instrument", "subject"),
    columns=(
        text("problem", BY_SERVICE, "Problème", "Problem", codelist="problem"),
        PATIENT,
        TIMEPOINT,
        INSTRUMENT,
        text("subject", BY_SERVICE, "Objet", "Subject", note="an item, a scale or an event number"),
        text("explanation", BY_SERVICE, "Explication (anglais)", "Explanation"),
    ),
)

DICTIONARY = Table(
    name="data_dictionary",
    label=labels("Dictionnaire des données", "Data dictionary"),
    key=("entry", "parent", "name"),
    columns=(
        text("entry", BY_SERVICE, "Sorte d'entrée", "Kind of entry", codelist="entry"),
        text(
            "parent", BY_SERVICE, "De quoi", "Of what", note="a table, an instrument, a code list, a protocol"
        ),
        text("name", BY_SERVICE, "Nom", "Name"),
        integer("position", BY_SERVICE, "Position", "Position"),
        text("type", BY_SERVICE, "Type", "Type"),
        text("label_fr", BY_SERVICE, "Libellé français", "French label"),
        text("label_en", BY_SERVICE, "Libellé anglais", "English label"),
        text("unit", BY_SERVICE, "Unité", "Unit"),
        number("minimum", BY_SERVICE, "Minimum", "Minimum", note="whole limits without a point"),
        number("maximum", BY_SERVICE, "Maximum", "Maximum", note="whole limits without a point"),
        text("codelist", BY_SERVICE, "Liste de codes", "Code list"),
        text("direction", BY_SERVICE, "Sens d'une valeur haute", "What a high value means"),
        text("rule", BY_SERVICE, "Règle", "Rule"),
        text("source", BY_SERVICE, "Source", "Source"),
        text("status", BY_SERVICE, "Statut", "Status", codelist="status"),
        text("cdisc", BY_SERVICE, "Code CDISC", "CDISC code"),
        text("note", BY_SERVICE, "Note (anglais)", "Note"),
    ),
)
