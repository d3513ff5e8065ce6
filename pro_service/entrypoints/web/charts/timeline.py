"""The patient's course on one time axis: phases, events, and every expected assessment with its window and state."""

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from pro_service.entrypoints.web.charts.axis import (
    LETTER,
    Plot,
    Span,
    box,
    drawing,
    flags,
    label,
    lanes,
    line,
    path,
    time_ticks,
    today_mark,
)
from pro_service.entrypoints.web.charts.trajectory import ChartEvent, event_words, mark_words
from pro_service.entrypoints.web.words import Language, text, word
from pro_service.entrypoints.web.words.phrases import day_words, short_day

WIDTH, LEFT, RIGHT = 1000, 112, 985
FLAG, BAND, LANE = 17, 24, 50
RING = "M-7 0a7 7 0 1 0 14 0a7 7 0 1 0 -14 0"
#: One shape a state, around the due date: told apart without colour.
SHAPES = {
    "completed": (("full", RING), ("tick", "M-3.5 0L-1 3L4 -3")),
    "partial": (("ring", RING), ("full", "M0 -7a7 7 0 0 0 0 14Z")),
    "missed": (("stroke", "M-5 -5L5 5M5 -5L-5 5"),),
    "open": (("ring bold", RING),),
    "in_progress": (("ring bold", RING), ("full", "M-2.5 0a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0")),
    "planned": (("ring dashed", RING),),
    "cancelled": (("stroke thin", "M-6 0L6 0"),),
    "not_applicable": (("stroke thin", "M-6 0L6 0"),),
}


@dataclass(frozen=True, kw_only=True)
class ChartSlot:
    """An expected assessment with its window, both days included, and its state."""

    key: str
    due_on: date
    open_on: date
    close_on: date
    state: str


@dataclass(frozen=True, kw_only=True)
class Phase:
    """A phase from a day to the day before the next one's; `end_on` is None for the present one.

    `short` is its word or two in the reader's language.
    """

    name: str
    short: str
    start_on: date
    end_on: date | None = None


def timeline(
    *,
    events: tuple[ChartEvent, ...],
    slots: tuple[ChartSlot, ...],
    phases: tuple[Phase, ...],
    today: date,
    span: Span,
    language: Language,
) -> Markup:
    """The course: flags for events, a band of phases, a row of assessments; what is ahead of today is dashed.

    Assessments due after the span are left out: the page says so and its table has them.
    """
    slots = tuple(slot for slot in slots if slot.due_on <= span.end)
    banners, top = _flags(events, span, today, language)
    rows = _slot_lanes(slots, span, language)
    bottom = top + BAND + 14 + LANE * (max(rows, default=0) + 1)
    plot = Plot(left=LEFT, right=RIGHT, top=top, bottom=bottom, span=span)
    poles = "".join(
        line("event" if said else "today", x, up, x, bottom, title=said) for x, up, _, said in banners
    )
    body = (
        today_mark(plot, today)
        + _row_names(top, language)
        + poles
        + _band(plot, phases, today)
        + "".join(
            label("flag" if said else "today-label", x + 4, up + 11, words) for x, up, words, said in banners
        )
        + "".join(_slot(plot, slot, row, language) for slot, row in zip(slots, rows, strict=True))
        + line("axis", LEFT, bottom, RIGHT, bottom)
        + time_ticks(plot, language, room=76)
    )
    said = "; ".join(
        [
            *(event_words(event, language) for event in events),
            *(_slot_words(slot, language) for slot in slots),
        ]
    )
    return drawing("timeline", WIDTH, bottom + 24, title=_title(slots, language), description=said, body=body)


