"""Reads the small terms that scenario files are made of: shares, curves, ranges, clock times, days of the week."""

from collections.abc import Mapping
from datetime import date, time

from pro_service.core.definition import Section
from pro_service.services.simulation.scenario.model import Curve, Range

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LONGEST_DAYS = 3_650


def share(section: Section, key: str) -> float:
    """A part of all cases, or a risk."""
    return section.number(key, least=0, most=1)


def curve(section: Section, key: str, *, most: float) -> Curve:
    """Two quantiles or more, none smaller than the one before it; (0, 0) in place of a wrong one."""
    values = section.numbers(key)
    if section.spoilt(key) or not section.has(key):
        return (0.0, 0.0)
    if len(values) < 2:
        section.problem(key, f"has {len(values)} numbers", "write at least two: the least and the greatest")
    elif list(values) != sorted(values):
        section.problem(key, "goes down", "write the quantiles in rising order")
    elif not 0 <= values[0] <= values[-1] <= most:
        section.problem(
            key, f"goes from {values[0]:g} to {values[-1]:g}", f"write numbers from 0 to {most:g}"
        )
    else:
        return values
    return (0.0, 0.0)


def span(section: Section, key: str, *, most: int = LONGEST_DAYS) -> Range:
    """Two whole numbers: the fewest and the most."""
    values = section.integers(key, least=0, most=most)
    if section.spoilt(key) or not section.has(key):
        return (0, 0)
    if len(values) != 2 or values[0] > values[1]:
        section.problem(key, f"is {list(values)}", "write the fewest and the most, such as [9, 15]")
        return (0, 0)
    return values[0], values[1]


def clock(section: Section, key: str) -> time:
    said = section.text(key)
    try:
        found = time.fromisoformat(said)
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None or len(said) != len("HH:MM"):
        if not section.spoilt(key):
            section.problem(key, f"{said!r} is no clock time", 'write hours and minutes, such as "08:30"')
        return time(0)
    return found


def weekdays(section: Section, key: str) -> frozenset[int]:
    names = section.names(key)
    for name in names:
        if name not in WEEKDAYS:
            section.problem(key, f"{name!r} is no weekday", f"use {', '.join(WEEKDAYS)}")
    if not names and not section.spoilt(key):
        section.problem(key, "names no day", "name the days on which sites work")
    # Where nothing can be meant, every day: what else is judged needs some day on which sites work.
    return frozenset(WEEKDAYS.index(name) for name in names if name in WEEKDAYS) or frozenset(range(7))


def days(section: Section, key: str) -> frozenset[date]:
    """A list of dates, as texts or as TOML's own."""
    values = section.data.get(key, [])
    section.known.add(key)
    if not isinstance(values, list):
        section.problem(key, f"is {values!r}", "write a list of dates such as [2026-05-01]")
        return frozenset()
    found = set()
    for value in values:
        if isinstance(value, date) and not hasattr(value, "hour"):
            found.add(value)
        else:
            section.problem(key, f"holds {value!r}", "write dates such as 2026-05-01")
    return frozenset(found)


def numbers_by_name(
    section: Section, *, least: float = 0, most: float = 1, choices: tuple[str, ...] = ()
) -> Mapping[str, float]:
    """A table of numbers under names; `choices` are the only names, where there are such."""
    found = {}
    for name in section.data:
        if choices and name not in choices:
            section.known.update(choices)
            continue  # finish() tells it as an unknown key
        found[name] = section.number(name, least=least, most=most)
    return found
