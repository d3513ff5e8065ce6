"""The words of a virtual trial's report, French and English side by side."""

from collections.abc import Mapping
from dataclasses import dataclass

from pro_service.services.simulation.report.page_planning_texts import PLANNING_TEXTS

TEXTS: Mapping[str, Mapping[str, str]] = {
    "heading": {"fr": "Répétition générale de l'étude", "en": "Rehearsal of the trial"},
    "invented": {
        "fr": "Patients, dates et réponses sont inventés : on éprouve le protocole et le service, sans rien prédire.",
        "en": "Patients, dates and answers are made up: the protocol and the service are tried, nothing is predicted.",
    },
    "protocol": {"fr": "Protocole", "en": "Protocol"},
    "period": {"fr": "Période simulée", "en": "Simulated period"},
    "to": {"fr": "au", "en": "to"},
    "seed": {"fr": "Graine", "en": "Seed"},
    "sites": {"fr": "Centres", "en": "Sites"},
    "patients": {"fr": "Patients", "en": "Patients"},
    "included": {"fr": "dont inclus", "en": "of whom included"},
    "received": {"fr": "Reçus", "en": "Received"},
    "of_expected": {"fr": "des attendus à la fermeture", "en": "of those expected at close"},
    "reply": {"fr": "Délai médian de réponse", "en": "Median time to reply"},
    "comma": {"fr": ",", "en": "."},
    "hours": {"fr": "h", "en": "h"},
    "segments": {"fr": "Segments SMS", "en": "SMS segments"},
    "messages": {"fr": "Messages", "en": "Messages"},
    "alerts": {"fr": "Alertes", "en": "Alerts"},
    "forms_alerting": {"fr": "des questionnaires reçus", "en": "of the forms received"},
    "by_timepoint": {
        "fr": "Attendus et reçus, par temps de mesure",
        "en": "Expected and received, by timepoint",
    },
    "timepoint": {"fr": "Temps", "en": "Timepoint"},
    "expected_at_close": {"fr": "Attendus à la fermeture", "en": "Expected at close"},
    "expected_now": {"fr": "Attendus selon le plan final", "en": "Expected by the final plan"},
    "late": {"fr": "dont après l'échéance", "en": "of which past due"},
    "partial": {"fr": "Partiels", "en": "Partial"},
    "missed": {"fr": "Manquants", "en": "Missed"},
    "rate_at_close": {"fr": "% à la fermeture", "en": "% at close"},
    "rate_now": {"fr": "% plan final", "en": "% final plan"},
    "cancelled": {"fr": "Annulés", "en": "Cancelled"},
    "not_over_yet": {"fr": "En cours", "en": "Not over yet"},
    "all": {"fr": "Tous", "en": "All"},
    "by_phase": {"fr": "Patients par phase à la fin", "en": "Patients by phase at the end"},
    "phase": {"fr": "Phase", "en": "Phase"},
    "count": {"fr": "Nombre", "en": "Count"},
    "kind": {"fr": "Nature", "en": "Kind"},
    "state": {"fr": "État", "en": "State"},
    "severity": {"fr": "Gravité", "en": "Severity"},
    "scale": {"fr": "Échelle", "en": "Scale"},
    "texts": {"fr": "SMS reçus des patients", "en": "Texts received from patients"},
    "read_as": {"fr": "Lus comme", "en": "Read as"},
    "acknowledged": {"fr": "Délai médian de prise en charge", "en": "Median time until taken up"},
    "ledger": {"fr": "Registre et plan", "en": "Ledger and plan"},
    "agrees": {
        "fr": "Le registre est le plan recalculé en une fois, pour chaque patient",
        "en": "The ledger is the plan computed anew at once, for every patient",
    },
    "disagrees": {
        "fr": "Le registre n'est pas le plan : voir les différences",
        "en": "The ledger is not the plan: see the differences",
    },
    "frozen": {
        "fr": "Lignes figées (commencées ou closes avant que les faits ne changent)",
        "en": "Frozen rows (begun or closed before the facts changed)",
    },
    "differences": {"fr": "Différences", "en": "Differences"},
    "patient": {"fr": "Patient", "en": "Patient"},
    "why": {"fr": "Pourquoi", "en": "Why"},
    "none": {"fr": "aucune", "en": "none"},
    "interval": {"fr": "IC 95 %", "en": "95 % CI"},
    "rehearsed": {"fr": "La répétition, en détail", "en": "The rehearsal in detail"},
    "amber": {"fr": "orange", "en": "amber"},
    "red": {"fr": "rouge", "en": "red"},
    "info": {"fr": "information", "en": "information"},
    "open": {"fr": "à prendre en charge", "en": "to be taken up"},
    "acknowledged_state": {"fr": "prise en charge", "en": "taken up"},
    "closed": {"fr": "close", "en": "closed"},
    "refused": {"fr": "Faits refusés par le service", "en": "Facts the service refused"},
}


@dataclass(frozen=True, kw_only=True)
class Speaker:
    """Says the words of the page in one language; `words` are the protocol's own for its phases and events."""

    language: str
    words: Mapping[str, str]

    def __call__(self, key: str) -> str:
        return word(key, self.language)

    def known(self, code: str) -> str:
        """The page's word for a code, where it has one."""
        return self(code) if code in TEXTS or code in PLANNING_TEXTS else code

    def kind(self, kind: str) -> str:
        """What a kind of message is called, or the kind itself."""
        texts = PLANNING_TEXTS.get(f"kind_{kind}", {})
        return texts.get(self.language, kind)

    def word(self, code: str) -> str:
        return self.words.get(code, code)


def word(key: str, language: str) -> str:
    """The text in `language`, or in English."""
    texts = TEXTS.get(key) or PLANNING_TEXTS[key]
    return texts.get(language, texts["en"])
