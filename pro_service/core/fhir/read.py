"""Reads a Questionnaire of ours back to the instrument it was made of, so that nothing is lost on the way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from pro_service.core.fhir import texts
from pro_service.core.fhir.facts import from_extensions
from pro_service.core.fhir.names import (
    ABSENT_REASONS,
    FACTS,
    LOINC,
    MAX_VALUE,
    MIN_VALUE,
    ORDINAL_VALUE,
    SCORE,
    SCORES,
    canonical,
)
from pro_service.core.instrument import Condition, Instrument, Item, Option, Parent, Scale, ValueSet


class NotOursError(ValueError):
    """The document is no Questionnaire that `questionnaire` wrote."""


def read_questionnaire(
    document: Mapping[str, Any], *, value_sets: Mapping[str, ValueSet] | None = None
) -> Instrument:
    """The instrument of a Questionnaire written here. `value_sets` are not in it and are put beside it.

    Raises NotOursError for any other document.
    """
    try:
        return _instrument(document, value_sets or {})
    except (KeyError, ValueError, TypeError, IndexError, AttributeError) as error:
        raise NotOursError(f"no Questionnaire of ours: {type(error).__name__} {error}") from error


def _instrument(document: Mapping[str, Any], value_sets: Mapping[str, ValueSet]) -> Instrument:
    code, version, language = document["identifier"][0]["value"], document["version"], document["language"]
    if document["resourceType"] != "Questionnaire" or document["url"] != canonical(code):
        raise NotOursError(f"{document['resourceType']} {document['url']} is no Questionnaire of ours")
    listed = {each["linkId"]: each for each in document["item"]}
    given = {
        "code": code,
        "version": version,
        "title": texts.read(document, "title", language),
        "items": tuple(_items(listed, language)),
        "scales": tuple(_scale(each, language) for each in listed[SCORES]["item"]),
        "value_sets": value_sets,
        "parent": _parent(document.get("derivedFrom", ())),
    }
    return Instrument(**from_extensions(Instrument, _facts(document), **given))


def _parent(derived_from: Sequence[str]) -> Parent | None:
    """The library of a form; NotOursError for one that is nowhere here."""
    if not derived_from:
        return None
    (named,) = derived_from
    url, _, version = named.partition("|")
    code = url.removeprefix(canonical(""))
    if url != canonical(code) or not version:
        raise NotOursError(f"{named} is no Questionnaire of ours with its version")
    return Parent(code=code, version=version)


def _items(listed: Mapping[str, Mapping[str, Any]], language: str) -> Iterable[Item]:
    for each in listed.values():
        if each["type"] in ("choice", "integer"):
            yield _item(each, listed, language)


def _item(written: Mapping[str, Any], listed: Mapping[str, Mapping[str, Any]], language: str) -> Item:
    options = tuple(_options(written, language))
    values = [option.value for option in options if option.value != _does_not_apply(written)]
    given = {
        "code": written["linkId"],
        "label": texts.read(written, "text", language),
        "options": options,
        "minimum": min(values) if values else _one(written, MIN_VALUE)["valueInteger"],
        "maximum": max(values) if values else _one(written, MAX_VALUE)["valueInteger"],
        "shown_if": _condition(written.get("enableWhen", ()), listed),
        **_codes(Item, written),
    }
    return Item(**from_extensions(Item, _facts(written), **given))


def _options(written: Mapping[str, Any], language: str) -> Iterable[Option]:
    for each in written.get("answerOption", ()):
        coding = each["valueCoding"]
        if coding["system"] != ABSENT_REASONS:
            value = _one(each, ORDINAL_VALUE)["valueDecimal"]
            yield Option(value=value, label=texts.read(coding, "display", language))


def _does_not_apply(written: Mapping[str, Any]) -> int | None:
    """The value beyond the range by which a patient says that the question is not about them."""
    facts = {each["url"]: each for each in _facts(written)}
    return facts["does_not_apply"]["valueInteger"] if "does_not_apply" in facts else None


def _condition(
    enabled: Iterable[Mapping[str, Any]], listed: Mapping[str, Mapping[str, Any]]
) -> Condition | None:
    enabled = tuple(enabled)
    if not enabled:
        return None
    asked = enabled[0]["question"]
    if "answerInteger" in enabled[0]:
        return Condition(item=asked, above=enabled[0]["answerInteger"])
    open_to = {each["answerCoding"]["code"] for each in enabled} | {str(_does_not_apply(listed[asked]))}
    below = [
        _one(each, ORDINAL_VALUE)["valueDecimal"]
        for each in listed[asked]["answerOption"]
        if "extension" in each and each["valueCoding"]["code"] not in open_to
    ]
    return Condition(item=asked, above=max(below))


def _scale(written: Mapping[str, Any], language: str) -> Scale:
    given = {
        "code": written["linkId"].removeprefix(SCORE),
        "name": texts.read(written, "text", language),
        **_codes(Scale, written),
    }
    return Scale(**from_extensions(Scale, _facts(written), **given))


def _codes(kind: type[Any], written: Mapping[str, Any]) -> dict[str, str | None]:
    """The codes of others, as far as `kind` has a field for them."""
    found = {
        "loinc" if each["system"] == LOINC else "cdisc": each["code"] for each in written.get("code", ())
    }
    return {name: found.get(name) for name in _names(kind) & {"cdisc", "loinc"}}


def _names(kind: type[Any]) -> set[str]:
    return {each.name for each in fields(kind)}


def _facts(written: Mapping[str, Any]) -> list[dict[str, Any]]:
    inner: list[dict[str, Any]] = _one(written, FACTS).get("extension", [])
    return inner


def _one(written: Mapping[str, Any], url: str) -> Mapping[str, Any]:
    """The extension of this address; KeyError if there is none."""
    by_url: dict[str, Mapping[str, Any]] = {each["url"]: each for each in written.get("extension", ())}
    return by_url[url]
