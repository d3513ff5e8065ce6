"""What the work list says of courses that wait for the site, as plain facts (see views.py for the other lists)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class UntoldRow:
    """A result that changes nothing before the patient is told. `planned_on` is a day of telling that was planned.

    `title` and `words` are the trial's: of the type, and of values by code.
    """

    event_id: int
    patient_code: str
    title: str
    result: str
    on: date
    planned_on: date | None
    words: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class StuckRow:
    """A patient for whom nothing can be planned, or who may be lost, or is texted nothing: `why` is a code.

    `needed` names the event to record, `title` is what the trial calls it; `on` is a day that belongs to the reason;
    `number` counts, or is 0; `sentence` says the reason where the code alone cannot.
    """

    patient_code: str
    why: str
    needed: str = ""
    title: str = ""
    on: date | None = None
    number: int = 0
    sentence: str = ""


@dataclass(frozen=True, kw_only=True)
class Pending:
    """Everything that waits for a site to say something about a course."""

    untold: tuple[UntoldRow, ...] = ()
    stuck: tuple[StuckRow, ...] = ()


NOTHING_PENDING = Pending()
