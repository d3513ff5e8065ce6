"""Strict fields: a value is of exactly the kind asked for, or refused with a reason in the reader's language."""

import base64
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from pro_service.core.course.document import FIRST_YEAR, LAST_YEAR

#: code -> (French, English). A field's message is its code, and after a bar what {0} stands for.
MESSAGES: Mapping[str, tuple[str, str]] = {
    "required": ("Champ obligatoire.", "This field is required."),
    "null": ("Ce champ ne peut pas être null.", "This field cannot be null."),
    "unknown": ("Champ inconnu.", "Unknown field."),
    "not_an_object": ("Un objet JSON est attendu.", "A JSON object is expected."),
    "not_a_list": ("Une liste est attendue.", "A list is expected."),
    "not_a_text": ("Un texte est attendu.", "A text is expected."),
    "not_printable": ("Caractères de contrôle refusés.", "Control characters are refused."),
    "length": ("De {0} caractères.", "{0} characters."),
    "count": ("Au plus {0} éléments.", "{0} elements at most."),
    "pattern": (
        "Lettres sans accent, chiffres et . _ - seulement.",
        "Only unaccented letters, digits and . _ -",
    ),
    "not_a_day": ("Une date telle que 2026-05-03 est attendue.", "A date such as 2026-05-03 is expected."),
    "not_true_or_false": ("true ou false est attendu.", "true or false is expected."),
    "not_one_of": ("L'une de ces valeurs est attendue : {0}.", "One of these values is expected: {0}."),
    "not_a_whole_number": ("Un nombre entier est attendu.", "A whole number is expected."),
    "range": ("Un nombre {0} est attendu.", "A number {0} is expected."),
    "not_a_cursor": ("Reprenez la valeur `next` d'une page.", "Repeat the `next` of a page."),
    "not_of_this_event": ("Ce type d'événement n'a pas ce champ.", "This type of event has no such field."),
    "not_a_number": ("Un nombre est attendu.", "A number is expected."),
    "unknown_item": (
        "Ce questionnaire n'a pas de question « {0} ».",
        "This instrument has no item “{0}”.",
    ),
    "answered_twice": ("« {0} » figure deux fois : gardez-en une.", "“{0}” is there twice: keep one."),
    "value_or_refusal": (
        "Donnez une valeur, ou refused = true sans valeur ; pour une question laissée vide, rien.",
        "Give a value, or refused = true without one; leave out an item that was left blank.",
    ),
    "may_not_refuse": ("La question {0} n'offre pas de refus.", "Item {0} offers no refusal."),
    "out_of_range": ("Un nombre entier de {0} est attendu.", "A whole number in {0} is expected."),
    "not_shown": (
        "Cette question ne se pose pas d'après la réponse à {0} : retirez-la, ou corrigez {0}.",
        "This item is not asked, given the answer to {0}: take it out, or correct {0}.",
    ),
    "day_outside": (
        "Une date de cette période est attendue : {0}.",
        "A day of this period is expected: {0}.",
    ),
    "unchanged": ("« {0} » a déjà cette réponse.", "“{0}” has this answer already."),
    "nothing_changed": ("Dites au moins une réponse à changer.", "Name at least one answer to change."),
    "no_response": (
        "Un QuestionnaireResponse (FHIR R4) est attendu.",
        "A QuestionnaireResponse (FHIR R4) is expected.",
    ),
    "changes_meaning": (
        "Cet élément change le sens du reste et n'est pas pris en charge : retirez-le.",
        "This element changes the meaning of the rest and is not supported: take it out.",
    ),
    "other_patient": (
        "Ce n'est pas le patient : {0} est attendu.",
        "This is another patient: {0} is expected.",
    ),
    "not_a_moment": (
        "Un jour tel que 2026-05-03, ou un instant avec son fuseau, est attendu.",
        "A day such as 2026-05-03, or an instant with its zone, is expected.",
    ),
    "unknown_link_id": (
        "Le questionnaire n'a pas de linkId « {0} » à cet endroit.",
        "The Questionnaire has no linkId “{0}” at this place.",
    ),
    "item_and_answer": (
        "`item` et `answer` ne vont pas ensemble (qrs-1).",
        "`item` and `answer` do not go together (qrs-1).",
    ),
    "not_asked": (
        "Rien n'est demandé ici : retirez la réponse.",
        "Nothing is asked here: take the answer out.",
    ),
    "one_answer": (
        "Une liste d'exactement une réponse est attendue.",
        "A list of exactly one answer is expected.",
    ),
    "wrong_kind": ("Exactement un élément {0} est attendu.", "Exactly one element {0} is expected."),
    "bad_cell": ("{0}.", "{0}."),
    "only_by_voiding": ("Annulez le fait erroné.", "Void the wrong fact instead."),
    "only_by_telling": (
        "Confirmez l'annonce du résultat lui-même.",
        "Confirm that the result itself was told.",
    ),
}

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_WHOLE = re.compile(r"\d{1,6}", re.ASCII)
_LINES = frozenset("\n\t")


