"""Why nothing is planned for a patient: which fact is missing, or still lies ahead. Never silently empty."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pro_service.core.course import Course, Event, effect_day, replay
from pro_service.core.plan.build import plan
from pro_service.core.protocol import Anchor, CourseRules, Protocol, StepKind


class WhyUnplanned(StrEnum):
    """Why the plan of a patient who is followed holds nothing."""

    ANCHOR_MISSING = "anchor_missing"  # no fact gives a rule its day
    ANCHOR_AHEAD = "anchor_ahead"  # such a fact is recorded, and takes effect later
    NOT_DISCLOSED = "not_disclosed"  # such a fact is recorded, and has no effect before the patient is told
    NOTHING_IN_THIS_PHASE = "nothing_in_this_phase"  # there are days, and the phases ask for nothing


@dataclass(frozen=True, kw_only=True)
class Unplanned:
    """Why a patient cannot be planned. `events` are the missing event types, the first that would do first; `needs`
    what has to be recorded before them; `on` the day on which a recorded one takes effect.
    """

    code: WhyUnplanned
    events: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    phase: str = ""
    on: date | None = None


def unplanned(protocol: Protocol, events: Iterable[Event], *, as_of: date) -> Unplanned | None:
    """Why the plan as known on a day holds no assessment; None if it does, or if the course has ended."""
    facts = tuple(events)
    made = plan(protocol, facts, as_of=as_of)
    if made.slots or made.phase in protocol.course.terminal_phases or _ended_early(protocol, facts, as_of):
        return None
    if made.merged or made.skipped:
        return Unplanned(code=WhyUnplanned.NOTHING_IN_THIS_PHASE, phase=made.phase)
    course = replay(protocol.course, facts, as_of=as_of)
    missing = tuple(dict.fromkeys(_missing(protocol, course)))
    return _waiting(protocol.course, facts, missing, as_of) or Unplanned(
        code=WhyUnplanned.ANCHOR_MISSING,
        events=missing,
        needs=_needs(protocol.course, facts, missing),
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
    },
    "en": {
        WhyUnplanned.ANCHOR_MISSING: "cannot be planned because {events} is not recorded",
        WhyUnplanned.ANCHOR_AHEAD: "not planned yet because {events} takes effect on {on} only",
        WhyUnplanned.NOT_DISCLOSED: "cannot be planned because the patient was not told of {events}",
        WhyUnplanned.NOTHING_IN_THIS_PHASE: "nothing is planned because the phase {phase} asks for nothing",
    },
}
_NEEDS = {"fr": " (enregistrer d'abord {needs})", "en": " (record {needs} first)"}


def _ended_early(protocol: Protocol, facts: tuple[Event, ...], as_of: date) -> bool:
    """The replay passes over an end before the beginning; nothing is to be planned after it all the same."""
    ends = {step.event for step in protocol.course.steps if step.kind is StepKind.ENDS}
    return any(_counts(protocol.course, fact, ends, as_of) for fact in facts)


def _counts(rules: CourseRules, fact: Event, types: set[str], as_of: date) -> bool:
    on = effect_day(rules, fact) if fact.type in types else None
    return on is not None and on <= as_of


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