def _flags(
    events: tuple[ChartEvent, ...], span: Span, today: date, language: Language
) -> tuple[list[tuple[float, float, str, str]], float]:
    """Where each flag stands: (across, its top, its words, what hovering says), and where the rows below begin."""
    plot = Plot(left=LEFT, right=RIGHT, top=0, bottom=0, span=span)
    poles = [
        (plot.x(e.on), _flag_words(e, language, today), event_words(e, language))
        for e in events
        if span.holds(e.on)
    ]
    if span.holds(today):
        here = f"{text('today', language)} {short_day(today, language, today)}"
        poles.append((plot.x(today), here, ""))
    poles.sort(key=lambda pole: pole[0])
    heights = flags(tuple((x, x + len(words) * LETTER + 10) for x, words, _ in poles))
    top = FLAG * (max(heights, default=0) + 1) + 8
    return [
        (x, top - 8 - FLAG * (h + 1) + 2, words, said)
        for h, (x, words, said) in zip(heights, poles, strict=True)
    ], top


def _flag_words(event: ChartEvent, language: Language, today: date) -> str:
    words = mark_words(event, language)
    return f"{words} {short_day(event.on, language, today)}" if event.changes_something else words


def _row_names(top: float, language: Language) -> str:
    rows = (("events", top - 12), ("phases", top + 16), ("slots", top + BAND + 36))
    return "".join(label("row-name", 4, y, text(f"timeline.{row}", language)) for row, y in rows)


def _band(plot: Plot, phases: tuple[Phase, ...], today: date) -> str:
    """Each phase as a bar up to today; a phase that goes on is dashed from today to the axis's end."""
    parts = []
    for phase in phases:
        until = min(phase.end_on or today, today)
        left, right = plot.x(phase.start_on), plot.x(until)
        words = phase.short
        parts.append(box(f"phase {phase.name.lower()}", left, plot.top, right - left, BAND, title=words))
        if phase.end_on is None and today < plot.span.end:
            parts.append(box("phase ahead", right, plot.top, plot.right - right, BAND, title=words))
            right = plot.right if right - left < len(words) * LETTER + 12 else right
        if right - left >= len(words) * LETTER + 12:
            parts.append(label("phase-label", left + 8, plot.top + 16, words))
    return "".join(parts)


def _slot_lanes(slots: tuple[ChartSlot, ...], span: Span, language: Language) -> tuple[int, ...]:
    plot = Plot(left=LEFT, right=RIGHT, top=0, bottom=0, span=span)
    halves = [
        max(len(slot.key), len(word("assessment", slot.state, language))) * LETTER / 2 + 5 for slot in slots
    ]
    places = [
        (
            min(plot.x(slot.due_on) - half, plot.x(slot.open_on)),
            max(plot.x(slot.due_on) + half, plot.x(slot.close_on)),
        )
        for slot, half in zip(slots, halves, strict=True)
    ]
    order = sorted(range(len(slots)), key=lambda number: places[number])
    chosen = dict(zip(order, lanes(tuple(places[number] for number in order)), strict=True))
    return tuple(chosen[number] for number in range(len(slots)))


def _slot(plot: Plot, slot: ChartSlot, row: int, language: Language) -> str:
    y = plot.top + BAND + 24 + LANE * row
    left, x, right = plot.x(slot.open_on), plot.x(slot.due_on), plot.x(slot.close_on)
    shapes = "".join(path(css, steps) for css, steps in SHAPES.get(slot.state, SHAPES["planned"]))
    return (
        f'<g class="slot {slot.state}">'
        + box("window", left, y - 3, right - left, 6, title=_slot_words(slot, language))
        + f'<g transform="translate({x:g} {y:g})">{shapes}</g>'
        + label("slot-key", x, y + 20, slot.key, "middle")
        + label("slot-state", x, y + 32, word("assessment", slot.state, language), "middle")
        + "</g>"
    )


def _slot_words(slot: ChartSlot, language: Language) -> str:
    window = text(
        "window", language, open=day_words(slot.open_on, language), close=day_words(slot.close_on, language)
    )
    return f"{slot.key}, {word('assessment', slot.state, language)}, {day_words(slot.due_on, language)} ({window})"


def _title(slots: tuple[ChartSlot, ...], language: Language) -> str:
    states = [slot.state for slot in slots]
    ahead = sum(state in ("planned", "open", "in_progress") for state in states)
    return text(
        "timeline.title", language, done=states.count("completed"), missed=states.count("missed"), ahead=ahead
    )
