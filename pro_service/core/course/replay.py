"""Replays a patient's events in order of effect: which phase on which day, and which event did what."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from pro_service.core.course.event import Event, effect_day
from pro_service.core.protocol import Anchor, CourseRules, Step, StepKind


@dataclass(frozen=True, kw_only=True)
class Transition:
    """An event that had an effect. While a patient is lost, moves still name the clinical phases underneath."""

    event: Event
    on: date
    kind: StepKind
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Course:
    """What the events known so far amount to."""

    phase: str  # after all of them
    initial_phase: str
    ended_on: date | None  # the first terminal event
    transitions: tuple[Transition, ...]
    days: tuple[date, ...]  # on which the phase changed or was confirmed
    phases: tuple[str, ...]  # at the end of each of these days
    noted: tuple[tuple[date, Event], ...] = ()  # events of types that change no phase, by the day they count

    def phase_on(self, day: date) -> str:
        """The phase at the end of a day; after the last event, the last phase."""
        index = bisect_right(self.days, day)
        return self.phases[index - 1] if index else self.initial_phase

    @property
    def since_on(self) -> date | None:
        """The day since which the phase is what it is; None before anything happened."""
        since = None
        for day, phase in zip(reversed(self.days), reversed(self.phases), strict=True):
            if phase != self.phase:
                break
            since = day
        return since

    def days_of(self, anchor: Anchor) -> tuple[date, ...]:
        """The days an anchor names, in order of effect: at most one, or each occurrence."""
        return tuple(on for on, _ in self.occurrences_of(anchor))

    def occurrences_of(self, anchor: Anchor) -> tuple[tuple[date, Event], ...]:
        """The days an anchor names, each with its event, in order of effect: at most one, or each occurrence."""
        counted = [(each.on, each.event) for each in self.transitions if _is_at(anchor, each)]
        if not counted and anchor.enters is None:
            counted = [each for each in self.noted if each[1].type == anchor.event]
        found = [each for each in counted if _holds(anchor.when, each[1])]
        if anchor.own_day:
            found = [(event.on, event) for _, event in found]
        return tuple(found if anchor.each else found[:1])


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where a patient stands between two events: clinical phase, being lost, the end if any."""

    clinical: str
    lost: bool = False
    ending: str | None = None

    def phase(self, rules: CourseRules) -> str:
        return self.ending or (rules.paused_phase if self.lost else self.clinical)


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """An event at its turn in the replay: where the patient stood, what the event did if anything, and after."""

    event: Event
    on: date
    before: Standing
    step: Step | None
    after: Standing


def replay(rules: CourseRules, events: Iterable[Event], *, as_of: date | None = None) -> Course:
    """The course by the events in effect on `as_of` (all of them by default). The order of listing never matters."""
    transitions: list[Transition] = []
    phase_by_day: dict[date, str] = {}
    ended_on = None
    standing = Standing(clinical=rules.initial_phase)
    events = tuple(events)
    for moment in moments(rules, events, as_of=as_of):
        if moment.step is None:
            continue
        standing = moment.after
        transitions.append(_transition(rules, moment, moment.step))
        phase_by_day[moment.on] = standing.phase(rules)
        if standing.ending and ended_on is None:
            ended_on = moment.on
    return Course(
        phase=standing.phase(rules),
        initial_phase=rules.initial_phase,
        ended_on=ended_on,
        transitions=tuple(transitions),
        days=tuple(phase_by_day),
        phases=tuple(phase_by_day.values()),
        noted=_noted(rules, events, as_of),
    )


def moments(rules: CourseRules, events: Iterable[Event], *, as_of: date | None = None) -> Iterator[Moment]:
    """Each event of a type that has effects, at its turn: by day of effect, then in the order of the steps."""
    standing = Standing(clinical=rules.initial_phase)
    for on, _, event, steps in _in_turn(rules, events, as_of):
        step = next((step for step in steps if _has_effect(step, standing, rules)), None)
        after = standing if step is None else _follow(step, standing)
        yield Moment(event=event, on=on, before=standing, step=step, after=after)
        standing = after


def _noted(rules: CourseRules, events: Iterable[Event], as_of: date | None) -> tuple[tuple[date, Event], ...]:
    found = []
    for event in events:
        on = effect_day(rules, event) if event.type not in rules.steps_by_event else None
        if on is not None and (as_of is None or on <= as_of):
            found.append((on, event))
    return tuple(sorted(found, key=_note))


def _note(noted: tuple[date, Event]) -> tuple[date, date, str, str, str]:
    on, event = noted
    return on, event.on, str(event.id), event.bundle or "", event.reason or ""


Turn = tuple[date, int, Event, tuple[Step, ...]]


def _in_turn(rules: CourseRules, events: Iterable[Event], as_of: date | None) -> list[Turn]:
    turns = []
    for event in events:
        on = effect_day(rules, event)
        if on is None or (as_of is not None and on > as_of):
            continue
        of_type = rules.steps_by_event.get(event.type, ())
        if of_type:
            steps = [numbered for numbered in of_type if _applies(numbered[1], event)]
            turns.append((on, (steps or of_type)[0][0], event, tuple(step for _, step in steps)))
    return sorted(turns, key=_turn)


def _turn(turn: Turn) -> tuple[date, int, date, str, str]:
    # Day and step decide; the rest only makes twins on one day come in the same order however they were listed.
    on, order, event, _ = turn
    return on, order, event.on, str(event.id), event.bundle or ""


def _applies(step: Step, event: Event) -> bool:
    return _holds(step.when, event)


def _holds(condition: Mapping[str, str], event: Event) -> bool:
    return all(getattr(event, name) == value for name, value in condition.items())


def _has_effect(step: Step, standing: Standing, rules: CourseRules) -> bool:
    if step.kind is StepKind.MOVES:
        return standing.ending is None and standing.clinical in step.from_phases
    if standing.clinical == rules.initial_phase:
        return False  # nothing can pause or end before it has begun
    if step.kind is StepKind.ENDS:
        return standing.ending is None or (step.replaces_ending and standing.ending != step.to)
    return standing.ending is None and standing.lost == (step.kind is StepKind.UNPAUSES)


def _follow(step: Step, standing: Standing) -> Standing:
    if step.kind is StepKind.MOVES:
        return replace(standing, clinical=step.to)
    if step.kind is StepKind.ENDS:
        return replace(standing, ending=step.to)
    return replace(standing, lost=step.kind is StepKind.PAUSES)


def _transition(rules: CourseRules, moment: Moment, step: Step) -> Transition:
    moves = step.kind is StepKind.MOVES
    return Transition(
        event=moment.event,
        on=moment.on,
        kind=step.kind,
        before=moment.before.clinical if moves else moment.before.phase(rules),
        after=moment.after.clinical if moves else moment.after.phase(rules),
    )


def _is_at(anchor: Anchor, transition: Transition) -> bool:
    if anchor.event is not None and transition.event.type != anchor.event:
        return False
    return anchor.enters in (None, transition.after)
