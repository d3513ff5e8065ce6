"""What the desk's two forms show, as plain facts: recording an event (with the plan's difference) and enrolling."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Literal

from pro_service.entrypoints.web.desk.views import Chrome

NOTHING: Mapping[str, str] = MappingProxyType({})
NO_CODES: Mapping[str, tuple[str, ...]] = MappingProxyType({})
#: The fields of each event's form, beside its date.
EVENT_FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ctdna_resulted": ("result", "disclosed_on"),
        "pd_confirmed": ("disclosed_on",),
        "treatment_resumed": ("relation", "reason"),
        "off_study": ("reason",),
        "visit_scheduled": ("visit", "visit_on"),
        "visit_moved": ("visit", "visit_on"),
        "visit_done": ("visit",),
        "visit_missed": ("visit",),
    }
)
#: The choices of each coded field, in the order they are shown.
FIELD_CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "result": ("negative", "positive", "invalid"),
        "relation": ("same", "other"),
        "reason": ("ctdna_pos", "radiological_pd", "clinical_pd", "patient_choice", "investigator", "other"),
    }
)
#: Fields that may stay empty.
OPTIONAL_FIELDS = frozenset({"disclosed_on"})


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
    """A type of event; `refusal` is a sentence saying why the phase does not allow it, "" when it does."""

    type: str
    refusal: str = ""


@dataclass(frozen=True, kw_only=True)
class EventFormPage:
    """Recording an event, in three steps: type, fields, preview. `changes` is None until a preview was asked.

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
    own_fields: tuple[str, ...] = ()  # of a type that is not a usual one
    coded: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: NO_CODES)
    """The choices of fields for which this protocol has its own."""

    @property
    def fields(self) -> tuple[str, ...]:
        return EVENT_FIELDS.get(self.type, self.own_fields)

    @property
    def filled(self) -> tuple[str, ...]:
        """The fields that have a value, the date first."""
        return tuple(name for name in ("on", *self.fields) if self.values.get(name))

    @property
    def choices_of(self) -> Mapping[str, tuple[str, ...]]:
        return {**FIELD_CHOICES, **self.coded}

    def date_of(self, name: str) -> date:
        """A date field as typed. Only a form without errors is previewed, so that it is a date."""
        return date.fromisoformat(self.values[name])


@dataclass(frozen=True, kw_only=True)
class EnrolPage:
    """Enrolling a patient. `values` and `errors` as in EventFormPage; the phone is given back only on refusal."""

    chrome: Chrome
    values: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    errors: Mapping[str, str] = field(default_factory=lambda: NOTHING)
