"""The schedule of a protocol file as frozen values: named days, rules with their timepoints, and what gives way.

docs/protocol-language.md explains each key to the author of a file; the names here are the names there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """A named day of a course: when an event of this type had effect, or when this phase was entered.

    An event type that changes no phase names the day on which it counts, whatever the phase.
    """

    id: str
    event: str | None
    enters: str | None
    each: bool  # every occurrence, numbered from 1, rather than the first
    own_day: bool = (
        False  # the event's own `on`, such as the day of a sample, rather than the day it counts from
    )
    when: Mapping[str, str] = field(default_factory=dict)  # field -> the value it must have

    @property
    def called(self) -> str:
        """The event type or phase by which people know this day."""
        return self.event or self.enters or self.id


@dataclass(frozen=True, kw_only=True)
class Offset:
    """A distance from an anchor: calendar months held to the month's end, then days (half a month is 15)."""

    months: int = 0
    days: int = 0


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A day in relation to an anchor, the first one where it names several: a bound, or the beginning of an end."""

    anchor: str
    offset: Offset = Offset()


@dataclass(frozen=True, kw_only=True)
class Stop:
    """After this day so many further timepoints of the rule ask these instruments (all, if none is named)."""

    after: Mark
    more: int = 0
    instruments: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Restart:
    """The timepoints begin anew, under keys with this prefix, on the days of an anchor; what was to come gives way."""

    on: str
    prefix: str


@dataclass(frozen=True, kw_only=True)
class Timepoint:
    """One "when" of a rule. `key` may hold {n}, the number of the anchor's occurrence.

    `instruments` is None where the rule's are asked; `in_phase` holds what is asked instead in some phases.
    """

    key: str
    offset: Offset
    window: tuple[int, int]  # first and last day around the due date
    bundles: tuple[str, ...] = ()  # its own, if it has any
    instruments: tuple[str, ...] | None = None
    in_phase: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Coupling:
    """Slots that follow visits of a kind: invited so many days before the visit, due on its day inside the window.

    `unscheduled`: each visit outside the calendar asks for an assessment of its own.
    """

    visit: str  # a kind of [visits.kinds]
    days_before: int
    unscheduled: bool


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Timepoints that hang on one anchor and share gates, bounds and instruments."""

    id: str
    anchor: str
    timepoints: tuple[Timepoint, ...]
    phases: frozenset[str]  # the phase on the due date must be one of these
    closes_by: Mark | None  # a day the window never outlasts
    bundles: tuple[str, ...]
    instruments: tuple[str, ...]  # all that any of its timepoints may ask, in order
    opens_from: Mark | None = None  # a day before which the window never opens
    stops: tuple[Stop, ...] = ()
    restart: Restart | None = None
    most: int | None = None  # occurrences of the anchor that count; None for all
    bundles_in: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # phase -> bundles asked instead
    event_bundles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Bundle -> its instruments, where the event itself says which bundle is asked."""
    couple: Coupling | None = None

    @property
    def key_patterns(self) -> Iterator[str]:
        """The keys of its timepoints, those after a restart too; {n} stands for a number."""
        for prefix in ("", self.restart.prefix) if self.restart and self.restart.prefix else ("",):
            yield from (f"{prefix}{point.key}" for point in self.timepoints)


@dataclass(frozen=True, kw_only=True)
class Merge:
    """Which slots make others superfluous."""

    precedence: tuple[str, ...]  # event rules; of two due on one day the earlier named is kept
    within_days: int
    absorbs: tuple[str, ...]  # rules whose slots give way to a kept event slot this near


@dataclass(frozen=True, kw_only=True)
class MinimumGap:
    """Slots of these rules due fewer than so many days apart: the one of the rule named first stays."""

    days: int
    precedence: tuple[str, ...]


NO_GAP = MinimumGap(days=0, precedence=())
