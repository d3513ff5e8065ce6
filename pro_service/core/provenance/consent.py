"""The register of consents: to what a patient has agreed, by which text, and what stands of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ConsentScope(StrEnum):
    """What a patient agrees to: the coded list, in the order it is shown."""

    PARTICIPATION = "participation"
    DATA_USE = "data_use"
    SMS_ITEMS = "sms_items"  # questions and answers in text messages, readable to the carrier
    CONTACT_AFTER_END = "contact_after_end"
    FURTHER_RESEARCH = "further_research"


class ConsentAct(StrEnum):
    """What a patient said about it."""

    GIVEN = "given"
    RENEWED = "renewed"  # again, by a further text or version
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class Consent:
    """One entry of the register."""

    scope: ConsentScope
    act: ConsentAct
    on: date


def standing(entries: Iterable[Consent]) -> frozenset[ConsentScope]:
    """To what the patient agrees now. `entries` come in the order of recording; of two of one day the later counts."""
    last: dict[ConsentScope, Consent] = {}
    for each in entries:
        if each.scope not in last or each.on >= last[each.scope].on:
            last[each.scope] = each
    return frozenset(scope for scope, each in last.items() if each.act is not ConsentAct.WITHDRAWN)
