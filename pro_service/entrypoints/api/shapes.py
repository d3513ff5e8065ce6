"""Shapes that several answers share: sentences in both languages, reasons."""

from collections.abc import Callable, Mapping

from marshmallow import EXCLUDE, Schema, fields

LANGUAGES = ("fr", "en")


class Shape(Schema):
    """What an answer looks like. Readers ignore fields they do not know: answers may grow."""

    class Meta:
        unknown = EXCLUDE


class SentenceSchema(Shape):
    """The same said in both languages."""

    fr = fields.String(required=True, metadata={"example": "attendu le 19/02/2026"})
    en = fields.String(required=True, metadata={"example": "expected on 2026-02-19"})


class ReasonSchema(Shape):
    """Why something is as it is: a stable code for programs, a sentence for people."""

    code = fields.String(required=True, metadata={"example": "expected"})
    sentence = fields.Nested(SentenceSchema, required=True)


def in_both(say: Callable[[str], str]) -> Mapping[str, str]:
    """What `say` says in each language."""
    return {language: say(language) for language in LANGUAGES}
