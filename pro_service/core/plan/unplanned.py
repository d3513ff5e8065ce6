"""Why nothing is planned for a patient: which fact is missing, or still lies ahead. Never silently empty."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pro_service.core.course import Course, Event, effect_day, first_days, live_course, planned_on
from pro_service.core.plan.live import live_plan
from pro_service.core.protocol import Anchor, CourseRules, Protocol, StepKind


class WhyUnplanned(StrEnum):
    """Why the plan of a patient who is followed holds nothing."""

    ANCHOR_MISSING = "anchor_missing"  # no fact gives a rule its day
    ANCHOR_AHEAD = "anchor_ahead"  # such a fact is recorded, and takes effect later
    NOT_DISCLOSED = "not_disclosed"  # such a fact is recorded, and has no effect before the patient is told
    NOTHING_IN_THIS_PHASE = "nothing_in_this_phase"  # there are days, and the phases ask for nothing
    DAY_TOO_EARLY = "day_too_early"  # a day is planned for such a fact, before what must come first
    DAY_OVER = "day_over"  # the planned day has passed, and the fact is not recorded: what is planned rests on nothing


@dataclass(frozen=True, kw_only=True)
class Unplanned:
    """Why a patient cannot be planned. `events` are the missing event types, the first that would do first; `needs`
    what has to be recorded before them; `on` the day on which a recorded one takes effect, or one was planned.
    """

    code: WhyUnplanned
    events: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    phase: str = ""
    on: date | None = None


def unplanned(protocol: Protocol, events: Iterable[Event], *, as_of: date) -> Unplanned | None:
    """Why the live plan as known on a day holds no assessment; None if it does, or if the course has ended.

    What rests on a planned day counts until that day has passed.
    """
    facts, rules = tuple(events), protocol.course
    made = live_plan(protocol, facts, as_of=as_of)
    if made.phase in rules.terminal_phases:
        return None
    if made.slots:
        by_fact = any(slot.key not in made.provisional for slot in made.slots)
        return None if by_fact else _day_over(rules, facts, as_of)
    if made.merged or made.skipped:
        return Unplanned(code=WhyUnplanned.NOTHING_IN_THIS_PHASE, phase=made.phase)
    course = live_course(rules, facts, as_of=as_of)
    missing = tuple(dict.fromkeys(_missing(protocol, course)))
    why = _waiting(rules, facts, missing, as_of) or _badly_planned(rules, facts, missing, as_of)
    return why or Unplanned(
        code=WhyUnplanned.ANCHOR_MISSING,
        events=missing,
        needs=_needs(rules, facts, missing),
        phase=course.phase,
    )


def explain_unplanned(why: Unplanned, language: str, *, rules: CourseRules) -> str:
    """The reason in words, French ("fr") or English ("en"), with the protocol's words for events and phases."""
    quote = "« {} »" if language == "fr" else "“{}”"
    joined = " ou " if language == "fr" else " or "

    def words(codes: tuple[str, ...]) -> str:
        return joined.join(quote.format(rules.word(code, language)) for code in codes)

    day = "" if why.on is None else f"{why.on:%d/%m/%Y}" if language == "fr" else why.on.isoformat()
    said = _SENTENCES[language][why.code].format(
        events=words(why.events), phase=quote.format(rules.word(why.phase, language)), on=day
    )
    return said + (_NEEDS[language].format(needs=words(why.needs)) if why.needs else "")


