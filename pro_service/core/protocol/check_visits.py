"""Checks a calendar of visits and what is coupled to it: names that lead nowhere, keys that clash, couples in vain."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from pro_service.core.definition import listed
from pro_service.core.protocol.check_course import Finding, Needs
from pro_service.core.protocol.model import Protocol
from pro_service.core.protocol.schedule import Rule
from pro_service.core.protocol.visits import VisitRule

#: The event types that tell of visits, in the order in which they are thought of.
VISIT_EVENTS = ("visit_scheduled", "visit_moved", "visit_done", "visit_missed")
_EXTRA = re.compile(r"([a-z][a-z0-9_]{0,15})-X\d+", re.ASCII)


def _unknown_names(protocol: Protocol) -> Iterator[Finding]:
    known = {"kind": tuple(protocol.visits.kinds), "anchor": tuple(protocol.anchors)}
    for place, rule in _rules(protocol):
        for key, name in (("kind", rule.kind), ("anchor", rule.anchor)):
            if name not in known[key]:
                cure = f"known {key}s: {', '.join(known[key]) or 'none'}"
                yield f"{place}.{key}", f"unknown {key} {name!r}", cure


def _unknown_phases(protocol: Protocol) -> Iterator[Finding]:
    for place, rule in _rules(protocol):
        for phase in sorted(rule.phases - set(protocol.course.phases)):
            known = ", ".join(protocol.course.phases)
            yield f"{place}.while", f"unknown phase {phase!r}", f"known phases: {known}"


def _unnumbered_keys(protocol: Protocol) -> Iterator[Finding]:
    for place, rule in _rules(protocol):
        anchor = protocol.anchors.get(rule.anchor)
        for point in rule.timepoints:
            if anchor and anchor.each != ("{n}" in point.key):
                cure = "write {n} in the keys of an anchor with occurrences = 'each', and only there"
                yield f"{place}.timepoints", f"key {point.key!r} would not tell occurrences apart", cure


def _repeated_names(protocol: Protocol) -> Iterator[Finding]:
    rules = protocol.visits.calendar
    names = {
        "visits.calendar.id": Counter(rule.id for rule in rules),
        "visits.calendar.timepoints.key": Counter(key for rule in rules for key in _keys(rule)),
    }
    for place, counts in names.items():
        for name, count in counts.items():
            if count > 1 and name:
                yield place, f"{name!r} is used {count} times", "choose another name"


def _keys_kept_for_unscheduled(protocol: Protocol) -> Iterator[Finding]:
    """A key such as ctdna-X1 names a visit outside the calendar, and an assessment that goes with it."""
    points = [
        (f"{place}.timepoints", point.key) for place, rule in _rules(protocol) for point in rule.timepoints
    ]
    points += [("rules.timepoints.key", point.key) for rule in protocol.rules for point in rule.timepoints]
    for place, key in points:
        found = _EXTRA.fullmatch(key.replace("{n}", "1"))
        if found and found[1] in protocol.visits.kinds:
            yield place, f"{key!r} is kept for unscheduled visits", "choose another key"


def _event_types(protocol: Protocol) -> Iterator[Finding]:
    if not protocol.visits.kinds:
        return
    for event in VISIT_EVENTS:
        if event not in protocol.course.event_types:
            yield "course.recorded_only", f"lacks {event!r}, which visits need", "add it"


def _couples(protocol: Protocol) -> Iterator[Finding]:
    names = [rule.id for rule in protocol.rules]
    for index, rule in enumerate(protocol.rules):
        for message, cure in _couple_problems(protocol, rule):
            yield f"{listed('rules', names, index)}.couple", message, cure


def _couple_problems(protocol: Protocol, rule: Rule) -> Iterator[tuple[str, str]]:
    if rule.couple is None:
        return
    kinds = protocol.visits.kinds
    if rule.couple.visit not in kinds:
        yield f"unknown kind of visit {rule.couple.visit!r}", f"known kinds: {', '.join(kinds) or 'none'}"
        return
    same = [each for each in protocol.visits.calendar if each.kind == rule.couple.visit]
    if not any(each.anchor == rule.anchor for each in same):
        yield (
            f"no visit of kind {rule.couple.visit!r} hangs on the rule's anchor {rule.anchor!r}",
            "couple it to visits with the same anchor",
        )
    for point in rule.timepoints:
        if rule.couple.days_before > point.window[1] - point.window[0]:
            cure = f"write at most {point.window[1] - point.window[0]} days_before or widen the window"
            yield f"invites {rule.couple.days_before} days before, more than the window of {point.key}", cure
            return


def _two_couples(protocol: Protocol) -> Iterator[Finding]:
    """Two rules that each ask something at one unscheduled visit would ask under one key."""
    kinds = Counter(rule.couple.visit for rule in protocol.rules if rule.couple and rule.couple.unscheduled)
    for kind, count in kinds.items():
        if count > 1:
            cure = "keep `unscheduled = true` in one of them"
            yield (
                "rules.couple",
                f"{count} rules ask something at an unscheduled visit of kind {kind!r}",
                cure,
            )


def _rules(protocol: Protocol) -> Iterator[tuple[str, VisitRule]]:
    rules = protocol.visits.calendar
    names = [rule.id for rule in rules]
    for index, rule in enumerate(rules):
        yield listed("visits.calendar", names, index), rule


def _keys(rule: VisitRule) -> Iterator[str]:
    for point in rule.timepoints:
        yield from dict.fromkeys(point.key.replace("{n}", str(number)) for number in range(1, 10))


VISIT_CHECKS: Mapping[Callable[[Protocol], Iterator[Finding]], Needs] = {
    _unknown_names: ("anchors", "visits.kinds*"),
    _unknown_phases: ("course.phases", "course.steps*"),
    _unnumbered_keys: ("anchors*",),
    _repeated_names: ("visits.calendar",),
    _keys_kept_for_unscheduled: ("rules", "visits.kinds*"),
    _event_types: ("course.recorded_only", "course.steps*"),
    _couples: ("rules", "visits*"),
    _two_couples: ("rules",),
}
