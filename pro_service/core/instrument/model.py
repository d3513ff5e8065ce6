"""What an instrument is: frozen values that the screens, the dialogue, the scoring and the export all read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import cached_property

from pro_service.core.instrument.value_set import ValueSet


class Status(StrEnum):
    """Whether the numbers of a definition were compared with a published source."""

    CHECKED = "checked"
    UNVERIFIED = "UNVERIFIED"


class Direction(StrEnum):
    """What a HIGH score means for the patient; `none` for a score that is a label (the EQ-5D state)."""

    BETTER = "better"
    WORSE = "worse"
    NONE = "none"


class Rule(StrEnum):
    """The closed set of scoring rules; each is one function of core/scoring, listed in its RULES."""

    MEAN_TRANSFORM = "mean_transform"
    SUM = "sum"
    SUMMARY = "summary"
    STATE = "state"
    ITEM_VALUE = "item_value"
    VALUE_SET = "value_set"
    FACIT_PRORATE = "facit_prorate"
    FACIT_TOTAL = "facit_total"
    TABLE_LOOKUP = "table_lookup"
    COMPOSITE_GRADE = "composite_grade"


class Missing(StrEnum):
    """How many items of a scale must be answered.

    `at_least_half` is EORTC's: exactly half is enough. `more_than_half` is FACIT's: exactly half is not. They belong
    to different rules with different functions. `more_than_80_percent` is that of FACIT's totals, for which each
    subscale must be there as well.
    """

    COMPLETE = "complete"
    AT_LEAST_HALF = "at_least_half"
    STUDY_CHOICE = "study_choice"
    MORE_THAN_HALF = "more_than_half"
    MORE_THAN_80_PERCENT = "more_than_80_percent"


@dataclass(frozen=True, kw_only=True)
class Option:
    """One answer a patient can tick: the coded value and what stands beside it, by language."""

    value: int
    label: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Condition:
    """The item is asked only if `item` was answered with a value strictly above `above`."""

    item: str
    above: int


@dataclass(frozen=True, kw_only=True)
class Item:
    """One question. `options` are in display order (which may differ from the order of values); none for a VAS.

    `low` and `high` are what stands at the two ends of a line, `instruction` what its owner prints before this question
    (imported with the wording, and only where there is such a paragraph); each by language, empty where there is none.

    `does_not_apply` is the value, beyond the range, by which a patient says that the question is not about them (a
    man asked about the vagina); it is the last of the options, and never a score.
    """

    code: str
    minimum: int
    maximum: int
    options: tuple[Option, ...]
    label: Mapping[str, str]
    recall: Mapping[str, str]
    shown_if: Condition | None = None
    may_refuse: bool = True
    cdisc: str | None = None
    does_not_apply: int | None = None
    low: Mapping[str, str] = field(default_factory=dict)
    high: Mapping[str, str] = field(default_factory=dict)
    instruction: Mapping[str, str] = field(default_factory=dict)
    loinc: str | None = None

    def accepts(self, value: int) -> bool:
        in_range = value in range(self.minimum, self.maximum + 1)  # 2.5 is no answer, whatever its type says
        return in_range or (self.does_not_apply is not None and value == self.does_not_apply)


@dataclass(frozen=True, kw_only=True)
class Scale:
    """One score of an instrument and how it is made.

    `items` are the items it rests on (of a summary or total: those of all its scales). `scales` are the parts of a
    summary or total. `reversed` names the items (or scales) that enter the other way round, `divided` those of a sum
    that enter divided by a number. `inverted` is EORTC's equation for functional scales, 100 minus the transformed
    mean. `direction` says what a high score means, which the equation alone does not (QLQ-BR23 BRSEF: plain equation,
    high is better). `table` holds the scores of `table_lookup`, one for each raw sum from the lowest up, and the grades
    of `composite_grade`, one for each combination of answers, the last item moving fastest.
    """

    code: str
    name: Mapping[str, str]
    rule: Rule
    items: tuple[str, ...]
    direction: Direction
    status: Status
    source: str
    scales: tuple[str, ...] = ()
    reversed: tuple[str, ...] = ()
    inverted: bool = False
    missing: Missing = Missing.COMPLETE
    cdisc: str | None = None
    divided: Mapping[str, int] = field(default_factory=dict)
    table: tuple[float, ...] = ()
    loinc: str | None = None


@dataclass(frozen=True, kw_only=True)
class Licence:
    """Who owns the wording, on what terms it may be used, whom to ask, and where that is written."""

    holder: str
    terms: str
    ask: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Cdisc:
    """The CDISC QRS names of an instrument: QSCAT and the codelist of its test codes."""

    category: str
    codelist: str


@dataclass(frozen=True, kw_only=True)
class Parent:
    """The version of an item library that a study's form was taken out of."""

    code: str
    version: str


@dataclass(frozen=True, kw_only=True)
class Instrument:
    """One version of a questionnaire.

    `minutes` is how long it takes a patient (assumed until measured), `sitting` the longest time that may pass between
    the first and the last answer of one response; where that is the day of the first answer (`same_day`), it is a
    whole day here and sitting.py knows when the day ends. `wording` is "placeholder" in every definition, and
    "licensed" once imported texts stand in its place (core/wording).
    `doubts` are the statements in the definition that nobody could confirm. A `library` is asked and scored in parts:
    studies take their forms out of it, and such a form names it as its `parent`. `instruction` is the paragraph that
    its owner prints before the first question, by language; it comes with the imported wording, where there is one.
    """

    code: str
    version: str
    title: Mapping[str, str]
    status: Status
    doubts: tuple[str, ...]
    wording: str
    minutes: int
    sitting: timedelta
    same_day: bool = False
    library: bool = False
    recall: Mapping[str, str]
    licence: Licence
    cdisc: Cdisc | None
    items: tuple[Item, ...]
    scales: tuple[Scale, ...]
    value_sets: Mapping[str, ValueSet] = field(default_factory=dict)
    parent: Parent | None = None
    instruction: Mapping[str, str] = field(default_factory=dict)

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.title)

    def item(self, code: str) -> Item:
        """Raises KeyError if the instrument has no such item."""
        return self.items_by_code[code]

    def scale(self, code: str) -> Scale:
        """Raises KeyError if the instrument has no such scale."""
        return self.scales_by_code[code]

    @cached_property
    def items_by_code(self) -> Mapping[str, Item]:
        return {item.code: item for item in self.items}

    @cached_property
    def scales_by_code(self) -> Mapping[str, Scale]:
        return {scale.code: scale for scale in self.scales}
