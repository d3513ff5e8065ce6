"""Judges a scenario against a protocol: events it needs and nothing tells, names on one side that the other lacks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pro_service.core.protocol import Protocol
from pro_service.services.simulation.scenario.model import Scenario


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Something a planner should know; the rehearsal runs all the same."""

    code: str
    name: str  # of the event type or the phase
    rules: tuple[str, ...] = ()

    def sentence(self, language: str) -> str:
        return SENTENCES[self.code][language].format(name=self.name, rules=", ".join(self.rules))


SENTENCES: Mapping[str, Mapping[str, str]] = {
    "needed": {
        "fr": "Le protocole attend « {name} » (règles : {rules}) et le scénario ne le raconte jamais : "
        "lui donner un nom dans [course.names] ou un risque dans [[course.extras]].",
        "en": "The protocol waits for “{name}” (rules: {rules}) and the scenario never tells it: "
        "give it a name in [course.names] or a risk in [[course.extras]].",
    },
    "unused": {
        "fr": "Le scénario raconte « {name} », que le protocole ne connaît pas : laissé de côté.",
        "en": "The scenario tells “{name}”, which the protocol does not know: left out.",
    },
    "no_step": {
        "fr": "Le protocole réagit à « {name} » et le scénario ne le raconte jamais.",
        "en": "The protocol reacts to “{name}” and the scenario never tells it.",
    },
    "phase": {
        "fr": "replies.by_phase nomme « {name} », qui n'est pas une phase du protocole.",
        "en": "replies.by_phase names “{name}”, which is no phase of the protocol.",
    },
}


def notices(scenario: Scenario, protocol: Protocol) -> tuple[Notice, ...]:
    """Everything that scenario and protocol do not have in common, what a rule waits for first."""
    return tuple(_notices(scenario, protocol))


def _notices(scenario: Scenario, protocol: Protocol) -> Iterator[Notice]:
    rules, told = protocol.course, told_by(scenario)
    needed = {step.event for step in rules.steps} - told
    for event in (each for each in rules.event_types if each in needed):
        waiting = tuple(rule.id for rule in protocol.rules if _waits_for(protocol, rule.anchor, event))
        yield Notice(code="needed" if waiting else "no_step", name=event, rules=waiting)
    for event in sorted(told - set(rules.event_types)):
        yield Notice(code="unused", name=event)
    for phase in sorted(set(scenario.replies.by_phase) - set(rules.phases)):
        yield Notice(code="phase", name=phase)


def told_by(scenario: Scenario) -> frozenset[str]:
    """The event types that a course of this scenario may hold, as the protocol calls them."""
    names = [name for told, name in scenario.course.names.items() if name and _has_risk(scenario, told)]
    return frozenset(names) | {extra.event for extra in scenario.course.extras if extra.per_month > 0}


def _has_risk(scenario: Scenario, told: str) -> bool:
    return scenario.course.exits.get(told, 1.0) > 0


def _waits_for(protocol: Protocol, anchor_id: str, event: str) -> bool:
    """Does an anchor hang on this event, or on a phase that only this event enters?"""
    anchor = protocol.anchors[anchor_id]
    if anchor.event is not None:
        return anchor.event == event
    enters = {step.event for step in protocol.course.steps if step.to == anchor.enters}
    return enters == {event}
