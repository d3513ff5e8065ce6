"""The questionnaire as a value: its items, answers, conditions and scales, read from a definition file."""

from pro_service.core.instrument.form import EXTENDS, compose_form, part_asked
from pro_service.core.instrument.model import (
    Cdisc,
    Condition,
    Direction,
    Instrument,
    Item,
    Licence,
    Missing,
    Option,
    Parent,
    Rule,
    Scale,
    Status,
)
from pro_service.core.instrument.parse import LANGUAGES, parse_instrument
from pro_service.core.instrument.sitting import sitting_ends_at
from pro_service.core.instrument.value_set import ValueSet, parse_value_sets

__all__ = [
    "EXTENDS",
    "LANGUAGES",
    "Cdisc",
    "Condition",
    "Direction",
    "Instrument",
    "Item",
    "Licence",
    "Missing",
    "Option",
    "Parent",
    "Rule",
    "Scale",
    "Status",
    "ValueSet",
    "compose_form",
    "parse_instrument",
    "parse_value_sets",
    "part_asked",
    "sitting_ends_at",
]
