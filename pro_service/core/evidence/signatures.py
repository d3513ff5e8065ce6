"""Whether an investigator's signature still covers what it was given for (21 CFR 11.50, 11.70; ICH E6(R3) 3.16.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class SignatureMeaning(StrEnum):
    """What the signature says of the record (21 CFR 11.50(a)(3))."""

    REVIEW = "review"  # I have looked through these data
    APPROVAL = "approval"  # they are complete and right as far as I know
    RESPONSIBILITY = "responsibility"  # I answer for them as this site's investigator


class SignatureState(StrEnum):
    """How a signature stands against the record as it is now. Computed, never stored."""

    VALID = "valid"
    SUPERSEDED = "superseded"  # the record was changed afterwards
    BROKEN = "broken"  # the signature itself is not what was signed


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of a record: the SHA-256 of its rows in canonical form (hexadecimal), and how many there are."""

    sha256: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class Standing:
    """`changed` are the parts that are not what was signed, by name."""

    state: SignatureState
    changed: tuple[str, ...] = ()


def standing_of(signed: Mapping[str, Part], now: Mapping[str, Part], *, seal_holds: bool) -> Standing:
    """A signature against the record as it is now. A part that was not there is a change as well."""
    if not seal_holds:
        return Standing(state=SignatureState.BROKEN)
    changed = tuple(sorted(name for name in {*signed, *now} if signed.get(name) != now.get(name)))
    return Standing(
        state=SignatureState.SUPERSEDED if changed else SignatureState.VALID,
        changed=changed,
    )
