"""Questions about data, the register of consents, and answers that were asked for again."""

from pro_service.core.dataset.model import Table
from pro_service.core.dataset.tables.column import (
    BY_DERIVED,
    BY_PATIENT,
    BY_SERVICE,
    BY_STAFF,
    INSTRUMENT,
    PATIENT,
    SITE,
    TIMEPOINT,
    day,
    instant,
    integer,
    labels,
    text,
)

_WHO = "staff:number of the person"

QUERIES = Table(
    name="queries",
    label=labels("Questions sur les données", "Queries about data"),
    key=("patient", "query_no"),
    columns=(
        PATIENT,
        SITE,
        integer("query_no", BY_SERVICE, "Numéro", "Number", note="in the order of opening, from 1"),
        text("kind", BY_STAFF, "Sujet", "Subject", codelist="query_kind"),
        text("timepoint", BY_STAFF, "Moment d'évaluation", "Timepoint"),
        text("instrument", BY_STAFF, "Questionnaire", "Instrument"),
        text("item", BY_STAFF, "Question", "Item"),
        text("event_type", BY_STAFF, "Type d'événement", "Type of event", codelist="event_type"),
        day("event_on", BY_STAFF, "Date de l'événement", "Day of the event"),
        text("visit", BY_STAFF, "Visite", "Visit"),
        text("field", BY_STAFF, "Fait de l'enrôlement", "Fact of the enrolment"),
        text(
            "state",
            BY_STAFF,
            "État",
            "State",
            codelist="query_state",
            note="the texts of queries and answers are free text and are left out",
        ),
        instant("opened_at", BY_SERVICE, "Ouverte le", "Opened at"),
        text("opened_by", BY_SERVICE, "Ouverte par", "Opened by", note=_WHO),
        instant("answered_at", BY_SERVICE, "Dernière réponse le", "Last answered at"),
        instant("closed_at", BY_SERVICE, "Dernière fermeture le", "Last closed at"),
        integer("times_reopened", BY_DERIVED, "Réouvertures", "Times reopened"),
    ),
)

CONSENTS = Table(
    name="consents",
    label=labels("Registre des consentements", "Register of consents"),
    key=("patient", "entry_no"),
    columns=(
        PATIENT,
        SITE,
        integer("entry_no", BY_SERVICE, "Numéro", "Number", note="in the order of recording, from 1"),
        text("scope", BY_PATIENT, "Portée", "Scope", codelist="consent_scope"),
        text("act", BY_PATIENT, "Acte", "Act", codelist="consent_act"),
        day("on", BY_PATIENT, "Date", "Day"),
        text("text_ref", BY_STAFF, "Texte", "Text", note="blank: which text was not kept"),
        text("text_version", BY_STAFF, "Version du texte", "Version of the text"),
        text("text_language", BY_STAFF, "Langue du texte", "Language of the text"),
        text("text_sha256", BY_STAFF, "Empreinte du texte", "Hash of the text", note="SHA-256 of its file"),
        instant("recorded_at", BY_SERVICE, "Enregistré le", "Recorded at"),
        text("recorded_by", BY_SERVICE, "Enregistré par", "Recorded by", note=_WHO),
    ),
)

EDIT_CHECKS = Table(
    name="edit_checks",
    label=labels("Réponses redemandées", "Answers that were asked for again"),
    key=("patient", "timepoint", "instrument", "item", "prompted_at"),
    columns=(
        PATIENT,
        SITE,
        TIMEPOINT,
        INSTRUMENT,
        text("item", BY_SERVICE, "Question", "Item"),
        text("source", BY_SERVICE, "Donnée par", "Given by", codelist="prompt_source"),
        text("code", BY_SERVICE, "Motif", "Why", codelist="prompt_code"),
        text(
            "given",
            BY_PATIENT,
            "Nombre donné",
            "Number given",
            note="as it was written; blank: words, which are kept and not exported",
        ),
        instant("prompted_at", BY_SERVICE, "Redemandée le", "Asked again at"),
        text(
            "prompted_by", BY_SERVICE, "Saisie par", "Entered by", note=f"{_WHO}; blank: the patient answered"
        ),
        integer("value", BY_PATIENT, "Réponse ensuite", "Answer afterwards", note="blank: none, or refused"),
        integer("answer_version", BY_SERVICE, "Version de cette réponse", "Version of that answer"),
        instant("answered_at", BY_SERVICE, "Reçue le", "Received at"),
    ),
)
