"""Chooses the text a reader gets when not every language is there: their own, its parent, French, English."""

from collections.abc import Mapping

FALLBACKS = ("fr", "en")


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text of `texts` (by language tag) nearest to `language`; KeyError when there is none at all."""
    for candidate in (language, language.partition("-")[0], *FALLBACKS, *sorted(texts)):
        if candidate in texts:
            return texts[candidate]
    raise KeyError(f"no text in any language (wanted {language!r})")
