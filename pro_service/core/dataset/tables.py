"""The tables of an export, column by column: the one place that says what leaves the service.

No column here comes from the contact data, and none holds free text that a person typed.
"""

from collections.abc import Mapping

from pro_service.core.dataset.model import Column, Kind, Origin, Table

_PATIENT, _STAFF, _PROTOCOL, _SERVICE, _DERIVED = Origin
_LABEL_ORDER = ("fr", "en")


def _labels(fr: str, en: str) -> Mapping[str, str]:
    return dict(zip(_LABEL_ORDER, (fr, en), strict=True))


def _column(name: str, kind: Kind, origin: Origin, fr: str, en: str, **more: str) -> Column:
    return Column(name=name, kind=kind, origin=origin, label=_labels(fr, en), **more)


def _text(name: str, origin: Origin, fr: str, en: str, **more: str) -> Column:
    return _column(name, Kind.TEXT, origin, fr, en, **more)


def _integer(name: str, origin: Origin, fr: str, en: str, **more: str) -> Column:
    return _column(name, Kind.INTEGER, origin, fr, en, **more)


def _number(name: str, origin: Origin, fr: str, en: str, **more: str) -> Column:
    return _column(name, Kind.NUMBER, origin, fr, en, **more)


def _flag(name: str, origin: Origin, fr: str, en: str, **more: str) -> Column:
    return _column(name, Kind.FLAG, origin, fr, en, codelist="yes_no", **more)


def _day(name: str, origin: Origin, fr: str, en: str, **more: str) -> Column:
    return _column(name, Kind.DAY, origin, fr, en, **more)


def _instant(name: str, origin: Origin, fr: str, en: str, **more: str) -> Column:
    return _column(name, Kind.INSTANT, origin, fr, en, unit="UTC", **more)


PATIENT = _text("patient", _STAFF, "Code du patient dans l'étude", "Patient's code in the study")
SITE = _text("site", _STAFF, "Code du centre", "Site's code")
TIMEPOINT = _text(
    "timepoint", _PROTOCOL, "Moment d'évaluation", "Timepoint", note="key of the protocol; never reused"
)
RULE = _text("rule", _PROTOCOL, "Règle du calendrier", "Rule of the schedule")
INSTRUMENT = _text("instrument", _PROTOCOL, "Questionnaire", "Instrument")
INSTRUMENT_VERSION = _text(
    "instrument_version", _SERVICE, "Version du questionnaire", "Version of the instrument"
)
SITTING = _integer(
    "sitting",
    _SERVICE,
    "Passation",
    "Sitting",
    note="1; a questionnaire begun anew after its longest sitting has 2, and the earlier one is superseded",
)
RESPONSE_STATE = _text(
    "response_state", _SERVICE, "État de la réponse", "State of the response", codelist="response_state"
)

PATIENTS = Table(
    name="patients",
    label=_labels("Patients", "Patients"),
    key=("patient",),
    columns=(
        PATIENT,
        SITE,
        _text("language", _STAFF, "Langue", "Language", codelist="language"),
        _text(
            "time_zone",
            _SERVICE,
            "Fuseau horaire",
            "Time zone",
            note="at the export; days are days of the zone of their time",
        ),
        _text("protocol_version", _PROTOCOL, "Version du protocole", "Protocol version"),
        _flag("sms_items", _STAFF, "Répond question par question par SMS", "Answers item by item by SMS"),
        _instant("enrolled_at", _STAFF, "Enregistré le", "Enrolled at"),
        _text("phase", _DERIVED, "Phase à la date d'arrêt", "Phase at the cut-off", codelist="phase"),
        _day("phase_since_on", _DERIVED, "Dans cette phase depuis", "In this phase since"),
        _text(
            "not_planned_because",
            _DERIVED,
            "Non planifiable parce que",
            "Cannot be planned because",
            codelist="unplanned",
            note="blank: there is a plan, or the course has ended",
        ),
    ),
)