_SENTENCES: Mapping[str, Mapping[WhyUnplanned, str]] = {
    "fr": {
        WhyUnplanned.ANCHOR_MISSING: "ne peut pas être planifié : {events} n'est pas enregistré",
        WhyUnplanned.ANCHOR_AHEAD: "pas encore planifié : {events} ne prend effet que le {on}",
        WhyUnplanned.NOT_DISCLOSED: "ne peut pas être planifié : {events} n'a pas été annoncé au patient",
        WhyUnplanned.NOTHING_IN_THIS_PHASE: "rien n'est planifié : la phase {phase} ne demande rien",
        WhyUnplanned.DAY_TOO_EARLY: (
            "ne peut pas être planifié : la date prévue pour {events} ({on}) précède ce qui doit venir d'abord ; "
            "annuler cette date et saisir la bonne"
        ),
        WhyUnplanned.DAY_OVER: (
            "la date prévue ({on}) est passée : enregistrer {events}, ou annuler la date prévue"
        ),
    },
    "en": {
        WhyUnplanned.ANCHOR_MISSING: "cannot be planned because {events} is not recorded",
        WhyUnplanned.ANCHOR_AHEAD: "not planned yet because {events} takes effect on {on} only",
        WhyUnplanned.NOT_DISCLOSED: "cannot be planned because the patient was not told of {events}",
        WhyUnplanned.NOTHING_IN_THIS_PHASE: "nothing is planned because the phase {phase} asks for nothing",
        WhyUnplanned.DAY_TOO_EARLY: (
            "cannot be planned because the day planned for {events} ({on}) lies before what must come first; "
            "void that day and enter the right one"
        ),
        WhyUnplanned.DAY_OVER: (
            "the planned day ({on}) has passed: record {events}, or void the planned day"
        ),
    },
}
_NEEDS = {"fr": " (enregistrer d'abord {needs})", "en": " (record {needs} first)"}


def _day_over(rules: CourseRules, facts: tuple[Event, ...], as_of: date) -> Unplanned | None:
    """Everything rests on planned days: are they all over?"""
    found = {kind: planned_on(rules, facts, kind, as_of=as_of) for kind in rules.provisional}
    days = {kind: on for kind, on in found.items() if on is not None}
    if not days or max(days.values()) >= as_of:
        return None
    return Unplanned(code=WhyUnplanned.DAY_OVER, events=tuple(days), on=max(days.values()))


def _badly_planned(
    rules: CourseRules, facts: tuple[Event, ...], missing: tuple[str, ...], as_of: date
) -> Unplanned | None:
    """A day is planned for a missing fact, and what must come first is later than that day, or than today."""
    for kind in missing:
        day = planned_on(rules, facts, kind, as_of=as_of)
        needed = first_days(rules, facts, kind)
        known = {name: on for name, on in needed.items() if on is not None}
        if day is None or len(known) < len(needed):
            continue
        if any(on > day for on in known.values()):
            return Unplanned(code=WhyUnplanned.DAY_TOO_EARLY, events=(kind,), on=day)
        late = next((name for name, on in known.items() if on > as_of), None)
        if late is not None:
            return Unplanned(code=WhyUnplanned.ANCHOR_AHEAD, events=(late,), on=known[late])
    return None


def _missing(protocol: Protocol, course: Course) -> Iterator[str]:
    """Event types that would give a rule its day: while the course has not begun, what begins it."""
    if course.phase == protocol.course.initial_phase:
        yield from _openers(protocol.course)
        return
    for rule in protocol.rules:
        anchor = protocol.anchors[rule.anchor]
        if not course.days_of(anchor):
            yield from _events_of(protocol.course, anchor)


def _openers(rules: CourseRules) -> Iterator[str]:
    for step in rules.steps:
        if step.kind is StepKind.MOVES and rules.initial_phase in step.from_phases:
            yield step.event


def _events_of(rules: CourseRules, anchor: Anchor) -> Iterator[str]:
    if anchor.event is not None:
        yield anchor.event
        return
    for step in rules.steps:
        if step.to == anchor.enters:
            yield step.event


def _waiting(
    rules: CourseRules, facts: tuple[Event, ...], missing: tuple[str, ...], as_of: date
) -> Unplanned | None:
    """A missing fact that is recorded already: it takes effect on a later day, or once the patient is told."""
    waiting = [(effect_day(rules, fact), fact.type) for fact in facts if fact.type in missing]
    ahead = sorted((on, kind) for on, kind in waiting if on is not None and on > as_of)
    if ahead:
        on, kind = ahead[0]
        return Unplanned(code=WhyUnplanned.ANCHOR_AHEAD, events=(kind,), on=on)
    silent = next((kind for on, kind in waiting if on is None), None)
    return None if silent is None else Unplanned(code=WhyUnplanned.NOT_DISCLOSED, events=(silent,))


def _needs(rules: CourseRules, facts: tuple[Event, ...], missing: tuple[str, ...]) -> tuple[str, ...]:
    """What the first missing fact must come after and is not there either."""
    here = {fact.type for fact in facts}
    needed = rules.after.get(missing[0], ()) if missing else ()
    return tuple(kind for kind in needed if kind not in here)
