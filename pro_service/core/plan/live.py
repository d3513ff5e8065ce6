"""The plan as the live service follows it: without what waits to be told, and with planned days that stand in.

`plan` alone is what a course file amounts to. The live service knows more (when a fact was recorded, and what is
planned) and is stricter: see docs/decisions.md.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from pro_service.core.course import Event, effect_day, ended_by, settled, stand_ins
from pro_service.core.plan.build import plan
from pro_service.core.plan.model import Plan
from pro_service.core.protocol import CourseRules, Protocol


def live_plan(protocol: Protocol, events: Iterable[Event], *, as_of: date) -> Plan:
    """The schedule of what counts live on `as_of`; `provisional` names the slots that rest on a planned day."""
    known = settled(protocol.course, events)
    found = plan(protocol, known, as_of=as_of)
    if found.phase != protocol.course.initial_phase:
        return found
    phase = ended_by(protocol.course, known, as_of=as_of) or found.phase
    return _with_stand_ins(protocol, known, replace(found, phase=phase))


def _with_stand_ins(protocol: Protocol, known: tuple[Event, ...], found: Plan) -> Plan:
    rules = protocol.course
    in_effect = tuple(event for event in known if _counts(rules, event, found.as_of))
    slots = {slot.key: slot for slot in found.slots}
    provisional: list[str] = []
    for for_rules, event in stand_ins(rules, known, as_of=found.as_of):
        imagined = plan(protocol, (*in_effect, event), as_of=max(found.as_of, event.on))
        given = {slot.key: slot for slot in imagined.slots if slot.rule in for_rules}
        provisional += [key for key in given if key not in slots]
        slots = {**given, **slots}
    ordered = tuple(sorted(slots.values(), key=lambda slot: (slot.due_on, slot.key)))
    return replace(found, slots=ordered, provisional=frozenset(provisional))


def _counts(rules: CourseRules, event: Event, as_of: date) -> bool:
    on = effect_day(rules, event)
    return on is not None and on <= as_of