EXPECTED_FORMS = Table(
    name="expected_forms",
    label=_labels("Registre des évaluations attendues", "Ledger of expected forms"),
    key=("patient", "timepoint"),
    columns=(
        PATIENT,
        SITE,
        TIMEPOINT,
        RULE,
        _day("due_on", _PROTOCOL, "Date prévue", "Due on"),
        _day("open_on", _PROTOCOL, "Premier jour pour répondre", "First day of the window"),
        _day("close_on", _PROTOCOL, "Dernier jour pour répondre", "Last day of the window"),
        _text("instruments", _PROTOCOL, "Questionnaires", "Instruments", note="codes separated by a space"),
        _text("state", _SERVICE, "État", "State", codelist="form_state"),
        _text("reason_code", _SERVICE, "Motif (code)", "Reason (code)", codelist="form_reason"),
        _text(
            "reason",
            _SERVICE,
            "Motif en mots (anglais)",
            "Reason in words",
            note="of the last change, or of the absence",
        ),
        _text("merged_into", _DERIVED, "Remplacée par", "Merged into", note="a timepoint of this patient"),
        _text(
            "stands_for",
            _DERIVED,
            "Tient lieu de",
            "Stands for",
            note="timepoints merged into this one, separated by a space, as known at its close",
        ),
        _flag(
            "expected_at_close",
            _DERIVED,
            "Attendue selon ce qui était connu à la fermeture",
            "Expected as known at its close",
            note="blank while the window is open, and where no form ever was",
        ),
        _flag(
            "expected_now",
            _DERIVED,
            "Attendue selon ce qui est connu à la date d'arrêt",
            "Expected as known at the cut-off",
            note="state is as known when the form closed; later facts change this column only",
        ),
        _instant("known_at", _SERVICE, "Connue depuis", "Known since"),
        _instant("opened_at", _SERVICE, "Ouverte le", "Opened at"),
        _instant("begun_at", _PATIENT, "Commencée le", "Begun at"),
        _instant(
            "finished_at", _SERVICE, "Terminée ou fermée le", "Finished at", note="completed, or window over"
        ),
        _integer(
            "days_late",
            _DERIVED,
            "Jours après la date prévue",
            "Days from the due date to the day of completion",
            unit="days",
            note="negative: before the due date; completed forms only",
        ),
        _flag(
            "answered_in_window",
            _DERIVED,
            "Répondue dans la période",
            "Answered inside the window",
            note="by the day of the last answer, whenever the facts behind the window were recorded; the window is the "
            "one known at the cut-off where the form is still expected; blank without an answer",
        ),
        _day(
            "after_disclosure_on",
            _DERIVED,
            "Répondue après une annonce du",
            "Answered after a result was told on",
            note="the first day inside the window, up to the day of the last answer, on which a result was told; "
            "blank: none was. Told on the day of the answer counts as told before",
        ),
        _flag(
            "provisional",
            _SERVICE,
            "D'après une date prévue",
            "By a planned day",
            note="its anchor is planned and not yet a fact",
        ),
        _integer(
            "messages_sent",
            _SERVICE,
            "Invitations et rappels partis",
            "Invitations and reminders sent",
            note="taken by the provider",
        ),
        _integer(
            "messages_delivered",
            _SERVICE,
            "Invitations et rappels remis",
            "Invitations and reminders delivered",
            note="of those sent; the telephone confirmed them",
        ),
        _integer(
            "status_age_days",
            _SERVICE,
            "Ancienneté du statut à l'envoi",
            "Age of the status when sent",
            unit="days",
            note="since a fact was last recorded or nothing found changed; at the opening if nothing was sent",
        ),
        _flag(
            "status_stale",
            _SERVICE,
            "Envoyée sur un statut trop ancien",
            "Sent on a stale status",
            note="older than the protocol allows (stale_after_days); blank: never opened",
        ),
        _flag(
            "sent_in_error",
            _DERIVED,
            "Envoyée à tort, selon ce qui est connu à la date d'arrêt",
            "Sent in error as known at the cut-off",
            note="the facts in effect on the day it opened, as known at the cut-off, did not ask for it",
        ),
    ),
)

