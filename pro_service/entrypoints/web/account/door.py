"""Pages for people who have no session (yet)."""

from typing import cast

from flask import Response, render_template
from werkzeug.wrappers import Response as AnyResponse

from pro_service.entrypoints.web.desk.context import Page, desk_context
from pro_service.entrypoints.web.desk.views import Chrome
from pro_service.entrypoints.web.visitor import page_language
from pro_service.entrypoints.web.words import Language
from pro_service.entrypoints.web.words.phrases import Say
from pro_service.entrypoints.wiring import wired

ZONE = "Europe/Paris"


def door(template: str, page: Page, *, language: str = "", status: int = 200) -> AnyResponse:
    """A page before the desk, in `language` or the visitor's."""
    spoken = cast(Language, language or page_language())
    say = Say(language=spoken, now=wired().clock(), zone=ZONE)
    context = desk_context(page=page, say=say, csrf_token="")
    return Response(render_template(f"desk/{template}.html", **context), status=status)


def provider_name() -> str:
    """What the provider is called, where there is one."""
    found = wired().oidc
    return "" if found is None else found.settings.name


def outside(here: str, *, notice: str = "") -> Chrome:
    """What surrounds it."""
    return Chrome(study="PRO", here=here, notice=notice, demo=wired().demo)
