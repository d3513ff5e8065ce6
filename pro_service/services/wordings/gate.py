"""Asks the licence gate for a patient: gathers what was imported and lets `core.wording` decide. One door for all.

The day is the patient's own. In the demonstration everything is let through, imported or placeholder.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from pro_service.core.instrument import Instrument
from pro_service.core.protocol import Protocol
from pro_service.core.timing import at_local, local_day
from pro_service.core.wording import (
    Known,
    Missing,
    Mode,
    Wording,
    explain_missing,
    lacking,
    modes_of,
    usable,
    worded,
)
from pro_service.services.installation import Installation
from pro_service.services.refusals import ConflictError
from pro_service.store.db import Session, reading
from pro_service.store.models import Patient
from pro_service.store.records import wordings

MISSING = "wording_missing"
#: The ways in which answers come, as the responses name them.
# A form whose way of asking nobody told is taken for paper; an interview is read out, as by telephone.
_MODES: Mapping[str, Mode] = {"link": Mode.WEB, "form": Mode.PAPER, "interview": Mode.PHONE}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Instruments as they may be shown, and the languages in which a label of ours stands for a wording."""

    instruments: tuple[Instrument, ...]
    placeholder_languages: tuple[str, ...]


def lacking_for(
    session: Session,
    installation: Installation,
    patient: Patient,
    instruments: Sequence[Instrument],
    *,
    by_sms: Collection[str] = (),
    now: datetime,
) -> tuple[Missing, ...]:
    """What a bundle lacks to be asked of a patient today, each instrument by SMS (where among `by_sms`) or by link."""
    if installation.demo:
        return ()
    known = _known(session, instruments)
    languages, on = _languages(installation, patient), _today(patient, now)
    asked = modes_of(instruments, known, by_sms=by_sms, languages=languages, on=on)
    return lacking(asked, known, languages=languages, on=on)


def allowed(
    session: Session,
    installation: Installation,
    patient: Patient,
    instruments: Sequence[Instrument],
    *,
    mode: Mode,
    now: datetime,
) -> tuple[Instrument, ...]:
    """Those of the instruments that may be asked of a patient this way today."""
    if installation.demo:
        return tuple(instruments)
    known = _known(session, instruments)
    languages, on = _languages(installation, patient), _today(patient, now)
    return tuple(each for each in instruments if usable(each, known, languages=languages, mode=mode, on=on))


def last_moment(
    session: Session,
    installation: Installation,
    patient: Patient,
    instruments: Sequence[Instrument],
    *,
    now: datetime,
) -> datetime | None:
    """The first instant at which a wording that is used by SMS now is none any more; None if no licence ends."""
    if installation.demo:
        return None
    known = _known(session, instruments)
    languages, on = _languages(installation, patient), _today(patient, now)
    days = [
        found[0].valid_until
        for each in instruments
        if (found := usable(each, known, languages=languages, mode=Mode.SMS, on=on))
    ]
    if not days:
        return None
    return at_local(min(days) + timedelta(days=1), time(0), patient.time_zone)


def shown(
    session: Session,
    installation: Installation,
    instruments: Sequence[Instrument],
    *,
    languages: Sequence[str],
    mode: Mode,
    on: date,
) -> Shown:
    """The instruments with the wordings that may be shown this way on a day; our labels only in the demonstration."""
    known = _known(session, instruments)
    found = {each.code: usable(each, known, languages=languages, mode=mode, on=on) for each in instruments}
    texts = wordings.texts(session, [one.id for each in found.values() for one in each])
    dressed = []
    for each in instruments:
        imported = {one.language: texts[one.id] for one in found[each.code]}
        dressed.append(
            worded(each, imported, with_placeholders=installation.demo)
            if _changes(imported, installation)
            else each
        )
    bare = {
        language for each in instruments for language in languages if language not in _of(found[each.code])
    }
    return Shown(
        instruments=tuple(dressed),
        placeholder_languages=tuple(each for each in languages if each in bare) if installation.demo else (),
    )


def shown_to(
    session: Session,
    installation: Installation,
    patient: Patient,
    instruments: Sequence[Instrument],
    *,
    mode: Mode,
    now: datetime,
) -> Shown:
    """As `shown`, in every language of the instruments, on the patient's own day."""
    languages = tuple(dict.fromkeys(name for each in instruments for name in each.languages))
    return shown(session, installation, instruments, languages=languages, mode=mode, on=_today(patient, now))


def require_answerable(
    session: Session,
    installation: Installation,
    patient: Patient,
    instrument: Instrument,
    *,
    mode: str,
    now: datetime,
) -> Wording | None:
    """The wording that is being answered; None for our labels in the demonstration. ConflictError where there is none.

    `mode` is that of the response: link, sms, or another of `Mode`.
    """
    way = _MODES.get(mode) or Mode(mode)
    known = _known(session, [instrument])
    languages, on = _languages(installation, patient), _today(patient, now)
    found = usable(instrument, known, languages=languages, mode=way, on=on)
    if found or installation.demo:
        return found[0] if found else None
    if way in (Mode.WEB, Mode.SMS, Mode.APP):
        raise not_available()
    raise refusal(lacking([(instrument, way)], known, languages=languages, on=on))


def require_for_study(installation: Installation, *, protocol: Protocol, now: datetime) -> None:
    """ConflictError unless every instrument of a protocol may be asked over the link in each of its languages today."""
    if installation.demo:
        return
    codes = dict.fromkeys(code for rule in protocol.rules for code in rule.instruments)
    bundle = [installation.catalogue.instruments[code] for code in codes]
    with reading() as session:
        known = _known(session, bundle)
    asked = [(each, Mode.WEB) for each in bundle]
    missing = [
        each
        for language in protocol.delivery.languages
        for each in lacking(
            asked, known, languages=(language, *protocol.delivery.fallback_languages), on=now.date()
        )
    ]
    if missing:
        raise refusal(missing)


def licensed(instrument: Instrument, *, known: Known, mode: Mode, on: date) -> tuple[str, ...]:
    """The languages of an instrument with imported wording that may be used."""
    found = usable(instrument, known, languages=instrument.languages, mode=mode, on=on)
    return tuple(each.language for each in found)


def refusal(missing: Iterable[Missing]) -> ConflictError:
    """What is missing and whom to ask, for people who can do something about it."""
    told = tuple(missing)
    return ConflictError(
        MISSING,
        fr=f"Textes sous licence absents. {explain_missing(told, 'fr')}.",
        en=f"Licensed wording is missing. {explain_missing(told, 'en')}.",
    )


def not_available() -> ConflictError:
    """What a patient is told: licences are not their affair."""
    return ConflictError(
        MISSING,
        fr="Ce questionnaire n'est pas disponible pour le moment. Votre centre vous renseignera.",
        en="This questionnaire is not available at the moment. Your centre can tell you more.",
    )


def _known(session: Session, instruments: Iterable[Instrument]) -> Known:
    return wordings.known(session, [each.code for each in instruments])


def _languages(installation: Installation, patient: Patient) -> tuple[str, ...]:
    """The patient's language, and those its protocol falls back on."""
    delivery = installation.catalogue.protocols[patient.protocol_version].delivery
    return (patient.language, *delivery.fallback_languages)


def _today(patient: Patient, now: datetime) -> date:
    return local_day(now, patient.time_zone)


def _changes(imported: Mapping[str, object], installation: Installation) -> bool:
    return bool(imported) or not installation.demo


def _of(found: Iterable[Wording]) -> frozenset[str]:
    return frozenset(each.language for each in found)
