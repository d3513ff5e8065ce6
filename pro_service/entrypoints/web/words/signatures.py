"""The words of the pages about electronic signatures in French and English."""

from collections.abc import Mapping

SIGNATURES: Mapping[str, tuple[str, str]] = {
    "signatures": ("Signatures", "Signatures"),
    "signatures.lead": (
        (
            "La signature porte sur le dossier du patient tel qu'affiché : faits, questionnaires clos, réponses, "
            "scores et motifs. Tout changement ultérieur la rend caduque."
        ),
        (
            "A signature covers the patient's record as it is shown: facts, closed forms, answers, scores and reasons. "
            "Any later change supersedes it."
        ),
    ),
    "signatures.none": ("Aucun patient.", "No patient."),
    "signatures.of": ("Signatures du dossier {code}", "Signatures of the record of {code}"),
    "signatures.link": ("Signatures", "Signatures"),
    "signatures.content": ("Ce qui est signé", "What is signed"),
    "signatures.content_hint": (
        (
            "Les colonnes utiles à la lecture ; les autres (dates de saisie, versions) sont signées aussi. "
            "Empreinte SHA-256 du dossier : {sha}."
        ),
        (
            "The columns people read; the others (times of entry, versions) are signed as well. "
            "SHA-256 of the record: {sha}."
        ),
    ),
    "signatures.history": ("Toutes les signatures", "Every signature"),
    "signatures.history_none": ("Jamais signé.", "Never signed."),
    "col.record": ("Dossier", "Record"),
    "col.signature": ("Signature", "Signature"),
    "col.signed_by": ("Signé par", "Signed by"),
    "col.signed_at": ("Le", "On"),
    "col.meaning": ("Signification", "Meaning"),
    "signature.unsigned": ("non signé", "not signed"),
    "signature.valid": ("valable", "valid"),
    "signature.superseded": ("caduque", "superseded"),
    "signature.broken": ("altérée", "broken"),
    "signature.changed": ("changé depuis : {parts}", "changed since: {parts}"),
    "meaning.review": ("J'ai relu ces données", "I have reviewed these data"),
    "meaning.approval": (
        "Je les approuve : complètes et exactes à ma connaissance",
        "I approve them: complete and accurate to my knowledge",
    ),
    "meaning.responsibility": (
        "J'en réponds comme investigateur du centre",
        "I answer for them as the site's investigator",
    ),
    "part.events": ("Faits du parcours", "Facts of the course"),
    "part.assessments": ("Questionnaires clos", "Closed forms"),
    "part.responses": ("Réponses par questionnaire", "Responses"),
    "part.answers": ("Réponses par question", "Answers"),
    "part.scores": ("Scores", "Scores"),
    "part.site_entries": ("Saisies du centre", "Entries of the site"),
    "part.rows.one": ("{n} ligne", "{n} row"),
    "part.rows.many": ("{n} lignes", "{n} rows"),
    "sign.title": ("Signer", "Sign"),
    "sign.hint": (
        "Votre mot de passe et un nouveau code valent signature manuscrite.",
        "Your password and a new code stand for your handwritten signature.",
    ),
    "sign.choose": ("Signer le dossier {code}", "Sign the record of {code}"),
    "sign.patient": ("Patients", "Patients"),
    "sign.meaning": ("Signification", "Meaning"),
    "sign.password": ("Mot de passe", "Password"),
    "sign.code": ("Code à 6 chiffres", "6-digit code"),
    "sign.do": ("Signer", "Sign"),
    "sign.not_yours": (
        "Seul un investigateur du centre signe.",
        "Only an investigator of the site signs.",
    ),
    "notice.signed": ("Signé.", "Signed."),
    "out.signatures": ("les questionnaires encore ouverts", "forms that are still open"),
}
