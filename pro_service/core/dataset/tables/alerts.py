"""The alerts, the values that raised them and what the site did."""

from pro_service.core.dataset.model import Table
from pro_service.core.dataset.tables.column import (
    BY_DERIVED,
    BY_PROTOCOL,
    BY_SERVICE,
    BY_STAFF,
    INSTRUMENT,
    PATIENT,
    TIMEPOINT,
    instant,
    labels,
    number,
    text,
)

ALERTS = Table(
    name="alerts",
    label=labels("Alertes", "Alerts"),
    key=("patient", "timepoint", "instrument", "rule", "scale", "raised_at"),
    columns=(
        PATIENT,
        text("site", BY_SERVICE, "Centre alerté", "Site alerted"),
        TIMEPOINT,
        INSTRUMENT,
        text("rule", BY_PROTOCOL, "Règle d'alerte", "Alert rule"),
        text("protocol_version", BY_PROTOCOL, "Version du protocole", "Protocol version"),
        text("severity", BY_PROTOCOL, "Gravité", "Severity", codelist="severity"),
        text("scale", BY_PROTOCOL, "Échelle", "Scale"),
        number("baseline", BY_DERIVED, "Valeur initiale", "Baseline value"),
        number("previous", BY_DERIVED, "Valeur précédente", "Previous value"),
        number("now", BY_DERIVED, "Valeur", "Value that raised it"),
        number(
            "change",
            BY_DERIVED,
            "Changement depuis la valeur initiale",
            "Change from baseline",
            unit="points",
            note="positive: worse",
        ),
        number("steps", BY_DERIVED, "Changement en pas de réponse", "Change in answer steps", unit="steps"),
        number("threshold", BY_PROTOCOL, "Seuil", "Threshold", note="blank: no threshold known: not applied"),
        text("threshold_side", BY_PROTOCOL, "Côté du seuil", "Side of the threshold", codelist="side"),
        text(
            "threshold_status",
            BY_PROTOCOL,
            "Statut du seuil",
            "Status of the threshold",
            codelist="threshold_status",
        ),
        instant("raised_at", BY_SERVICE, "Levée le", "Raised at"),
        text("state", BY_STAFF, "État", "State", codelist="alert_state"),
        instant("acknowledged_at", BY_STAFF, "Prise en compte le", "Acknowledged at"),
        instant("closed_at", BY_STAFF, "Close le", "Closed at"),
        text(
            "actions",
            BY_STAFF,
            "Actions et leur heure",
            "Actions and their times",
            codelist="action",
            note="code@instant, oldest first, separated by a space. The notes typed beside them are free text "
            "and are left out",
        ),
    ),
)
