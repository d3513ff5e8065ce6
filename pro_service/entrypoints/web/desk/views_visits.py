"""What the pages about monitoring visits show, as plain facts."""

from dataclasses import dataclass
from datetime import date, datetime

from pro_service.core.visits import Visit, VisitState
from pro_service.entrypoints.web.desk.views import Chrome, Listing


@dataclass(frozen=True, kw_only=True)
class VisitRow:
    """One visit of one patient. `name` is its kind in the reader's language; `today` is the patient's."""

    patient_code: str
    visit: Visit
    name: str
    today: date

    @property
    def state(self) -> str:
        return self.visit.state.value

    @property
    def near(self) -> bool:
        """Has its window begun, or its day come? Only then can it have been done or missed."""
        first = self.visit.open_on if self.visit.state is VisitState.PLANNED else self.visit.on
        return min(self.visit.on, first or self.visit.on) <= self.today

    @property
    def actions(self) -> tuple["VisitAction", ...]:
        """What can be recorded from the list; with a click, where nothing more has to be filled in."""
        if not self.visit.ahead:
            return ()
        overdue = self.visit.state is VisitState.OVERDUE
        fixed = overdue or self.visit.state in {VisitState.SCHEDULED, VisitState.MOVED}
        fix = VisitAction(
            words="visit.do_move" if fixed else "visit.do_fix",
            type="visit_moved" if fixed else "visit_scheduled",
            on=self.today,
        )
        if not self.near:
            return (fix,)
        done = VisitAction(words="visit.do_done", type="visit_done", on=self.today, whole=True)
        if overdue:  # it was held on another day than today, if at all
            done = VisitAction(words="visit.do_done_on", type="visit_done", on=self.visit.on)
        missed_on = min(self.visit.on, self.today)
        missed = VisitAction(words="visit.do_missed", type="visit_missed", on=missed_on, whole=True)
        return (done, fix, missed)


@dataclass(frozen=True, kw_only=True)
class VisitAction:
    """A link to the form of an event. `on` is the date it is filled in with; `whole`: nothing more is asked."""

    words: str
    type: str
    on: date
    whole: bool = False


@dataclass(frozen=True, kw_only=True)
class PatientVisits:
    """The visits of one patient, those that no longer take place left out. `extra_keys` name the next unscheduled."""

    rows: tuple[VisitRow, ...] = ()
    cancelled: int = 0
    extra_keys: tuple[str, ...] = ()
    today: date | None = None


@dataclass(frozen=True, kw_only=True)
class FeedRow:
    """A calendar address that can be read; the address itself is shown once, when it is made."""

    feed_id: int
    site_code: str
    created_by: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class VisitsPage:
    """The visits of one's sites: overdue ones, those of the next days, and the calendars that show them elsewhere.

    `new_address` is the one just made, "" otherwise.
    """

    chrome: Chrome
    overdue: Listing[VisitRow]
    coming: Listing[VisitRow]
    horizon_days: int
    feeds: tuple[FeedRow, ...] = ()
    new_address: str = ""
