"""Why a use case was refused: always a reason a person can act on, and nothing stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

LONGEST_NOTE = 2000


@dataclass(frozen=True, kw_only=True)
class Reason:
    """A stable code for programs and a sentence in each language for people."""

    code: str
    sentences: Mapping[str, str]

    def sentence(self, language: str) -> str:
        return self.sentences.get(language) or self.sentences["en"]


class RefusedError(Exception):
    """The use case is not possible as asked; the reason says why and what to do."""

    def __init__(self, code: str, *, fr: str, en: str) -> None:
        self.reason = Reason(code=code, sentences={"fr": fr, "en": en})
        super().__init__(en)


class InvalidError(RefusedError):
    """The request itself is wrong: a value outside its range, a name that does not exist."""


class ConflictError(RefusedError):
    """The request was possible once, but not in the state things are in now."""


class LockedError(RefusedError):
    """The data are locked: nobody may change them."""

    def __init__(self) -> None:
        super().__init__(
            "data_locked",
            fr="Les données sont verrouillées : rien n'a été changé. La page des verrous dit pourquoi et par qui.",
            en="The data are locked: nothing was changed. The page of locks says why and by whom.",
        )


class GoneError(RefusedError):
    """The thing asked for is not here (any more)."""


def require_storable(texts: Iterable[str]) -> None:
    """InvalidError for a text that holds a NUL or half a character: no database can keep it as it is."""
    if any("\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text) for text in texts):
        raise InvalidError(
            "not_a_text",
            fr="Ce texte contient un caractère qui ne peut pas être enregistré.",
            en="This text holds a character that cannot be stored.",
        )


def require_note(text: str, *, code: str) -> None:
    """InvalidError for a note or motive that cannot be stored, or is no note any more."""
    require_storable([text])
    if len(text) > LONGEST_NOTE:
        raise InvalidError(
            code,
            fr=f"Texte trop long : {LONGEST_NOTE} caractères au plus.",
            en=f"The text is too long: {LONGEST_NOTE} characters at most.",
        )


class NotFoundError(Exception):
    """No such thing, or not for this person: the two cannot be told apart from outside."""
