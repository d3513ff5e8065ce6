"""A patient's events in order of effect: reading them, replaying them into phases, and what may be recorded."""

from pro_service.core.course.disclosure import (
    RESULT_DISCLOSED,
    awaiting,
    settled,
    told_before,
    untold,
)
from pro_service.core.course.document import parse_course, parse_event
from pro_service.core.course.ends import ended_by
from pro_service.core.course.event import Event, effect_day, next_effect_on, waits
from pro_service.core.course.first_steps import first_steps
from pro_service.core.course.guards import Refusal, RefusalCode, contradictions, refusal, sentence
from pro_service.core.course.holds import held_until
from pro_service.core.course.live import live_course, next_live_effect_on
from pro_service.core.course.picture import Arrow, arrows, label, mermaid
from pro_service.core.course.provisional import first_days, planned_on, stand_ins
from pro_service.core.course.replay import Course, Transition, replay

__all__ = [
    "RESULT_DISCLOSED",
    "Arrow",
    "Course",
    "Event",
    "Refusal",
    "RefusalCode",
    "Transition",
    "arrows",
    "awaiting",
    "contradictions",
    "effect_day",
    "ended_by",
    "first_days",
    "first_steps",
    "held_until",
    "label",
    "live_course",
    "mermaid",
    "next_effect_on",
    "next_live_effect_on",
    "parse_course",
    "parse_event",
    "planned_on",
    "refusal",
    "replay",
    "sentence",
    "settled",
    "stand_ins",
    "told_before",
    "untold",
    "waits",
]
