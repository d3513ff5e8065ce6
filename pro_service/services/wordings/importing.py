"""Imports the licensed wording of a questionnaire: everything in the file is right, or nothing is stored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pro_service.core.definition import Problem
from pro_service.core.instrument import Instrument
from pro_service.core.wording import Mode, check_texts, fingerprint, structure_of
from pro_service.services.csv_table import InputError
from pro_service.services.installation import Installation
from pro_service.services.refusals import InvalidError, require_storable
from pro_service.services.wordings.files import read_texts
from pro_service.store.db import transaction
from pro_service.store.models import ImportedWording
from pro_service.store.records import wordings

_LONGEST_LICENCE = 255
_LONGEST_NAME = 64


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What the licence allows: its reference, the last day, and the ways of asking by their names."""

    licence: str
    valid_until: date
    modes: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What was stored: how many texts, their fingerprint, and whether they replace an earlier import."""

    instrument: str
    version: str
    language: str
    texts: int
    hash: str
    superseded: bool


def import_wording(
    installation: Installation,
    *,
    code: str,
    language: str,
    data: bytes,
    source: str,
    terms: Terms,
    actor: str,
    now: datetime,
) -> Imported:
    """Store the wording of one language of an instrument; it replaces an earlier one, which stays on record.

    `source` is the file's name as shown. InputError with every problem found, and nothing is stored then.
    """
    problems = [*_unknown(installation, code, language), *_term_problems(terms, actor, today=now.date())]
    if problems:
        raise InputError(problems)
    instrument = installation.catalogue.instruments[code]
    given = read_texts(data, language=language, source=source)
    texts, wrong = check_texts(instrument, given, language=language, source=source)
    if wrong:
        raise InputError(wrong)
    row = ImportedWording(
        instrument=instrument.code,
        instrument_version=instrument.version,
        language=language,
        licence=terms.licence.strip(),
        valid_until=terms.valid_until,
        modes=sorted(set(terms.modes)),
        structure=structure_of(instrument),
        hash=fingerprint(texts),
        texts=dict(texts),
        imported_at=now,
        imported_by=actor,
    )
    with transaction() as session:
        earlier = wordings.known(session, (code,)).get((code, instrument.version, language))
        wordings.add(session, row, superseded=earlier, on=now.date())
    return _imported(instrument, row, superseded=earlier is not None)


def _imported(instrument: Instrument, row: ImportedWording, *, superseded: bool) -> Imported:
    return Imported(
        instrument=instrument.code,
        version=instrument.version,
        language=row.language,
        texts=len(row.texts),
        hash=row.hash,
        superseded=superseded,
    )


def _unknown(installation: Installation, code: str, language: str) -> Iterator[Problem]:
    known = installation.catalogue.instruments
    if code not in known:
        yield Problem(place=code, message="is no instrument", cure=f"use one of {', '.join(known)}")
    elif language not in known[code].languages:
        cure = f"use one of {', '.join(known[code].languages)}"
        yield Problem(place=language, message=f"is no language of {code}", cure=cure)


def _term_problems(terms: Terms, actor: str, *, today: date) -> Iterator[Problem]:
    licence = terms.licence.strip()
    if not licence or len(licence) > _LONGEST_LICENCE or not _storable(licence):
        cure = f"write the reference of the licence, at most {_LONGEST_LICENCE} characters"
        yield Problem(place="--licence", message="is blank, too long or no text", cure=cure)
    if terms.valid_until < today:
        cure = "write the last day on which the licence holds"
        yield Problem(place="--valid-until", message=f"{terms.valid_until} is over", cure=cure)
    known = ", ".join(Mode)
    for mode in terms.modes:
        if mode not in set(Mode):
            yield Problem(place="--modes", message=f"{mode[:40]!r} is no mode", cure=f"use {known}")
    if not terms.modes:
        yield Problem(place="--modes", message="names none", cure=f"use {known}, with commas between")
    if not actor.strip() or len(actor) > _LONGEST_NAME or not _storable(actor):
        cure = f"say who imports it, in at most {_LONGEST_NAME} characters"
        yield Problem(place="--by", message="is blank, too long or no text", cure=cure)


def _storable(text: str) -> bool:
    try:
        require_storable([text])
    except InvalidError:
        return False
    return True
