"""Decides about the proof of what was done: whether a signature still covers its record, and who may lift a lock."""

from pro_service.core.evidence.locks import (
    LONGEST_HOURS,
    HeldKind,
    Release,
    ReleaseOutcome,
    Unlocking,
    ends_at,
    may_confirm,
    unlocking,
)
from pro_service.core.evidence.signatures import (
    Part,
    SignatureMeaning,
    SignatureState,
    Standing,
    standing_of,
)

__all__ = [
    "LONGEST_HOURS",
    "HeldKind",
    "Part",
    "Release",
    "ReleaseOutcome",
    "SignatureMeaning",
    "SignatureState",
    "Standing",
    "Unlocking",
    "ends_at",
    "may_confirm",
    "standing_of",
    "unlocking",
]
