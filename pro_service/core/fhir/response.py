"""Reads a QuestionnaireResponse against our own Questionnaire: every answer where it belongs, and nothing besides."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pro_service.core.answers import Fault, Placed
from pro_service.core.fhir.names import COMPLETION_MODE, PARTICIPATION_MODES, canonical
from pro_service.core.fhir.questionnaire import questionnaire
from pro_service.core.fhir.response_items import read_items
from pro_service.core.instrument import Instrument

#: The only states in which answers are taken, and whether they are final.
_STATUSES = {"completed": True, "in-progress": False}
#: How the patient answered, by the code of the standard extension; without it, a form on some screen.
_MODES = {"PHONE": "phone", "WRITTEN": "paper", "ELECTRONIC": "tablet"}
FORM = "form"
_LONGEST_ID = 64
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?", re.ASCII)

_KNOWN = frozenset(
    "resourceType id meta language text contained extension identifier basedOn partOf questionnaire status subject "
    "encounter authored author source item".split()
)


@dataclass(frozen=True, kw_only=True)
class FormResponse:
    """What a QuestionnaireResponse says. `authored_on` where only a day is given, `authored_at` for an instant."""

    instrument: str
    answers: tuple[Placed, ...]
    finished: bool
    mode: str
    identifier: str | None
    authored_on: date | None
    authored_at: datetime | None


class FaultyResponseError(ValueError):
    """The document cannot be taken; `faults` says where and why."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"{len(self.faults)} faults")


def read_response(document: Any, *, instruments: Mapping[str, Instrument], patient: str) -> FormResponse:
    """The answers of a response to the Questionnaire of one of `instruments`, by code.

    `patient` is the study code that its subject must name, if it names one. Scores in it are looked at and not taken.
    Raises FaultyResponseError with everything wrong that can be seen without knowing other answers.
    """
    if not isinstance(document, dict) or document.get("resourceType") != "QuestionnaireResponse":
        raise FaultyResponseError([Fault(place="resourceType", code="no_response")])
    instrument = _instrument(document, instruments)
    form = questionnaire(instrument, language=instrument.languages[0])
    head = [*_strange(document), *_status(document), *_subject(document, patient)]
    moment, of_moment = _authored(document)
    identifier, of_identifier = _identifier(document)
    mode, of_mode = _mode(document)
    answers, of_items = read_items(document, form)
    found = [*head, *of_moment, *of_identifier, *of_mode, *of_items]
    if found:
        raise FaultyResponseError(found)
    return FormResponse(
        instrument=instrument.code,
        answers=tuple(answers),
        finished=_STATUSES[document["status"]],
        mode=mode,
        identifier=identifier,
        authored_on=moment if not isinstance(moment, datetime) else None,
        authored_at=moment if isinstance(moment, datetime) else None,
    )


def _instrument(document: Mapping[str, Any], instruments: Mapping[str, Instrument]) -> Instrument:
    """The instrument, in exactly the version that is here: another one may ask something else."""
    address = {f"{canonical(each.code)}|{each.version}": each for each in instruments.values()}
    named = document.get("questionnaire")
    if not isinstance(named, str) or named not in address:
        raise FaultyResponseError(
            [Fault(place="questionnaire", code="not_one_of", detail=", ".join(address))]
        )
    return address[named]


def _strange(document: Mapping[str, Any]) -> list[Fault]:
    """Elements that R4 does not know, and those that would change what the rest means."""
    names = {name: name.removeprefix("_") for name in document}
    return [
        Fault(
            place=name,
            code="changes_meaning" if plain in ("modifierExtension", "implicitRules") else "unknown",
        )
        for name, plain in names.items()
        if plain not in _KNOWN
    ]


def _status(document: Mapping[str, Any]) -> list[Fault]:
    status = document.get("status")
    known = isinstance(status, str) and status in _STATUSES
    return [] if known else [Fault(place="status", code="not_one_of", detail=", ".join(_STATUSES))]


def _subject(document: Mapping[str, Any], patient: str) -> list[Fault]:
    """A subject that is named must be the patient of the assessment: another one's answers are worse than none."""
    if "subject" not in document:
        return []
    subject = document["subject"]
    wrong = [Fault(place="subject", code="other_patient", detail=f"Patient/{patient}")]
    if not isinstance(subject, dict):
        return wrong
    identifier = subject.get("identifier", {"value": patient})
    named = identifier.get("value") if isinstance(identifier, dict) else None
    right = subject.get("reference", f"Patient/{patient}") == f"Patient/{patient}" and named == patient
    return [] if right and {"reference", "identifier"} & subject.keys() else wrong


def _authored(document: Mapping[str, Any]) -> tuple[date | None, list[Fault]]:
    """A day, or an instant with its zone; a year or a month says too little."""
    if "authored" not in document:
        return None, []
    text = document["authored"]
    wrong = [Fault(place="authored", code="not_a_moment")]
    found = _MOMENT.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None, wrong
    try:
        return (datetime if found[2] else date).fromisoformat(found[0]), []
    except ValueError:  # the 30th of February, a 25th hour
        return None, wrong


def _identifier(document: Mapping[str, Any]) -> tuple[str | None, list[Fault]]:
    """By which a repeated response is known; a business identifier of at most 64 printable characters."""
    if "identifier" not in document:
        return None, []
    held = document["identifier"]
    value = held.get("value") if isinstance(held, dict) else None
    if isinstance(value, str) and value.isprintable() and 0 < len(value) <= _LONGEST_ID:
        return value, []
    return None, [Fault(place="identifier.value", code="length", detail=f"1–{_LONGEST_ID}")]


def _mode(document: Mapping[str, Any]) -> tuple[str, list[Fault]]:
    extensions = document.get("extension", [])
    for place, each in enumerate(extensions if isinstance(extensions, list) else []):
        if isinstance(each, dict) and each.get("url") == COMPLETION_MODE:
            code = _participation(each.get("valueCodeableConcept"))
            if code not in _MODES:
                detail = ", ".join(_MODES)
                return FORM, [Fault(place=f"extension.{place}", code="not_one_of", detail=detail)]
            return _MODES[code], []
    return FORM, []


def _participation(concept: Any) -> str:
    codings = concept.get("coding") if isinstance(concept, dict) else None
    for each in codings if isinstance(codings, list) else []:
        if isinstance(each, dict) and each.get("system") == PARTICIPATION_MODES:
            return str(each.get("code"))
    return ""
