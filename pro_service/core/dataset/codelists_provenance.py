"""The codes of where data come from and what became of them: who entered what and why."""

from pro_service.core.dataset.model import codelist

_TECHNICAL: dict[str, tuple[str, str]] = {
    "dead": ("patient décédé", "the patient had died"),
    "withdrawn": ("retrait du patient", "the patient had withdrawn"),
    "off_study": ("sorti de l'étude", "the patient had left the study"),
    "lost": ("perdu de vue", "the patient was lost to follow-up"),
    "begun_not_completed": ("commencée, pas terminée", "begun, not completed"),
    "known_late": ("connue après la période", "known only after its window"),
    "no_wording": ("texte sous licence absent", "no licensed wording"),
    "opted_out": ("ne souhaite plus de messages", "the patient wants no messages"),
    "system_down": ("message non parti à temps", "a message did not leave in time"),
    "not_sent": ("aucun message à envoyer", "nothing was to be sent"),
    "undelivered": ("message non remis", "no message arrived"),
    "unconfirmed": ("remise non confirmée", "whether a message arrived is not known"),
    "not_begun": ("message remis, pas commencée", "a message arrived, nothing was answered"),
}
_SITE: dict[str, tuple[str, str]] = {
    "too_ill": ("trop malade", "too ill"),
    "refused": ("refus", "refused"),
    "hospitalised": ("hospitalisé", "hospitalised"),
    "language": ("langue", "language"),
    "organisation": ("organisation du centre", "organisation of the site"),
    "unknown": ("inconnu", "unknown"),
}

PROVENANCE = (
    codelist("missing_technical", **_TECHNICAL),
    codelist("missing_site", **_SITE),
    codelist("missing_reason", **_TECHNICAL, **_SITE),
    codelist("missing_source", system=("le service", "the service"), site=("le centre", "the site")),
    codelist(
        "correction_state",
        requested=("demandée", "waits for a second person"),
        applied=("appliquée", "applied: the new versions are in"),
        refused=("refusée", "refused"),
    ),
    codelist(
        "correction_reason",
        transcription=("erreur de copie", "wrongly copied"),
        mistyped=("erreur de frappe", "the patient chose another answer than meant"),
        misunderstood=("question mal comprise", "the question was taken otherwise"),
        wrong_person=("autre personne", "somebody else answered"),
        other=("autre", "other"),
    ),
    codelist(
        "correction_source",
        paper_form=("formulaire papier", "paper form"),
        call_note=("note d'appel", "note of a call"),
        medical_record=("dossier médical", "medical record"),
        patient_statement=("parole du patient", "the patient's own statement"),
        other=("autre", "other"),
    ),
    codelist("asked_by", patient=("le patient", "the patient"), site=("le centre", "the site")),
    codelist(
        "originator",
        patient=("le patient", "the patient"),
        staff=("le centre, sous la dictée du patient", "the site, as the patient said it"),
        proxy=("un proche, à la place du patient", "somebody else, for the patient"),
    ),
    codelist(
        "entry_reason",
        preferred=("préférence du patient", "the patient prefers it"),
        no_device=("pas d'appareil ou de réseau", "no device or connection"),
        service_down=("panne du service", "link, page or messages did not work"),
        too_ill=("trop malade", "too ill"),
        cannot_read=("difficulté à lire ou à écrire", "difficulty in reading or writing"),
        language=("langue", "language"),
        at_visit=("répondu pendant une visite", "answered during a visit"),
        other_system=("formulaire d'un autre système", "a form of another system"),
        other=("autre motif", "another reason"),
        not_asked=("non demandé à l'époque", "not asked for at the time"),
        correction=("correction d'une réponse", "correction of an answer"),
    ),
)
