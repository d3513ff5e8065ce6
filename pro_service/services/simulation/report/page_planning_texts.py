"""The words of the part of the report that looks ahead, French and English side by side."""

from collections.abc import Mapping

PLANNING_TEXTS: Mapping[str, Mapping[str, str]] = {
    "scenario": {"fr": "Scénario", "en": "Scenario"},
    "assumed": {
        "fr": "Tout ce qui suit dépend du scénario : ce sont des hypothèses, à remplacer par les vôtres "
        "(docs/scenarios.md). Un seul tirage : une autre graine donnera d'autres chiffres.",
        "en": "All that follows rests on the scenario: these are assumptions, to be replaced by your own "
        "(docs/scenarios.md). It is one draw: another seed gives other figures.",
    },
    "planning": {"fr": "Ce que l'étude demandera", "en": "What the trial will ask for"},
    # what is sent
    "cost": {"fr": "Messages et coût", "en": "Messages and cost"},
    "price": {"fr": "Prix d'un segment", "en": "Price of a segment"},
    "total": {"fr": "Total", "en": "Total"},
    "per_patient": {"fr": "Par patient", "en": "Per patient"},
    "handed": {
        "fr": "Messages remis à l'opérateur (facturés, arrivés ou non) : {messages}, soit {segments} segments.",
        "en": "Messages handed to the carrier (billed, arrived or not): {messages}, in {segments} segments.",
    },
    "each_patient": {
        "fr": "Par patient : {messages} messages, {segments} segments.",
        "en": "Per patient: {messages} messages, {segments} segments.",
    },
    "encodings": {"fr": "Codage : {list}.", "en": "Encoding: {list}."},
    "numbers_changed": {
        "fr": "Changements de numéro : {count} ; jusqu'à la correction, les SMS n'arrivent pas.",
        "en": "Changes of number: {count}; until they are put right, texts do not arrive.",
    },
    "by_month": {"fr": "Segments par mois (maximum : {most})", "en": "Segments by month (most: {most})"},
    "kind_invitation": {"fr": "Invitations", "en": "Invitations"},
    "kind_reminder": {"fr": "Rappels", "en": "Reminders"},
    "kind_reply": {"fr": "Réponses et questions par SMS", "en": "Replies and questions by SMS"},
    "kind_alert": {"fr": "Avis d'alerte au personnel", "en": "Notices of alerts to staff"},
    # compliance
    "compliance": {"fr": "Retours attendus", "en": "Expected compliance"},
    "denominator": {"fr": "Part", "en": "Share"},
    "counts": {"fr": "Nombres", "en": "Counts"},
    "rate": {"fr": "Taux", "en": "Rate"},
    "wilson": {
        "fr": "Intervalles de Wilson à 95 %. Les questionnaires d'un même patient se ressemblent : "
        "l'incertitude réelle est plus grande.",
        "en": "95 % Wilson intervals. Forms of one patient resemble each other: the true uncertainty is larger.",
    },
    "of_expected_at_close": {
        "fr": "complets, parmi les attendus à la fermeture",
        "en": "complete, of those expected at close",
    },
    "of_expected_now": {
        "fr": "complets, parmi les attendus selon le plan final",
        "en": "complete, of those expected by the final plan",
    },
    "of_invited": {
        "fr": "complets, parmi ceux dont l'invitation est partie",
        "en": "complete, of those invited to",
    },
    "of_reached": {
        "fr": "complets, parmi ceux dont un SMS est arrivé",
        "en": "complete, of those about which a text arrived",
    },
    "any_answer": {
        "fr": "avec au moins une réponse, parmi les attendus à la fermeture",
        "en": "with at least one answer, of those expected at close",
    },
    "patients_all": {
        "fr": "patients dont tout est complet, parmi ceux qui avaient quelque chose à remplir",
        "en": "patients with everything complete, of those with something to fill in",
    },
    # work
    "workload": {"fr": "Alertes et travail des centres", "en": "Alerts and work at the sites"},
    "per_week": {
        "fr": "{alerts} alertes en {weeks} semaines de centre, soit {rate} par centre et par semaine ; "
        "{minutes} minutes par centre et par semaine, {hours} heures en tout.",
        "en": "{alerts} alerts in {weeks} site-weeks, {rate} per site and week; "
        "{minutes} minutes per site and week, {hours} hours in all.",
    },
    "alerts_in_week": {"fr": "Alertes dans la semaine", "en": "Alerts in the week"},
    "site_weeks": {"fr": "Semaines de centre", "en": "Site-weeks"},
    "or_more": {"fr": "{count} ou plus", "en": "{count} or more"},
    "work": {"fr": "Travail", "en": "Work"},
    "minutes": {"fr": "Minutes", "en": "Minutes"},
    "enrolment": {"fr": "Inscriptions", "en": "Enrolments"},
    "events": {"fr": "Saisie des faits", "en": "Entering facts"},
    "chases": {"fr": "Appels après non-réponse", "en": "Calls after no answer"},
    "site": {"fr": "Centre", "en": "Site"},
    "weeks": {"fr": "Semaines", "en": "Weeks"},
    "alerts_per_week": {"fr": "Alertes par semaine", "en": "Alerts per week"},
    "most_alerts": {"fr": "Au plus en une semaine", "en": "Most in one week"},
    "minutes_per_week": {"fr": "Minutes par semaine", "en": "Minutes per week"},
    "most_minutes": {"fr": "Minutes, semaine la plus chargée", "en": "Minutes, busiest week"},
    # lag
    "lag": {"fr": "Si les centres saisissent en retard", "en": "If sites record late"},
    "lag_about": {
        "fr": "Les mêmes parcours ({expected} questionnaires attendus), chaque fait saisi autant de jours après "
        "avoir été connu. Comparé à une saisie immédiate.",
        "en": "The same courses ({expected} expected forms), every fact entered so many days after it was known. "
        "Compared with entering it at once.",
    },
    "days_late": {"fr": "Jours de retard", "en": "Days late"},
    "born_missed": {
        "fr": "Manqués d'avance : fenêtre déjà close",
        "en": "Born missed: the window is over",
    },
    "born_late": {
        "fr": "Nés en retard : échéance passée",
        "en": "Born late: past due",
    },
    "window_days_lost": {"fr": "Jours de fenêtre perdus", "en": "Days of windows lost"},
    "wrongly_sent": {"fr": "Invitations à tort", "en": "Wrong invitations"},
    "rules_hit": {"fr": "Manqués ou en retard, par règle", "en": "Missed or late, by rule"},
    # collisions
    "collisions": {"fr": "Collisions", "en": "Collisions"},
    "two_forms": {
        "fr": "Deux questionnaires d'un patient à {days} jours ou moins",
        "en": "Two forms of one patient within {days} days",
    },
    "same_day_forms": {"fr": "Deux questionnaires le même jour", "en": "Two forms on one day"},
    "overlapping": {
        "fr": "Fenêtres d'un même instrument qui se chevauchent",
        "en": "Windows of one instrument that overlap",
    },
    "two_texts": {
        "fr": "Jours avec deux SMS d'invitation ou de rappel",
        "en": "Days with two invitations or reminders",
    },
    # contradictions
    "contradictions": {"fr": "Contradictions", "en": "Contradictions"},
    "rules_never_expected": {"fr": "Règles jamais appliquées", "en": "Rules never applied"},
    "timepoints_never_expected": {"fr": "Temps jamais attendus", "en": "Timepoints never expected"},
    "phases_never_reached": {"fr": "Phases jamais atteintes", "en": "Phases never reached"},
    "texts_without_a_place": {
        "fr": "SMS sans place dans leur fenêtre",
        "en": "Texts without a place in their window",
    },
    "facts_refused": {"fr": "Faits refusés", "en": "Facts refused"},
    "seldom": {
        "fr": "Ce qui n'est pas arrivé dans ce tirage peut être seulement rare : essayer d'autres graines.",
        "en": "What did not happen in this draw may only be rare: try other seeds.",
    },
    "one_invitation": {"fr": "invitation", "en": "invitation"},
    "one_reminder": {"fr": "rappel", "en": "reminder"},
    "window_over": {"fr": "la fenêtre est close", "en": "the window is over"},
    "enough": {"fr": "nombre maximal atteint", "en": "as many as are allowed"},
    "same_day": {"fr": "un autre SMS part ce jour-là", "en": "another text goes out on that day"},
    "no_invitation": {"fr": "sans invitation", "en": "no invitation"},
    # comparison
    "comparison": {"fr": "De {before} à {after}", "en": "From {before} to {after}"},
    "comparison_about": {
        "fr": "Les mêmes parcours planifiés selon les deux versions. Messages et coût : au rythme de cette répétition.",
        "en": "The same courses planned under both versions. Messages and cost: at the rates of this rehearsal.",
    },
    "patients_changed": {"fr": "Patients concernés", "en": "Patients concerned"},
    "added": {"fr": "Ajoutés", "en": "Added"},
    "moved": {"fr": "Déplacés", "en": "Moved"},
    "removed": {"fr": "Retirés", "en": "Removed"},
    "kept": {"fr": "Inchangés", "en": "Unchanged"},
    "forms": {"fr": "Questionnaires", "en": "Forms"},
    "patient_minutes": {"fr": "Minutes des patients", "en": "Minutes of patients"},
    "no_change": {"fr": "Aucun changement.", "en": "No change."},
    "difference": {"fr": "Différence", "en": "Difference"},
    "before": {"fr": "Avant", "en": "Before"},
    "after": {"fr": "Après", "en": "After"},
}
