"""The words of the pages about accounts, rights and emergency access in French and English."""

from collections.abc import Mapping

ACCESS: Mapping[str, tuple[str, str]] = {
    "people": ("Comptes", "Accounts"),
    "people.lead": (
        "Chaque compte de l'étude, avec les droits en vigueur. Tout changement compte dès la page suivante.",
        "Every account of the study, with the rights in force. A change counts from the next page on.",
    ),
    "people.on": ("Droits en vigueur le", "Rights in force on"),
    "people.on_hint": ("À minuit, heure universelle.", "At midnight, universal time."),
    "people.show": ("Voir", "Show"),
    "people.as_of": ("Droits en vigueur le {day}", "Rights in force on {day}"),
    "people.bad_day": (
        "Date impossible : écrivez-la comme 2026-05-03.",
        "Impossible day: write it like 2026-05-03.",
    ),
    "people.new": (
        "Un nouveau compte se crée par une invitation.",
        "A new account is made by an invitation.",
    ),
    "people.left_out": (
        "les droits qui ont pris fin (page de chaque compte)",
        "ended rights (on the page of each account)",
    ),
    "account.login": ("Identifiant", "Login"),
    "account.name": ("Nom", "Name"),
    "account.rights": ("Droits", "Rights"),
    "account.none": ("aucun droit", "no right"),
    "account.off": ("désactivé", "switched off"),
    "account.whole": ("toute l'étude", "the whole study"),
    "account.history": ("Droits donnés", "Rights given"),
    "account.until": ("jusqu'au {time}", "until {time}"),
    "account.since": ("depuis le {time}", "since {time}"),
    "account.from": ("à partir du {time}", "from {time}"),
    "account.by": ("donné par {who} : {reason}", "given by {who}: {reason}"),
    "account.ended": ("fin le {time}, par {who} : {reason}", "ended {time}, by {who}: {reason}"),
    "account.over": ("fini le {time}", "over since {time}"),
    "account.grant": ("Donner un rôle", "Give a role"),
    "account.role": ("Rôle", "Role"),
    "account.sites": ("Centres", "Sites"),
    "account.sites_hint": (
        "Obligatoires pour un rôle de centre ; aucun pour l'administration et l'exploitation.",
        "Needed for a role of a site; none for administration and operation.",
    ),
    "account.first": ("Premier jour", "First day"),
    "account.first_hint": ("Vide : tout de suite.", "Empty: at once."),
    "account.last": ("Dernier jour", "Last day"),
    "account.last_hint": ("Vide : sans fin prévue.", "Empty: no end is planned."),
    "account.reason": ("Raison", "Reason"),
    "account.give": ("Donner ce rôle", "Give this role"),
    "account.end": ("Mettre fin", "End it"),
    "account.disable": ("Désactiver le compte", "Switch the account off"),
    "account.disable_hint": (
        "Ses sessions et ses droits prennent fin tout de suite.",
        "Its sessions and rights end at once.",
    ),
    "account.own": (
        "C'est votre compte : quelqu'un d'autre change vos droits.",
        "This is your account: somebody else changes your rights.",
    ),
    "notice.granted": ("Rôle donné.", "Role given."),
    "notice.grant_ended": ("Droit terminé.", "Right ended."),
    "notice.account_off": ("Compte désactivé.", "Account switched off."),
    "empty.no_patients": (
        "Votre rôle ne donne pas accès aux dossiers des patients.",
        "Your role does not open patients' records.",
    ),
    "empty.no_role": (
        "Aucun droit n'est en vigueur pour votre compte. Demandez-le à l'administration de l'étude.",
        "No right is in force for your account. Ask the study's administration.",
    ),
    "emergency": ("Accès d'urgence", "Emergency access"),
    "emergency.lead": (
        "Ouvre en lecture, pour {n} minutes, un dossier d'un autre centre. Ce centre et l'administration le voient.",
        "Opens a record of another site to be read, for {n} minutes. That site and the administration see it.",
    ),
    "emergency.patient": ("Code du patient", "Patient's code"),
    "emergency.reason": ("Raison", "Reason"),
    "emergency.reason_hint": (
        "Pourquoi il le faut maintenant, en une ligne.",
        "Why it is needed now, in one line.",
    ),
    "emergency.open": ("Ouvrir le dossier", "Open the record"),
    "emergency.banner": (
        "Accès d'urgence au patient {code}, en lecture, jusqu'à {time}.",
        "Emergency access to patient {code}, to be read, until {time}.",
    ),
    "emergency.end": ("Refermer", "Close it"),
    "emergency.seen": (
        "{who} a ouvert en urgence un dossier du centre {site}, de {start} à {end} : {reason}",
        "{who} opened a record of site {site} in an emergency, from {start} to {end}: {reason}",
    ),
    "emergency.absent": ("Ce patient n'existe pas dans l'étude.", "There is no such patient in the study."),
    "notice.emergency_closed": ("Accès d'urgence refermé.", "Emergency access closed."),
}
