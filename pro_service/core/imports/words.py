"""What is said about facts on which the service and their source do not agree."""

from collections.abc import Mapping

from pro_service.core.course import Event, Refusal, sentence
from pro_service.core.imports.verdicts import Outcome, Verdict
from pro_service.core.protocol import CourseRules

Both = tuple[str, str]  # French, English


#: What is said where the course itself has no objection to put into words.
_CODES: Mapping[str, Both] = {
    "unknown_patient": (
        "Aucun patient n'a ce code ici : l'enrôler d'abord, ou corriger le code.",
        "No patient has this code here: enrol them first, or correct the code.",
    ),
    "key_of_another_patient": (
        "Cette clé a déjà servi pour un autre patient : une clé est un fait.",
        "This key was used for another patient already: a key is one fact.",
    ),
    "told_under_another_key": (
        "Ce fait est déjà venu sous une autre clé : en retirer une à la source.",
        "This fact came under another key already: take one of them out at the source.",
    ),
    "voided_here": (
        "Ce fait a été annulé ici, et la source le garde : le retirer à la source, ou le saisir de nouveau ici.",
        "This fact was voided here, and the source keeps it: take it out there, or record it here again.",
    ),
    "held_otherwise": (
        "Le service a {held}, la source dit {told}.",
        "The service holds {held}, the source says {told}.",
    ),
}


def explained(verdict: Verdict, language: str, *, rules: CourseRules) -> str:
    """Why a row was not recorded, in words; "" where it was, or was here already."""
    if verdict.outcome not in (Outcome.CONTRADICTS, Outcome.REFUSED):
        return ""
    held = _held(verdict.held, verdict.row.event, language, rules) if verdict.held is not None else ""
    why = _why(verdict.refusal, verdict.code, language, rules)
    return " ".join(part for part in (held, why) if part)


def told(code: str, language: str) -> str:
    """The sentence of a code that needs no facts."""
    return _CODES[code][0 if language == "fr" else 1]


def _held(held: Event, told_event: Event, language: str, rules: CourseRules) -> str:
    pattern = _CODES["held_otherwise"][0 if language == "fr" else 1]
    return pattern.format(held=_in_words(held, language, rules), told=_in_words(told_event, language, rules))


def _why(refusal: Refusal | None, code: str, language: str, rules: CourseRules) -> str:
    if refusal is not None:
        return sentence(refusal, language, rules=rules)
    return "" if code == "held_otherwise" else told(code, language)


def _in_words(event: Event, language: str, rules: CourseRules) -> str:
    day = f"{event.on:%d/%m/%Y}" if language == "fr" else event.on.isoformat()
    more = [each for each in (event.result, event.relation, event.reason) if each]
    if event.disclosed_on is not None:
        day_told = f"{event.disclosed_on:%d/%m/%Y}" if language == "fr" else event.disclosed_on.isoformat()
        more.append(f"annoncé le {day_told}" if language == "fr" else f"told on {day_told}")
    quoted = (
        f"« {rules.word(event.type, language)} »"
        if language == "fr"
        else f"“{rules.word(event.type, language)}”"
    )
    joined = f" ({', '.join(more)})" if more else ""
    return f"{quoted} le {day}{joined}" if language == "fr" else f"{quoted} on {day}{joined}"
