"""The words of the pages about fresh facts in French and English: what is to be checked, and delays of recording."""

from collections.abc import Mapping

CHECKS: Mapping[str, tuple[str, str]] = {
    "checks": ("À vérifier", "To check"),
    "checks.lead": (
        (
            "Le calendrier suit les faits saisis. Ici, ce qui manque, ce qui ne concorde pas, et ce que personne n'a "
            "confirmé depuis longtemps."
        ),
        (
            "The plan follows the facts recorded. Here is what is missing, what does not agree, and what nobody has "
            "confirmed for long."
        ),
    ),
    "checks.waiting.one": ("{n} point à vérifier", "{n} thing to check"),
    "checks.waiting.many": ("{n} points à vérifier", "{n} things to check"),
    "checks.left_out": ("ce qui est réglé", "what is settled"),
    "discrepancies": ("Désaccords avec une autre source", "Disagreements with another source"),
    "discrepancies.of.one": (
        "{n} fait ne concorde pas avec une autre source",
        "{n} fact does not agree with another source",
    ),
    "discrepancies.of.many": (
        "{n} faits ne concordent pas avec une autre source",
        "{n} facts do not agree with another source",
    ),
    "discrepancies.source": ("Source", "Source"),
    "discrepancies.fact": ("Fait", "Fact"),
    "discrepancies.what": ("Ce qui ne concorde pas", "What does not agree"),
    "discrepancies.act": ("Le service a raison", "The service is right"),
    "discrepancies.why": ("Motif", "Reason"),
    "discrepancies.hint": (
        (
            "Si la source a raison, annulez le fait ici et saisissez-le de nouveau : le désaccord disparaît à la "
            "prochaine importation."
        ),
        "If the source is right, void the fact here and record it again: the disagreement goes at the next import.",
    ),
    "discrepancies.settle": ("Régler", "Settle"),
    "discrepancies.empty": ("Tout concorde.", "Everything agrees."),
    "discrepancies.settled.one": ("{n} désaccord réglé", "{n} disagreement settled"),
    "discrepancies.settled.many": ("{n} désaccords réglés", "{n} disagreements settled"),
    "unplanned": ("Patients qui ne peuvent pas être planifiés", "Patients who cannot be planned"),
    "unplanned.enrolled": ("Enrôlé", "Enrolled"),
    "unplanned.empty": ("Chaque patient suivi a un calendrier.", "Every patient who is followed has a plan."),
    "unplanned.left_out": (
        "les patients décédés, sortis ou retirés avant l'inclusion",
        "patients who died, left or withdrew before inclusion",
    ),
    "stale": ("Vérifier le statut avant l'envoi", "Check the status before sending"),
    "stale.known": ("Dernière confirmation", "Last confirmed"),
    "stale.next": ("Prochain questionnaire", "Next questionnaire"),
    "stale.days.one": ("il y a {n} jour", "{n} day ago"),
    "stale.days.many": ("il y a {n} jours", "{n} days ago"),
    "stale.short": ("statut à vérifier", "status to be checked"),
    "stale.empty": ("Tous les statuts sont récents.", "Every status is recent."),
    "stale.left_out": (
        "ceux dont rien n'est attendu dans {n} jours",
        "those of whom nothing is due within {n} days",
    ),
    "stale.sent.one": ("envoyé sur un statut de {n} jour", "sent on a status {n} day old"),
    "stale.sent.many": ("envoyé sur un statut de {n} jours", "sent on a status {n} days old"),
    "wrong": ("Envoyés à tort", "Sent in error"),
    "wrong.why": (
        "Un fait saisi plus tard montre que ce jour-là, rien n'était à demander.",
        "A fact recorded later shows that nothing was to be asked that day.",
    ),
    "wrong.sent": ("Ouvert", "Opened"),
    "wrong.empty": (
        "Aucun questionnaire n'est parti sur un statut erroné.",
        "No questionnaire went out on a wrong status.",
    ),
    "wrong.left_out": ("ceux de plus de {n} jours, dans l'export", "those of over {n} days, in the export"),
    "status": ("Statut confirmé", "Status confirmed"),
    "status.unchanged": ("Rien n'a changé", "Nothing changed"),
    "notice.status_confirmed": (
        "Noté : rien n'a changé à ce jour. Le calendrier reste le même.",
        "Noted: nothing has changed as of today. The plan stays the same.",
    ),
    "notice.discrepancy_settled": ("Désaccord réglé.", "Disagreement settled."),
    "delays": ("Délais de saisie", "Recording delays"),
    "delays.lead": (
        "Jours entre la date d'effet d'un fait et sa saisie ici. Un fait saisi à l'avance compte 0.",
        "Days between the day a fact takes effect and its recording here. A fact recorded ahead counts 0.",
    ),
    "delays.facts": ("Faits", "Facts"),
    "delays.median": ("Médiane", "Median"),
    "delays.p90": ("9 sur 10 en", "9 in 10 within"),
    "delays.late": ("Plus de {n} jours", "Over {n} days"),
    "delays.study": ("Toute l'étude", "The whole study"),
    "delays.days.one": ("{n} jour", "{n} day"),
    "delays.days.many": ("{n} jours", "{n} days"),
    "delays.share": ("{share} % ({n})", "{share}% ({n})"),
    "delays.none": ("aucun fait", "no facts"),
    "delays.left_out": (
        "les faits annulés, les résultats non annoncés, le détail des autres centres",
        "voided facts, results not told, other sites one by one",
    ),
}
