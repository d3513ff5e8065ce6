"""Reads when a rule's assessments are due: single timepoints, series, offsets and windows."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pro_service.core.definition import Section
from pro_service.core.protocol.schedule import Offset, Timepoint
from pro_service.core.timing import DAYS_IN_HALF_A_MONTH

MAX_MONTHS = 240
MAX_WINDOW_DAYS = 366
"""A window opens and closes within a year of its due day."""
MAX_OFFSET_DAYS = MAX_MONTHS * 31
MAX_WEEKS = MAX_OFFSET_DAYS // 7
MAX_TIMEPOINTS = 600
"""So many a series may give: weekly for more than eleven years."""
MAX_CYCLE_DAYS = 366
LONGEST_KEY = 60  # of 64, so that {n} may become any number
_DAYS_IN = {"weeks": 7, "days": 1}
UNITS = ("months", *_DAYS_IN, "cycles")
_NO_WINDOW = (0, 0)
_KEY = re.compile(r"(?:[A-Za-z0-9._+-]|\{n\})+", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a timepoint asks: bundles of its own, their instruments (None: the rule's), and others in some phases."""

    bundles: tuple[str, ...] = ()
    instruments: tuple[str, ...] | None = None
    in_phase: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


ReadAsked = Callable[[Section], Asked]


def read_timepoints(section: Section, read_asked: ReadAsked) -> tuple[Timepoint, ...]:
    """The `timepoints` and the `series` of a rule, in file order."""
    window = read_window(section, None)
    single = [_timepoint(part, window, read_asked) for part in section.sections("timepoints", required=False)]
    parts = section.sections("series", required=False)
    series = [point for part in parts for point in _series(part, window, read_asked)]
    told = any(problem.place.startswith(section.place("series")) for problem in section.problems)
    if not single and not series and not told and not section.spoilt("timepoints"):
        section.problem(
            "timepoints", "the rule has no timepoint", "add timepoints = [{ key = ... }] or a series"
        )
    return (*single, *series)


def read_offset(section: Section, *, least_days: int = -MAX_WINDOW_DAYS) -> Offset:
    """`months`, `weeks` and `days` of a table, added up; none of them is no distance at all."""
    months = months_of(section, "months", section.number("months", 0))
    weeks = section.integer("weeks", 0, least=-(MAX_WINDOW_DAYS // 7), most=MAX_WEEKS)
    days = section.integer("days", 0, least=least_days, most=MAX_OFFSET_DAYS)
    return Offset(months=months.months, days=months.days + 7 * weeks + days)


def months_of(section: Section, key: str, months: float) -> Offset:
    """Whole or half months as an offset; anything else is a mistake at `key`."""
    if section.spoilt(key):
        return Offset()
    halves = months * 2
    if halves != int(halves) or not 0 <= months <= MAX_MONTHS:
        section.problem(key, f"{months:g} months", f"write 0 to {MAX_MONTHS} months, in whole or half months")
        return Offset()
    whole, half = divmod(int(halves), 2)
    return Offset(months=whole, days=half * DAYS_IN_HALF_A_MONTH)


def read_window(section: Section, default: tuple[int, int] | None) -> tuple[int, int]:
    """`window`: its first and last day around the due date."""
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


def too_many(section: Section, key: str, count: int, most: int, things: str) -> bool:
    """Are there more than `most` of something under `key`? Then that is told, and none of it is to be judged."""
    if count > most:
        section.problem(key, f"has {count} {things}", f"write at most {most}")
    return count > most


def must_be_a_key(section: Section, name: str, key: str) -> None:
    """A key names an assessment for good, in tables, addresses and messages."""
    if section.has(name) and not section.spoilt(name) and not _KEY.fullmatch(key):
        section.problem(name, f"is {key!r}", "write letters, digits and . _ + - alone, and {n} for a number")
    if len(key) > LONGEST_KEY:
        section.problem(name, f"has {len(key)} characters", f"write at most {LONGEST_KEY}")


def _timepoint(section: Section, window: tuple[int, int], read_asked: ReadAsked) -> Timepoint:
    offset, key, asked = read_offset(section), section.text("key"), read_asked(section)
    must_be_a_key(section, "key", key)
    window = read_window(section, window)
    section.finish()
    return _point(key, offset, window, asked)


def _point(key: str, offset: Offset, window: tuple[int, int], asked: Asked) -> Timepoint:
    return Timepoint(
        key=key,
        offset=offset,
        window=window,
        bundles=asked.bundles,
        instruments=asked.instruments,
        in_phase=asked.in_phase,
    )


def _series(section: Section, window: tuple[int, int], read_asked: ReadAsked) -> list[Timepoint]:
    unit = section.text("unit", "months", choices=UNITS)
    unit_days = _DAYS_IN.get(unit, 0)
    if unit == "cycles":
        unit_days = section.integer("cycle_days", least=1, most=MAX_CYCLE_DAYS)
    steps = _steps(section, unit, unit_days)
    key, asked = section.text("key"), read_asked(section)
    window = read_window(section, window)
    section.finish()
    must_be_a_key(section, "key", _fill(key, unit, steps[0] if steps else 0, 1))
    if len(steps) > 1 and not section.spoilt("key") and f"{{{unit}}}" not in key and "{k}" not in key:
        section.problem("key", f"is {key!r} at each of its timepoints", f"write {{{unit}}} or {{k}} in it")
    return [
        _point(_fill(key, unit, step, number), _distance(section, step, unit_days), window, asked)
        for number, step in enumerate(steps, start=1)
    ]


def _steps(section: Section, unit: str, unit_days: int) -> list[float]:
    """The counts at which the series has a timepoint, in its unit; empty after a mistake."""
    first, every = (section.number(key) for key in ("first", "every"))
    last = _last(section, first, every)
    if unit not in UNITS or any(
        section.spoilt(key) for key in ("first", "every", "last", "count", "cycle_days")
    ):
        return []
    longest = MAX_OFFSET_DAYS // unit_days if unit_days else MAX_MONTHS
    least = 1 if unit_days else 0.5
    if every < least or first < 0 or last < first or last > longest:
        cure = f"write 0 <= first <= last <= {longest}, every >= {least}"
        section.problem("every", "the series has no end or no step", cure)
        return []
    if unit_days and any(each != int(each) for each in (first, every)):
        section.problem("every", f"counts parts of {unit}", "write whole numbers as first and every")
        return []
    count = int((last - first) / every) + 1
    if count > MAX_TIMEPOINTS:
        section.problem("every", f"gives {count} timepoints", f"write a series of {MAX_TIMEPOINTS} at most")
        return []
    return _up_to(section, [first + every * number for number in range(count)], last)


def _up_to(section: Section, steps: list[float], last: float) -> list[float]:
    if steps[-1] != last:
        section.problem(
            "last", f"{last:g} is not met", f"the series ends at {steps[-1]:g}; write last = that"
        )
    return steps


def _last(section: Section, first: float, every: float) -> float:
    """Where the series ends: said by `last`, or by `count`, so many timepoints at most where only a stop ends it."""
    if not section.has("count"):
        return section.number("last")
    count = section.integer("count", least=1, most=MAX_TIMEPOINTS)
    if section.has("last"):
        section.number("last")
        section.problem("count", "and last both say where the series ends", "keep one of the two")
    return first + every * (count - 1)


def _fill(key: str, unit: str, step: float, number: int) -> str:
    return key.replace(f"{{{unit}}}", f"{step:g}").replace("{k}", str(number))


def _distance(section: Section, step: float, unit_days: int) -> Offset:
    return Offset(days=int(step) * unit_days) if unit_days else months_of(section, "first", step)
