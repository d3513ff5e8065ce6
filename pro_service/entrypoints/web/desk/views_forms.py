"""What the desk's two forms show, as plain facts: recording an event (with the plan's difference) and enrolling."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Literal

from pro_service.entrypoints.web.desk.views import Chrome

NOTHING: Mapping[str, str] = MappingProxyType({})
NO_CODES: Mapping[str, tuple[str, ...]] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class PlanChange:
    """One line of the plan's difference: "+" new, "–" removed, "~" moved, "=" unchanged; `sentence` says why."""

    sign: Literal["+", "–", "~", "="]
    key: str
    due_on: date
    open_on: date | None = None
    close_on: date | None = None
    sentence: str = ""


@dataclass(frozen=True, kw_only=True)
class EventChoice:
    """A type of event under its title of the trial; `refusal` says why the phase does not allow it, "" when it does."""

    type: str
    title: str
    refusal: str = ""


@dataclass(frozen=True, kw_only=True)
class EventFormPage:
    """Recording an event, in three steps: type, fields, preview. `changes` is None until a preview was asked.

    `phase` is the title of the phase with its blanks; `fields` are those of the form beside the date, `choices_of` the
    codes of the coded ones, `words` the trial's words for codes.

    `values` are the fields as typed; `errors` maps a field ("" for the whole form) to a refusal code or sentence.
    """

    chrome: Chrome
    patient_code: str
    phase: str
    since_on: date | None
    choices: tuple[EventChoice, ...]
    type: str = ""
    values: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    errors: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    changes: tuple[PlanChange, ...] | None = None
    waits: bool = False  # for a telling: nothing changes by recording it
    visit_choices: tuple[tuple[str, str], ...] = ()  # keys of visits, each with its words
    fields: tuple[str, ...] = ()
    choices_of: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: NO_CODES)
    words: Mapping[str, str] = field(default_factory=lambda: NOTHING)

    @property
    def title(self) -> str:
        """The title of the chosen type; "" before one is chosen."""
        return next((one.title for one in self.choices if one.type == self.type), "")

    @property
    def filled(self) -> tuple[str, ...]:
        """The fields that have a value, the date first."""
        return tuple(name for name in ("on", *self.fields) if self.values.get(name))

    def date_of(self, name: str) -> date:
        """A date field as typed. Only a form without errors is previewed, so that it is a date."""
        return date.fromisoformat(self.values[name])


@dataclass(frozen=True, kw_only=True)
class EnrolPage:
    """Enrolling a patient. `values` and `errors` as in EventFormPage; the phone is given back only on refusal.

    `texts` are the consent texts of the study, as (id, words).
    """

    chrome: Chrome
    texts: tuple[tuple[str, str], ...] = ()
    values: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    errors: Mapping[str, str] = field(default_factory=lambda: NOTHING)
