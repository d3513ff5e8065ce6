"""What the pages of queries and consents show, as plain facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from pro_service.core.lifecycle import QueryState
from pro_service.entrypoints.web.desk.views import Chrome, Listing
from pro_service.entrypoints.web.desk.views_forms import NOTHING
from pro_service.store.queries.questions import ConsentFacts, ConsentTextFacts, QueryFacts


@dataclass(frozen=True, kw_only=True)
class QueryRow:
    """A query with its thread. `age_days` counts from its opening; `about` is its datum in the reader's words."""

    facts: QueryFacts
    about: str
    age_days: int
    may_answer: bool
    may_close: bool
    may_reopen: bool


@dataclass(frozen=True, kw_only=True)
class QueriesPage:
    """Queries of one's sites. `state` and `kind` are what the list was narrowed to, "" for everything."""

    chrome: Chrome
    rows: Listing[QueryRow]
    state: str
    kind: str
    states: tuple[str, ...] = tuple(QueryState)
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class QueryForm:
    """Asking about a datum of one patient: the choices of each kind of subject, as (value, words)."""

    chrome: Chrome
    patient_code: str
    choices: Mapping[str, tuple[tuple[str, str], ...]]
    values: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    errors: Mapping[str, str] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, kw_only=True)
class ConsentsPage:
    """A patient's register. `standing` is to what the patient agrees now."""

    chrome: Chrome
    patient_code: str
    rows: tuple[ConsentFacts, ...]
    standing: tuple[str, ...]
    texts: tuple[ConsentTextFacts, ...]
    scopes: tuple[str, ...]
    acts: tuple[str, ...]
    today: date
    may_record: bool
    values: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    errors: Mapping[str, str] = field(default_factory=lambda: NOTHING)
