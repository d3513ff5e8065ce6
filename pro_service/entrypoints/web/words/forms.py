"""The words of the desk's forms, doors and fault pages in French and English."""

from collections.abc import Mapping

FORMS: Mapping[str, tuple[str, str]] = {
    # logging in
    "login.title": ("Connexion", "Log in"),
    "login.intro": (
        "Réservé aux équipes des centres. Aucune donnée patient avant connexion.",
        "For site staff only. No patient data before you log in.",
    ),
    "login.login": ("Identifiant", "Login"),
    "login.password": ("Mot de passe", "Password"),
    "login.code": ("Code à 6 chiffres", "6-digit code"),
    "login.go": ("Se connecter", "Log in"),
    "login.error.refused": (
        "Identifiant, mot de passe ou code incorrect. Vérifiez les trois, puis réessayez avec un code nouveau.",
        "Login, password or code is wrong. Check all three, then try again with a new code.",
    ),
    "login.error.locked": (
        "Trop d'essais. Réessayez après le {until}. En cas d'urgence, appelez l'administration de l'étude.",
        "Too many attempts. Try again after {until}. If it is urgent, call the study administrator.",
    ),
    "login.error.used_code": (
        "Ce code a déjà servi. Attendez le suivant (30 secondes au plus).",
        "This code has been used already. Wait for the next one (at most 30 seconds).",
    ),
    "login.demo": ("Comptes de démonstration", "Demo logins"),
    "login.demo_hint": (
        "Le code est celui de maintenant. S'il est refusé, rechargez la page.",
        "The code is the current one. If it is refused, reload the page.",
    ),
    "login.totp": ("Code actuel", "Current code"),
    "login.role": ("Rôle", "Role"),
    # recording an event
    "event.title": ("Saisir un événement", "Record an event"),
    "event.choose": ("Que s'est-il passé ?", "What happened?"),
    "event.refused": ("Pas possible maintenant", "Not possible now"),
    "event.preview": ("Voir l'effet sur le calendrier", "See the effect on the plan"),
    "event.edit": ("Modifier", "Edit"),
    "event.save": ("Enregistrer", "Save"),
    "event.cancel": ("Abandonner", "Cancel"),
    "event.effect": ("Effet sur le calendrier", "Effect on the plan"),
    "event.no_effect": ("Le calendrier ne change pas.", "The plan does not change."),
    "event.not_saved": ("Rien n'est encore enregistré.", "Nothing is saved yet."),
    "event.changed": ("Changement", "Change"),
    "event.hint.disclosed_on": (
        "Vide tant que le patient ne le sait pas : le résultat est gardé, mais rien ne change pour le patient.",
        "Leave empty while the patient has not been told: the result is kept, but nothing changes for the patient.",
    ),
    "event.hint.lost_to_follow_up": (
        "Suspend les questionnaires. « De nouveau joint » les rétablit.",
        "Suspends the questionnaires. “Back in touch” brings them back.",
    ),
    "event.hint.death": (
        "Tout message est arrêté aussitôt. Vérifiez la date avec le dossier.",
        "Every message stops at once. Check the date against the file.",
    ),
    "event.hint.consent_withdrawn": (
        "Définitif : plus aucun message ; les coordonnées seront effacées.",
        "Final: no more messages; the contact data will be erased.",
    ),
    "event.hint.questionnaires_withdrawn": (
        "Définitif pour les questionnaires ; le suivi clinique continue.",
        "Final for the questionnaires; clinical follow-up goes on.",
    ),
    "event.hint.off_study": ("Définitif : plus de questionnaires.", "Final: no more questionnaires."),
    "choose": ("Choisir…", "Choose…"),
    # enrolling
    "enrol.title": ("Enrôler un patient", "Enrol a patient"),
    "enrol.intro": (
        "Après signature du consentement. Le nom du patient n'est jamais demandé ici.",
        "After the consent is signed. The patient's name is never asked here.",
    ),
    "enrol.who": ("Patient", "Patient"),
    "enrol.reach": ("Comment le joindre", "How to reach the patient"),
    "enrol.dates": ("Dates", "Dates"),
    "enrol.patient_code": ("Code patient", "Patient code"),
    "enrol.patient_code_hint": ("Comme 03-007 : centre, tiret, numéro.", "Like 03-007: site, dash, number."),
    "enrol.phone": ("Téléphone mobile", "Mobile number"),
    "enrol.phone_hint": (
        "Chiffré, rangé à part, jamais affiché ensuite. Comme 06 12 34 56 78 ou +33…",
        "Encrypted, kept apart, never shown again. Like 06 12 34 56 78 or +33…",
    ),
    "enrol.language": ("Langue du patient", "Patient's language"),
    "enrol.sms_items": ("Peut répondre question par question par SMS", "May answer item by item by SMS"),
    "enrol.sms_items_hint": (
        "Réponses de santé en clair chez l'opérateur : seulement si le patient l'a accepté par écrit.",
        "Health answers travel in clear with the carrier: only if the patient agreed in writing.",
    ),
    "enrol.consent_on": ("Date du consentement", "Date of consent"),
    "enrol.included_on": ("Date d'inclusion (J0)", "Date of inclusion (day 0)"),
    "enrol.included_on_hint": (
        "Le premier questionnaire doit être répondu avant l'arrêt du traitement.",
        "The first questionnaire must be answered before treatment stops.",
    ),
    "enrol.go": ("Enrôler", "Enrol"),
    # refusals of a form
    "errors.title": ("Rien n'est enregistré. À corriger :", "Nothing is saved. Please correct:"),
    "error.required": ("À remplir.", "Fill this in."),
    "error.not_a_date": ("Ce n'est pas une date.", "This is not a date."),
    "error.in_future": ("Cette date est dans le futur.", "This date is in the future."),
    "error.before_consent": ("Cette date précède le consentement.", "This date is before the consent."),
    "error.before_inclusion": ("Cette date précède l'inclusion.", "This date is before inclusion."),
    "error.before_sample": (
        "L'annonce ne peut pas précéder le prélèvement.",
        "Disclosure cannot come before the sample.",
    ),
    "error.bad_code": ("Un code s'écrit comme 03-007.", "A code looks like 03-007."),
    "error.code_taken": ("Ce code existe déjà.", "This code exists already."),
    "error.bad_phone": ("Ce numéro n'est pas un mobile valable.", "This is not a valid mobile number."),
    "error.phone_taken": (
        "Ce numéro est déjà celui d'un autre patient.",
        "This number belongs to another patient.",
    ),
    "error.unknown_choice": ("Choisissez dans la liste.", "Choose from the list."),
    "error.phase": (
        "Impossible dans la phase actuelle du patient.",
        "Not possible in the patient's current phase.",
    ),
    "error.other": ("Valeur refusée.", "Value refused."),
    # pages for what went wrong
    "fault.403.title": ("Accès refusé", "Access refused"),
    "fault.403.text": (
        (
            "Ce patient ou cette page n'est pas de vos centres, ou votre rôle ne le permet pas. Si c'est une erreur, "
            "demandez l'accès à l'administration de l'étude."
        ),
        (
            "This patient or page is not of your sites, or your role does not allow it. If this is wrong, ask "
            "the study administrator for access."
        ),
    ),
    "fault.404.title": ("Introuvable", "Not found"),
    "fault.404.text": (
        "Rien à cette adresse. Vérifiez le code du patient, ou repartez de la liste.",
        "Nothing at this address. Check the patient code, or start again from the list.",
    ),
    "fault.409.title": ("Quelqu'un est passé avant vous", "Somebody was faster"),
    "fault.409.text": (
        "Les données ont changé depuis l'affichage de la page. Rien n'est enregistré : relisez, puis recommencez.",
        "The data have changed since the page was shown. Nothing was saved: read again, then repeat.",
    ),
    "fault.refused.title": ("Ce n'est pas possible ainsi", "That cannot be done as asked"),
    "fault.refused.text": (
        "Rien n'a été enregistré. Revenez en arrière, corrigez, puis recommencez.",
        "Nothing was stored. Go back, correct it, and try again.",
    ),
    "fault.500.title": ("Une erreur de notre côté", "A fault on our side"),
    "fault.500.text": (
        "Votre saisie n'a peut-être pas été enregistrée : vérifiez avant de recommencer. L'erreur est notée.",
        "Your entry may not have been saved: check before you repeat it. The fault has been logged.",
    ),
    "fault.reference": ("Référence à donner à l'assistance : {id}", "Reference to give to support: {id}"),
    "fault.back": ("Retour à la liste", "Back to the work list"),
    "fault.again": ("Relire la page", "Read the page again"),
    # the demonstration's first page
    "landing.title": ("pro_service, démonstration", "pro_service, demonstration"),
    "landing.intro": (
        (
            "Questionnaires de qualité de vie d'un essai d'arrêt de traitement : calendrier, SMS, scores, alertes. "
            "{patients} patients simulés dans {sites} centres, amenés jusqu'à aujourd'hui par le vrai code."
        ),
        (
            "Quality-of-life questionnaires of a treatment-discontinuation trial: plan, SMS, scores, alerts. "
            "{patients} simulated patients at {sites} sites, brought up to today by the real code."
        ),
    ),
    "landing.doors": ("Par où entrer", "Ways in"),
    "landing.desk": (
        "Le bureau infirmier : alertes, retards, calendrier, scores.",
        "The nurse's desk: alerts, delays, plan, scores.",
    ),
    "landing.phone": (
        "Le téléphone d'un patient simulé : SMS reçus, lien, questionnaire.",
        "A simulated patient's phone: texts received, link, questionnaire.",
    ),
    "landing.phones": ("Téléphones simulés", "Simulated phones"),
    "landing.phones_now": ("À voir en ce moment :", "Worth a look now:"),
    "landing.phone_title": ("Téléphone du patient {code}", "Phone of patient {code}"),
    "landing.api_title": ("Interface de programmation", "Programming interface"),
    "landing.api": ("L'interface JSON et sa documentation.", "The JSON interface and its documentation."),
}
