"""What a protocol file says, as frozen values: the language in which a trial's schedule is written.

docs/protocol-language.md explains each key to the author of a file; the names here are the names there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum
from functools import cached_property

from pro_service.core.protocol.desk import NO_DESK_WORDS, DeskTable, DeskWords, capital
from pro_service.core.protocol.schedule import NO_GAP, Anchor, Merge, MinimumGap, Rule
from pro_service.core.protocol.visits import NO_VISITS, Visits

#: Fields of an event that a condition may look at and a protocol may require.
BUNDLE_FIELD = "bundle"  # which bundle an unscheduled assessment asks
EVENT_FIELDS = ("result", "relation", "reason", BUNDLE_FIELD)
LANGUAGES = ("fr", "en")


class StepKind(StrEnum):
    """What an event does to the course when it has its effect."""

    MOVES = "moves"  # to another clinical phase
    PAUSES = "pauses"  # the patient cannot be reached; the clinical phase goes on underneath
    UNPAUSES = "unpauses"
    ENDS = "ends"  # a terminal phase


@dataclass(frozen=True, kw_only=True)
class Step:
    """One effect of one event type. On one day, steps happen in the order of the file."""

    event: str
    kind: StepKind
    to: str  # the phase entered; the initial phase for UNPAUSES, which names none
    when: Mapping[str, str]  # field -> the value it must have
    from_phases: tuple[str, ...]  # of MOVES: the clinical phases in which the event has this effect
    elsewhere: str  # in another phase: "refused" by the live service or "recorded" without effect
    replaces_ending: bool  # of ENDS: also after another terminal event


@dataclass(frozen=True, kw_only=True)
class EffectDay:
    """An event type that takes effect on the day the patient was told rather than on the day it is dated."""

    field: str
    without: str  # "no effect" or "on": what happens while the field is empty


@dataclass(frozen=True, kw_only=True)
class FieldRule:
    """A field an event type has: the values allowed, whether the live service insists on one, and those of which it
    lets only one stand for one day.
    """

    name: str
    values: tuple[str, ...]
    required: bool
    exclusive: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Provisional:
    """A planned day that stands in for an event which is not a fact yet, for some rules, and live only."""

    planned_by: str  # the event type that says the day
    rules: tuple[str, ...]  # whose timepoints it gives


@dataclass(frozen=True, kw_only=True)
class Hold:
    """An event type that holds messages back while windows go on, until another event or a number of days."""

    ended_by: str
    at_most_days: int


@dataclass(frozen=True, kw_only=True)
class CourseRules:
    """The phase machine: how events become phases, and which events may be recorded at all."""

    initial_phase: str
    paused_phase: str
    phases: tuple[str, ...]
    steps: tuple[Step, ...]
    effect_days: Mapping[str, EffectDay]
    fields: Mapping[str, tuple[FieldRule, ...]]
    recorded_only: tuple[str, ...]
    obsolete: Mapping[str, str]  # old names still found in course files -> the name to use
    after: Mapping[str, tuple[str, ...]]  # event type -> types that must have taken effect by then
    max_days_ahead: int
    words: Mapping[str, Mapping[str, str]]  # language -> phase or event type -> its words
    provisional: Mapping[str, Provisional] = field(default_factory=dict)  # by the event type stood in for
    holds: Mapping[str, Hold] = field(default_factory=dict)  # by the event type that begins one
    suggest_lost_after: int = 0  # windows in a row closed without an answer; 0: never suggested
    stale_after_days: int | None = None  # a status confirmed longer ago is to be checked; None: never
    late_after_days: int = 7  # a fact recorded more than so many days after it took effect is late
    desk: DeskTable = field(default_factory=dict)  # titles and short words of the staff's pages

    @cached_property
    def terminal_phases(self) -> frozenset[str]:
        return frozenset(step.to for step in self.steps if step.kind is StepKind.ENDS)

    @cached_property
    def active_phases(self) -> tuple[str, ...]:
        """The phases in which a patient is followed: neither before the start, nor paused, nor ended."""
        outside = self.terminal_phases | {self.initial_phase, self.paused_phase}
        return tuple(phase for phase in self.phases if phase not in outside)

    @cached_property
    def steps_by_event(self) -> Mapping[str, tuple[tuple[int, Step], ...]]:
        """Event type -> its steps, each with its place in the same-day order."""
        numbered = tuple(enumerate(self.steps))
        return {step.event: tuple(s for s in numbered if s[1].event == step.event) for step in self.steps}

    @cached_property
    def event_types(self) -> tuple[str, ...]:
        """Every type that may be recorded, those with an effect first."""
        return tuple(dict.fromkeys([step.event for step in self.steps] + list(self.recorded_only)))

    def word(self, code: str, language: str) -> str:
        """The words for a phase or an event type; the code itself where the file has none."""
        return self.words.get(language, {}).get(code, code)

    def title(self, code: str, language: str) -> str:
        """The title of an event type or phase on the staff's pages; of a phase it holds {since} or {day}.

        Without one of its own: the words with a capital, a phase with since when, an end with its day.
        """
        own = self._desk_words(code, language).title
        if own:
            return own
        blank = ", {day}" if code in self.terminal_phases else " {since}" if code in self.phases else ""
        return capital(self.word(code, language)) + blank

    def short(self, code: str, language: str) -> str:
        """The words of an event type or phase in a drawing, where there is little room."""
        usual = self.word(code, language)
        return self._desk_words(code, language).short or (usual if code in self.phases else capital(usual))

    def _desk_words(self, code: str, language: str) -> DeskWords:
        return self.desk.get(language, {}).get(code, NO_DESK_WORDS)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """When messages may go out, and in which languages. Weekdays count from Monday = 0; days after the invitation.

    A patient whose language has no wording that may be used is asked in the first of `fallback_languages` that has.
    Sending hours are [from, until) by the local clock; an end of midnight is that of the day's end.
    """

    send_at: time
    quiet_from: time
    quiet_until: time
    silent_weekdays: tuple[int, ...]
    invite_days_before_due: int
    reminder_days: tuple[int, ...]
    max_messages: int
    languages: tuple[str, ...]
    fallback_languages: tuple[str, ...] = ()
    send_from: time = time(0)
    send_until: time = time(0)
    hours: Mapping[int, tuple[time, time]] = field(default_factory=dict)  # weekday -> its own from and until
    holidays: tuple[str, ...] = ()  # calendars of core.holidays
    silent_days: tuple[date, ...] = ()
    shift: str = "later"  # where a message on a silent day is tried first: "later" or "earlier"
    channels: tuple[str, ...] = ("sms",)  # in the order in which they are tried
    call_after_days: int | None = None  # after so many days without completion the site is asked to call
    link_days: int | None = None  # so long a link is good; None: as long as the window is open


@dataclass(frozen=True, kw_only=True)
class Answering:
    """How answers are taken and scored where a trial has a choice.

    `sitting` is how long one sitting may last, where the trial says otherwise than the instruments do; those that are
    about today end with the day all the same.
    """

    sms_items_max: int
    value_set: str
    hads_missing: str  # half | complete | six_of_seven
    sitting: timedelta | None = None
    late_entry_days: int = 0  # so long after the close a site may still enter a form


@dataclass(frozen=True, kw_only=True)
class CorrectionPolicy:
    """How answers that are in may be corrected. `second_person`: somebody else than who asks has to approve."""

    second_person: bool = True


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """The score beyond which a scale is clinically important, and how well that number is known."""

    value: float
    beyond: str  # "below" or "above", both strict
    status: str  # "checked" or "UNVERIFIED"
    source: str


@dataclass(frozen=True, kw_only=True)
class AlertRule:
    """What deserves a nurse's attention. `thresholds` has an entry for each scale; None says there is none."""

    id: str
    instrument: str
    scales: tuple[str, ...]
    kind: str  # worse_than_baseline
    points: float
    steps: int
    thresholds: Mapping[str, Threshold | None]
    severity: str  # red | amber | info
    sentence: Mapping[str, str]
    source: str
    status: str


