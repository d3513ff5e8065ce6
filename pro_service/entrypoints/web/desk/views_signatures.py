"""What the pages about electronic signatures show, as plain facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pro_service.core.evidence import SignatureMeaning
from pro_service.entrypoints.web.desk.views import Chrome
from pro_service.store.queries.signatures import RecordFacts, SignatureFacts


@dataclass(frozen=True, kw_only=True)
class RecordRow:
    """One patient's record in the list: its newest signature, and whether that still covers it."""

    record: RecordFacts
    chosen: bool = False

    @property
    def newest(self) -> SignatureFacts | None:
        return next(iter(self.record.signatures), None)

    @property
    def state(self) -> str:
        return self.newest.standing.state.value if self.newest else "unsigned"


@dataclass(frozen=True, kw_only=True)
class SignaturesPage:
    """Every record of one's sites. `may_sign`: the reader's role includes it. `errors` by field of the form."""

    chrome: Chrome
    rows: tuple[RecordRow, ...]
    may_sign: bool
    meaning: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def meanings(self) -> tuple[str, ...]:
        return tuple(SignatureMeaning)


@dataclass(frozen=True, kw_only=True)
class RecordPart:
    """One part of a record as it is to be signed. `cells` are rows of texts under `columns`."""

    name: str
    columns: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    sha256: str


@dataclass(frozen=True, kw_only=True)
class RecordPage:
    """One patient's record, part by part, with every signature it was ever given."""

    chrome: Chrome
    record: RecordFacts
    parts: tuple[RecordPart, ...]
    may_sign: bool
    meaning: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def meanings(self) -> tuple[str, ...]:
        return tuple(SignatureMeaning)


#: Of each part, the columns a person reads. The others are signed as well: times of storage, versions, numbers of rows.
SHOWN: Mapping[str, tuple[str, ...]] = {
    "events": ("type", "on", "result", "reason", "recorded_by"),
    "assessments": ("key", "due_on", "state", "reason"),
    "responses": ("instrument", "instrument_version", "state", "mode", "finished_at"),
    "answers": ("item", "version", "value", "refused"),
    "scores": ("scale", "value", "absent", "rule_version"),
    "site_entries": ("kind", "entered_by", "entered_at"),
}


def part_shown(name: str, rows: Sequence[Mapping[str, Any]], *, sha256: str) -> RecordPart:
    columns = SHOWN[name]
    cells = tuple(tuple(_text(row[column]) for column in columns) for row in rows)
    return RecordPart(name=name, columns=columns, cells=cells, sha256=sha256)


def _text(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, Mapping):
        return str(value.get("code", ""))
    return str(int(value)) if isinstance(value, bool) else str(value)
