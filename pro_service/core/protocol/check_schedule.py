"""Checks a schedule: names that lead nowhere, keys that collide, windows that overlap, merges that lose instruments."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise

from pro_service.core.definition import listed
from pro_service.core.protocol.check_course import Finding, Needs
from pro_service.core.protocol.check_endings import (
    maximum,
    minimum_gap,
    named_anchors,
    phase_bundles,
    restart,
    stops,
    unknown_bundles,
)
from pro_service.core.protocol.model import Protocol
from pro_service.core.protocol.schedule import Anchor, Offset, Rule, Timepoint
from pro_service.core.timing import add_months

#: Anchor days that show every possible distance between two offsets: month ends of four years, a leap year included.
ANCHOR_DAYS = tuple(
    date(year, month, day)
    for year in (2023, 2024, 2025, 2026)
    for month in range(1, 13)
    for day in (28, 29, 30, 31)
    if day <= (add_months(date(year, month, 1), 1) - timedelta(days=1)).day
)


def _all_anchors(protocol: Protocol) -> Iterator[Finding]:
    for anchor in protocol.anchors.values():
        yield from _anchor_problems(protocol, anchor)


def _in_every_rule(
    find: Callable[[Protocol, Rule], Iterator[Finding]],
) -> Callable[[Protocol], Iterator[Finding]]:
    def all_rules(protocol: Protocol) -> Iterator[Finding]:
        names = [rule.id for rule in protocol.rules]
        for index, rule in enumerate(protocol.rules):
            for place, message, cure in find(protocol, rule):
                yield f"{listed('rules', names, index)}.{place}", message, cure

    return all_rules


def _anchor_problems(protocol: Protocol, anchor: Anchor) -> Iterator[Finding]:
    course, place = protocol.course, f"anchors.{anchor.id}"
    steps = [step for step in course.steps if anchor.event in (None, step.event)]
    if not steps and anchor.event not in course.recorded_only:
        known = ", ".join(course.event_types)
        yield f"{place}.event", f"unknown event type {anchor.event!r}", f"known types: {known}"
    elif anchor.enters and not any(step.to == anchor.enters for step in steps):
        yield (
            f"{place}.enters",
            f"no such step leads to {anchor.enters!r}",
            "name the phase the event leads to",
        )
    yield from _impossible_conditions(protocol, anchor)


def _impossible_conditions(protocol: Protocol, anchor: Anchor) -> Iterator[Finding]:
    fields = {field.name: field.values for field in protocol.course.fields.get(anchor.event or "", ())}
    for name, value in anchor.when.items():
        if value not in fields.get(name, ()):
            cure = f"add it to course.fields.{anchor.event}.{name}.values"
            yield f"anchors.{anchor.id}.when.{name}", f"{value!r} can never be", cure


def _rule_phases(protocol: Protocol, rule: Rule) -> Iterator[Finding]:
    for phase in sorted(rule.phases - set(protocol.course.phases)):
        yield "while", f"unknown phase {phase!r}", f"known phases: {', '.join(protocol.course.phases)}"
    if rule.phases and rule.phases <= protocol.course.terminal_phases:
        yield "while", "names terminal phases alone: the rule never holds", "name a phase that is no end"


def _rule_bundles(protocol: Protocol, rule: Rule) -> Iterator[Finding]:
    if not rule.bundles and not all(point.bundles for point in rule.timepoints):
        yield "bundles", "names no bundle: nothing is asked", f"known bundles: {', '.join(protocol.bundles)}"
    yield from _bundle_problems(protocol, "bundles", rule.bundles)
    for point in {point.bundles: point for point in rule.timepoints if point.bundles}.values():
        for _, message, cure in _bundle_problems(protocol, "", point.bundles):
            yield "timepoints", f"bundles of {point.key}: {message}", cure


def _bundle_problems(protocol: Protocol, place: str, names: tuple[str, ...]) -> Iterator[Finding]:
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield place, f"names {name!r} {names.count(name)} times", "name it once"
    yield from unknown_bundles(protocol, place, names)
    asked = Counter(code for name in set(names) for code in set(protocol.bundles.get(name, ())))
    for code, count in asked.items():
        if count > 1:
            yield place, f"hold {code!r} {count} times", "keep it in one bundle of the rule"


def _unnumbered_keys(protocol: Protocol, rule: Rule) -> Iterator[Finding]:
    anchor = protocol.anchors.get(rule.anchor)
    for point in rule.timepoints:
        if anchor and anchor.each != ("{n}" in point.key):
            cure = "write {n} in the keys of an anchor with occurrences = 'each', and only there"
            yield "timepoints", f"key {point.key!r} would not tell occurrences apart", cure


def _overlaps(_: Protocol, rule: Rule) -> Iterator[Finding]:
    points = sorted(rule.timepoints, key=lambda point: due_day(ANCHOR_DAYS[0], point.offset))
    for earlier, later in pairwise(points):
        if _may_overlap(earlier, later):
            cure = "narrow a window or move a timepoint"
            yield "timepoints", f"the windows of {earlier.key} and {later.key} overlap", cure


def _may_overlap(earlier: Timepoint, later: Timepoint) -> bool:
    days = ANCHOR_DAYS if earlier.offset.months or later.offset.months else ANCHOR_DAYS[:1]
    room = min((due_day(day, later.offset) - due_day(day, earlier.offset)).days for day in days)
    return earlier.window[1] >= room + later.window[0]


def due_day(day: date, offset: Offset) -> date:
    return add_months(day, offset.months, offset.days)


def _unused_bundles(protocol: Protocol) -> Iterator[Finding]:
    used = {name for rule in protocol.rules for name in _used_bundles(rule)}
    for name, instruments in protocol.bundles.items():
        if name not in used:
            yield f"bundles.{name}", "no rule uses it", "name it in a rule or remove it"
        if len(set(instruments)) != len(instruments) or not instruments:
            yield f"bundles.{name}", "is empty or names an instrument twice", "name each instrument once"


def _used_bundles(rule: Rule) -> Iterator[str]:
    yield from (*rule.bundles, *rule.event_bundles)
    for names in (*rule.bundles_in.values(), *(point.bundles for point in rule.timepoints)):
        yield from names


def _unknown_baseline(protocol: Protocol) -> Iterator[Finding]:
    rules = [rule.id for rule in protocol.rules]
    if protocol.alerts.baseline not in rules:
        yield (
            "alerts.baseline",
            f"unknown rule {protocol.alerts.baseline!r}",
            f"known rules: {', '.join(rules)}",
        )


def _repeated_names(protocol: Protocol) -> Iterator[Finding]:
    names = {
        "rules.id": Counter(rule.id for rule in protocol.rules),
        "rules.timepoints.key": Counter(key for rule in protocol.rules for key in _keys(rule)),
        "alerts.rules.id": Counter(rule.id for rule in protocol.alerts.rules),
    }
    for place, counts in names.items():
        for name, count in counts.items():
            if count > 1 and name:  # an empty name is told where it stands
                yield place, f"{name!r} is used {count} times", "choose another name"


def _keys(rule: Rule) -> Iterator[str]:
    """Every key the rule may give; of numbered ones, enough to meet a literal key such as R1."""
    for pattern in rule.key_patterns:
        yield from dict.fromkeys(pattern.replace("{n}", str(number)) for number in range(1, 10))


def _merge_problems(protocol: Protocol) -> Iterator[Finding]:
    merge, rules = protocol.merge, {rule.id: rule for rule in protocol.rules}
    for key, names in (("precedence", merge.precedence), ("absorbs", merge.absorbs)):
        for name in names:
            if name not in rules:
                yield f"merge.{key}", f"unknown rule {name!r}", f"known rules: {', '.join(rules)}"
    if merge.absorbs and not merge.precedence:
        yield "merge.precedence", "names no rule, so none is ever absorbed", "name the event rules"
    if merge.within_days < 0:
        yield "merge.within_days", "is negative", "write 0 or more days"
    if both := set(merge.precedence) & set(merge.absorbs):
        yield (
            "merge.absorbs",
            f"{min(both)!r} cannot absorb and be absorbed",
            "name it in one list only",
        )


def _lost_instruments(protocol: Protocol) -> Iterator[Finding]:
    rules = {rule.id: rule for rule in protocol.rules}
    order = [rules[name] for name in protocol.merge.precedence if name in rules]
    pairs = list(pairwise(order))
    pairs += [(keeper, rules[name]) for keeper in order for name in protocol.merge.absorbs if name in rules]
    for keeper, absorbed in pairs:
        if lost := sorted(set(absorbed.instruments) - _always_asked(keeper)):
            cure = f"give rule {keeper.id!r} a bundle with it"
            yield "merge", f"{absorbed.id!r} merged into {keeper.id!r} would lose {lost[0]}", cure


def _always_asked(rule: Rule) -> set[str]:
    """What each of its timepoints asks in each phase; what only some ask may be lost in a merge."""
    lists = [set(point.instruments or ()) for point in rule.timepoints]
    lists += [set(codes) for point in rule.timepoints for codes in point.in_phase.values()]
    lists += [set(codes) for codes in rule.event_bundles.values()]
    return set.intersection(*lists) if lists else set()


SCHEDULE_CHECKS: Mapping[Callable[[Protocol], Iterator[Finding]], Needs] = {
    _all_anchors: ("anchors", "course.steps*", "course.recorded_only"),
    _in_every_rule(named_anchors): ("anchors",),
    _in_every_rule(_rule_phases): ("course.phases", "course.steps*"),
    _in_every_rule(_rule_bundles): ("bundles*",),
    _in_every_rule(_unnumbered_keys): ("anchors*",),
    _in_every_rule(_overlaps): (),
    _in_every_rule(stops): ("bundles*",),
    _in_every_rule(restart): ("anchors*",),
    _in_every_rule(maximum): ("anchors*",),
    _in_every_rule(phase_bundles): ("bundles", "course.phases"),
    minimum_gap: ("rules",),
    _unused_bundles: ("rules",),
    _unknown_baseline: ("rules",),
    _repeated_names: ("rules",),
    _merge_problems: ("rules",),
    _lost_instruments: ("rules", "bundles*"),
}
