"""Withholds assessments whose wording may not be put before their patient: nothing is sent, nothing is lost.

The assessment stays planned or open, says why, and is looked at again after `RECHECK`: when the wording is there, it
goes on as after an outage. These are steps inside larger use cases.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from pro_service.core.instrument import Instrument
from pro_service.core.wording import Missing
from pro_service.services.answers import dialogues
from pro_service.services.installation import Installation
from pro_service.services.wordings import gate
from pro_service.store.db import Session
from pro_service.store.models import Assessment, Patient
from pro_service.store.records import assessments

RECHECK = timedelta(minutes=15)
_WITHHELD = "withheld"
_RELEASED = "released"


def lacking(
    session: Session, installation: Installation, patient: Patient, row: Assessment, *, now: datetime
) -> tuple[Missing, ...]:
    """What an assessment lacks to be put before its patient now, in the ways it is asked."""
    if installation.demo:
        return ()
    candidates = dialogues.candidates_for_sms(installation, patient=patient, row=row)
    return gate.lacking_for(
        session,
        installation,
        patient,
        _bundle(installation, row),
        by_sms=[each.code for each in candidates],
        now=now,
    )


def withheld(
    session: Session,
    installation: Installation,
    patient: Patient,
    row: Assessment,
    *,
    actor: str,
    now: datetime,
) -> bool:
    """Is the assessment withheld now? Both beginnings and ends of that are remembered in its history."""
    missing = lacking(session, installation, patient, row, now=now)
    if missing:
        row.withheld_until = now + RECHECK
        if (row.reason or {}).get("code") != gate.MISSING:
            _note(session, row, _WITHHELD, {"code": gate.MISSING, "missing": _listed(missing)}, actor, now)
    elif row.withheld_until is not None:
        row.withheld_until = None
        _note(session, row, _RELEASED, {"code": "wording_there"}, actor, now)
    return bool(missing)


def closed_without_wording(
    session: Session, installation: Installation, patient: Patient, row: Assessment
) -> bool:
    """Could the patient not have read it on the last day of its window?"""
    last = row.closes_at - timedelta(seconds=1)
    return bool(lacking(session, installation, patient, row, now=last))


def _note(
    session: Session, row: Assessment, change: str, reason: dict[str, object], actor: str, now: datetime
) -> None:
    row.reason = reason
    assessments.remember(
        session, row, change=change, reason=reason, before=None, after=None, actor=actor, now=now
    )


def _listed(missing: Iterable[Missing]) -> list[dict[str, str]]:
    return [
        {
            "instrument": each.instrument,
            "language": each.language,
            "mode": str(each.mode),
            "lack": str(each.lack),
        }
        for each in missing
    ]


def _bundle(installation: Installation, row: Assessment) -> tuple[Instrument, ...]:
    return tuple(installation.catalogue.instruments[code] for code in row.instruments)
