"""Mistakes in rows of facts from elsewhere, and their sentences in French and English."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

Both = tuple[str, str]  # French, English


class FaultCode(StrEnum):
    """Why a row cannot be read."""

    BLANK = "blank"
    TOO_LONG = "too_long"
    NOT_PRINTABLE = "not_printable"
    UNKNOWN_TYPE = "unknown_type"
    ONLY_BY_VOIDING = "only_by_voiding"
    ONLY_BY_TELLING = "only_by_telling"
    NOT_A_DAY = "not_a_day"
    NOT_KNOWN_HERE = "not_known_here"
    NOT_OF_THIS_TYPE = "not_of_this_type"
    KEY_TWICE = "key_twice"


@dataclass(frozen=True, kw_only=True)
class RowFault:
    """One mistake: the row's number as its file shows it, the column, and what the sentence needs."""

    row: int
    column: str
    code: FaultCode
    value: str = ""
    allowed: str = ""


#: code -> what is wrong and what to do about it, in French and in English.
_FAULTS: Mapping[FaultCode, tuple[Both, Both]] = {
    FaultCode.BLANK: (("est vide", "is blank"), ("remplissez cette case", "fill in this cell")),
    FaultCode.TOO_LONG: (
        ("a {value} caractères", "has {value} characters"),
        ("{allowed} au plus", "write at most {allowed}"),
    ),
    FaultCode.NOT_PRINTABLE: (
        ("contient des caractères qui ne s'impriment pas", "holds characters that cannot be printed"),
        ("écrivez un texte sur une ligne", "write a text on one line"),
    ),
    FaultCode.UNKNOWN_TYPE: (
        ("type d'événement inconnu : « {value} »", "unknown event type “{value}”"),
        ("types connus : {allowed}", "known types: {allowed}"),
    ),
    FaultCode.ONLY_BY_VOIDING: (
        ("« {value} » s'écrit en annulant un fait", "“{value}” is written by voiding a fact"),
        ("donnez le fait corrigé sous la même clé", "give the corrected fact under the same key"),
    ),
    FaultCode.ONLY_BY_TELLING: (
        ("« {value} » se confirme avec le résultat", "“{value}” is told with the result itself"),
        ("donnez son jour au résultat, dans disclosed_on", "give the result its day, in disclosed_on"),
    ),
    FaultCode.NOT_A_DAY: (
        ("« {value} » n'est pas une date d'un parcours", "“{value}” is no date of a course"),
        ("écrivez {allowed}", "write {allowed}"),
    ),
    FaultCode.NOT_KNOWN_HERE: (
        ("« {value} » est inconnu ici", "“{value}” is not known here"),
        ("l'une de : {allowed}", "use one of {allowed}"),
    ),
    FaultCode.NOT_OF_THIS_TYPE: (
        ("« {allowed} » n'a pas ce champ", "“{allowed}” has no such field"),
        ("laissez cette case vide", "leave this cell blank"),
    ),
    FaultCode.KEY_TWICE: (
        ("la clé « {value} » est aussi à la ligne {allowed}", "the key “{value}” is also in row {allowed}"),
        ("une clé est un fait : gardez une seule des deux", "a key is one fact: keep one of the two"),
    ),
}


def fault_words(fault: RowFault, language: str) -> tuple[str, str]:
    """What is wrong and the cure, French ("fr") or English ("en")."""
    place = 0 if language == "fr" else 1
    wrong, cure = (both[place] for both in _FAULTS[fault.code])
    values = {"value": fault.value, "allowed": fault.allowed}
    return wrong.format(**values), cure.format(**values)
