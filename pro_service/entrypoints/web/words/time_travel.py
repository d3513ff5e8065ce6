"""The words of the page that shows a patient on another day."""

from collections.abc import Mapping

TIME_TRAVEL: Mapping[str, tuple[str, str]] = {
    "as_of.other": ("Voir à une autre date", "See on another day"),
    "as_of.title": ("le {day}", "on {day}"),
    "as_of.go": ("Voir ce jour", "See this day"),
    "as_of.day": ("Date", "Day"),
    "as_of.past": (
        "Tel que connu ce jour-là : les événements saisis plus tard n'y sont pas.",
        "As known on that day: events recorded later are left out.",
    ),
    "as_of.present": ("Tel que connu aujourd'hui.", "As known today."),
    "as_of.future": (
        "Prévision : ce qui est connu aujourd'hui, si rien d'autre n'arrive d'ici là.",
        "A forecast: what is known today, if nothing else happens until then.",
    ),
    "as_of.only_reads": ("Cette page ne modifie rien.", "This page changes nothing."),
    "as_of.phase": ("Phase : {phase}", "Phase: {phase}"),
    "as_of.not_in_plan": ("Ne figure pas dans le calendrier de ce jour", "Not in the plan of that day"),
    "as_of.merged": ("remplacé par {into}", "replaced by {into}"),
    "as_of.no_slots": ("Aucun questionnaire attendu ce jour-là.", "No questionnaire expected on that day."),
    "as_of.not_expected": ("Non attendus, et pourquoi", "Not expected, and why"),
    "as_of.sent": ("Messages préparés jusque-là", "Messages prepared by then"),
    "as_of.none_sent": ("Aucun message jusque-là.", "No message by then."),
    "as_of.expected": ("Messages attendus d'ici là", "Messages expected until then"),
    "as_of.none_expected": ("Aucun message attendu d'ici là.", "No message expected until then."),
    "as_of.facts": ("Événements connus", "Known events"),
    "as_of.no_facts": ("Aucun événement connu.", "No known event."),
    "as_of.bad_day": (
        "Date absente ou impossible : écrivez-la comme 2026-05-03.",
        "Day missing or impossible: write it as 2026-05-03.",
    ),
}
