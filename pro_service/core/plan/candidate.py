"""A slot in the making, and the named days of one course on which everything hangs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pro_service.core.course import Course, Event
from pro_service.core.plan.model import Dropped
from pro_service.core.protocol import Mark, Protocol, Rule
from pro_service.core.timing import add_months

Occurrences = tuple[tuple[date, Event], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A slot in the making: it still knows its rule and which occurrence of the anchor it belongs to."""

    key: str
    rule: Rule
    occurrence: int
    due_on: date
    open_on: date
    close_on: date
    instruments: tuple[str, ...]
    because: str  # the event type or phase it hangs on
    because_on: date
    dropped: tuple[Dropped, ...] = ()
    visit: str | None = None  # the key of the visit it follows, and that visit's day
    visit_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedDays:
    """The days of each anchor of a protocol in one course, each with its event, in order of effect."""

    protocol: Protocol
    by_anchor: Mapping[str, Occurrences]

    def of(self, anchor: str) -> Occurrences:
        return self.by_anchor[anchor]

    def day(self, mark: Mark | None) -> date | None:
        """The day a mark means; None while its anchor has none."""
        found = self.by_anchor[mark.anchor] if mark is not None else ()
        if mark is None or not found:
            return None
        return add_months(found[0][0], mark.offset.months, mark.offset.days)

    def called(self, anchor: str) -> str:
        """The event type or phase by which people know an anchor."""
        return self.protocol.anchors[anchor].called


def named_days(protocol: Protocol, course: Course) -> NamedDays:
    """The anchors of a protocol in a course."""
    found = {name: course.occurrences_of(anchor) for name, anchor in protocol.anchors.items()}
    return NamedDays(protocol=protocol, by_anchor=found)
