"""Made-up wording for tests: a text for every key of an instrument, imported as an operator would import it."""

import csv
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import partial

from pro_service.core.instrument import Instrument
from pro_service.core.wording import placeholders
from pro_service.services.installation import Installation
from pro_service.services.wordings.importing import Imported, Terms, import_wording
from pro_service.store.catalogue import Catalogue
from tests.trial import START, Trial, trial

LAST_DAY = date(2027, 12, 31)
WEB = ("web",)
WEB_AND_SMS = ("web", "sms")


def made_up(instrument: Instrument, language: str, *, mark: str = "texte") -> Mapping[str, str]:
    """A text for each key that nobody could take for anything else."""
    return {key: f"{mark} {language} {key}" for key in placeholders(instrument, language)}


def as_csv(
    texts: Mapping[str, str], *, delimiter: str = ",", head: tuple[str, ...] = ("key", "text")
) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(texts.items())
    return out.getvalue().encode()


def licensed(
    installation: Installation,
    code: str,
    language: str = "fr",
    *,
    until: date = LAST_DAY,
    modes: tuple[str, ...] = WEB_AND_SMS,
    mark: str = "texte",
) -> Imported:
    """Import made-up wording, inside an application context."""
    return import_wording(
        installation,
        code=code,
        language=language,
        data=as_csv(made_up(installation.catalogue.instruments[code], language, mark=mark)),
        source="made-up.csv",
        terms=Terms(licence="TEST-2026-001", valid_until=until, modes=modes),
        actor="test",
        now=START,
    )


def license_all(
    installation: Installation,
    *,
    languages: tuple[str, ...] = ("fr", "en"),
    until: date = LAST_DAY,
    modes: tuple[str, ...] = WEB_AND_SMS,
) -> None:
    for code in installation.catalogue.instruments:
        for language in languages:
            licensed(installation, code, language, until=until, modes=modes)


@contextmanager
def production(database_url: str, *, catalogue: Catalogue | None = None, **terms: object) -> Iterator[Trial]:
    """A small trial in production settings, everything licensed (with other `terms`, if given)."""
    ready = partial(license_all, **terms)  # type: ignore[arg-type]
    known = {"catalogue": catalogue} if catalogue else {}
    with trial(database_url, environment="production", prepare=ready, **known) as heroes:
        yield heroes