ITEMS = Table(
    name="items",
    label=_labels("Réponses", "Answers"),
    key=("patient", "timepoint", "instrument", "sitting", "item", "answer_version"),
    columns=(
        PATIENT,
        SITE,
        TIMEPOINT,
        RULE,
        INSTRUMENT,
        INSTRUMENT_VERSION,
        SITTING,
        _text("item", _PROTOCOL, "Question", "Item"),
        _integer(
            "answer_version",
            _SERVICE,
            "Version de la réponse",
            "Version of the answer",
            note="1 is the first; a correction by the patient is a further version",
        ),
        _integer(
            "value",
            _PATIENT,
            "Valeur",
            "Value",
            note="codes of the item; blank: refused, or taken back",
        ),
        _flag("refused", _PATIENT, "Préfère ne pas répondre", "Preferred not to answer"),
        _text("mode", _PATIENT, "Mode", "Mode", codelist="mode"),
        _text("language", _STAFF, "Langue", "Language", codelist="language"),
        _instant(
            "answered_at",
            _PATIENT,
            "Répondu le (horloge de l'appareil)",
            "Answered at (device's clock)",
            note="not corrected; blank: the device told none",
        ),
        _instant("received_at", _SERVICE, "Reçu le", "Received at"),
        RESPONSE_STATE,
        _flag(
            "is_latest",
            _DERIVED,
            "Version qui compte",
            "Is the version that counts",
            note="newest version of a sitting that is not superseded: at most one a patient, timepoint, "
            "instrument and item",
        ),
        _text("originator", _SERVICE, "Auteur", "Originator", codelist="originator"),
    ),
)

RESPONSES = Table(
    name="responses",
    label=_labels("Passations et leur texte", "Responses and the wording they were asked in"),
    key=("patient", "timepoint", "instrument", "sitting"),
    columns=(
        PATIENT,
        SITE,
        TIMEPOINT,
        RULE,
        INSTRUMENT,
        INSTRUMENT_VERSION,
        SITTING,
        RESPONSE_STATE,
        _text("mode", _PATIENT, "Mode", "Mode", codelist="mode"),
        _text("language", _STAFF, "Langue", "Language", codelist="language"),
        _text(
            "wording_hash",
            _SERVICE,
            "Empreinte du texte posé",
            "Hash of the wording asked",
            note="SHA-256 of the imported texts, as flask wording status shows it; that of the first answer",
        ),
        _flag(
            "wording_placeholder",
            _SERVICE,
            "Posé avec nos libellés provisoires",
            "Asked in our placeholder labels",
            note="never outside the demonstration",
        ),
        _instant("started_at", _SERVICE, "Commencée le", "Started at"),
        _instant("finished_at", _SERVICE, "Terminée ou fermée le", "Finished at"),
    ),
)

SCORES = Table(
    name="scores",
    label=_labels("Scores", "Scores"),
    key=("patient", "timepoint", "instrument", "sitting", "scale", "rule_version"),
    columns=(
        PATIENT,
        SITE,
        TIMEPOINT,
        RULE,
        INSTRUMENT,
        INSTRUMENT_VERSION,
        SITTING,
        _text("scale", _PROTOCOL, "Échelle", "Scale"),
        _number(
            "value",
            _DERIVED,
            "Valeur",
            "Value",
            note="unrounded, in the scale's own unit; an EQ-5D state is a label of digits, without a point",
        ),
        _text(
            "absent_reason",
            _DERIVED,
            "Motif d'absence",
            "Why there is no value",
            codelist="absent_reason",
            note="blank if there is a value",
        ),
        _integer(
            "items_used",
            _DERIVED,
            "Questions utilisées",
            "Items used",
            note="answered, and applied to the patient",
        ),
        _integer(
            "items_missing",
            _DERIVED,
            "Questions manquantes",
            "Items missing",
            note="applied, but were not answered or refused; what did not apply is in neither count",
        ),
        _text(
            "rule_version",
            _SERVICE,
            "Version des règles de score",
            "Version of the scoring rules",
            note="a rescoring adds rows by a newer version and keeps these",
        ),
        _instant("scored_at", _SERVICE, "Calculé le", "Scored at"),
        RESPONSE_STATE,
        _flag(
            "is_latest",
            _DERIVED,
            "Version qui compte",
            "Is the version that counts",
            note="by the newest version of the rules that scored the response, which is not superseded: at most one a "
            "patient, timepoint, instrument and scale",
        ),
    ),
)

