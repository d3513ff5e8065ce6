"""Every word of the nurse's desk, French first and English beside it, so that a missing translation is seen at once."""

from collections.abc import Mapping
from typing import Literal

from pro_service.entrypoints.web.words.access import ACCESS
from pro_service.entrypoints.web.words.accounts import ACCOUNTS
from pro_service.entrypoints.web.words.checks import CHECKS
from pro_service.entrypoints.web.words.copies import COPIES
from pro_service.entrypoints.web.words.delivery import DELIVERY
from pro_service.entrypoints.web.words.forms import FORMS
from pro_service.entrypoints.web.words.history import HISTORY
from pro_service.entrypoints.web.words.instruments import INSTRUMENTS
from pro_service.entrypoints.web.words.locks import LOCKS
from pro_service.entrypoints.web.words.pages import PAGES
from pro_service.entrypoints.web.words.pending import PENDING
from pro_service.entrypoints.web.words.provenance import PROVENANCE
from pro_service.entrypoints.web.words.questions import QUESTIONS
from pro_service.entrypoints.web.words.signatures import SIGNATURES
from pro_service.entrypoints.web.words.time_travel import TIME_TRAVEL
from pro_service.entrypoints.web.words.trail import TRAIL
from pro_service.entrypoints.web.words.visits import VISITS
from pro_service.entrypoints.web.words.words import WORDS

Language = Literal["fr", "en"]

NO_BREAK = "\N{NO-BREAK SPACE}"
FRENCH_SPACES = (*((f" {sign}", f"{NO_BREAK}{sign}") for sign in ":;?!»"), ("« ", f"«{NO_BREAK}"))


def _typeset(french: str) -> str:
    """French puts a space before : ; ? ! » that no line may break at."""
    for plain, kept in FRENCH_SPACES:
        french = french.replace(plain, kept)
    return french


#: key -> (French, English); `{name}` is replaced. A counted text has the keys `….one` and `….many`.
TEXTS: Mapping[str, tuple[str, str]] = {
    key: (_typeset(french), english)
    for key, (french, english) in {
        **PAGES,
        **FORMS,
        **WORDS,
        **INSTRUMENTS,
        **DELIVERY,
        **PENDING,
        **TIME_TRAVEL,
        **CHECKS,
        **HISTORY,
        **TRAIL,
        **VISITS,
        **PROVENANCE,
        **QUESTIONS,
        **ACCESS,
        **SIGNATURES,
        **LOCKS,
        **COPIES,
        **ACCOUNTS,
    }.items()
}


def text(key: str, language: Language, **values: object) -> str:
    """The text of `key`. KeyError for an unknown key: a page never shows a key to a reader."""
    french, english = TEXTS[key]
    return (french if language == "fr" else english).format(**values)


def counted(key: str, number: int, language: Language, **values: object) -> str:
    """The text for so many of something. In French nought and one are singular, in English one alone."""
    singular = number == 1 or (number == 0 and language == "fr")
    return text(f"{key}.{'one' if singular else 'many'}", language, n=number, **values)


def word(group: str, code: str, language: Language) -> str:
    """The word for a code of the trial (a state, a reason, an event); an unknown code is shown as plain words."""
    key = f"{group}.{code.lower()}"
    return text(key, language) if key in TEXTS else code.replace("_", " ")
