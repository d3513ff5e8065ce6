"""What the patient's page shows, as plain facts: the view models of one patient (see views.py for the other pages)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from markupsafe import Markup

from pro_service.core.lifecycle import ALERT_OPEN, ANSWERABLE
from pro_service.entrypoints.web.charts.axis import Span
from pro_service.entrypoints.web.charts.timeline import ChartSlot, Phase
from pro_service.entrypoints.web.charts.trajectory import ChartEvent, ChartPoint, Threshold, digits_of
from pro_service.entrypoints.web.desk.views import Chrome, ScaleChange, Severity
from pro_service.entrypoints.web.desk.views_pending import NOTHING_PENDING, Pending
from pro_service.entrypoints.web.desk.views_visits import PatientVisits

NO_DRAWING = Markup()


@dataclass(frozen=True, kw_only=True)
class AlertAction:
    """What somebody did about an alert."""

    by: str
    at: datetime
    action: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class AlertView:
    """An alert with its why. `sentence` is the rule's own, in the reader's language."""

    alert_id: int
    severity: Severity
    state: str
    raised_at: datetime
    timepoint: str
    rule_id: str
    protocol_version: str
    sentence: str
    changes: tuple[ScaleChange, ...]
    actions: tuple[AlertAction, ...] = ()
    target_at: datetime | None = None
    told_on: date | None = None  # what it rests on was answered after a result had been told on this day

    @property
    def is_open(self) -> bool:
        return self.state in ALERT_OPEN


@dataclass(frozen=True, kw_only=True)
class ScaleSeries:
    """A scale over time, missing ones as points without value. `low` and `high` bound the scale itself."""

    scale: str
    name: str
    direction: Literal["better", "worse"]
    points: tuple[ChartPoint, ...]
    threshold: Threshold | None = None
    low: float = 0
    high: float = 100

    @property
    def digits(self) -> int:
        return digits_of(self.low, self.high)


@dataclass(frozen=True, kw_only=True)
class InstrumentSeries:
    """The scales of one instrument, in the instrument's order; `title` in the reader's language."""

    code: str
    title: str
    scales: tuple[ScaleSeries, ...]


@dataclass(frozen=True, kw_only=True)
class PlanRow:
    """One expected assessment as it lives. `reason` is a sentence in the reader's language, "" when none is needed."""

    timepoint: str
    due_on: date
    open_on: date
    close_on: date
    state: str
    instruments: tuple[str, ...]
    reason: str = ""
    told_on: date | None = None  # it was answered after a result had been told on this day
    stale_days: int | None = None  # how old the status was, where it was sent on a stale one
    outside_visit_on: date | None = None  # the day of the visit it follows, if that lies outside its window
    assessment_id: int | None = None

    @property
    def can_be_sent_again(self) -> bool:
        return self.assessment_id is not None and self.state in ANSWERABLE


@dataclass(frozen=True, kw_only=True)
class ZoneRow:
    """From when on the patient lives by the clocks of a zone, and who recorded it."""

    zone: str
    from_at: datetime
    recorded_by: str


@dataclass(frozen=True, kw_only=True)
class EventRow:
    """A recorded fact. A voided one keeps its place, with who, when and why.

    `title` and `short` are the words of the trial for its type, in the
    reader's language; `drawn` says whether the type moves the course or anchors something, and so stands in drawings;
    `waits` that it changes nothing until the patient has been told.
    """

    event_id: int
    type: str
    title: str
    short: str
    on: date
    recorded_by: str
    recorded_at: datetime
    result: str | None = None
    disclosed_on: date | None = None
    relation: str | None = None
    reason: str | None = None
    visit: str | None = None
    visit_on: date | None = None
    bundle: str | None = None
    voided_by: str = ""
    voided_at: datetime | None = None
    void_reason: str = ""
    can_be_voided: bool = True
    drawn: bool = True
    waits: bool = False

    @property
    def mark(self) -> ChartEvent:
        """A result takes effect when it is disclosed; until then it is drawn on its own day, as not told."""
        return ChartEvent(
            type=self.type,
            title=self.title,
            short=self.short,
            on=self.disclosed_on or self.on,
            result=self.result,
            disclosed=not self.waits,
        )


@dataclass(frozen=True, kw_only=True)
class MessageRow:
    """A message without its text. `at` is when it left, came, or should leave; `status` a state of the outbox."""

    kind: str
    at: datetime
    status: str
    timepoint: str = ""
    status_at: datetime | None = None
    from_patient: bool = False
    cause: str = ""

    @property
    def skipped(self) -> str:
        """Why it was never meant to leave, in a word; "" of every other message."""
        before, _, why = self.cause.partition(":")
        return why if before == "skipped" else ""


@dataclass(frozen=True, kw_only=True)
class RailItem:
    """A patient of the work list, beside the one being read."""

    patient_code: str
    severity: Severity
    line: str


@dataclass(frozen=True, kw_only=True)
class PatientPage:
    """Everything about one patient. `span` is the time axis of every drawing; `plan_hidden` counts rows left out.

    `status_known_on` is when somebody last recorded a fact or confirmed that nothing changed; `discrepancies`
    counts facts on which another source does not agree.
    """

    chrome: Chrome
    code: str
    site_code: str
    site_name: str
    language: str
    phase: str
    since_on: date | None
    next_timepoint: str
    next_due_on: date | None
    mode: str
    contact: str
    span: Span
    zone: str = ""
    zones: tuple[ZoneRow, ...] = ()
    protocol_version: str = ""
    version_since_on: date | None = None
    alerts: tuple[AlertView, ...] = ()
    phases: tuple[Phase, ...] = ()
    slots: tuple[ChartSlot, ...] = ()
    series: tuple[InstrumentSeries, ...] = ()
    plan: tuple[PlanRow, ...] = ()
    plan_hidden: int = 0
    events: tuple[EventRow, ...] = ()
    messages: tuple[MessageRow, ...] = ()
    messages_hidden: int = 0
    rail: tuple[RailItem, ...] = ()
    pending: Pending = NOTHING_PENDING
    machine: Markup = NO_DRAWING  # the drawing of the protocol's phases, this patient's marked
    status_known_on: date | None = None
    status_stale: bool = False
    discrepancies: int = 0
    visits: PatientVisits = field(default_factory=PatientVisits)
    words: Mapping[str, str] = field(default_factory=dict)  # the trial's words for values of fields
    may_ask: bool = False  # may open a query

    def series_of(self, scale: str) -> ScaleSeries | None:
        """The drawn series of a scale, None when the patient has none."""
        return next((one for group in self.series for one in group.scales if one.scale == scale), None)

    @property
    def marks(self) -> tuple[ChartEvent, ...]:
        """The events worth drawing, not the voided ones, on the day each takes effect; consents stay in the list."""
        marks = (event.mark for event in self.events if not event.voided_at and event.drawn)
        return tuple(sorted(marks, key=lambda mark: mark.on))

    @property
    def open_alerts(self) -> tuple[AlertView, ...]:
        return tuple(alert for alert in self.alerts if alert.is_open)

    @property
    def closed_alerts(self) -> tuple[AlertView, ...]:
        return tuple(alert for alert in self.alerts if not alert.is_open)
