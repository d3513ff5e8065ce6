"""Checks what bounds, ends and displaces timepoints: bounds, stops, restarts, maxima and the minimum gap."""

from collections.abc import Iterator

from pro_service.core.protocol.check_course import Finding
from pro_service.core.protocol.model import Protocol
from pro_service.core.protocol.parse_timepoints import LONGEST_KEY
from pro_service.core.protocol.schedule import Rule


def named_anchors(protocol: Protocol, rule: Rule) -> Iterator[Finding]:
    """Every anchor a rule names exists."""
    anchors = ", ".join(protocol.anchors)
    named = [("anchor", rule.anchor)]
    named += [(key, mark.anchor) for key in ("closes_by", "opens_from") if (mark := getattr(rule, key))]
    named += [(f"stops[{index}].after", stop.after.anchor) for index, stop in enumerate(rule.stops)]
    named += [("restart.on", rule.restart.on)] if rule.restart else []
    for key, name in named:
        if name not in protocol.anchors:
            yield key, f"unknown anchor {name!r}", f"known anchors: {anchors}"


def stops(_: Protocol, rule: Rule) -> Iterator[Finding]:
    """A stop concerns instruments that the rule asks, and no two say the same of one."""
    for index, stop in enumerate(rule.stops):
        for code in stop.instruments:
            if code not in rule.instruments:
                cure = f"name some of {', '.join(rule.instruments)}"
                yield f"stops[{index}].instruments", f"the rule never asks {code!r}", cure
        if stop in rule.stops[:index]:
            yield f"stops[{index}]", "stands twice", "remove one of the two"


def restart(protocol: Protocol, rule: Rule) -> Iterator[Finding]:
    """The timepoints of a restart have keys of their own."""
    again, anchor = rule.restart, protocol.anchors.get(rule.anchor)
    on = protocol.anchors.get(again.on) if again else None
    if again is None or anchor is None or on is None:
        return
    if again.on == rule.anchor:
        if not anchor.each or again.prefix:
            cure = 'let its anchor have occurrences = "each", and write no prefix'
            yield "restart.on", "is the rule's own anchor", cure
        return
    if anchor.each:
        cure = f"write restart = {{ on = {rule.anchor!r} }}: each occurrence then ends the one before"
        yield "restart.on", "begins anew what begins at each occurrence already", cure
    yield from _prefix_problems(again.prefix, each=on.each, longest=max(map(len, _keys(rule)), default=0))


def _prefix_problems(prefix: str, *, each: bool, longest: int) -> Iterator[Finding]:
    if not prefix or each != ("{n}" in prefix):
        cure = (
            "write a prefix for the keys after the restart, with {n} if its anchor has occurrences = 'each'"
        )
        yield "restart.prefix", f"{prefix!r} would not tell the timepoints apart", cure
    if len(prefix) + longest > LONGEST_KEY:
        yield "restart.prefix", "makes a key too long", f"keys have at most {LONGEST_KEY} characters"


def _keys(rule: Rule) -> tuple[str, ...]:
    return tuple(point.key for point in rule.timepoints)


def maximum(protocol: Protocol, rule: Rule) -> Iterator[Finding]:
    """Only what may happen several times has a maximum."""
    anchor = protocol.anchors.get(rule.anchor)
    if rule.most is not None and anchor is not None and not anchor.each:
        cure = "remove it, or let the anchor have occurrences = 'each'"
        yield "max", f"{rule.anchor!r} names one day at most", cure


def phase_bundles(protocol: Protocol, rule: Rule) -> Iterator[Finding]:
    """Bundles by phase name phases in which the rule holds and bundles that exist."""
    for phase, names in rule.bundles_in.items():
        if phase not in protocol.course.phases:
            known = ", ".join(protocol.course.phases)
            yield f"bundles_in.{phase}", "is no phase", f"known phases: {known}"
        elif phase not in rule.phases:
            yield (
                f"bundles_in.{phase}",
                "is a phase in which the rule never holds",
                "remove it or widen `while`",
            )
        if not names:
            yield f"bundles_in.{phase}", "names no bundle", "leave the phase out of `while` to ask nothing"
        yield from unknown_bundles(protocol, f"bundles_in.{phase}", names)


def unknown_bundles(protocol: Protocol, place: str, names: tuple[str, ...]) -> Iterator[Finding]:
    """Names of bundles that do not exist."""
    for name in dict.fromkeys(names):
        if name not in protocol.bundles:
            yield place, f"unknown bundle {name!r}", f"known bundles: {', '.join(protocol.bundles)}"


def minimum_gap(protocol: Protocol) -> Iterator[Finding]:
    """The rules of [minimum_gap] exist."""
    rules = {rule.id for rule in protocol.rules}
    for name in protocol.minimum_gap.precedence:
        if name not in rules:
            known = ", ".join(rule.id for rule in protocol.rules)
            yield "minimum_gap.precedence", f"unknown rule {name!r}", f"known rules: {known}"
