"""Rows of imported wording: only ever added; of each instrument, version and language the newest one counts."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pro_service.core.wording import Known, Mode, Texts, Wording
from pro_service.store.db import flush, insert_once
from pro_service.store.models import ImportedWording, WordingChange
from pro_service.store.models.wording import EXPIRY_ANNOUNCED, IMPORTED, SUPERSEDED

_W = ImportedWording
_WITHOUT_TEXTS = (
    _W.id,
    _W.instrument,
    _W.instrument_version,
    _W.language,
    _W.licence,
    _W.valid_until,
    _W.modes,
    _W.structure,
    _W.hash,
)


def known(session: Session, instruments: Collection[str] | None = None) -> Known:
    """The newest wording of each instrument (or of some), version and language, without its texts."""
    found = select(*_WITHOUT_TEXTS).order_by(_W.id)
    if instruments is not None:
        found = found.where(_W.instrument.in_(instruments))
    newest: dict[tuple[str, str, str], Wording] = {}
    for row in session.execute(found):
        newest[row.instrument, row.instrument_version, row.language] = Wording(
            id=row.id,
            instrument=row.instrument,
            version=row.instrument_version,
            language=row.language,
            licence=row.licence,
            valid_until=row.valid_until,
            modes=frozenset(map(Mode, row.modes)),
            structure=row.structure,
            hash=row.hash,
        )
    return newest


def texts(session: Session, wording_ids: Collection[int]) -> Mapping[int, Texts]:
    """The texts of some wordings by their ids."""
    if not wording_ids:
        return {}
    return {
        row.id: row.texts for row in session.execute(select(_W.id, _W.texts).where(_W.id.in_(wording_ids)))
    }


def add(session: Session, row: ImportedWording, *, superseded: Wording | None, on: date) -> None:
    """Add an import with its trail: what was done, when and by whom, on both sides of a replacement."""
    session.add(row)
    flush(session)
    details = {
        "hash": row.hash,
        "licence": row.licence,
        "valid_until": str(row.valid_until),
        "modes": row.modes,
    }
    _remember(session, row.id, IMPORTED, on=on, details=details, at=row.imported_at, by=row.imported_by)
    if superseded is not None:
        by_row = {"wording_id": row.id}
        _remember(
            session, superseded.id, SUPERSEDED, on=on, details=by_row, at=row.imported_at, by=row.imported_by
        )


def announced_on(session: Session, day: date) -> frozenset[int]:
    """The wordings whose expiry the operator was told of on a day."""
    found = select(WordingChange.wording_id).where(
        WordingChange.change == EXPIRY_ANNOUNCED, WordingChange.on == day
    )
    return frozenset(session.scalars(found))


def announce_expiry(session: Session, wording: Wording, *, on: date, actor: str, now: datetime) -> bool:
    """Note that the operator is told today; False if somebody did so already."""
    details = {"valid_until": str(wording.valid_until)}
    return _remember(session, wording.id, EXPIRY_ANNOUNCED, on=on, details=details, at=now, by=actor)


def _remember(
    session: Session,
    wording_id: int,
    change: str,
    *,
    on: date,
    details: Mapping[str, Any],
    at: datetime,
    by: str,
) -> bool:
    row = {
        "wording_id": wording_id,
        "change": change,
        "on": on,
        "details": dict(details),
        "changed_at": at,
        "changed_by": by,
    }
    return insert_once(session, WordingChange, row) is not None
