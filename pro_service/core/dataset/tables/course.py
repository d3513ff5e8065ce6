"""The facts of the course, and the monitoring visits."""

from pro_service.core.dataset.model import Table
from pro_service.core.dataset.tables.column import (
    BY_DERIVED,
    BY_PROTOCOL,
    BY_SERVICE,
    BY_STAFF,
    PATIENT,
    SITE,
    day,
    flag,
    instant,
    integer,
    labels,
    text,
)

EVENTS = Table(
    name="events",
    label=labels("Événements du parcours", "Facts of the course"),
    key=("patient", "event_no"),
    columns=(
        PATIENT,
        SITE,
        integer("event_no", BY_SERVICE, "Numéro", "Number", note="in the order of recording, from 1"),
        text("type", BY_STAFF, "Type", "Type", codelist="event_type"),
        day("event_on", BY_STAFF, "Date", "Date"),
        text("result", BY_STAFF, "Résultat", "Result", codelist="event_result"),
        day("disclosed_on", BY_STAFF, "Annoncé au patient le", "Told to the patient on"),
        text("relation", BY_STAFF, "Lien au traitement antérieur", "Relation", codelist="event_relation"),
        text(
            "reason",
            BY_STAFF,
            "Motif",
            "Reason",
            codelist="event_reason",
            note="coded reasons only; the words of a correction are free text and are left out",
        ),
        day(
            "effective_on", BY_DERIVED, "Prend effet le", "Takes effect on", note="blank: has no effect (yet)"
        ),
        text(
            "phase_after",
            BY_DERIVED,
            "Phase ensuite",
            "Phase afterwards",
            codelist="phase",
            note="at the end of the day of effect, as known at the cut-off; blank if voided or without effect yet",
        ),
        instant("recorded_at", BY_STAFF, "Saisi le", "Recorded at"),
        flag("voided", BY_STAFF, "Annulé", "Voided"),
        instant("voided_at", BY_STAFF, "Annulé le", "Voided at"),
        integer("voids_event_no", BY_STAFF, "Annule le numéro", "Voids number"),
        integer(
            "discloses_event_no",
            BY_STAFF,
            "Annonce le numéro",
            "Tells number",
            note="a result_disclosed: the result that was told to the patient on event_on",
        ),
        integer(
            "recording_lag_days",
            BY_DERIVED,
            "Délai de saisie",
            "Days from the effect to the recording",
            unit="days",
            note="0 for what was recorded ahead; blank if voided or without effect",
        ),
        text("visit", BY_STAFF, "Visite concernée", "Visit it tells of", note="key of the table visits"),
        day("visit_on", BY_STAFF, "Visite fixée au", "Day for which it fixes that visit"),
    ),
)

VISITS = Table(
    name="visits",
    label=labels("Visites de suivi", "Monitoring visits"),
    key=("patient", "visit"),
    columns=(
        PATIENT,
        SITE,
        text("visit", BY_PROTOCOL, "Visite", "Visit", note="key of the protocol's calendar; never reused"),
        text("kind", BY_PROTOCOL, "Sorte de visite", "Kind of visit", codelist="visit_kind"),
        text("state", BY_DERIVED, "État à la date d'arrêt", "State at the cut-off", codelist="visit_state"),
        day("visit_on", BY_DERIVED, "Jour connu", "Day as known", note="done, else fixed, else planned"),
        day("planned_on", BY_PROTOCOL, "Jour prévu", "Planned on", note="blank: outside the calendar"),
        day("open_on", BY_PROTOCOL, "Premier jour de la fenêtre", "First day of the window"),
        day("close_on", BY_PROTOCOL, "Dernier jour de la fenêtre", "Last day of the window"),
        flag("in_window", BY_DERIVED, "Dans la fenêtre", "In the window", note="1 if it has none"),
    ),
)
