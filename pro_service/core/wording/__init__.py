"""Words for patients: the texts of our SMS and staff notifications, chosen, filled and counted in segments; and the
imported wording of questionnaires, checked against their definitions and let through where a licence allows it.
"""

from collections.abc import Mapping
from functools import cache
from string import Formatter
from typing import Literal

from pro_service.core.wording.checking import Given, check_texts, same_language
from pro_service.core.wording.gate import (
    Known,
    Lack,
    Missing,
    Mode,
    Wording,
    explain_missing,
    lack_of,
    lacking,
    modes_of,
    usable,
)
from pro_service.core.wording.languages import in_language
from pro_service.core.wording.parts import (
    Texts,
    fingerprint,
    may_give,
    placeholders,
    structure_of,
    worded,
)
from pro_service.core.wording.segments import Segments, foreign_characters, segments
from pro_service.core.wording.texts import FRAGMENTS, TEXTS

__all__ = [
    "FRAGMENTS",
    "LINK",
    "TEXTS",
    "Given",
    "Known",
    "Lack",
    "Missing",
    "Mode",
    "Segments",
    "Texts",
    "Wording",
    "WordingError",
    "check_texts",
    "compose",
    "explain_missing",
    "fill_link",
    "fingerprint",
    "foreign_characters",
    "in_language",
    "invitation_key",
    "lack_of",
    "lacking",
    "may_give",
    "modes_of",
    "needs",
    "placeholders",
    "render",
    "same_language",
    "segments",
    "structure_of",
    "usable",
    "worded",
]

#: Passed as the parameter `link`, it leaves the place of the link open for `fill_link`.
LINK = "{link}"

Way = Literal["one_way", "two_way", "sms"]


class WordingError(ValueError):
    """A text cannot be made: its key is unknown, or a parameter is unknown, missing or empty. Nothing may be sent."""


@cache
def needs(key: str) -> frozenset[str]:
    """The names of the parameters a text takes, the same in every language."""
    if key not in TEXTS:
        raise WordingError(f"no text is called {key!r}")
    template = in_language(TEXTS[key], "fr")
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name)


def render(key: str, language: str, **params: str | int) -> str:
    """The text `key` in `language` (or the nearest language there is), every parameter given and none besides.

    Every text takes `study`, the code it is signed with. Pass `link=LINK` to leave the link open. A value is put in
    as it is: braces inside it mean nothing.
    """
    wanted = needs(key)
    wrong = [f"unknown {name!r}" for name in sorted(params.keys() - wanted)]
    wrong += [f"missing {name!r}" for name in sorted(wanted - params.keys())]
    wrong += [f"empty {name!r}" for name in sorted(params) if not str(params[name]).strip()]
    if wrong:
        raise WordingError(f"text {key!r}: {', '.join(wrong)}")
    return in_language(TEXTS[key], language).format_map({name: str(value) for name, value in params.items()})


def compose(key: str, language: str, context: Mapping[str, str | int]) -> str:
    """As `render`, taking from `context` what the text needs and leaving the rest."""
    return render(key, language, **{name: context[name] for name in needs(key) if name in context})


def fill_link(body: str, link: str | None) -> str:
    """The body with its link in place, just before sending. A body without an open place is returned as it is."""
    if LINK not in body:
        return body
    if not link:
        raise WordingError("the text waits for a link and there is none")
    return body.replace(LINK, link)


def invitation_key(way: Way, *, first: bool) -> str:
    """The invitation to answer in a way; a patient's `first` one also says that this is no emergency service."""
    return f"first_invitation_{way}" if first else f"invitation_{way}"
