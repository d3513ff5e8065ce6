"""The desk's drawings, made on the server: one scale over time, and a patient's course with what is expected.

Pure: values in, one SVG text out, the same bytes for the same values. Colours and fonts come from desk.css by class
name (the pages allow no inline style); shape, dash and word carry every meaning that colour carries.
"""

from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from typing import Literal

from markupsafe import Markup

from pro_service.entrypoints.web.charts.axis import (
    LETTER,
    Plot,
    Span,
    box,
    drawing,
    flags,
    label,
    line,
    path,
    time_ticks,
    today_mark,
)
from pro_service.entrypoints.web.words import Language, text, word
from pro_service.entrypoints.web.words.phrases import day_words, rounded_half_up, score_words

Direction = Literal["better", "worse"]
WIDTH, HEIGHT = 340, 180
POINT = "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0"
DIAMOND = "M0 -5L5 0L0 5L-5 0Z"
CROSS = "M-4 -4L4 4M4 -4L-4 4"
#: Numbers are written at the points when these are at least so far apart, else at the first and last alone.
ROOM_FOR_NUMBER = 23
#: Inclusion is where every curve begins: no pole of its own.
UNMARKED = frozenset({"included", "enrolled"})


@dataclass(frozen=True, kw_only=True)
class ChartPoint:
    """One expected score; `value` is None where there is none, `key` the timepoint."""

    on: date
    value: float | None
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class ChartEvent:
    """A fact of the course on the day it takes effect; `result` and `disclosed` are a ctDNA result's.

    `title` and `short` are the trial's words for its type, in the reader's language.
    """

    type: str
    title: str
    short: str
    on: date
    result: str | None = None
    disclosed: bool = True

    @property
    def changes_something(self) -> bool:
        """A negative, invalid or undisclosed result changes nothing and is left out of the small charts."""
        return self.disclosed and self.result not in ("negative", "invalid")


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """A value on a scale beyond which help may be needed; `side` is the side of need."""

    value: float
    side: Literal["above", "below"]
    status: str = "UNVERIFIED"

    def passed_by(self, value: float) -> bool:
        return value > self.value if self.side == "above" else value < self.value


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A vertical line with its words at the top; today's says nothing more on hovering."""

    x: float
    words: str
    said: str


def digits_of(low: float, high: float) -> int:
    """Decimals worth showing on a scale: two for an index between -1 and 1, none for points."""
    return 2 if high - low <= 2 else 0


def headline(
    *, name: str, points: tuple[ChartPoint, ...], direction: Direction, language: Language, digits: int = 0
) -> str:
    """What is to be seen in a trajectory, as its title: Fatigue 89 : pire de 45 depuis l'inclusion."""
    values = [point.value for point in points if point.value is not None]
    if not values:
        return text("chart.none", language, scale=name)
    now = score_words(values[-1], language, digits=digits)
    if len(values) == 1 or points[0].value is None:
        return text("chart.first" if len(values) == 1 else "chart.no_baseline", language, scale=name, now=now)
    rise = rounded_half_up(values[-1], digits) - rounded_half_up(values[0], digits)
    verdict = "same" if rise == 0 else "worse" if (rise > 0) == (direction == "worse") else "better"
    return text(
        f"chart.{verdict}", language, scale=name, now=now, n=score_words(abs(rise), language, digits=digits)
    )


def trajectory(
    *,
    name: str,
    points: tuple[ChartPoint, ...],
    events: tuple[ChartEvent, ...],
    threshold: Threshold | None,
    direction: Direction,
    language: Language,
    today: date,
    span: Span,
    low: float = 0,
    high: float = 100,
) -> Markup:
    """One scale over time on its whole range. `direction` is what HIGH means; a point without value leaves a gap."""
    plot = Plot(left=34, right=WIDTH - 38, top=30, bottom=HEIGHT - 24, span=span, low=low, high=high)
    digits = digits_of(low, high)
    said = tuple(_point_words(point, language, digits) for point in points)
    body = (
        today_mark(plot, today)
        + _threshold(plot, threshold, language)
        + _scale_axis(plot, direction, language)
        + time_ticks(plot, language)
        + _event_lines(plot, events, today, language)
        + _curve(plot, points, said, threshold, language)
    )
    title = headline(name=name, points=points, direction=direction, language=language, digits=digits)
    return drawing("trajectory", WIDTH, HEIGHT, title=title, description="; ".join(said), body=body)


def _scale_axis(plot: Plot, direction: Direction, language: Language) -> str:
    middle = (plot.low + plot.high) / 2
    parts = []
    for value in (plot.low, middle, plot.high):
        y = plot.y(value)
        parts.append(line("grid", plot.left, y, plot.right, y))
        parts.append(label("axis-label", plot.left - 5, y + 4, f"{value:g}", "end"))
    half = (plot.top + plot.bottom) / 2
    sense = f'<g transform="translate(10 {half:g}) rotate(-90)">'
    return (
        "".join(parts)
        + sense
        + label("sense", 0, 0, f"{text(f'high.{direction}', language)} →", "middle")
        + "</g>"
    )


