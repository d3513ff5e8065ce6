"""The patients, and the protocol versions that each followed."""

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

PATIENTS = Table(
    name="patients",
    label=labels("Patients", "Patients"),
    key=("patient",),
    columns=(
        PATIENT,
        SITE,
        text("language", BY_STAFF, "Langue", "Language", codelist="language"),
        text(
            "time_zone",
            BY_SERVICE,
            "Fuseau horaire",
            "Time zone",
            note="at the export; days are days of the zone of their time",
        ),
        text("protocol_version", BY_PROTOCOL, "Version du protocole", "Protocol version"),
        flag("sms_items", BY_STAFF, "Répond question par question par SMS", "Answers item by item by SMS"),
        instant("enrolled_at", BY_STAFF, "Enregistré le", "Enrolled at"),
        text("phase", BY_DERIVED, "Phase à la date d'arrêt", "Phase at the cut-off", codelist="phase"),
        day("phase_since_on", BY_DERIVED, "Dans cette phase depuis", "In this phase since"),
        text(
            "not_planned_because",
            BY_DERIVED,
            "Non planifiable parce que",
            "Cannot be planned because",
            codelist="unplanned",
            note="blank: there is a plan, or the course has ended",
        ),
    ),
)

PROTOCOL_VERSIONS = Table(
    name="protocol_versions",
    label=labels("Versions du protocole suivies par les patients", "Protocol versions of the patients"),
    key=("patient", "version_no"),
    columns=(
        PATIENT,
        SITE,
        integer("version_no", BY_SERVICE, "Numéro", "Number", note="1: the version of enrolment"),
        text("protocol_version", BY_PROTOCOL, "Version du protocole", "Protocol version"),
        text("change", BY_STAFF, "Comment", "How it came", codelist="version_change"),
        instant("from_at", BY_STAFF, "À partir de", "From"),
        instant("until_at", BY_DERIVED, "Jusqu'à", "Until", note="blank: the patient's version now"),
        day("consented_on", BY_STAFF, "Consentement le", "Consented on", note="as told with the move"),
    ),
)
