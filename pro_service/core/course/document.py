"""Reads a course file's events, collecting every mistake with its place and cure."""

import re
from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any, TypeVar

from pro_service.core.course.event import Event
from pro_service.core.definition import DefinitionError, Section, open_definition
from pro_service.core.protocol import BUNDLE_FIELD, EVENT_FIELDS, CourseRules

#: A year outside these is a slip of the keyboard, not a clinical date.
FIRST_YEAR, LAST_YEAR = 1950, 2149
Value = TypeVar("Value")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def parse_course(document: Mapping[str, Any], *, source: str, rules: CourseRules) -> tuple[Event, ...]:
    """The events of `{"events": [...]}`; DefinitionError with every mistake. Nothing is refused on clinical grounds.

    Fields the protocol does not look at are carried by the file and ignored here.
    """
    root = open_definition(document, source=source)
    events = tuple(_event(section, rules) for section in root.sections("events"))
    return _unless_wrong(root, events)


def parse_event(document: Mapping[str, Any], *, source: str, rules: CourseRules) -> Event:
    """One event, as in a course file."""
    root = open_definition(document, source=source)
    return _unless_wrong(root, _event(root, rules))


def _unless_wrong(root: Section, value: Value) -> Value:
    if root.problems:
        raise DefinitionError(root.problems)
    return value


def _event(section: Section, rules: CourseRules) -> Event:
    # In JSON an empty field is often written null rather than left out; both mean the same.
    section.data = {key: value for key, value in section.data.items() if value is not None}
    kind = section.text("type")
    if section.has("type"):
        _must_be_known(section, kind, rules)
    needed = {name for _, step in rules.steps_by_event.get(kind, ()) for name in step.when}
    if section.has(BUNDLE_FIELD):
        needed.add(BUNDLE_FIELD)  # a name that leads nowhere would ask something else than was meant
    fields = {name: _field(section, name, kind, needed, rules) for name in EVENT_FIELDS}
    told = _day(section, "disclosed_on") if section.has("disclosed_on") else None
    return Event(
        type=kind,
        on=_day(section, "on"),
        result=fields["result"],
        disclosed_on=told,
        relation=fields["relation"],
        reason=fields["reason"],
        visit=_visit(section),
        visit_on=_day(section, "visit_on") if section.has("visit_on") else None,
        id=_identity(section),
        bundle=fields[BUNDLE_FIELD],
    )


def _must_be_known(section: Section, kind: str, rules: CourseRules) -> None:
    known = (*rules.event_types, *rules.obsolete)
    if not kind and section.data["type"] == "":
        section.problem("type", "is empty", f"known types: {', '.join(rules.event_types)}")
    elif kind and kind not in known:
        near = get_close_matches(kind, known, n=1)
        cure = f"did you mean {near[0]!r}?" if near else f"known types: {', '.join(rules.event_types)}"
        section.problem("type", f"unknown event type {kind!r}", cure)


def _field(section: Section, name: str, kind: str, needed: set[str], rules: CourseRules) -> str | None:
    allowed = next((field.values for field in rules.fields.get(kind, ()) if field.name == name), None)
    if name in needed:
        return section.text(name, choices=allowed or ())
    value = section.data.get(name)
    return value if isinstance(value, str) else None


def _visit(section: Section) -> str | None:
    value = section.data.get("visit")
    return value if isinstance(value, str) else None


def _identity(section: Section) -> str | int | None:
    value = section.data.get("id")
    return value if isinstance(value, str | int) else None


def _day(section: Section, key: str) -> date:
    said = section.text(key)
    try:
        day = date.fromisoformat(said) if _ISO_DAY.fullmatch(said) else None
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        if isinstance(section.data.get(key), str):
            cure = f"write year-month-day between {FIRST_YEAR} and {LAST_YEAR}, such as 2026-05-03"
            section.problem(key, f"{said!r} is no date of a course", cure)
        return date(FIRST_YEAR, 1, 1)
    return day
