"""The protocol language: what a trial's protocol file may say, read into frozen values and checked."""

from pro_service.core.protocol.check_course import Finding
from pro_service.core.protocol.check_delivery import is_quiet, notices
from pro_service.core.protocol.extend import extend, resolve
from pro_service.core.protocol.layers import read_protocol
from pro_service.core.protocol.model import (
    EVENT_FIELDS,
    LANGUAGES,
    AlertPolicy,
    AlertRule,
    Anchor,
    Answering,
    CourseRules,
    Delivery,
    EffectDay,
    FieldRule,
    Hold,
    Merge,
    Offset,
    Protocol,
    Provisional,
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
    "AlertPolicy",
    "AlertRule",
    "Anchor",
    "Answering",
    "CourseRules",
    "Delivery",
    "EffectDay",
    "FieldRule",
    "Finding",
    "Hold",
    "Merge",
    "Offset",
    "Protocol",
    "Provisional",
    "Rule",
    "Step",
    "StepKind",
    "Threshold",
    "Timepoint",
    "extend",
    "is_quiet",
    "notices",
    "parse_protocol",
    "read_protocol",
    "resolve",
]
