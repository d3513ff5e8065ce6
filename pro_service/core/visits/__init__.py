"""Monitoring visits of a patient: planned by the protocol's calendar, then fixed, moved, done or missed by facts."""

from pro_service.core.visits.guards import VisitRefusal, VisitRefusalCode, visit_refusal, visit_sentence
from pro_service.core.visits.model import Visit, VisitState
from pro_service.core.visits.replay import (
    FIXING,
    VISIT_EVENTS,
    extra_key,
    next_extra_keys,
    visits,
    visits_of_course,
)

__all__ = [
    "FIXING",
    "VISIT_EVENTS",
    "Visit",
    "VisitRefusal",
    "VisitRefusalCode",
    "VisitState",
    "extra_key",
    "next_extra_keys",
    "visit_refusal",
    "visit_sentence",
    "visits",
    "visits_of_course",
]
