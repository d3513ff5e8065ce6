"""What a protocol asks of a patient: items and minutes at each timepoint and in each year, and the most it may be."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from math import ceil

from pro_service.core.definition import Section
from pro_service.core.protocol.model import BurdenLimits, Protocol
from pro_service.core.protocol.schedule import Offset, Rule, Timepoint

_DAYS_A_YEAR = 365.25
_DAYS_A_MONTH = _DAYS_A_YEAR / 12
MOST_MINUTES = 100_000


@dataclass(frozen=True, kw_only=True)
class Length:
    """How long one instrument is: items at most (conditional ones included), and minutes as its file says."""

    items: int
    minutes: int


@dataclass(frozen=True, kw_only=True)
class TimepointBurden:
    """What one timepoint asks, all its instruments together. `year` counts from 1 at the anchor's day; 0 is before."""

    key: str
    rule: str
    anchor: str
    year: int
    items: int
    minutes: int
    instruments: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class YearBurden:
    """What the timepoints of one anchor ask within one year after it. Nothing is taken off for merging.

    `each`: as much again for every occurrence of the anchor.
    """

    anchor: str
    each: bool
    year: int
    forms: int
    items: int
    minutes: int


def read_burden(section: Section) -> BurdenLimits:
    """[burden]; without it nothing is limited."""
    limits = BurdenLimits(
        minutes_per_timepoint=_limit(section, "minutes_per_timepoint"),
        minutes_per_year=_limit(section, "minutes_per_year"),
    )
    section.finish()
    return limits


def timepoint_burdens(protocol: Protocol, lengths: Mapping[str, Length]) -> tuple[TimepointBurden, ...]:
    """One entry a timepoint, in the order of the rules. An instrument without a known length counts nothing."""
    return tuple(
        TimepointBurden(
            key=point.key,
            rule=rule.id,
            anchor=rule.anchor,
            year=_year(point.offset),
            items=sum(lengths[code].items for code in _asked(rule, point) if code in lengths),
            minutes=sum(lengths[code].minutes for code in _asked(rule, point) if code in lengths),
            instruments=_asked(rule, point),
        )
        for rule in protocol.rules
        for point in rule.timepoints
    )


def year_burdens(protocol: Protocol, lengths: Mapping[str, Length]) -> tuple[YearBurden, ...]:
    """One entry for each anchor and year in which something is asked, anchors in the order of the file."""
    order = {name: place for place, name in enumerate(protocol.anchors)}
    points = [point for point in timepoint_burdens(protocol, lengths) if point.anchor in order]

    def place(point: TimepointBurden) -> tuple[int, int]:
        return order[point.anchor], point.year

    return tuple(_summed(protocol, list(group)) for _, group in groupby(sorted(points, key=place), key=place))


def too_much(protocol: Protocol, lengths: Mapping[str, Length]) -> Iterator[tuple[str, str, str]]:
    """Where the protocol asks more than its own limits: place, what, cure."""
    limits = protocol.burden
    for point in timepoint_burdens(protocol, lengths):
        most = limits.minutes_per_timepoint
        if most is not None and point.minutes > most:
            message = f"{point.key} takes about {point.minutes} minutes, more than {most}"
            yield f"rules.{point.rule}", message, "ask less there, or raise burden.minutes_per_timepoint"
    for year in year_burdens(protocol, lengths):
        most = limits.minutes_per_year
        if most is not None and year.minutes > most:
            message = (
                f"year {year.year} after {year.anchor!r} takes about {year.minutes} minutes, more than {most}"
            )
            yield "burden.minutes_per_year", message, "ask less often, or raise the limit"


def _limit(section: Section, key: str) -> int | None:
    return section.integer(key, least=1, most=MOST_MINUTES) if section.has(key) else None


def _asked(rule: Rule, point: Timepoint) -> tuple[str, ...]:
    """The most that may be asked there: in some phases, after a stop or by the site's choice it may be less."""
    usual = rule.instruments if point.instruments is None else point.instruments
    return tuple(dict.fromkeys([*usual, *(code for codes in point.in_phase.values() for code in codes)]))


def _year(offset: Offset) -> int:
    """The day of the anchor belongs to the first year, and so does its anniversary."""
    days = offset.months * _DAYS_A_MONTH + offset.days
    return 0 if days < 0 else max(1, ceil(round(days / _DAYS_A_YEAR, 3)))


def _summed(protocol: Protocol, points: list[TimepointBurden]) -> YearBurden:
    first = points[0]
    return YearBurden(
        anchor=first.anchor,
        each=protocol.anchors[first.anchor].each,
        year=first.year,
        forms=len(points),
        items=sum(point.items for point in points),
        minutes=sum(point.minutes for point in points),
    )
