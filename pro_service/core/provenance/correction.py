"""Correcting answers that are in: asked for with a reason and a source, decided by a second person where the protocol
says so, and applied as new versions beside which the original stays (ICH E6(R3) 4.2.4; EMA 2023, 6.2.1).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pro_service.core.answers import Fault, Placed

#: Stands for the reason of an entry where an answer was made by a correction.
CORRECTED = "correction"


class CorrectionReason(StrEnum):
    """Why an answer is wrong: the coded list, in the order it is shown."""

    TRANSCRIPTION = "transcription"  # wrongly copied from paper or the telephone
    MISTYPED = "mistyped"  # the patient chose another answer than meant
    MISUNDERSTOOD = "misunderstood"  # the patient took the question otherwise
    WRONG_PERSON = "wrong_person"  # somebody else answered
    OTHER = "other"


class CorrectionSource(StrEnum):
    """What supports a correction: the coded list, in the order it is shown."""

    PAPER_FORM = "paper_form"
    CALL_NOTE = "call_note"
    MEDICAL_RECORD = "medical_record"
    PATIENT_STATEMENT = "patient_statement"
    OTHER = "other"


class AskedBy(StrEnum):
    """Who wants the correction: never the sponsor."""

    PATIENT = "patient"
    SITE = "site"


@dataclass(frozen=True, kw_only=True)
class Amended:
    """What one item is to become: the version it replaces (0: there was none), and the new answer."""

    item: str
    old_version: int
    value: int | None
    refused: bool


@dataclass(frozen=True, kw_only=True)
class Held:
    """What is stored of one item now."""

    version: int
    value: int | None
    refused: bool


def amendments(
    changes: Sequence[Placed], held: Mapping[str, Held]
) -> tuple[tuple[Amended, ...], tuple[Fault, ...]]:
    """What a correction changes, and what is wrong with it: it changes something, and each item really."""
    found, faults = [], []
    for each in changes:
        now = held.get(each.item)
        if now is not None and (now.value, now.refused) == (each.value, each.refused):
            faults.append(Fault(place=each.place, code="unchanged", detail=each.item))
        version = now.version if now is not None else 0
        found.append(Amended(item=each.item, old_version=version, value=each.value, refused=each.refused))
    if not changes:
        faults.append(Fault(place="answers", code="nothing_changed"))
    return tuple(found), tuple(faults)


def is_outdated(changes: Sequence[Amended], held: Mapping[str, Held]) -> bool:
    """Has an answer changed since its correction was asked for?"""
    return any(each.old_version != (held[each.item].version if each.item in held else 0) for each in changes)


def source_is_possible(source_on: date, *, today: date) -> bool:
    """A source is of today or before: nothing can support a correction that does not exist yet."""
    return source_on <= today
