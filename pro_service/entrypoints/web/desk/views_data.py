"""What the pages about a form's data show, as plain facts: entering it, correcting it, saying why it is missing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from pro_service.core.lifecycle import CorrectionState
from pro_service.entrypoints.web.desk.views import Chrome, Listing
from pro_service.entrypoints.web.desk.views_forms import NOTHING
from pro_service.store.queries.corrections import CorrectionFacts
from pro_service.store.queries.forms import VersionFacts
from pro_service.store.queries.missing import MissingForm


@dataclass(frozen=True, kw_only=True)
class ItemRow:
    """One item: its words in the reader's language ("" without any), its answers, what may be chosen.

    `options` are (value, words); without them a number from `minimum` to `maximum` is written.
    """

    code: str
    label: str
    options: tuple[tuple[int, str], ...]
    minimum: int
    maximum: int
    may_refuse: bool
    versions: tuple[VersionFacts, ...] = ()

    @property
    def newest(self) -> VersionFacts | None:
        return self.versions[-1] if self.versions else None


@dataclass(frozen=True, kw_only=True)
class InstrumentPart:
    """One instrument of a form. `state` is "" where nothing came back; `can_enter`, `can_correct` what is offered."""

    code: str
    title: str
    state: str
    mode: str
    late: bool
    items: tuple[ItemRow, ...]
    can_enter: bool
    can_correct: bool


@dataclass(frozen=True, kw_only=True)
class FormPage:
    """One form of one patient. `missing` is why it is not complete, None where it is or may still become so."""

    chrome: Chrome
    patient_code: str
    assessment_id: int
    timepoint: str
    state: str
    due_on: date
    open_on: date
    close_on: date
    parts: tuple[InstrumentPart, ...]
    missing: MissingForm | None = None
    corrections: tuple[CorrectionFacts, ...] = ()
    can_decide: bool = False
    can_ask: bool = False
    own_login: str = ""
    reasons: tuple[str, ...] = ()

    def may_decide(self, one: CorrectionFacts) -> bool:
        """Somebody else than who asked decides."""
        waits = one.state == CorrectionState.REQUESTED
        return waits and self.can_decide and one.requested_by != self.own_login


@dataclass(frozen=True, kw_only=True)
class AnswersForm:
    """A form of answers that is filled in: `values` and `errors` by field, as typed."""

    chrome: Chrome
    patient_code: str
    assessment_id: int
    timepoint: str
    instrument: str
    title: str
    items: tuple[ItemRow, ...]
    today: date
    open_on: date
    late: bool = False
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    errors: Mapping[str, str] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, kw_only=True)
class DataPage:
    """What waits of the data of one's sites: corrections to decide, and missing forms to explain."""

    chrome: Chrome
    corrections: Listing[CorrectionFacts]
    missing: Listing[MissingForm]
    reasons: tuple[str, ...]
    may_explain: bool
