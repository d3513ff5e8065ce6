"""Dated clinical facts as the API takes them: their fields, and which type has which."""

from collections.abc import Mapping
from typing import Any

from pro_service.core.course import RESULT_DISCLOSED, Event
from pro_service.core.protocol import CourseRules
from pro_service.core.visits import FIXING, VISIT_EVENTS
from pro_service.entrypoints.api.fields import Day, OneOf, Strict, Text
from pro_service.entrypoints.api.problems import InvalidFieldsError

#: Written by voiding a fact, or by telling a result; alone they would say nothing.
_ELSEWHERE = {"event_corrected": "only_by_voiding", RESULT_DISCLOSED: "only_by_telling"}


class EventSchema(Strict):
    """A dated clinical fact. The protocol says which types there are and which fields each needs."""

    type = Text(required=True, longest=64, metadata={"example": "treatment_stopped"})
    on = Day(required=True, metadata={"description": "The fact's own day", "example": "2026-01-05"})
    result = OneOf(("positive", "negative", "invalid"), metadata={"description": "Of a ctDNA test"})
    disclosed_on = Day(
        metadata={
            "description": "The day the patient was told; without it, or with a day to come, the result waits"
        }
    )
    relation = OneOf(("same", "other"), metadata={"description": "Of a resumed treatment to the one stopped"})
    reason = Text(longest=64, metadata={"description": "Why; some types have a list of codes"})
    visit = Text(
        longest=64, metadata={"description": "The key of the monitoring visit that a visit_* event tells of"}
    )
    visit_on = Day(
        metadata={"description": "The day for which visit_scheduled and visit_moved fix that visit"}
    )
    bundle = Text(
        longest=64,
        metadata={"description": "Of an assessment asked outside the calendar: which bundle of the protocol"},
    )


def event_of(body: Mapping[str, Any], rules: CourseRules, *, place: str = "") -> Event:
    """The fact of a body. InvalidFieldsError for a field that its type does not have."""
    kind = body["type"]
    if kind in _ELSEWHERE:
        raise InvalidFieldsError(_at(place, {"type": [_ELSEWHERE[kind]]}))
    known = {"type", "on", "reason", *(field.name for field in rules.fields.get(kind, ()))}
    if kind in rules.effect_days:
        known.add(rules.effect_days[kind].field)
    known |= {"visit"} if kind in VISIT_EVENTS else set()
    known |= {"visit_on"} if kind in FIXING else set()
    strange = sorted(set(body) - known) if kind in rules.event_types else []
    if strange:
        raise InvalidFieldsError(_at(place, {name: ["not_of_this_event"] for name in strange}))
    return Event(**body)


def _at(place: str, messages: Mapping[str, Any]) -> Mapping[str, Any]:
    return {place: messages} if place else messages
