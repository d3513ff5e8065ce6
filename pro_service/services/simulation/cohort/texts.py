"""How a virtual patient reads a text: it brings a link, asks one item, invites to begin by SMS, or just tells."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pro_service.core.dialogue.route import question
from pro_service.core.instrument import Instrument

_LINK = re.compile(r"/q#([A-Z2-7]{20,})")
_GO = re.compile(r"\bGO\b")

BEGIN = "GO"
SKIP: Mapping[str, str] = {"fr": "PASSER", "en": "SKIP"}


@dataclass(frozen=True, kw_only=True)
class Link:
    """A form to fill in on the web."""

    token: str


@dataclass(frozen=True, kw_only=True)
class Question:
    """One item, to be answered by a text."""

    instrument: str
    item: str


@dataclass(frozen=True, kw_only=True)
class BySms:
    """Questions wait; whoever sends GO gets the first."""


@dataclass(frozen=True, kw_only=True)
class Telling:
    """Nothing is asked."""


Text = Link | Question | BySms | Telling


def understand(body: str, *, asked: Mapping[str, Question]) -> Text:
    """What the patient sees in a text. `asked`: the items that may come by SMS, by how they are put (`phrases`)."""
    link = _LINK.search(body)
    if link:
        return Link(token=link[1])
    phrase = max((phrase for phrase in asked if phrase in body), key=len, default=None)
    if phrase is not None:
        return asked[phrase]
    return BySms() if _GO.search(body) else Telling()


@lru_cache(maxsize=64)
def _phrases_of(items: tuple[tuple[str, str, str], ...]) -> Mapping[str, Question]:
    return {phrase: Question(instrument=code, item=item) for code, item, phrase in items}


def phrases(instruments: Iterable[Instrument], language: str) -> Mapping[str, Question]:
    """Each item of some instruments by its wording and choices in a language."""
    found = []
    for instrument in instruments:
        for item in instrument.items:
            said = question(instrument, item, language=language)
            found.append((instrument.code, item.code, f"{said['question']} {said['choices']}"))
    return _phrases_of(tuple(found))
