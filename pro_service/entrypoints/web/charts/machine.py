"""The phases of a protocol and what leads from one to another, drawn from its rules; the patient's own is marked."""

from collections.abc import Iterator, Mapping

from markupsafe import Markup

from pro_service.core.course import Arrow, arrows, label
from pro_service.core.protocol import CourseRules, StepKind
from pro_service.entrypoints.web.charts.axis import LETTER, box, drawing, path
from pro_service.entrypoints.web.charts.axis import label as written
from pro_service.entrypoints.web.words import Language, text

GAP, HEIGHT, PAD, RISE = 26, 34, 16, 22
Places = Mapping[str, tuple[float, float]]  # phase -> (left, width)


def machine(rules: CourseRules, *, language: Language, phase: str = "") -> Markup:
    """Followed phases in a row, in the order of the protocol; arrows over it lead on, arrows under it back.

    Below stand the pause and the ends, which every followed phase may lead to. `phase` is marked, if it is one.
    """
    row = [rules.initial_phase, *rules.active_phases]
    below = [rules.paused_phase, *(one for one in rules.phases if one in rules.terminal_phases)]
    upper, lower = _places(rules, row, language), _places(rules, below, language)
    moves = [one for one in arrows(rules) if one.kind is StepKind.MOVES]
    top = PAD + RISE * _longest(row, moves, forward=True)
    under = top + HEIGHT + RISE * max(_longest(row, moves, forward=False), 1) + PAD
    width = max(_end(upper), _end(lower)) + PAD
    body = (
        _frame(rules, upper, under)
        + "".join(
            _arc(rules, upper, row, one, before, top, language) for one in moves for before in one.before
        )
        + "".join(_exits(rules, upper, lower, under, language))
        + "".join(_box(rules, upper, one, top, language, phase) for one in row)
        + "".join(_box(rules, lower, one, under + 2 * RISE, language, phase) for one in below)
    )
    return drawing(
        "machine",
        width,
        under + 2 * RISE + HEIGHT + PAD,
        title=text("machine.title", language),
        description="; ".join(transition(rules, one, language) for one in arrows(rules)),
        body=body,
    )


def transition(rules: CourseRules, arrow: Arrow, language: Language) -> str:
    """One arrow in words: from where, by what, to where."""
    before = ", ".join(rules.word(one, language) for one in arrow.before)
    after = rules.word(arrow.after, language) if arrow.after else text("machine.underneath", language)
    return f"{before} → {after}{text('colon', language)}{label(rules, arrow, language)}"


def _places(rules: CourseRules, phases: list[str], language: Language) -> Places:
    places, left = {}, float(PAD)
    for phase in phases:
        width = round(len(rules.word(phase, language)) * LETTER + 18, 1)
        places[phase] = (left, width)
        left = round(left + width + GAP, 1)
    return places


def _end(places: Places) -> float:
    return max(left + width for left, width in places.values())


def _longest(row: list[str], moves: list[Arrow], *, forward: bool) -> int:
    """Over how many phases the longest arrow of a direction reaches; one to itself counts as back."""
    spans = [row.index(one.after) - row.index(before) for one in moves for before in one.before]
    return max((abs(span) or 1 for span in spans if (span > 0) is forward), default=0)


def _box(rules: CourseRules, places: Places, phase: str, y: float, language: Language, marked: str) -> str:
    left, width = places[phase]
    css = "state here" if phase == marked else "state ending" if phase in rules.terminal_phases else "state"
    words = rules.word(phase, language)
    said = f"{words} ({text('machine.here', language)})" if phase == marked else words
    return box(css, left, y, width, HEIGHT, title=said) + written(
        "state-label here" if phase == marked else "state-label", left + width / 2, y + 21, words, "middle"
    )


def _arc(
    rules: CourseRules,
    places: Places,
    row: list[str],
    arrow: Arrow,
    before: str,
    top: float,
    language: Language,
) -> str:
    span = row.index(arrow.after) - row.index(before)
    title = transition(rules, arrow, language)
    (start, width), (end, other) = places[before], places[arrow.after]
    if span == 1:
        return _arrow(f"M{start + width:g} {top + 17:g}H{end - 2:g}", end - 2, top + 17, "right", title)
    rise = (abs(span) or 1) * RISE
    if span > 0:
        x, tip = start + width * 0.7, end + other * 0.35
        return _arrow(f"M{x:g} {top:g}v{-rise:g}H{tip:g}V{top - 2:g}", tip, top - 2, "down", title)
    x, tip, foot = start + width * 0.7, end + other * 0.3, top + HEIGHT
    return _arrow(f"M{x:g} {foot:g}v{rise * 0.8:g}H{tip:g}V{foot + 2:g}", tip, foot + 2, "up", title)


_TIPS = {"right": "l-6 -4v8Z", "down": "l-4 -6h8Z", "up": "l-4 6h8Z"}


def _arrow(steps: str, x: float, y: float, towards: str, title: str) -> str:
    return path("arrow", steps, title=title) + path("tip", f"M{x:g} {y:g}{_TIPS[towards]}")


def _frame(rules: CourseRules, places: Places, under: float) -> str:
    """Around the phases in which a patient is followed: whatever leads out of it leads out of each."""
    left = places[rules.active_phases[0]][0] - 10
    return box("followed", left, 2, _end(places) + 8 - left, under - 2)


def _exits(
    rules: CourseRules, upper: Places, lower: Places, under: float, language: Language
) -> Iterator[str]:
    for one in arrows(rules):
        if one.kind in (StepKind.PAUSES, StepKind.ENDS):
            left, width = lower[one.after]
            x, foot = left + width / 2, under + 2 * RISE - 2
            first = upper[rules.active_phases[0]][0]
            start = max(x, first)
            steps = f"M{start:g} {under:g}v{RISE:g}H{x:g}V{foot:g}"
            yield _arrow(steps, x, foot, "down", transition(rules, one, language))
        elif one.kind is StepKind.UNPAUSES:
            left, width = lower[rules.paused_phase]
            x = max(left + width * 0.8, upper[rules.active_phases[0]][0] + 8)
            steps = f"M{left + width * 0.8:g} {under + 2 * RISE:g}v{-RISE / 2:g}H{x:g}V{under + 2:g}"
            yield _arrow(steps, x, under + 2, "up", transition(rules, one, language))