ALERTS = Table(
    name="alerts",
    label=_labels("Alertes", "Alerts"),
    key=("patient", "timepoint", "instrument", "rule", "scale", "raised_at"),
    columns=(
        PATIENT,
        _text("site", _SERVICE, "Centre alerté", "Site alerted"),
        TIMEPOINT,
        INSTRUMENT,
        _text("rule", _PROTOCOL, "Règle d'alerte", "Alert rule"),
        _text("protocol_version", _PROTOCOL, "Version du protocole", "Protocol version"),
        _text("severity", _PROTOCOL, "Gravité", "Severity", codelist="severity"),
        _text("scale", _PROTOCOL, "Échelle", "Scale"),
        _number("baseline", _DERIVED, "Valeur initiale", "Baseline value"),
        _number("previous", _DERIVED, "Valeur précédente", "Previous value"),
        _number("now", _DERIVED, "Valeur", "Value that raised it"),
        _number(
            "change",
            _DERIVED,
            "Changement depuis la valeur initiale",
            "Change from baseline",
            unit="points",
            note="positive: worse",
        ),
        _number("steps", _DERIVED, "Changement en pas de réponse", "Change in answer steps", unit="steps"),
        _number("threshold", _PROTOCOL, "Seuil", "Threshold", note="blank: no threshold known: not applied"),
        _text("threshold_side", _PROTOCOL, "Côté du seuil", "Side of the threshold", codelist="side"),
        _text(
            "threshold_status",
            _PROTOCOL,
            "Statut du seuil",
            "Status of the threshold",
            codelist="threshold_status",
        ),
        _instant("raised_at", _SERVICE, "Levée le", "Raised at"),
        _text("state", _STAFF, "État", "State", codelist="alert_state"),
        _instant("acknowledged_at", _STAFF, "Prise en compte le", "Acknowledged at"),
        _instant("closed_at", _STAFF, "Close le", "Closed at"),
        _text(
            "actions",
            _STAFF,
            "Actions et leur heure",
            "Actions and their times",
            codelist="action",
            note="code@instant, oldest first, separated by a space. The notes typed beside them are free text "
            "and are left out",
        ),
    ),
)

EVENTS = Table(
    name="events",
    label=_labels("Événements du parcours", "Facts of the course"),
    key=("patient", "event_no"),
    columns=(
        PATIENT,
        SITE,
        _integer("event_no", _SERVICE, "Numéro", "Number", note="in the order of recording, from 1"),
        _text("type", _STAFF, "Type", "Type", codelist="event_type"),
        _day("event_on", _STAFF, "Date", "Date"),
        _text("result", _STAFF, "Résultat", "Result", codelist="event_result"),
        _day("disclosed_on", _STAFF, "Annoncé au patient le", "Told to the patient on"),
        _text("relation", _STAFF, "Lien au traitement antérieur", "Relation", codelist="event_relation"),
        _text(
            "reason",
            _STAFF,
            "Motif",
            "Reason",
            codelist="event_reason",
            note="coded reasons only; the words of a correction are free text and are left out",
        ),
        _day(
            "effective_on", _DERIVED, "Prend effet le", "Takes effect on", note="blank: has no effect (yet)"
        ),
        _text(
            "phase_after",
            _DERIVED,
            "Phase ensuite",
            "Phase afterwards",
            codelist="phase",
            note="at the end of the day of effect, as known at the cut-off; blank if voided or without effect yet",
        ),
        _instant("recorded_at", _STAFF, "Saisi le", "Recorded at"),
        _flag("voided", _STAFF, "Annulé", "Voided"),
        _instant("voided_at", _STAFF, "Annulé le", "Voided at"),
        _integer("voids_event_no", _STAFF, "Annule le numéro", "Voids number"),
        _integer(
            "discloses_event_no",
            _STAFF,
            "Annonce le numéro",
            "Tells number",
            note="a result_disclosed: the result that was told to the patient on event_on",
        ),
        _integer(
            "recording_lag_days",
            _DERIVED,
            "Délai de saisie",
            "Days from the effect to the recording",
            unit="days",
            note="0 for what was recorded ahead; blank if voided or without effect",
        ),
        _text("visit", _STAFF, "Visite concernée", "Visit it tells of", note="key of the table visits"),
        _day("visit_on", _STAFF, "Visite fixée au", "Day for which it fixes that visit"),
    ),
)

