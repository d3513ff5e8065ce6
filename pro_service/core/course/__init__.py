"""A patient's events in order of effect: reading them, replaying them into phases, and what may be recorded."""

from pro_service.core.course.document import parse_course, parse_event
from pro_service.core.course.event import Event, effect_day, next_effect_on
from pro_service.core.course.first_steps import first_steps
from pro_service.core.course.guards import Refusal, RefusalCode, contradictions, refusal, sentence
from pro_service.core.course.replay import Course, Transition, replay

__all__ = [
    "Course",
    "Event",
    "Refusal",
    "RefusalCode",
    "Transition",
    "contradictions",
    "effect_day",
    "first_steps",
    "next_effect_on",
    "parse_course",
    "parse_event",
    "refusal",
    "replay",
    "sentence",
]
