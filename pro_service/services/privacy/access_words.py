"""The words of a patient's copy of everything held: French, then English."""

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    "file": ("a-lire.html", "read-me.html"),
    "title": (
        "Vos données dans l'étude {study} (code {patient})",
        "Your data in study {study} (code {patient})",
    ),
    "about": (
        "Tout ce que le service conserve sur vous. Le personnel est désigné par sa fonction ; les heures sont en UTC.",
        "Everything the service keeps about you. Staff are named by their role; times are in UTC.",
    ),
}

#: By table; one that is not named here is shown under its own name.
TITLES: Mapping[str, tuple[str, str]] = {
    "contact": ("Votre téléphone", "Your telephone"),
    "patient": ("Votre inscription", "Your enrolment"),
    "patient_zone": ("Votre fuseau horaire", "Your time zone"),
    "course_event": (
        "Les faits de votre suivi, consentements compris",
        "The facts of your course, consents included",
    ),
    "assessment": ("Les questionnaires prévus", "The questionnaires that were planned"),
    "assessment_change": ("Les changements de calendrier", "Changes of the plan"),
    "response": ("Les questionnaires remplis", "Questionnaires filled in"),
    "answer": ("Vos réponses", "Your answers"),
    "score": ("Les scores", "Scores"),
    "alert": ("Les alertes", "Alerts"),
    "alert_action": ("Ce qui a été fait des alertes", "What was done about alerts"),
    "message": ("Les messages envoyés", "Messages sent"),
    "inbound": ("Vos SMS", "Your text messages"),
    "call_task": ("Les appels prévus", "Calls that were planned"),
    "call_attempt": ("Les appels", "Calls"),
}