@dataclass(frozen=True, kw_only=True)
class AlertPolicy:
    """Whether answers raise alerts in this trial, and which. `baseline` is the rule whose answers are compared with."""

    enabled: bool
    baseline: str
    rules: tuple[AlertRule, ...]


@dataclass(frozen=True, kw_only=True)
class BurdenLimits:
    """The most a trial asks, in minutes; None sets no limit. A year's limit holds for what hangs on one anchor."""

    minutes_per_timepoint: int | None = None
    minutes_per_year: int | None = None


@dataclass(frozen=True, kw_only=True)
class Protocol:
    """One version of a trial's schedule, rules and policies."""

    study: str
    version: str
    title: str
    status: str  # "assumed" or "approved"
    time_zone: str
    course: CourseRules
    anchors: Mapping[str, Anchor]
    bundles: Mapping[str, tuple[str, ...]]
    rules: tuple[Rule, ...]
    merge: Merge
    delivery: Delivery
    answering: Answering
    alerts: AlertPolicy
    consent_event: str | None = None  # a patient moves to this version once this fact is on record
    burden: BurdenLimits = BurdenLimits()
    minimum_gap: MinimumGap = NO_GAP
    corrections: CorrectionPolicy = CorrectionPolicy()
    visits: Visits = NO_VISITS

    @cached_property
    def anchored_events(self) -> frozenset[str]:
        """The event types that name a day of the schedule, also those without any effect on the phase."""
        return frozenset(anchor.event for anchor in self.anchors.values() if anchor.event)
