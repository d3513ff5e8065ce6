"""A text by language as FHIR writes it: one language in the element, the others as translations beside it."""

from collections.abc import Mapping
from typing import Any

from pro_service.core.fhir.names import TRANSLATION
from pro_service.core.instrument import LANGUAGES

#: What the option to refuse is called; the patient's page says the same.
REFUSE: Mapping[str, str] = {"fr": "Je préfère ne pas répondre", "en": "I prefer not to answer"}
SCORES_TITLE: Mapping[str, str] = {"fr": "Scores", "en": "Scores"}


def written(element: str, texts: Mapping[str, str], language: str) -> dict[str, Any]:
    """`element` in `language`, and `_element` with the other languages."""
    others = [_translation(other, text) for other, text in texts.items() if other != language]
    beside = {f"_{element}": {"extension": others}} if others else {}
    return {element: texts[language], **beside}


def read(holder: Mapping[str, Any], element: str, language: str) -> dict[str, str]:
    """The text by language, French first: what `written` wrote in `language`."""
    found = {language: holder[element]}
    for extension in holder.get(f"_{element}", {}).get("extension", ()):
        parts = {part["url"]: part for part in extension.get("extension", ())}
        if extension["url"] == TRANSLATION:
            found[parts["lang"]["valueCode"]] = parts["content"]["valueString"]
    return {each: found[each] for each in sorted(found, key=_place)}


def _place(language: str) -> int:
    return LANGUAGES.index(language) if language in LANGUAGES else len(LANGUAGES)


def _translation(language: str, text: str) -> dict[str, Any]:
    return {
        "url": TRANSLATION,
        "extension": [
            {"url": "lang", "valueCode": language},
            {"url": "content", "valueString": text},
        ],
    }
