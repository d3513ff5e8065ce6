"""The licence gate: may the words of a questionnaire be put before somebody, in a language, a way and on a day?

A use case gathers what was imported, asks `lacking`, and does nothing while the answer is not empty.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pro_service.core.instrument import Instrument
from pro_service.core.wording.parts import structure_of


class Mode(StrEnum):
    """The ways in which a licence may allow a questionnaire to be asked."""

    SMS = "sms"  # item by item, in text messages
    WEB = "web"  # the page behind the link
    APP = "app"
    TABLET = "tablet"
    PAPER = "paper"
    PHONE = "phone"


class Lack(StrEnum):
    """Why a wording may not be used."""

    PLACEHOLDER = "placeholder"  # nothing was imported in this language
    EXPIRED = "expired"  # the last day of the licence is over
    MODE = "mode"  # the licence does not name this way of asking
    OUTDATED = "outdated"  # items or options of the definition have changed since it was imported


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What was imported last for an instrument's version in a language, without the texts.

    It is good through `valid_until`, a local day of whoever is asked. `structure` is that of the definition it was
    checked against (see `structure_of`), `hash` the fingerprint of its texts.
    """

    id: int
    instrument: str
    version: str
    language: str
    licence: str
    valid_until: date
    modes: frozenset[Mode]
    structure: str
    hash: str


@dataclass(frozen=True, kw_only=True)
class Missing:
    """One instrument that may not be asked, why, and who can give what is missing."""

    instrument: str
    version: str
    language: str
    mode: Mode
    lack: Lack
    ask: str
    valid_until: date | None = None


#: The newest wording by instrument, version and language.
Known = Mapping[tuple[str, str, str], Wording]


def lack_of(instrument: Instrument, wording: Wording | None, *, mode: Mode, on: date) -> Lack | None:
    """Why this wording may not be used for the instrument that way on that day; None if it may."""
    if wording is None:
        return Lack.PLACEHOLDER
    if wording.structure != structure_of(instrument):
        return Lack.OUTDATED
    if on > wording.valid_until:
        return Lack.EXPIRED
    return None if mode in wording.modes else Lack.MODE


def usable(
    instrument: Instrument, known: Known, *, languages: Iterable[str], mode: Mode, on: date
) -> tuple[Wording, ...]:
    """The wordings of an instrument that may be used, in the order of `languages`."""
    found = (known.get((instrument.code, instrument.version, language)) for language in languages)
    return tuple(each for each in found if each and lack_of(instrument, each, mode=mode, on=on) is None)


def lacking(
    asked: Iterable[tuple[Instrument, Mode]], known: Known, *, languages: Sequence[str], on: date
) -> tuple[Missing, ...]:
    """The instruments that may not be asked that way: one for each that has no usable wording in any of `languages`.

    The first language is the patient's own, the others those the protocol falls back on. What is told is what is
    wrong with the first.
    """
    missing = []
    for instrument, mode in asked:
        if usable(instrument, known, languages=languages, mode=mode, on=on):
            continue
        wording = known.get((instrument.code, instrument.version, languages[0]))
        lack = lack_of(instrument, wording, mode=mode, on=on)
        missing.append(
            Missing(
                instrument=instrument.code,
                version=instrument.version,
                language=languages[0],
                mode=mode,
                lack=lack or Lack.PLACEHOLDER,
                ask=instrument.licence.ask,
                valid_until=wording.valid_until if wording else None,
            )
        )
    return tuple(missing)


def modes_of(
    instruments: Iterable[Instrument],
    known: Known,
    *,
    by_sms: Collection[str],
    languages: Sequence[str],
    on: date,
) -> tuple[tuple[Instrument, Mode], ...]:
    """How each instrument of a bundle is asked: by SMS if it is among `by_sms` and may be, else over the link."""
    return tuple(
        (
            each,
            Mode.SMS
            if each.code in by_sms and usable(each, known, languages=languages, mode=Mode.SMS, on=on)
            else Mode.WEB,
        )
        for each in instruments
    )


_WHY: Mapping[Lack, tuple[str, str]] = {
    Lack.PLACEHOLDER: ("aucun texte importé", "no wording imported"),
    Lack.EXPIRED: ("licence expirée le {day}", "licence expired on {day}"),
    Lack.MODE: ("la licence ne couvre pas ce mode", "the licence does not cover this way of asking"),
    Lack.OUTDATED: (
        "texte d'une définition antérieure, à réimporter",
        "wording of an older definition, import it anew",
    ),
}


def explain_missing(missing: Iterable[Missing], language: str) -> str:
    """What is missing and whom to ask, for people who can do something about it."""
    french = language == "fr"
    pattern = "{what} : {why} ; demander à {ask}" if french else "{what}: {why}; ask {ask}"
    parts = []
    for each in missing:
        why = _WHY[each.lack][0 if french else 1].format(day=each.valid_until)
        what = f"{each.instrument} {each.version} ({each.language}, {each.mode})"
        parts.append(pattern.format(what=what, why=why, ask=each.ask))
    return ". ".join(parts)
