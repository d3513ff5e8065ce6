"""Shows questionnaires to programs: with the wording that may be shown today, and not at all where there is none."""

from datetime import datetime

from pro_service.core.wording import Mode, lacking
from pro_service.services.installation import Installation
from pro_service.services.wordings import gate
from pro_service.store.db import reading
from pro_service.store.records import wordings


def show_instrument(installation: Installation, *, code: str, mode: Mode, now: datetime) -> gate.Shown:
    """One instrument in every language in which it may be shown this way on today's UTC day.

    In the demonstration our labels stand where nothing was imported. Elsewhere ConflictError says what is missing and
    whom to ask if no language may be shown. KeyError for an unknown code.
    """
    instrument = installation.catalogue.instruments[code]
    languages, on = instrument.languages, now.date()
    with reading() as session:
        known = wordings.known(session, [code])
        shown = gate.shown(session, installation, [instrument], languages=languages, mode=mode, on=on)
    if not installation.demo:
        missing = lacking([(instrument, mode)], known, languages=languages, on=on)
        if missing:
            raise gate.refusal(missing)
    return shown


def licensed_languages(
    installation: Installation, *, mode: Mode, now: datetime
) -> dict[str, tuple[str, ...]]:
    """For each instrument the languages with imported wording that may be shown this way on today's UTC day."""
    with reading() as session:
        known = wordings.known(session)
    return {
        each.code: gate.licensed(each, known=known, mode=mode, on=now.date())
        for each in installation.catalogue.instruments.values()
    }
