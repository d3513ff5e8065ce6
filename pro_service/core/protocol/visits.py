"""The [visits] table as frozen values: kinds of monitoring visits, and the calendar that plans them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pro_service.core.protocol.schedule import Timepoint


@dataclass(frozen=True, kw_only=True)
class VisitKind:
    """A kind of monitoring visit and its words by language: for the desk, and for a calendar that others may see."""

    id: str
    words: Mapping[str, str]
    calendar_words: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class VisitRule:
    """Planned visits of one kind that hang on one anchor and share a gate. Keys as of timepoints."""

    id: str
    kind: str
    anchor: str
    timepoints: tuple[Timepoint, ...]
    phases: frozenset[str]  # the phase on the visit's day must be one of these


@dataclass(frozen=True, kw_only=True)
class Visits:
    """The trial's calendar of monitoring visits; empty where the protocol has none."""

    kinds: Mapping[str, VisitKind] = field(default_factory=dict)
    calendar: tuple[VisitRule, ...] = ()


NO_VISITS = Visits()
