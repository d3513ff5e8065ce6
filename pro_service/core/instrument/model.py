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
    """The closed set of scoring rules; each is one function of core/scoring/rules.py."""

    MEAN_TRANSFORM = "mean_transform"
    SUM = "sum"
    SUMMARY = "summary"
    STATE = "state"
    ITEM_VALUE = "item_value"
    VALUE_SET = "value_set"


class Missing(StrEnum):
    """How many items of a scale must be answered.

    `at_least_half` is EORTC's: exactly half is enough. A rule that asks for strictly more than half is another rule
    and gets its own name and its own function.
    """

    COMPLETE = "complete"
    AT_LEAST_HALF = "at_least_half"
    STUDY_CHOICE = "study_choice"


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
    """One question. `options` are in display order (which may differ from the order of values); none for a VAS."""

    code: str
    minimum: int
    maximum: int
    options: tuple[Option, ...]
    label: Mapping[str, str]
    recall: Mapping[str, str]
    shown_if: Condition | None = None
    may_refuse: bool = True
    cdisc: str | None = None

    def accepts(self, value: int) -> bool:
        return value in range(self.minimum, self.maximum + 1)  # 2.5 is no answer, whatever its type says


@dataclass(frozen=True, kw_only=True)
class Scale:
    """One score of an instrument and how it is made.

    `items` are the items it rests on (of a summary: those of all its scales). `scales` are the parts of a summary.
    `reversed` names the items (or scales) that enter the other way round. `inverted` is EORTC's equation for
    functional scales, 100 minus the transformed mean. `direction` says what a high score means, which the equation
    alone does not (QLQ-BR23 BRSEF: plain equation, high is better).
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
class Instrument:
    """One version of a questionnaire.

    `minutes` is how long it takes a patient (assumed until measured), `sitting` the longest time that may pass between
    the first and the last answer of one response; where that is the day of the first answer (`same_day`), it is a
    whole day here and sitting.py knows when the day ends. `wording` is "placeholder" until licensed texts are imported.
    `doubts` are the statements in the definition that nobody could confirm.
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
    recall: Mapping[str, str]
    licence: Licence
    cdisc: Cdisc | None
    items: tuple[Item, ...]
    scales: tuple[Scale, ...]
    value_sets: Mapping[str, ValueSet] = field(default_factory=dict)

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
