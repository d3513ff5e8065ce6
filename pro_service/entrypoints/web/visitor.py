"""What is known of somebody who is not logged in: the language the browser asks for."""

from flask import request

from pro_service.entrypoints.web.words import Language


def page_language() -> Language:
    """French, unless the browser asks for English first."""
    return "en" if request.accept_languages.best_match(["fr", "en"]) == "en" else "fr"
