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
from pro_service.core.protocol.contrast import KeyDifference, contrast
from pro_service.core.protocol.extend import PARTS, extend, resolve
from pro_service.core.protocol.hours import MINUTES_A_DAY, is_quiet, sending_hours
from pro_service.core.protocol.layers import read_protocol
from pro_service.core.protocol.model import (
    BUNDLE_FIELD,
    EVENT_FIELDS,
    LANGUAGES,
    AlertPolicy,
    AlertRule,
    Answering,
    BurdenLimits,
    CourseRules,
    Delivery,
    EffectDay,
    FieldRule,
    Protocol,
    Step,
    StepKind,
    Threshold,
)
from pro_service.core.protocol.parse import parse_protocol
from pro_service.core.protocol.schedule import (
    Anchor,
    Coupling,
    Mark,
    Merge,
    MinimumGap,
    Offset,
    Restart,
    Rule,
    Stop,
    Timepoint,
)
from pro_service.core.protocol.visits import VisitKind, VisitRule, Visits

__all__ = [
    "BUNDLE_FIELD",
    "EVENT_FIELDS",
    "LANGUAGES",
    "MINUTES_A_DAY",
    "PARTS",
    "AlertPolicy",
    "AlertRule",
    "Anchor",
    "Answering",
    "BurdenLimits",
    "Coupling",
    "CourseRules",
    "Delivery",
    "EffectDay",
    "FieldRule",
    "Finding",
    "KeyDifference",
    "Length",
    "Mark",
    "Merge",
    "MinimumGap",
    "Offset",
    "Protocol",
    "Restart",
    "Rule",
    "Step",
    "StepKind",
    "Stop",
    "Threshold",
    "Timepoint",
    "TimepointBurden",
    "VisitKind",
    "VisitRule",
    "Visits",
    "YearBurden",
    "contrast",
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
