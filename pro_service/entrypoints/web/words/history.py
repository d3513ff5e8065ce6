"""The words of the page that tells what has changed in a patient's plan, and why."""

from collections.abc import Mapping

HISTORY: Mapping[str, tuple[str, str]] = {
    "own_copy": ("Copie pour le patient", "Copy for the patient"),
    "history": ("Tout ce qui a changé", "Everything that changed"),
    "history.hint": (
        "Chaque changement du calendrier avec son motif, le plus récent d'abord. Rien n'est effacé.",
        "Every change of the plan with its reason, newest first. Nothing is erased.",
    ),
    "history.none": ("Aucun changement.", "No change."),
    "history.when": ("Quand", "When"),
    "history.what": ("Changement", "Change"),
    "history.who": ("Par", "By"),
    "history.by.clock": ("le service", "the service"),
    "history.by.patient": ("le patient", "the patient"),
    "history.dates": ("Dates", "Dates"),
    "out.history": ("les changements plus anciens", "older changes"),
    "changed.added": ("ajouté", "added"),
    "changed.moved": ("déplacé", "moved"),
    "changed.frozen": ("gardé", "kept"),
    "changed.reason": ("reste annulé", "stays cancelled"),
    "changed.restored": ("rétabli", "restored"),
    "changed.link": ("nouveau lien", "new link"),
    "changed.planned": ("de nouveau prévu", "planned again"),
    "changed.open": ("ouvert", "opened"),
    "changed.in_progress": ("commencé", "begun"),
    "changed.completed": ("répondu", "answered"),
    "changed.partial": ("fermé avant la fin", "closed before the end"),
    "changed.missed": ("sans réponse", "missed"),
    "changed.cancelled": ("annulé", "cancelled"),
    "changed.not_applicable": ("sans objet", "not applicable"),
}