PROTOCOL_VERSIONS = Table(
    name="protocol_versions",
    label=_labels("Versions du protocole suivies par les patients", "Protocol versions of the patients"),
    key=("patient", "version_no"),
    columns=(
        PATIENT,
        SITE,
        _integer("version_no", _SERVICE, "Numéro", "Number", note="1: the version of enrolment"),
        _text("protocol_version", _PROTOCOL, "Version du protocole", "Protocol version"),
        _text("change", _STAFF, "Comment", "How it came", codelist="version_change"),
        _instant("from_at", _STAFF, "À partir de", "From"),
        _instant("until_at", _DERIVED, "Jusqu'à", "Until", note="blank: the patient's version now"),
        _day("consented_on", _STAFF, "Consentement le", "Consented on", note="as told with the move"),
    ),
)

VISITS = Table(
    name="visits",
    label=_labels("Visites de suivi", "Monitoring visits"),
    key=("patient", "visit"),
    columns=(
        PATIENT,
        SITE,
        _text("visit", _PROTOCOL, "Visite", "Visit", note="key of the protocol's calendar; never reused"),
        _text("kind", _PROTOCOL, "Sorte de visite", "Kind of visit", codelist="visit_kind"),
        _text("state", _DERIVED, "État à la date d'arrêt", "State at the cut-off", codelist="visit_state"),
        _day("visit_on", _DERIVED, "Jour connu", "Day as known", note="done, else fixed, else planned"),
        _day("planned_on", _PROTOCOL, "Jour prévu", "Planned on", note="blank: outside the calendar"),
        _day("open_on", _PROTOCOL, "Premier jour de la fenêtre", "First day of the window"),
        _day("close_on", _PROTOCOL, "Dernier jour de la fenêtre", "Last day of the window"),
        _flag("in_window", _DERIVED, "Dans la fenêtre", "In the window", note="1 if it has none"),
    ),
)

PROBLEMS = Table(
    name="problems",
    label=_labels("Ce qui est étrange dans les données", "What is odd in the data"),
    key=("problem", "patient", "timepoint", "instrument", "subject"),
    columns=(
        _text("problem", _SERVICE, "Problème", "Problem", codelist="problem"),
        PATIENT,
        TIMEPOINT,
        INSTRUMENT,
        _text("subject", _SERVICE, "Objet", "Subject", note="an item, a scale or an event number"),
        _text("explanation", _SERVICE, "Explication (anglais)", "Explanation"),
    ),
)

#: In the order in which they are written.
TABLES = (PATIENTS, EXPECTED_FORMS, RESPONSES, ITEMS, SCORES, ALERTS, EVENTS, VISITS, PROTOCOL_VERSIONS)

DICTIONARY = Table(
    name="data_dictionary",
    label=_labels("Dictionnaire des données", "Data dictionary"),
    key=("entry", "parent", "name"),
    columns=(
        _text("entry", _SERVICE, "Sorte d'entrée", "Kind of entry", codelist="entry"),
        _text(
            "parent", _SERVICE, "De quoi", "Of what", note="a table, an instrument, a code list, a protocol"
        ),
        _text("name", _SERVICE, "Nom", "Name"),
        _integer("position", _SERVICE, "Position", "Position"),
        _text("type", _SERVICE, "Type", "Type"),
        _text("label_fr", _SERVICE, "Libellé français", "French label"),
        _text("label_en", _SERVICE, "Libellé anglais", "English label"),
        _text("unit", _SERVICE, "Unité", "Unit"),
        _number("minimum", _SERVICE, "Minimum", "Minimum", note="whole limits without a point"),
        _number("maximum", _SERVICE, "Maximum", "Maximum", note="whole limits without a point"),
        _text("codelist", _SERVICE, "Liste de codes", "Code list"),
        _text("direction", _SERVICE, "Sens d'une valeur haute", "What a high value means"),
        _text("rule", _SERVICE, "Règle", "Rule"),
        _text("source", _SERVICE, "Source", "Source"),
        _text("status", _SERVICE, "Statut", "Status", codelist="status"),
        _text("cdisc", _SERVICE, "Code CDISC", "CDISC code"),
        _text("note", _SERVICE, "Note (anglais)", "Note"),
    ),
)