def message(told: str, language: str) -> tuple[str, str]:
    """The code and the sentence of what a field said."""
    code, _, detail = told.partition("|")
    french, english = MESSAGES[code]
    return code, (french if language == "fr" else english).format(detail)


class Strict(Schema):
    """What a request may bring: nothing unknown, nothing converted."""

    error_messages = {"unknown": "unknown", "type": "not_an_object"}  # noqa: RUF012 - as marshmallow declares it


class _Speaking(fields.Field[Any]):
    default_error_messages = {"required": "required", "null": "null"}  # noqa: RUF012 - as marshmallow declares it


class Text(_Speaking, fields.String):
    """A text that every database can keep: no control characters (lines only if `lines`), no half characters."""

    def __init__(self, *, longest: int, shortest: int = 1, lines: bool = False, **options: Any) -> None:
        length = validate.Length(min=shortest, max=longest, error=f"length|{shortest}–{longest}")
        super().__init__(validate=length, **options)
        self._lines = lines

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        if not isinstance(value, str):
            raise ValidationError("not_a_text")
        kept = _LINES if self._lines else frozenset()
        if not all(sign.isprintable() or sign in kept for sign in value):
            raise ValidationError("not_printable")
        return value.strip()


class Code(Text):
    """A name that can stand in a path."""

    def __init__(self, *, longest: int, **options: Any) -> None:
        super().__init__(longest=longest, metadata={"pattern": f"^{_CODE.pattern}$"}, **options)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text and not _CODE.fullmatch(text):
            raise ValidationError("pattern")
        return text


class OneOf(_Speaking, fields.String):
    """One of a few codes."""

    def __init__(self, choices: Sequence[str], **options: Any) -> None:
        listed = validate.OneOf(choices, error=f"not_one_of|{', '.join(choices)}")
        super().__init__(validate=listed, **options)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        if not isinstance(value, str):
            raise ValidationError("not_a_text")
        return value


class Day(_Speaking, fields.Date):
    """A day of a course, written 2026-05-03 and no other way."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> date:
        try:
            day = date.fromisoformat(value) if isinstance(value, str) and _DAY.fullmatch(value) else None
        except ValueError:
            day = None
        if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError("not_a_day")
        return day


class Flag(_Speaking, fields.Boolean):
    """true or false; neither 1 nor "yes"."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("not_true_or_false")
        return value


class Whole(_Speaking, fields.Integer):
    """A whole number: neither 1.0 nor "1" nor true."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValidationError("not_a_whole_number")
        return value


class Id(Whole):
    """The number of something that is stored."""

    def __init__(self, **options: Any) -> None:
        within = validate.Range(min=1, max=2**31 - 1, error=f"range|1–{2**31 - 1}")
        super().__init__(validate=within, **options)


class Many(_Speaking, fields.List[Any]):
    """A list of at most `longest` elements."""

    default_error_messages = {"invalid": "not_a_list"}  # noqa: RUF012 - as marshmallow declares it

    def __init__(self, element: fields.Field[Any], *, longest: int, **options: Any) -> None:
        super().__init__(element, validate=validate.Length(max=longest, error=f"count|{longest}"), **options)


class Nested(_Speaking, fields.Nested):
    """An object inside an object."""

    default_error_messages = {"type": "not_an_object"}  # noqa: RUF012 - as marshmallow declares it


class Limit(_Speaking, fields.Integer):
    """How many at most, in a query: digits only."""

    def __init__(self, *, usual: int, most: int) -> None:
        within = validate.Range(min=1, max=most, error=f"range|1–{most}")
        super().__init__(validate=within, load_default=usual)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int:
        if not (isinstance(value, str) and _WHOLE.fullmatch(value)):
            raise ValidationError("not_a_whole_number")
        return int(value)


class Cursor(_Speaking, fields.String):
    """Where the last page ended; its inside is nobody's business."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        if value == "":
            return ""  # the first page
        try:
            inside = base64.b64decode(str(value).encode(), altchars=b"-_", validate=True).decode()
        except ValueError:
            inside = ""
        if not inside or not inside.isprintable():
            raise ValidationError("not_a_cursor")
        return inside


def cursor(inside: object) -> str:
    """What `Cursor` reads back."""
    return base64.urlsafe_b64encode(str(inside).encode()).decode()
