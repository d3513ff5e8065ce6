"""What was imported of the wording of questionnaires, as operators and administrators read it. Plain values only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pro_service.core.instrument import Instrument
from pro_service.core.wording import Wording, fingerprint
from pro_service.store.models import ImportedWording
from pro_service.store.records import wordings

#: How many days ahead the end of a licence is announced.
NOTICE_DAYS = 60


@dataclass(frozen=True, kw_only=True)
class ImportFacts:
    """The newest import of an instrument's language; `intact` if its texts still have the fingerprint of then."""

    wording: Wording
    intact: bool
    imported_at: datetime
    imported_by: str


def imports(session: Session) -> Mapping[tuple[str, str, str], ImportFacts]:
    """The newest import by instrument, version and language."""
    known = wordings.known(session)
    rows = session.scalars(
        select(ImportedWording).where(ImportedWording.id.in_([each.id for each in known.values()]))
    )
    by_id = {row.id: row for row in rows}
    return {key: _facts(each, by_id[each.id]) for key, each in known.items()}


def ending(session: Session, instruments: Mapping[str, Instrument], *, on: date) -> tuple[Wording, ...]:
    """Newest imports for the instruments' versions in use whose last day is over or near, the first to end first."""
    known = wordings.known(session).values()
    near = [
        each
        for each in known
        if (used := instruments.get(each.instrument)) is not None
        and used.version == each.version
        and (each.valid_until - on).days <= NOTICE_DAYS
    ]
    return tuple(sorted(near, key=lambda each: (each.valid_until, each.instrument, each.language)))


def _facts(wording: Wording, row: ImportedWording) -> ImportFacts:
    return ImportFacts(
        wording=wording,
        intact=fingerprint(row.texts) == row.hash,
        imported_at=row.imported_at,
        imported_by=row.imported_by,
    )
