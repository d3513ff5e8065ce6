"""Says in words why an assessment is as it is: the plan's reasons and the clock's own."""

from collections.abc import Mapping
from typing import Any

from pro_service.core.plan import ReasonCode, explain, reason_from
from pro_service.core.protocol import Protocol
from pro_service.store.queries.facts import AssessmentFacts

#: Reasons that the service itself gives, beside the plan's.
_OWN: Mapping[str, Mapping[str, str]] = {
    "window_over_before_known": {
        "fr": "connu après la fermeture : jamais proposé",
        "en": "known after it closed: never offered",
    },
    "wording_missing": {
        "fr": "rien n'est envoyé : le texte sous licence manque",
        "en": "nothing is sent: its licensed wording is missing",
    },
    "wording_there": {"fr": "le texte sous licence est là", "en": "its licensed wording is there"},
    "wording_lapsed": {
        "fr": "fermé sans réponse ; le texte sous licence manquait à la fin",
        "en": "closed without an answer; its licensed wording was missing at the end",
    },
    "window_over_unanswered": {"fr": "fermé sans réponse", "en": "closed without an answer"},
    "window_over_unfinished": {"fr": "fermé avant la fin", "en": "closed before the end"},
}


def reason_words(row: AssessmentFacts, protocol: Protocol, language: str) -> str:
    """Why an assessment is as it is; "" where its state says it all."""
    return stored_words(row.reason or {}, protocol, language)


def stored_words(reason: Mapping[str, Any], protocol: Protocol, language: str) -> str:
    """A stored reason in words; "" for one that only repeats what the state says."""
    code = reason.get("code", "")
    if code in set(ReasonCode):
        return explain(reason_from(reason), language, words=protocol.course.words.get(language))
    return _OWN.get(code, {}).get(language, "")
