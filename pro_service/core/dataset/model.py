"""What an exported table is made of: columns with a kind, labels, a unit, a code list and an origin."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

LANGUAGES = ("fr", "en")

Cell = str | int | float | bool | date | datetime | None
Row = tuple[Cell, ...]


class Kind(StrEnum):
    """What the cells of a column are; each format writes them its own way."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"  # a float unrounded; an int (a limit, a label made of digits) without a point
    FLAG = "flag"  # 1 or 0
    DAY = "date"
    INSTANT = "instant"  # UTC


class Origin(StrEnum):
    """Who or what a column's values come from."""

    PATIENT = "patient"
    STAFF = "staff"
    PROTOCOL = "protocol"
    SERVICE = "service"
    DERIVED = "derived"


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column. `label` is by language; `note` (English) says what name and label leave open."""

    name: str
    kind: Kind
    origin: Origin
    label: Mapping[str, str]
    unit: str = ""
    codelist: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table. `key` are the columns that name a row; rows come sorted, by patient first."""

    name: str
    label: Mapping[str, str]
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True, kw_only=True)
class Codelist:
    """A closed list of codes, each with its words by language, in the order they are listed."""

    name: str
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def codelist(name: str, **codes: tuple[str, str]) -> Codelist:
    """A code list with its words, French and English."""
    return Codelist(
        name=name, codes={code: dict(zip(LANGUAGES, words, strict=True)) for code, words in codes.items()}
    )
