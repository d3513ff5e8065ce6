"""Reads the schedule of a protocol file: anchors, bundles, rules, merging and the minimum gap."""

from collections.abc import Iterable, Mapping

from pro_service.core.definition import Section
from pro_service.core.protocol.model import BUNDLE_FIELD, EVENT_FIELDS, CourseRules
from pro_service.core.protocol.parse_coupling import read_coupling
from pro_service.core.protocol.parse_timepoints import (
    MAX_TIMEPOINTS,
    MAX_WINDOW_DAYS,
    Asked,
    ReadAsked,
    must_be_a_key,
    read_offset,
    read_timepoints,
    too_many,
)
from pro_service.core.protocol.schedule import (
    NO_GAP,
    Anchor,
    Mark,
    Merge,
    MinimumGap,
    Restart,
    Rule,
    Stop,
    Timepoint,
)

Bundles = Mapping[str, tuple[str, ...]]
MOST_MORE = 100
MOST_RULES = 200
MOST_TIMEPOINTS_IN_ALL = 2_000
"""Of all rules together. Rules are compared two by two: without a bound a file could keep its reader busy for hours."""


def read_anchors(root: Section) -> Mapping[str, Anchor]:
    """[anchors]: the named days of a course."""
    return {name: _anchor(name, section) for name, section in root.children("anchors")}


def read_bundles(section: Section) -> Bundles:
    """[bundles]: lists of instruments in the order in which they are asked."""
    return {name: section.texts(name) for name in section.data}


def read_rules(
    root: Section, bundles: Bundles, course: CourseRules, anchors: Mapping[str, Anchor]
) -> tuple[Rule, ...]:
    """[[rules]]; a rule without `while` holds in the phases in which a patient is followed."""
    sections = root.sections("rules", by_id=True)
    if too_many(root, "rules", len(sections), MOST_RULES, "rules"):
        return ()
    rules = tuple(_rule(section, bundles, course, anchors) for section in sections)
    count = sum(len(rule.timepoints) for rule in rules)
    return () if too_many(root, "rules", count, MOST_TIMEPOINTS_IN_ALL, "timepoints in all") else rules


def read_merge(section: Section) -> Merge:
    """[merge]; without it nothing merges."""
    merge = Merge(
        precedence=section.names("precedence", ()),
        within_days=section.integer("within_days", 0, most=MAX_WINDOW_DAYS),
        absorbs=section.names("absorbs", ()),
    )
    section.finish()
    return merge


def read_minimum_gap(root: Section) -> MinimumGap:
    """[minimum_gap]; without it slots may come as close as they like."""
    if not root.has("minimum_gap"):
        return NO_GAP
    section = root.section("minimum_gap")
    gap = MinimumGap(
        days=section.integer("days", least=1, most=MAX_WINDOW_DAYS), precedence=section.names("precedence")
    )
    section.finish()
    return gap


def _anchor(name: str, section: Section) -> Anchor:
    event, enters = (section.text(key, "") or None for key in ("event", "enters"))
    if not event and not enters:
        section.problem(
            "event", "neither event nor enters is given", "name an event type, a phase entered, or both"
        )
    anchor = Anchor(
        id=name,
        event=event,
        enters=enters,
        each=section.text("occurrences", "first", choices=("first", "each")) == "each",
        own_day=section.text("day", "effect", choices=("effect", "on")) == "on",
        when=_conditions(section.section("when", required=False)),
    )
    section.finish()
    return anchor


def _conditions(section: Section) -> Mapping[str, str]:
    conditions = {key: section.text(key) for key in EVENT_FIELDS if section.has(key)}
    section.known.update(EVENT_FIELDS)
    section.finish()
    return conditions


