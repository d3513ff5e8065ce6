"""What is known of somebody who is not logged in: the language they chose or their browser asks for."""

from flask import request

from pro_service.entrypoints.web.words import Language

LANGUAGE_COOKIE = "language"


def page_language() -> Language:
    """The language chosen before; else French, unless the browser asks for English first."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in ("fr", "en"):
        return "en" if chosen == "en" else "fr"
    return "en" if request.accept_languages.best_match(["fr", "en"]) == "en" else "fr"
