"""What was imported of the wording of an instrument, as two commands tell it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import click
from flask.cli import ScriptInfo

from pro_service.core.instrument import Instrument
from pro_service.core.wording import Mode, lack_of
from pro_service.entrypoints.wiring import glanced_at
from pro_service.store.db import reading
from pro_service.store.queries.wordings import ImportFacts, imports
from pro_service.store.schema import schema_problem


@dataclass(frozen=True, kw_only=True)
class Stock:
    """What an installation has imported by now, by instrument, version and language."""

    today: date
    found: Mapping[tuple[str, str, str], ImportFacts]

    def of(self, instrument: Instrument) -> list[Mapping[str, Any]]:
        """The languages of an instrument as `described`."""
        keys = [(instrument.code, instrument.version, language) for language in instrument.languages]
        return [described(instrument, key[-1], self.found.get(key), self.today) for key in keys]


def stock_here() -> Stock | None:
    """What was imported, for a command that runs without a database too: None where none can be asked.

    Nothing is made or kept: neither a file nor the demonstration's secrets.
    """
    info = click.get_current_context().find_object(ScriptInfo)
    if info is None:
        return None
    with info.load_app().app_context():
        if schema_problem() is not None:
            return None
        with reading() as session:
            return Stock(today=glanced_at().clock().date(), found=imports(session))


def described(
    instrument: Instrument, language: str, found: ImportFacts | None, today: date
) -> Mapping[str, Any]:
    """One language of an instrument: its status in a word, and what was imported, if anything."""
    shared = {
        "code": instrument.code,
        "version": instrument.version,
        "language": language,
        "status": _status(instrument, found, today),
        "ask": instrument.licence.ask,
    }
    if found is None:
        absent = ("licence", "modes", "valid_until", "days_left", "hash", "imported_at", "imported_by")
        return {**shared, **dict.fromkeys(absent)}
    return {
        **shared,
        "licence": found.wording.licence,
        "modes": sorted(found.wording.modes),
        "valid_until": found.wording.valid_until.isoformat(),
        "days_left": (found.wording.valid_until - today).days,
        "hash": found.wording.hash,
        "imported_at": found.imported_at.isoformat(),
        "imported_by": found.imported_by,
    }


def _status(instrument: Instrument, found: ImportFacts | None, today: date) -> str:
    """One word: placeholder, expired or outdated as the gate sees it; DAMAGED if the texts are not those imported."""
    if found is not None and not found.intact:
        return "DAMAGED"
    wording = found.wording if found else None
    named = min(wording.modes) if wording else Mode.WEB  # the other ways of asking are told beside
    lack = lack_of(instrument, wording, mode=named, on=today)
    return str(lack) if lack else "licensed"
