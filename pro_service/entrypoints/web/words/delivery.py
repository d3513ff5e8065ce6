"""The words about reaching a patient: time zones, messages that were not sent, links and calls."""

from collections.abc import Mapping

DELIVERY: Mapping[str, tuple[str, str]] = {
    "calls": ("Patients à appeler", "Patients to call"),
    "calls.tab": ("Appels", "Calls"),
    "calls.tried": ("pas de réponse le {time}", "not reached on {time}"),
    "calls.outcome": ("Résultat de l'appel", "What came of it"),
    "calls.note": ("Noter l'appel", "Note the call"),
    "calls.wrong_hint": (
        "Mauvais numéro : les SMS vers ce numéro s'arrêtent.",
        "Wrong number: texts to that number stop.",
    ),
    "zone": ("Fuseau horaire", "Time zone"),
    "zone.now": ("{zone}, il y est {time}", "{zone}, it is {time} there"),
    "zone.change": ("Le patient a changé de fuseau horaire", "The patient moved to another time zone"),
    "zone.name": ("Nom du fuseau, comme Indian/Reunion", "Name of the zone, such as Indian/Reunion"),
    "zone.from": ("À partir du (vide : maintenant)", "From (empty: now)"),
    "zone.go": ("Enregistrer le fuseau", "Record the zone"),
    "zone.history": ("Fuseaux enregistrés", "Zones on record"),
    "zone.line": ("{zone} depuis le {time} (saisi par {who})", "{zone} since {time} (recorded by {who})"),
    "zone.times": ("Heures affichées : {zone}", "Times shown: {zone}"),
    "zone.site_default": ("Vide : celui du centre", "Empty: that of the site"),
    "enrol.time_zone": ("Fuseau horaire", "Time zone"),
    "link.again": ("Renvoyer le lien", "Send the link again"),
    "notice.zone_changed": (
        "Fuseau horaire enregistré, échéances recalculées.",
        "Time zone recorded, dates computed anew.",
    ),
    "notice.link_sent": ("Le lien est prêt à partir.", "The link is ready to go."),
    "notice.call_noted": ("Appel noté.", "Call noted."),
    # why a message was not sent
    "skipped.window_over": ("la période se termine avant", "the window closes first"),
    "skipped.no_sending_day": (
        "aucun jour d'envoi dans la période (dimanche, jour férié)",
        "no day to send on in the window (Sunday, holiday)",
    ),
    "skipped.enough": ("nombre maximal de messages atteint", "as many messages as the protocol allows"),
    "skipped.same_day": ("un autre message part ce jour-là", "another message goes out that day"),
    "skipped.no_invitation": ("aucune invitation à rappeler", "no invitation to remind of"),
    "skipped.passed_over": (
        "le service était arrêté ; un message plus récent l'a remplacé",
        "the service was down; a later message took its place",
    ),
    # what came of a call
    "call.reached": ("Patient joint", "Patient reached"),
    "call.not_reached": ("Pas de réponse", "Not reached"),
    "call.wrong_number": ("Mauvais numéro", "Wrong number"),
    "call.refused": ("Ne souhaite pas répondre", "Does not want to answer"),
    "kind.link": ("Lien renvoyé", "Link sent again"),
    "skipped": ("non envoyé : {why}", "not sent: {why}"),
    "empty.calls": ("Personne à appeler.", "Nobody to call."),
    "col.call": ("Demandé", "Asked for"),
}
