"""The words of what waits for a site: results to tell, courses that cannot be planned, silent patients."""

from collections.abc import Mapping

PENDING: Mapping[str, tuple[str, str]] = {
    "untold": ("Résultats à annoncer", "Results to be told"),
    "untold.tab": ("À annoncer", "To tell"),
    "untold.hint": (
        "Rien ne change pour le patient tant que l'annonce n'est pas confirmée ici.",
        "Nothing changes for the patient until you confirm here that the result was told.",
    ),
    "untold.result": ("Résultat", "Result"),
    "untold.planned": ("Annonce prévue", "Telling planned"),
    "untold.on": ("Annoncé le", "Told on"),
    "untold.go": ("Confirmer l'annonce", "Confirm it was told"),
    "untold.waits": (
        (
            "Ce résultat attend d'être annoncé : l'enregistrer ne change rien pour le patient. "
            "Confirmez l'annonce, une fois faite, depuis la liste de travail."
        ),
        (
            "This result waits to be told: recording it changes nothing for the patient. "
            "Confirm the telling, once done, from the work list."
        ),
    ),
    "empty.untold": ("Aucun résultat n'attend d'être annoncé.", "No result waits to be told."),
    "stuck": ("Parcours à compléter", "Courses to complete"),
    "stuck.tab": ("À compléter", "To complete"),
    "stuck.why": ("Pourquoi", "Why"),
    "stuck.record": ("Enregistrer", "Record"),
    "stuck.held_back": (
        "Hospitalisation : aucun SMS jusqu'au {on}, ou jusqu'à la sortie.",
        "In hospital: no SMS until {on}, or until discharge.",
    ),
    "stuck.may_be_lost": (
        "{number} périodes de suite sans réponse : appelez. S'il reste injoignable, à vous de le déclarer.",
        "{number} windows in a row without an answer: call. If the patient cannot be reached, it is yours to say so.",
    ),
    "empty.stuck": ("Aucun parcours n'est à compléter.", "No course waits to be completed."),
    "notice.result_told": ("Annonce confirmée, calendrier mis à jour.", "Telling confirmed, plan updated."),
    "told_before": ("Répondu après l'annonce du {day}", "Answered after a result was told on {day}"),
    "machine.title": ("Phases du parcours", "Phases of the course"),
    "machine.lead": (
        "Dessiné d'après le protocole {version}. Du cadre, chaque phase peut mener à une fin ou à une pause.",
        "Drawn from the protocol {version}. Out of the frame, each phase may lead to an end or a pause.",
    ),
    "machine.words": ("En mots", "In words"),
    "machine.here": ("phase actuelle", "present phase"),
    "machine.underneath": ("la phase d'avant", "the phase underneath"),
}
