"""The protocol language: what a trial's protocol file may say, read into frozen values and checked."""

from pro_service.core.protocol.burden import (
    Length,
    TimepointBurden,
    YearBurden,
    timepoint_burdens,
    too_much,
    year_burdens,
)
from pro_service.core.protocol.check_course import Finding
from pro_service.core.protocol.check_delivery import notices
from pro_service.core.protocol.extend import extend, resolve
from pro_service.core.protocol.hours import MINUTES_A_DAY, is_quiet, sending_hours
from pro_service.core.protocol.layers import read_protocol
from pro_service.core.protocol.model import (
    EVENT_FIELDS,
    LANGUAGES,
    AlertPolicy,
    AlertRule,
    Anchor,
    Answering,
    BurdenLimits,
    CourseRules,
    Delivery,
    EffectDay,
    FieldRule,
    Merge,
    Offset,
    Protocol,
    Rule,
    Step,
    StepKind,
    Threshold,
    Timepoint,
)
from pro_service.core.protocol.parse import parse_protocol

__all__ = [
    "EVENT_FIELDS",
    "LANGUAGES",
    "MINUTES_A_DAY",
    "AlertPolicy",
    "AlertRule",
    "Anchor",
    "Answering",
    "BurdenLimits",
    "CourseRules",
    "Delivery",
    "EffectDay",
    "FieldRule",
    "Finding",
    "Length",
    "Merge",
    "Offset",
    "Protocol",
    "Rule",
    "Step",
    "StepKind",
    "Threshold",
    "Timepoint",
    "TimepointBurden",
    "YearBurden",
    "extend",
    "is_quiet",
    "notices",
    "parse_protocol",
    "read_protocol",
    "resolve",
    "sending_hours",
    "timepoint_burdens",
    "too_much",
    "year_burdens",
]
