"""Why a schedule is as it is or changed: codes with their facts, and their sentences in French and English."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class ReasonCode(StrEnum):
    """Kept with each change of an assessment; the values are stored."""

    # why something is not expected
    PHASE = "phase"  # the phase on the due date is not one the rule allows
    NO_WINDOW = "no_window"  # a bound or the end leaves no day to answer on
    MERGED = "merged"
    NO_ANCHOR = "no_anchor"  # the event it hung on is gone
    OVER_MAXIMUM = "over_maximum"  # the event has happened more often than the rule follows up
    RESTARTED = "restarted"  # the schedule began anew before it was due
    STOPPED = "stopped"  # due after the day from which nothing more is asked
    ASKED_ENOUGH = "asked_enough"  # so many further times after that day, and no more
    TOO_CLOSE = "too_close"  # to a slot that goes before
    # why something is newly expected
    EXPECTED = "expected"
    EXPECTED_LATE = "expected_late"  # known only after its window
    PHASE_ALLOWS = "phase_allows"
    NOT_HELD_BACK = "not_held_back"  # what kept it out in the other plan does not in this one
    NOT_MERGED = "not_merged"  # what it is merged into in the other plan does not replace it in this one
    EXPECTED_PROVISIONALLY = "expected_provisionally"  # by a planned day; the event is not a fact yet
    # why something moved
    BECAME_A_FACT = "became_a_fact"  # the event took place on another day than planned
    DUE_MOVED = "due_moved"
    CLOSE_MOVED = "close_moved"
    OPEN_MOVED = "open_moved"
    CONTENT = "content"  # other instruments
    VISIT_MOVED = "visit_moved"  # due with the visit it follows
    VISIT_OUTSIDE = "visit_outside"  # the visit lies outside the window: the slot stays where it is
    VISIT_FOLLOWED = "visit_followed"  # follows a visit that it did not follow before
    VISIT_GONE = "visit_gone"  # the visit it followed does not take place
    WITHOUT = "without"  # an instrument that is no longer asked
    # why something stayed
    UNCHANGED = "unchanged"
    BEGUN = "begun"
    FINISHED = "finished"
    CLOSED = "closed"
    # another version of the protocol; the fact `cause` is one of the codes above, with its own facts beside it
    AMENDED = "amended"
    AMENDMENT_UNDONE = "amendment_undone"


@dataclass(frozen=True, kw_only=True)
class Reason:
    """A code and its facts, all texts; dates in ISO form."""

    code: ReasonCode
    facts: Mapping[str, str] = field(default_factory=dict)

    def as_data(self) -> dict[str, str]:
        """For storing: {"code": ..., fact: ...}."""
        return {"code": self.code.value, **self.facts}


def reason_from(stored: Mapping[str, str]) -> Reason:
    """The reason that `as_data` gave; ValueError for an unknown code."""
    facts = {key: value for key, value in stored.items() if key != "code"}
    return Reason(code=ReasonCode(stored["code"]), facts=facts)


def because_of(version: str, reason: Reason, *, code: ReasonCode = ReasonCode.AMENDED) -> Reason:
    """The same reason, said of a change that `version` of the protocol brought (or whose undoing brought it)."""
    return Reason(code=code, facts={**reason.facts, "protocol": version, "cause": reason.code.value})


def plain(stored: Mapping[str, str]) -> Mapping[str, str]:
    """A stored reason without its amendment, as the plan alone would give it."""
    if stored.get("code") not in _OF_AMENDMENTS:
        return stored
    facts = {key: value for key, value in stored.items() if key not in ("code", "protocol", "cause")}
    return {"code": stored.get("cause", ""), **facts}


_OF_AMENDMENTS = (ReasonCode.AMENDED, ReasonCode.AMENDMENT_UNDONE)

_SENTENCES: Mapping[str, Mapping[ReasonCode, str]] = {
    "fr": {
        ReasonCode.PHASE: "non attendu : le {on}, la phase est « {phase} »",
        ReasonCode.NO_WINDOW: "non attendu : il ne reste aucun jour pour répondre",
        ReasonCode.MERGED: "remplacé par {into}, prévu à {days} jour(s) d'écart",
        ReasonCode.NO_ANCHOR: "non attendu : l'événement dont il dépendait n'est plus là ou ne compte plus",
        ReasonCode.OVER_MAXIMUM: "non attendu : cet événement est suivi {max} fois au plus",
        ReasonCode.RESTARTED: "non attendu : le calendrier recommence le {on} (« {event} »)",
        ReasonCode.STOPPED: "non attendu : n'est plus demandé après le {on} (« {event} »)",
        ReasonCode.ASKED_ENOUGH: "non attendu : demandé {more} fois encore après le {on} (« {event} »), pas davantage",
        ReasonCode.TOO_CLOSE: "non attendu : trop proche de {by}, prévu à {days} jour(s) d'écart",
        ReasonCode.EXPECTED: "attendu le {due_on}",
        ReasonCode.EXPECTED_LATE: "attendu le {due_on}, mais connu seulement après la fermeture le {close_on}",
        ReasonCode.PHASE_ALLOWS: "attendu : la phase à cette date le permet",
        ReasonCode.NOT_HELD_BACK: "attendu : ce qui l'écartait ne compte plus",
        ReasonCode.NOT_MERGED: "attendu : {into} ne le remplace pas",
        ReasonCode.EXPECTED_PROVISIONALLY: "attendu le {due_on} d'après la date prévue",
        ReasonCode.BECAME_A_FACT: "déplacé du {before} (date prévue) au {after} (date réelle)",
        ReasonCode.DUE_MOVED: "déplacé du {before} au {after}",
        ReasonCode.CLOSE_MOVED: "fermeture déplacée du {before} au {after}",
        ReasonCode.OPEN_MOVED: "ouverture déplacée du {before} au {after}",
        ReasonCode.CONTENT: "autres questionnaires : {after}",
        ReasonCode.VISIT_MOVED: "visite déplacée du {before} au {after}",
        ReasonCode.VISIT_OUTSIDE: "visite du {on} hors de la fenêtre : le questionnaire garde ses dates",
        ReasonCode.VISIT_FOLLOWED: "suit la visite du {on}",
        ReasonCode.VISIT_GONE: "ne suit plus la visite du {on}, qui n'a pas lieu",
        ReasonCode.WITHOUT: "sans {instruments} : plus demandé après le {on} (« {event} »)",
        ReasonCode.UNCHANGED: "inchangé",
        ReasonCode.BEGUN: "conservé : déjà commencé",
        ReasonCode.FINISHED: "conservé : déjà répondu",
        ReasonCode.CLOSED: "conservé : déjà fermé",
        ReasonCode.AMENDED: "amendement {protocol} : {why}",
        ReasonCode.AMENDMENT_UNDONE: "amendement {protocol} annulé : {why}",
    },
    "en": {
        ReasonCode.PHASE: "not expected: on {on} the phase is “{phase}”",
        ReasonCode.NO_WINDOW: "not expected: no day is left to answer on",
        ReasonCode.MERGED: "replaced by {into}, due {days} day(s) apart",
        ReasonCode.NO_ANCHOR: "not expected: the event it depended on is no longer there, or no longer counts",
        ReasonCode.OVER_MAXIMUM: "not expected: this event is followed up {max} time(s) at most",
        ReasonCode.RESTARTED: "not expected: the schedule begins anew on {on} (“{event}”)",
        ReasonCode.STOPPED: "not expected: no longer asked after {on} (“{event}”)",
        ReasonCode.ASKED_ENOUGH: "not expected: asked {more} more time(s) after {on} (“{event}”), and no more",
        ReasonCode.TOO_CLOSE: "not expected: too close to {by}, due {days} day(s) apart",
        ReasonCode.EXPECTED: "expected on {due_on}",
        ReasonCode.EXPECTED_LATE: "expected on {due_on}, but known only after it closed on {close_on}",
        ReasonCode.PHASE_ALLOWS: "expected: the phase on that day allows it",
        ReasonCode.NOT_HELD_BACK: "expected: what kept it out no longer counts",
        ReasonCode.NOT_MERGED: "expected: {into} does not replace it",
        ReasonCode.EXPECTED_PROVISIONALLY: "expected on {due_on} by the planned day",
        ReasonCode.BECAME_A_FACT: "moved from {before} (the planned day) to {after} (the actual one)",
        ReasonCode.DUE_MOVED: "moved from {before} to {after}",
        ReasonCode.CLOSE_MOVED: "closing moved from {before} to {after}",
        ReasonCode.OPEN_MOVED: "opening moved from {before} to {after}",
        ReasonCode.CONTENT: "other questionnaires: {after}",
        ReasonCode.VISIT_MOVED: "visit moved from {before} to {after}",
        ReasonCode.VISIT_OUTSIDE: "visit on {on} outside the window: the questionnaire keeps its dates",
        ReasonCode.VISIT_FOLLOWED: "follows the visit on {on}",
        ReasonCode.VISIT_GONE: "no longer follows the visit on {on}, which does not take place",
        ReasonCode.WITHOUT: "without {instruments}: no longer asked after {on} (“{event}”)",
        ReasonCode.UNCHANGED: "unchanged",
        ReasonCode.BEGUN: "kept: already begun",
        ReasonCode.FINISHED: "kept: already answered",
        ReasonCode.CLOSED: "kept: already closed",
        ReasonCode.AMENDED: "amendment {protocol}: {why}",
        ReasonCode.AMENDMENT_UNDONE: "amendment {protocol} undone: {why}",
    },
}


_MERGED_BECAUSE: Mapping[str, str] = {
    "fr": "remplacé par {into} ({event} le {event_on}), prévu à {days} jour(s) d'écart",
    "en": "replaced by {into} ({event} on {event_on}), due {days} day(s) apart",
}


def explain(reason: Reason, language: str, *, words: Mapping[str, str] | None = None) -> str:
    """A reason in words, French ("fr") or English ("en").

    `words` gives phases and events their names (protocol.course.words).
    """
    facts = {key: _in_words(value, language) for key, value in reason.facts.items()}
    for name in ("phase", "event"):
        if words and name in facts:
            facts[name] = words.get(facts[name], facts[name])
    if reason.code in _OF_AMENDMENTS:
        facts["why"] = _why(ReasonCode(facts["cause"]), facts, language)
    elif reason.code is ReasonCode.MERGED:
        return _merged(facts, language)
    return _SENTENCES[language][reason.code].format(**facts)


def _merged(facts: Mapping[str, str], language: str) -> str:
    known = "event" in facts
    return (_MERGED_BECAUSE[language] if known else _SENTENCES[language][ReasonCode.MERGED]).format(**facts)


def _why(cause: ReasonCode, facts: Mapping[str, str], language: str) -> str:
    if cause is ReasonCode.MERGED:
        return _merged(facts, language)
    return (_OF_VERSIONS[language].get(cause) or _SENTENCES[language][cause]).format(**facts)


#: Said otherwise of a change of version: a key without anchor is one that this version does not have for the patient.
_OF_VERSIONS: Mapping[str, Mapping[ReasonCode, str]] = {
    "fr": {
        ReasonCode.NO_ANCHOR: "cette version ne le prévoit pas",
        ReasonCode.UNCHANGED: "rétabli tel quel",
    },
    "en": {
        ReasonCode.NO_ANCHOR: "this version does not plan it",
        ReasonCode.UNCHANGED: "restored as it was",
    },
}


def _in_words(value: str, language: str) -> str:
    if language != "fr":
        return value
    try:
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    except ValueError:
        return value
