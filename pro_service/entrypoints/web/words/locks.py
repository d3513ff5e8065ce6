"""The words of the page about locks in French and English."""

from collections.abc import Mapping

LOCKS: Mapping[str, tuple[str, str]] = {
    "locks": ("Verrous", "Locks"),
    "locks.lead": (
        (
            "Sous un verrou, la base de données refuse elle-même tout changement des données des patients, et aucun "
            "message ne part. Lever un verrou demande deux personnes."
        ),
        (
            "Under a lock the database itself refuses every change of patients' data, and no message goes out. "
            "Lifting a lock takes two people."
        ),
    ),
    "locks.hold": ("Données verrouillées : {names}", "Data locked: {names}"),
    "locks.none": ("Aucun verrou.", "No lock."),
    "lock.of_study": ("toute l'étude", "the whole study"),
    "lock.of_site": ("centre {site}", "site {site}"),
    "lock.made": ("Posé par {who}, {when}", "Locked by {who}, {when}"),
    "lock.because": ("Motif : {reason}", "Reason: {reason}"),
    "lock.locked": ("verrouillé", "locked"),
    "lock.asked": ("verrouillé, levée demandée", "locked, release asked for"),
    "lock.lifted": ("levé", "lifted"),
    "lock.until": ("jusqu'au {when}", "until {when}"),
    "lock.history": ("Demandes de levée", "Requests to lift it"),
    "lock.release_asked": ("Demandée par {who}, {when} : {reason}", "Asked for by {who}, {when}: {reason}"),
    "lock.hours.one": ("pour {n} heure", "for {n} hour"),
    "lock.hours.many": ("pour {n} heures", "for {n} hours"),
    "release.confirmed": ("confirmée par {who}, {when}", "confirmed by {who}, {when}"),
    "release.refused": ("refusée par {who}, {when}", "refused by {who}, {when}"),
    "release.withdrawn": ("retirée par {who}, {when}", "withdrawn by {who}, {when}"),
    "release.ended": ("verrouillé de nouveau par {who}, {when}", "locked again by {who}, {when}"),
    "lock.new": ("Verrouiller", "Lock"),
    "lock.name": ("Nom du verrou", "Name of the lock"),
    "lock.name_hint": ("Par exemple : analyse-finale", "For example: final-analysis"),
    "lock.site": ("Portée", "Scope"),
    "lock.reason": ("Motif", "Reason"),
    "lock.why_hint": ("10 caractères au moins.", "10 characters at least."),
    "lock.do": ("Verrouiller", "Lock"),
    "lock.ask": ("Demander la levée", "Ask to lift it"),
    "lock.hours": ("Durée en heures (vide : sans limite)", "For how many hours (blank: no limit)"),
    "lock.confirm": ("Confirmer la levée", "Confirm the release"),
    "lock.decline": ("Refuser", "Refuse"),
    "lock.withdraw": ("Retirer ma demande", "Take my request back"),
    "lock.again": ("Verrouiller de nouveau", "Lock again"),
    "lock.other_person": (
        "Une autre personne doit confirmer.",
        "Another person has to confirm.",
    ),
    "lock.held": ("Reçu sous verrou", "Received under a lock"),
    "lock.held_hint": (
        "Gardé tel quel et chiffré ; rien n'en est devenu une réponse.",
        "Kept as it came, encrypted; none of it became an answer.",
    ),
    "lock.held_none": ("Rien.", "Nothing."),
    "col.held": ("Reçu", "Received"),
    "col.held_kind": ("Quoi", "What"),
    "held.text": ("SMS", "text"),
    "held.answers": ("réponses de la page", "answers of the page"),
    "held.completion": ("envoi de la page", "sending of the page"),
    "notice.locked": ("Données verrouillées.", "Data locked."),
    "notice.release_asked": (
        "Levée demandée : une autre personne doit confirmer.",
        "Release asked for: another person has to confirm.",
    ),
    "notice.lock_lifted": ("Verrou levé.", "Lock lifted."),
    "notice.release_declined": ("Demande close, le verrou reste.", "Request closed, the lock stays."),
}