def _rule(section: Section, bundles: Bundles, course: CourseRules, anchors: Mapping[str, Anchor]) -> Rule:
    names = section.texts("bundles", () if _every_point_has_its_own(section) else None)
    in_phase = _lists(section.section("bundles_in", required=False))
    phases = section.names("while", course.active_phases)
    if section.has("while") and not phases and not section.spoilt("while"):
        section.problem("while", "names no phase: the rule never holds", "name a phase or remove the key")
    anchor = section.text("anchor")
    by_event = _event_bundles(section, bundles, course, anchors.get(anchor))
    points = read_timepoints(section, _asked_by(bundles, names, in_phase))
    rule = Rule(
        id=section.name("id"),
        anchor=anchor,
        timepoints=points,
        phases=frozenset(phases),
        closes_by=_bound(section, "closes_by"),
        bundles=names,
        instruments=_all_of(points, by_event),
        opens_from=_bound(section, "opens_from"),
        stops=tuple(_stop(part) for part in section.sections("stops", required=False)),
        restart=_restart(section.section("restart")) if section.has("restart") else None,
        most=section.integer("max", least=1, most=MAX_TIMEPOINTS) if section.has("max") else None,
        bundles_in=in_phase,
        event_bundles=by_event,
        couple=read_coupling(section),
    )
    section.known.update(("restart", "max"))
    section.finish()
    return rule


def _every_point_has_its_own(section: Section) -> bool:
    lists = [section.data.get(key, ()) for key in ("timepoints", "series")]
    parts = [part for each in lists if isinstance(each, list) for part in each]
    return bool(parts) and all(isinstance(part, Mapping) and "bundles" in part for part in parts)


def _asked_by(bundles: Bundles, names: tuple[str, ...], in_phase: Bundles) -> ReadAsked:
    """What a timepoint asks: its own bundles in every phase, or the rule's with those of the phase instead."""
    of_rule = Asked(
        instruments=_instruments(names, bundles),
        in_phase={phase: _instruments(each, bundles) for phase, each in in_phase.items()},
    )

    def read_asked(section: Section) -> Asked:
        own = section.texts("bundles", ())
        return Asked(bundles=own, instruments=_instruments(own, bundles)) if own else of_rule

    return read_asked


def _instruments(names: Iterable[str], bundles: Bundles) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for name in names for code in bundles.get(name, ())))


def _all_of(points: Iterable[Timepoint], by_event: Bundles) -> tuple[str, ...]:
    lists = [point.instruments or () for point in points]
    lists += [codes for point in points for codes in point.in_phase.values()]
    return tuple(dict.fromkeys(code for codes in (*lists, *by_event.values()) for code in codes))


def _event_bundles(section: Section, bundles: Bundles, course: CourseRules, anchor: Anchor | None) -> Bundles:
    if not section.flag("event_bundle", False) or anchor is None or anchor.event is None:
        return {}
    fields = {field.name: field.values for field in course.fields.get(anchor.event, ())}
    if not fields.get(BUNDLE_FIELD):
        cure = f"write [course.fields.{anchor.event}] {BUNDLE_FIELD} = {{ values = [...] }} with names of bundles"
        section.problem("event_bundle", f"{anchor.event!r} has no field {BUNDLE_FIELD}", cure)
    for name in fields.get(BUNDLE_FIELD, ()):
        if name not in bundles:
            known = ", ".join(bundles)
            section.problem(
                "event_bundle", f"{anchor.event!r} may name {name!r}, no bundle", f"known bundles: {known}"
            )
    return {name: bundles[name] for name in fields.get(BUNDLE_FIELD, ()) if name in bundles}


def _lists(section: Section) -> Bundles:
    return {key: section.names(key) for key in section.data}


def _bound(section: Section, key: str) -> Mark | None:
    """An anchor's name, or a table of an anchor and a distance from it."""
    if not isinstance(section.data.get(key), Mapping):
        name = section.text(key, "")
        return Mark(anchor=name) if name else None
    part = section.section(key)
    mark = Mark(anchor=part.text("anchor"), offset=read_offset(part))
    part.finish()
    return mark


def _stop(section: Section) -> Stop:
    stop = Stop(
        after=Mark(anchor=section.text("after"), offset=read_offset(section)),
        more=section.integer("more", 0, least=0, most=MOST_MORE),
        instruments=section.names("instruments", ()),
    )
    if section.has("instruments") and not stop.instruments and not section.spoilt("instruments"):
        section.problem("instruments", "names none", "name instruments, or remove the key to stop them all")
    section.finish()
    return stop


def _restart(section: Section) -> Restart:
    restart = Restart(on=section.text("on"), prefix=section.text("prefix", ""))
    if restart.prefix:
        must_be_a_key(section, "prefix", restart.prefix)
    section.finish()
    return restart
