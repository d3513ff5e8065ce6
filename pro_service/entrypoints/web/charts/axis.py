"""The paper the desk's charts are drawn on: a span of days across, numbers up, and SVG elements as text."""

from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

from markupsafe import Markup

from pro_service.entrypoints.web.words import Language
from pro_service.entrypoints.web.words.phrases import MONTHS

#: About what one letter of the charts' 11-unit text takes, in drawing units.
LETTER = 6.0
#: Months between two ticks: the first of these that leaves room for the labels.
TICK_MONTHS = (1, 2, 3, 6, 12, 24)


@dataclass(frozen=True, kw_only=True)
class Span:
    """The first and last day an axis shows."""

    start: date
    end: date

    def holds(self, day: date) -> bool:
        return self.start <= day <= self.end


def reading_span(*, first: date, last: date, today: date) -> Span:
    """The axis of a patient's drawings: all that was, and ahead half as long again but half a year at least.

    `first` and `last` are the first and last day anything is known or expected. The far future is left out, so that
    the answers of a young course are not pressed into a corner.
    """
    start = min(first, today) - timedelta(days=10)
    ahead = max(timedelta(days=183), (today - start) / 2)
    return Span(
        start=start, end=max(min(last + timedelta(days=16), today + ahead), start + timedelta(days=90))
    )


@dataclass(frozen=True, kw_only=True)
class Plot:
    """A rectangle of drawing units that shows a span of days across and numbers from `low` to `high` up."""

    left: float
    right: float
    top: float
    bottom: float
    span: Span
    low: float = 0
    high: float = 100

    def x(self, day: date) -> float:
        """Where a day is; days outside the span are drawn on its edge."""
        days = max((self.span.end - self.span.start).days, 1)
        share = min(max((day - self.span.start).days / days, 0), 1)
        return round(self.left + share * (self.right - self.left), 1)

    def y(self, value: float) -> float:
        """Where a value is; values outside the scale are drawn on its edge."""
        share = min(max((value - self.low) / (self.high - self.low), 0), 1)
        return round(self.bottom - share * (self.bottom - self.top), 1)


def line(css: str, x1: float, y1: float, x2: float, y2: float, *, title: str = "") -> str:
    """A straight line; `title` is said on hover."""
    return f'<line class="{css}" x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}"{_end("line", title)}'


def box(css: str, x: float, y: float, width: float, height: float, *, title: str = "") -> str:
    """A rectangle, at least one unit wide so that a single day is seen."""
    size = f'width="{max(round(width, 1), 1):g}" height="{height:g}"'
    return f'<rect class="{css}" x="{x:g}" y="{y:g}" {size}{_end("rect", title)}'


def path(css: str, steps: str, *, title: str = "") -> str:
    """A path."""
    return f'<path class="{css}" d="{steps}"{_end("path", title)}'


def label(css: str, x: float, y: float, words: str, anchor: str = "start") -> str:
    """A text; `anchor` is start, middle or end."""
    return f'<text class="{css}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(words)}</text>'


def drawing(css: str, width: float, height: float, *, title: str, description: str, body: str) -> Markup:
    """An SVG document with its name and description for those who do not see it."""
    svg = (
        f'<svg class="chart {css}" viewBox="0 0 {width:g} {height:g}" role="img" xmlns="http://www.w3.org/2000/svg" '
        f'aria-label="{escape(title)}. {escape(description)}"><title>{escape(title)}</title>'
        f"<desc>{escape(description)}</desc>{body}</svg>"
    )
    return Markup(svg)  # noqa: S704 # nosec B704 - every word in it went through `escape` in this module


def time_ticks(plot: Plot, language: Language, *, room: float = 52) -> str:
    """Ticks at the first of a month with the month's name, the year at each January and at the first tick."""
    ticks = _ticks(plot, room)
    parts = []
    for number, day in enumerate(ticks):
        x = plot.x(day)
        month = MONTHS[language][day.month - 1]
        words = f"{month} {day.year}" if number == 0 or day.month == 1 else month
        parts.append(line("tick", x, plot.bottom, x, plot.bottom + 4))
        parts.append(label("tick-label", x, plot.bottom + 16, words, "middle"))
    return "".join(parts)


def today_mark(plot: Plot, today: date) -> str:
    """The future as a tinted ground and today as a line; nothing when today is outside the span."""
    if not plot.span.holds(today):
        return ""
    x = plot.x(today)
    ground = box("future", x, plot.top, plot.right - x, plot.bottom - plot.top)
    return ground + line("today", x, plot.top, x, plot.bottom)


def flags(places: tuple[tuple[float, float], ...]) -> tuple[int, ...]:
    """A height for each flag (pole, end of its words), in order of poles, so that no pole goes through words."""
    heights = [0] * len(places)
    for number in range(len(places) - 1, -1, -1):
        end = places[number][1]
        under = (heights[later] + 1 for later in range(number + 1, len(places)) if places[later][0] < end)
        heights[number] = max(under, default=0)
    return tuple(heights)


def lanes(places: tuple[tuple[float, float], ...]) -> tuple[int, ...]:
    """The lowest lane for each (left, right), in order, so that no two of a lane touch."""
    ends: list[float] = []
    chosen = []
    for left, right in places:
        free = next((number for number, end in enumerate(ends) if end <= left), len(ends))
        ends[free : free + 1] = [right]
        chosen.append(free)
    return tuple(chosen)


def _ticks(plot: Plot, room: float) -> tuple[date, ...]:
    months = (plot.span.end.year - plot.span.start.year) * 12 + plot.span.end.month - plot.span.start.month
    fitting = max((plot.right - plot.left) / room, 1)
    every = next((step for step in TICK_MONTHS if months / step <= fitting), TICK_MONTHS[-1])
    first = plot.span.start.year * 12 + plot.span.start.month - 1
    counted = range(first - first % every, first + months + 1, every)
    days = (date(number // 12, number % 12 + 1, 1) for number in counted)
    return tuple(day for day in days if plot.span.holds(day))


def _end(tag: str, title: str) -> str:
    return f"><title>{escape(title)}</title></{tag}>" if title else "/>"