def _threshold(plot: Plot, threshold: Threshold | None, language: Language) -> str:
    if threshold is None:
        return ""
    y = plot.y(threshold.value)
    top, bottom = (plot.top, y) if threshold.side == "above" else (y, plot.bottom)
    title = text("chart.threshold", language, n=f"{threshold.value:g}")
    number = f"{threshold.value:g}" if threshold.status == "checked" else f"{threshold.value:g} ?"
    return (
        box("band", plot.left, top, plot.right - plot.left, bottom - top)
        + line(
            "threshold",
            plot.left,
            y,
            plot.right,
            y,
            title=f"{title}, {word('threshold', threshold.status, language)}",
        )
        + label("threshold-label", plot.right + 3, y - 1, text("chart.threshold_word", language))
        + label("threshold-label", plot.right + 3, y + 10, number)
    )


def _event_lines(plot: Plot, events: tuple[ChartEvent, ...], today: date, language: Language) -> str:
    """Poles with short words; today's words come first, then the course's; what finds no room keeps its pole."""
    shown = tuple(
        e for e in events if e.changes_something and e.type not in UNMARKED and plot.span.holds(e.on)
    )
    marks = [
        Mark(x=plot.x(e.on), words=mark_words(e, language), said=event_words(e, language)) for e in shown
    ]
    if plot.span.holds(today):
        marks.insert(0, Mark(x=plot.x(today), words=text("today.short", language), said=""))
    named: tuple[Mark, ...] = ()
    for mark in marks:
        wider = tuple(sorted((*named, mark), key=lambda one: one.x))
        named = wider if max(_heights(wider)) < 2 else named
    heights = dict(zip(named, _heights(named), strict=True))
    return "".join(_pole(plot, mark, heights.get(mark)) for mark in marks)


def _heights(marks: tuple[Mark, ...]) -> tuple[int, ...]:
    return flags(tuple((mark.x, mark.x + len(mark.words) * LETTER + 5) for mark in marks))


def _pole(plot: Plot, mark: Mark, height: int | None) -> str:
    css = "event" if mark.said else "today"
    top = plot.top - 2 if height is None else 18 - 12 * height
    pole = line(css, mark.x, top, mark.x, plot.bottom, title=mark.said)
    if height is None:
        return pole
    outside = mark.x + len(mark.words) * LETTER > WIDTH
    return pole + label(
        f"{css}-label", mark.x + (-3 if outside else 3), top + 9, mark.words, "end" if outside else "start"
    )


def _curve(
    plot: Plot,
    points: tuple[ChartPoint, ...],
    said: tuple[str, ...],
    threshold: Threshold | None,
    language: Language,
) -> str:
    parts = [path("curve", steps) for steps in _runs(plot, points)]
    parts += [_point(plot, point, words, threshold) for point, words in zip(points, said, strict=True)]
    numbered = _numbered(plot, points)
    parts += [_number(plot, point, language, last=point is numbered[-1]) for point in numbered]
    return "".join(parts)


def _point(plot: Plot, point: ChartPoint, said: str, threshold: Threshold | None) -> str:
    x = plot.x(point.on)
    if point.value is None:
        return _sign("missing", CROSS, x, plot.bottom - 7, said)
    past = threshold is not None and threshold.passed_by(point.value)
    return _sign("point past" if past else "point", DIAMOND if past else POINT, x, plot.y(point.value), said)


def _number(plot: Plot, point: ChartPoint, language: Language, *, last: bool) -> str:
    x, y = plot.x(point.on), plot.y(point.value or 0)
    down = 16 if y - plot.top < 20 else -8  # under a point that is near the top, where the poles' words are
    words = score_words(point.value, language, digits=digits_of(plot.low, plot.high))
    return label(
        "value last" if last else "value", x, y + down, words, "end" if x > plot.right - 10 else "middle"
    )


def _runs(plot: Plot, points: tuple[ChartPoint, ...]) -> tuple[str, ...]:
    """Lines through neighbouring scores, broken where one is missing."""
    runs = []
    for has_value, group in groupby(points, key=lambda point: point.value is not None):
        steps = [f"{plot.x(p.on):g} {plot.y(p.value):g}" for p in group if p.value is not None]
        if has_value and len(steps) > 1:
            runs.append("M" + "L".join(steps))
    return tuple(runs)


def _numbered(plot: Plot, points: tuple[ChartPoint, ...]) -> tuple[ChartPoint, ...]:
    valued = tuple(point for point in points if point.value is not None)
    across = [plot.x(point.on) for point in valued]
    gaps = [right - left for left, right in pairwise(across)]
    return valued if min(gaps, default=ROOM_FOR_NUMBER) >= ROOM_FOR_NUMBER else (valued[0], valued[-1])


def _sign(css: str, shape: str, x: float, y: float, title: str) -> str:
    return f'<g transform="translate({x:g} {y:g})">{path(css, shape, title=title)}</g>'


def _point_words(point: ChartPoint, language: Language, digits: int) -> str:
    value = score_words(point.value, language, digits=digits) if point.value is not None else ""
    value = value or text("chart.no_score", language)
    return text(
        "chart.point", language, timepoint=point.key, day=day_words(point.on, language), value=value
    ).strip()


def mark_words(event: ChartEvent, language: Language) -> str:
    """An event in a word or two: ADNct+."""
    sign = word("sign", event.result, language) if event.result else ""
    untold = "" if event.disclosed else f" ({text('mark.untold', language)})"
    return event.short + sign + untold


def event_words(event: ChartEvent, language: Language) -> str:
    """An event with its result and date: Résultat d'ADNct positif, 3 mars 2026."""
    result = f" {word('result', event.result, language)}" if event.result else ""
    return f"{event.title}{result}, {day_words(event.on, language)}"
