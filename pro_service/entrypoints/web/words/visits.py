"""The words of the pages about monitoring visits in French and English."""

from collections.abc import Mapping

VISITS: Mapping[str, tuple[str, str]] = {
    "visits": ("Visites", "Visits"),
    "visits.of_patient": ("Visites de suivi", "Monitoring visits"),
    "visits.none": (
        "Aucune visite prévue par le calendrier du protocole.",
        "No visit is planned by the protocol's calendar.",
    ),
    "visits.overdue": ("Visites sans nouvelles", "Visits without news"),
    "visits.overdue_hint": (
        "Leur date est passée et personne n'a dit si elles ont eu lieu.",
        "Their day is over and nobody said whether they took place.",
    ),
    "visits.overdue_none": ("Aucune visite sans nouvelles.", "No visit is without news."),
    "visits.coming": ("Les {n} prochains jours", "The next {n} days"),
    "visits.coming_none": (
        "Aucune visite dans les {n} prochains jours.",
        "No visit in the next {n} days.",
    ),
    "visits.extra": ("Visite hors calendrier", "Visit outside the calendar"),
    "col.visit": ("Visite", "Visit"),
    "col.visit_on": ("Date", "Day"),
    "col.actions": ("À saisir", "Record"),
    "visit.planned": ("prévue", "planned"),
    "visit.scheduled": ("programmée", "scheduled"),
    "visit.moved": ("déplacée", "moved"),
    "visit.done": ("faite", "done"),
    "visit.missed": ("manquée", "missed"),
    "visit.overdue": ("sans nouvelles", "no news"),
    "visit.cancelled": ("n'a plus lieu", "no longer takes place"),
    "visit.outside": ("hors fenêtre", "outside the window"),
    "visit.do_done": ("Faite aujourd'hui", "Done today"),
    "visit.do_done_on": ("Faite le…", "Done on…"),
    "visit.do_fix": ("Fixer la date", "Fix the day"),
    "visit.do_move": ("Déplacer", "Move"),
    "visit.do_missed": ("Manquée", "Missed"),
    "visit.of": ("visite {visit} du patient {code}", "visit {visit} of patient {code}"),
    "plan.visit_outside": ("visite du {day} hors fenêtre", "visit on {day} outside the window"),
    "out.visits.one": ("{n} visite qui n'a plus lieu", "{n} visit that no longer takes place"),
    "out.visits.many": ("{n} visites qui n'ont plus lieu", "{n} visits that no longer take place"),
    "out.visits_later": ("ce qui est prévu dans plus de {n} jours", "what is planned in more than {n} days"),
    "out.visits_done": ("les visites faites ou manquées", "visits done or missed"),
    # the site's calendar
    "feed": ("Dans votre agenda", "In your calendar"),
    "feed.what": (
        (
            "Une adresse à laquelle votre logiciel d'agenda s'abonne : code du patient, date et mots neutres du "
            "protocole, rien d'autre. Quiconque a l'adresse peut la lire : traitez-la comme un mot de passe."
        ),
        (
            "An address that your calendar program subscribes to: patient code, day and the protocol's neutral words, "
            "nothing else. Whoever has the address can read it: treat it like a password."
        ),
    ),
    "feed.none": ("Aucune adresse en service.", "No address is in use."),
    "feed.create": ("Créer une adresse", "Create an address"),
    "feed.site": ("Pour le centre", "For the site"),
    "feed.revoke": ("Supprimer", "Revoke"),
    "feed.revoke_of": ("l'adresse du centre {site}", "the address of site {site}"),
    "feed.made": ("Centre {site} : créée par {who}, {when}", "Site {site}: created by {who}, {when}"),
    "feed.new": (
        "Adresse créée. Copiez-la maintenant : elle ne sera plus jamais affichée.",
        "Address created. Copy it now: it will never be shown again.",
    ),
    "feed.address": ("Adresse de l'agenda", "Address of the calendar"),
    "notice.feed_revoked": (
        "Adresse supprimée : plus personne ne peut la lire.",
        "Address revoked: nobody can read it.",
    ),
    # recording
    "field.visit": ("Quelle visite", "Which visit"),
    "field.visit_on": ("Nouvelle date de la visite", "New day of the visit"),
    "on.visit_scheduled": ("Date à laquelle elle a été fixée", "Day on which it was fixed"),
    "on.visit_moved": ("Date à laquelle elle a été déplacée", "Day on which it was moved"),
    "on.visit_done": ("Date de la visite", "Day of the visit"),
    "on.visit_missed": ("Date à laquelle elle manquait", "Day on which it was missed"),
    "event.hint.visit_on": (
        "Dans la fenêtre, les questionnaires liés suivent ; hors fenêtre, ils gardent leurs dates.",
        "Inside the window, coupled questionnaires follow; outside it they keep their dates.",
    ),
    "events.visit": ("visite {visit}", "visit {visit}"),
    "events.visit_on": ("au {day}", "to {day}"),
}
