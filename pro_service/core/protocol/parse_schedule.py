"""Reads the schedule of a protocol file: anchors, bundles, rules with their timepoints, and merging."""

import re
from collections.abc import Mapping

from pro_service.core.definition import Section
from pro_service.core.protocol.model import Anchor, Merge, Offset, Rule, Timepoint
from pro_service.core.protocol.parse_coupling import read_coupling
from pro_service.core.timing import DAYS_IN_HALF_A_MONTH

MAX_MONTHS = 240
MAX_WINDOW_DAYS = 366
"""A window opens and closes within a year of its due day."""
MAX_OFFSET_DAYS = MAX_MONTHS * 31
_NO_WINDOW = (0, 0)
_KEY = re.compile(r"(?:[A-Za-z0-9._+-]|\{n\})+", re.ASCII)
_LONGEST_KEY = 60  # of 64, so that {n} may become any number


def read_anchors(root: Section) -> Mapping[str, Anchor]:
    """[anchors]: the named days of a course."""
    return {name: _anchor(name, section) for name, section in root.children("anchors")}


def read_bundles(section: Section) -> Mapping[str, tuple[str, ...]]:
    """[bundles]: lists of instruments in the order in which they are asked."""
    return {name: section.texts(name) for name in section.data}


def read_rules(
    root: Section, bundles: Mapping[str, tuple[str, ...]], default_phases: tuple[str, ...]
) -> tuple[Rule, ...]:
    """[[rules]]; a rule without `while` holds in `default_phases`."""
    return tuple(_rule(section, bundles, default_phases) for section in root.sections("rules", by_id=True))


def read_merge(section: Section) -> Merge:
    """[merge]; without it nothing merges."""
    merge = Merge(
        precedence=section.names("precedence", ()),
        within_days=section.integer("within_days", 0, most=MAX_WINDOW_DAYS),
        absorbs=section.names("absorbs", ()),
    )
    section.finish()
    return merge


def _anchor(name: str, section: Section) -> Anchor:
    event, enters = (section.text(key, "") or None for key in ("event", "enters"))
    if not event and not enters:
        section.problem(
            "event", "neither event nor enters is given", "name an event type, a phase entered, or both"
        )
    each = section.text("occurrences", "first", choices=("first", "each")) == "each"
    section.finish()
    return Anchor(id=name, event=event, enters=enters, each=each)


def _rule(section: Section, bundles: Mapping[str, tuple[str, ...]], default_phases: tuple[str, ...]) -> Rule:
    window = read_window(section, None)
    names = section.texts("bundles")
    phases = section.names("while", default_phases)
    if section.has("while") and not phases and not section.spoilt("while"):
        section.problem("while", "names no phase: the rule never holds", "name a phase or remove the key")
    listed = [codes for codes in (bundles.get(name, ()) for name in names) if codes]
    rule = Rule(
        id=section.name("id"),
        anchor=section.text("anchor"),
        timepoints=read_timepoints(section, window),
        phases=frozenset(phases),
        closes_by=section.text("closes_by", "") or None,
        bundles=names,
        instruments=tuple(dict.fromkeys(code for codes in listed for code in codes)),
        couple=read_coupling(section),
    )
    section.finish()
    return rule


def read_timepoints(section: Section, window: tuple[int, int]) -> tuple[Timepoint, ...]:
    """`timepoints` and `series` of a rule or of a calendar of visits; at least one."""
    single = [_timepoint(part, window) for part in section.sections("timepoints", required=False)]
    series = [point for part in section.sections("series", required=False) for point in _series(part, window)]
    told = any(problem.place.startswith(section.place("series")) for problem in section.problems)
    if not single and not series and not told and not section.spoilt("timepoints"):
        section.problem(
            "timepoints", "the rule has no timepoint", "add timepoints = [{ key = ... }] or a series"
        )
    return (*single, *series)


def _timepoint(section: Section, window: tuple[int, int]) -> Timepoint:
    offset = _offset(section, "months", section.number("months", 0))
    days = section.integer("days", 0, least=-MAX_WINDOW_DAYS, most=MAX_OFFSET_DAYS)
    key = section.text("key")
    _must_be_a_key(section, key)
    point = Timepoint(
        key=key,
        offset=Offset(months=offset.months, days=offset.days + days),
        window=read_window(section, window),
    )
    section.finish()
    return point


def _series(section: Section, window: tuple[int, int]) -> list[Timepoint]:
    first, every, last = (section.number(key) for key in ("first", "every", "last"))
    key, window = section.text("key"), read_window(section, window)
    section.finish()
    _must_be_a_key(section, _fill(key, first))
    if any(section.spoilt(each) for each in ("first", "every", "last")):
        return []
    if every < 0.5 or first < 0 or last < first or last > MAX_MONTHS:
        section.problem(
            "every",
            "the series has no end or no step",
            f"write 0 <= first <= last <= {MAX_MONTHS}, every >= 0.5",
        )
        return []
    months = [first + every * index for index in range(int((last - first) / every) + 1)]
    if months[-1] != last:
        section.problem(
            "last", f"{last:g} is not met", f"the series ends at {months[-1]:g}; write last = that"
        )
    return [
        Timepoint(key=_fill(key, each), offset=_offset(section, "first", each), window=window)
        for each in months
    ]


def _fill(key: str, months: float) -> str:
    return key.replace("{months}", f"{months:g}")


def _must_be_a_key(section: Section, key: str) -> None:
    """A key names an assessment for good, in tables, addresses and messages."""
    if section.has("key") and not section.spoilt("key") and not _KEY.fullmatch(key):
        section.problem("key", f"is {key!r}", "write letters, digits and . _ + - alone, and {n} for a number")
    if len(key) > _LONGEST_KEY:
        section.problem("key", f"has {len(key)} characters", f"write at most {_LONGEST_KEY}")


def _offset(section: Section, key: str, months: float) -> Offset:
    if section.spoilt(key):
        return Offset()
    halves = months * 2
    if halves != int(halves) or not 0 <= months <= MAX_MONTHS:
        section.problem(key, f"{months:g} months", f"write 0 to {MAX_MONTHS} months, in whole or half months")
        return Offset()
    whole, half = divmod(int(halves), 2)
    return Offset(months=whole, days=half * DAYS_IN_HALF_A_MONTH)


def read_window(section: Section, default: tuple[int, int] | None) -> tuple[int, int]:
    """`window`: first and last day around the due date."""
    days = section.integers("window", default, least=-MAX_WINDOW_DAYS, most=MAX_WINDOW_DAYS)
    if section.spoilt("window"):
        return _NO_WINDOW
    if len(days) != 2:
        section.problem(
            "window", f"has {len(days)} numbers", "write window = [first day, last day] around due"
        )
        return _NO_WINDOW
    if days[0] > days[1]:
        section.problem("window", f"closes before it opens: {list(days)}", "write the first day first")
        return _NO_WINDOW
    return days[0], days[1]
