"""Texts in every language the product speaks: none may be missing, none blank."""

from collections.abc import Mapping

from pro_service.core.definition import Section

LANGUAGES = ("fr", "en")


def translated(section: Section, key: str) -> Mapping[str, str]:
    """The text under `key` by language; reports a missing or blank translation."""
    if not section.has(key):
        example = ", ".join(f'{language} = "..."' for language in LANGUAGES)
        section.known.add(key)
        section.problem(key, "is missing", f"add {key} = {{ {example} }}")
        return {}
    table = section.section(key)
    texts = {language: table.text(language) for language in LANGUAGES}
    for language, text in texts.items():
        if table.has(language) and isinstance(table.data[language], str) and not text.strip():
            table.problem(language, "is blank", "write the text in this language")
    table.finish()
    return texts
