"""The items of a Questionnaire: a question as a choice or a whole number, with its condition, codes and recall."""

from collections.abc import Mapping
from typing import Any

from pro_service.core.fhir import texts
from pro_service.core.fhir.facts import to_extensions
from pro_service.core.fhir.names import (
    ABSENT_REASONS,
    DECLINED,
    FACTS,
    HIGH,
    INSTRUCTION,
    ITEM_CONTROL,
    ITEM_CONTROLS,
    LOINC,
    LOW,
    MAX_VALUE,
    MIN_VALUE,
    ORDINAL_VALUE,
    RECALL,
    SLIDER_STEP,
    answers_of,
    cdisc_codes,
)
from pro_service.core.instrument import Instrument, Item, Option

#: Fields of an item that FHIR has a place for; the others travel as facts.
NATIVE = frozenset({"code", "label", "options", "minimum", "maximum", "shown_if", "cdisc", "loinc"})


def question_items(instrument: Instrument, language: str) -> list[dict[str, Any]]:
    """Every question in its order. Lines before it say its instruction, and the recall period where that changes."""
    written = _line(INSTRUCTION, instrument.instruction, language)
    recall: Mapping[str, str] = {}
    for item in instrument.items:
        written += _line(f"{INSTRUCTION}-{item.code}", item.instruction, language)
        if item.recall != recall:
            written += _line(f"{RECALL}{item.code}", item.recall, language)
        recall = item.recall
        written.append(_question(item, instrument, language))
    return written


def _line(
    link_id: str, said: Mapping[str, str], language: str, *more: dict[str, Any]
) -> list[dict[str, Any]]:
    """A line of text, if there is one in this language. It is shown only: the facts beside it hold every language."""
    if language not in said:
        return []
    extension = {"extension": [*more]} if more else {}
    return [{**extension, "linkId": link_id, **texts.written("text", said, language), "type": "display"}]


def _question(item: Item, instrument: Instrument, language: str) -> dict[str, Any]:
    facts = {"url": FACTS, "extension": to_extensions(item, without=NATIVE)}
    coding = codes(item, instrument)
    return {
        "extension": [facts, *(_ticked() if item.options else _on_a_line(item))],
        "linkId": item.code,
        **({"code": coding} if coding else {}),
        **texts.written("text", item.label, language),
        "type": "choice" if item.options else "integer",
        **_enabled(item, instrument),
        "required": False,
        "repeats": False,
        **({"answerOption": _options(item, instrument, language)} if item.options else {}),
        **_ends(item, language),
    }


def _ends(item: Item, language: str) -> dict[str, Any]:
    """What stands at the two ends of a line, as SDC has it: lines within the question."""
    lines = [
        *_line(f"{LOW}{item.code}", item.low, language, _control("lower")),
        *_line(f"{HIGH}{item.code}", item.high, language, _control("upper")),
    ]
    return {"item": lines} if lines else {}


def codes(named: Any, instrument: Instrument) -> list[dict[str, Any]]:
    """The codes of an item or scale in the vocabularies of others, where the definition has them."""
    cdisc, loinc = getattr(named, "cdisc", None), getattr(named, "loinc", None)
    codelist = instrument.cdisc.codelist if instrument.cdisc else ""
    found = [{"system": cdisc_codes(codelist), "code": cdisc}] if cdisc else []
    return found + ([{"system": LOINC, "code": loinc}] if loinc else [])


def _ticked() -> list[dict[str, Any]]:
    return [_control("radio-button")]


def _on_a_line(item: Item) -> list[dict[str, Any]]:
    """A mark on a line, as a slider from the one end to the other in steps of one."""
    return [
        _control("slider"),
        {"url": SLIDER_STEP, "valueInteger": 1},
        {"url": MIN_VALUE, "valueInteger": item.minimum},
        {"url": MAX_VALUE, "valueInteger": item.maximum},
    ]


def _control(code: str) -> dict[str, Any]:
    coding = {"coding": [{"system": ITEM_CONTROLS, "code": code}]}
    return {"url": ITEM_CONTROL, "valueCodeableConcept": coding}


def _enabled(item: Item, instrument: Instrument) -> dict[str, Any]:
    """A whole number is compared; FHIR cannot compare ticked answers, so each that is high enough is listed."""
    if item.shown_if is None:
        return {}
    asked = instrument.item(item.shown_if.item)
    if not asked.options:
        return {
            "enableWhen": [{"question": asked.code, "operator": ">", "answerInteger": item.shown_if.above}]
        }
    above = [option for option in asked.options if item.shown_if.above < option.value <= asked.maximum]
    listed = [
        {"question": asked.code, "operator": "=", "answerCoding": _coding(option, asked, instrument)}
        for option in above
    ]
    return {"enableWhen": listed, "enableBehavior": "any"}


def _options(item: Item, instrument: Instrument, language: str) -> list[dict[str, Any]]:
    """The answers in the order they are printed, then the wish not to answer, where that is offered."""
    written: list[dict[str, Any]] = [
        {
            "extension": [{"url": ORDINAL_VALUE, "valueDecimal": option.value}],
            "valueCoding": {
                **_coding(option, item, instrument),
                **texts.written("display", option.label, language),
            },
        }
        for option in item.options
    ]
    if item.may_refuse:
        refuse = {each: texts.REFUSE[each] for each in instrument.languages if each in texts.REFUSE}
        declined = {"system": ABSENT_REASONS, "code": DECLINED, **texts.written("display", refuse, language)}
        written.append({"valueCoding": declined})
    return written


def _coding(option: Option, item: Item, instrument: Instrument) -> dict[str, Any]:
    system = answers_of(instrument.code, instrument.version, item.code)
    return {"system": system, "code": str(option.value)}
