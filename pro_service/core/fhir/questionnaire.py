"""An instrument as a FHIR R4 Questionnaire: plain dicts, the same for the same instrument and language each time."""

from typing import Any

from pro_service.core.fhir import texts
from pro_service.core.fhir.expressions import Calculated, NotCalculated, expression
from pro_service.core.fhir.facts import to_extensions
from pro_service.core.fhir.items import codes, question_items
from pro_service.core.fhir.names import (
    CALCULATED,
    FACTS,
    HIDDEN,
    NCI_THESAURUS,
    NOT_CALCULATED,
    SCORE,
    SCORES,
    VARIABLE,
    canonical,
)
from pro_service.core.instrument import Instrument, Scale, Status

#: Fields of an instrument and of a scale that FHIR has a place for. Value sets are a file of their own.
NATIVE = frozenset({"code", "version", "title", "items", "scales", "value_sets", "parent"})
NATIVE_OF_SCALE = frozenset({"code", "name", "cdisc", "loinc"})

_HIDDEN = {"url": HIDDEN, "valueBoolean": True}
_NO_DATES = "The definition gives no date of approval or effect, and so does this resource."


def questionnaire(instrument: Instrument, *, language: str) -> dict[str, Any]:
    """The Questionnaire with its texts in `language`, the others as translations.

    Raises KeyError if the instrument is not in that language.
    """
    cdisc = instrument.cdisc
    head = {
        "resourceType": "Questionnaire",
        "id": f"{instrument.code}-{instrument.version}",
        "language": language,
        "extension": [{"url": FACTS, "extension": to_extensions(instrument, without=NATIVE)}],
        "url": canonical(instrument.code),
        "identifier": [{"system": canonical("").rstrip("/"), "value": instrument.code}],
        "version": instrument.version,
        **_derived_from(instrument),
        "name": f"I_{instrument.code}_{instrument.version}".upper().translate(str.maketrans("-.", "__")),
        **texts.written("title", instrument.title, language),
        "status": "active" if _is_settled(instrument) else "draft",
        "experimental": not _is_settled(instrument),
        "subjectType": ["Patient"],
        "description": _description(instrument),
        "copyright": _copyright(instrument),
    }
    coded = {"code": [{"system": NCI_THESAURUS, "code": cdisc.codelist}]} if cdisc else {}
    return head | coded | {"item": [*question_items(instrument, language), _scores(instrument, language)]}


def _derived_from(instrument: Instrument) -> dict[str, list[str]]:
    """The library of a study's form, with its version. Other instruments are derived from none."""
    parent = instrument.parent
    return {"derivedFrom": [f"{canonical(parent.code)}|{parent.version}"]} if parent else {}


def _is_settled(instrument: Instrument) -> bool:
    """Are its numbers checked and its words the owner's? Only then may it look ready for use."""
    return instrument.status is Status.CHECKED and instrument.wording != "placeholder"


def _description(instrument: Instrument) -> str:
    placeholder = "The labels are short placeholders, not the owner's wording: not for use with patients."
    parts = [
        *([placeholder] if instrument.wording == "placeholder" else []),
        f"Numbers: {instrument.status}.",
        *(f"Not confirmed: {doubt}." for doubt in instrument.doubts),
        _NO_DATES,
    ]
    return " ".join(parts)


def _copyright(instrument: Instrument) -> str:
    licence = instrument.licence
    return f"{licence.holder}: {licence.terms}. Ask: {licence.ask}. Source: {licence.source}."


def _scores(instrument: Instrument, language: str) -> dict[str, Any]:
    """The scores, out of the patient's sight, in a group behind the questions."""
    title = {each: texts.SCORES_TITLE.get(each, "Scores") for each in instrument.languages}
    return {
        "extension": [_HIDDEN],
        "linkId": SCORES,
        **texts.written("text", title, language),
        "type": "group",
        "item": [_score(scale, instrument, language) for scale in instrument.scales],
    }


def _score(scale: Scale, instrument: Instrument, language: str) -> dict[str, Any]:
    facts = {"url": FACTS, "extension": to_extensions(scale, without=NATIVE_OF_SCALE)}
    coding = codes(scale, instrument)
    return {
        "extension": [facts, _HIDDEN, *_calculation(expression(scale, instrument))],
        "linkId": f"{SCORE}{scale.code}",
        **({"code": coding} if coding else {}),
        **texts.written("text", scale.name, language),
        "type": "decimal",
        "readOnly": True,
    }


def _calculation(said: Calculated | NotCalculated) -> list[dict[str, Any]]:
    if isinstance(said, NotCalculated):
        return [{"url": NOT_CALCULATED, "valueString": said.why}]
    variables = [
        {"url": VARIABLE, "valueExpression": {"name": name, **_fhirpath(text)}}
        for name, text in said.variables.items()
    ]
    described = {"description": said.note} if said.note else {}
    return [
        *variables,
        {"url": CALCULATED, "valueExpression": described | _fhirpath(said.expression)},
    ]


def _fhirpath(text: str) -> dict[str, str]:
    return {"language": "text/fhirpath", "expression": text}
