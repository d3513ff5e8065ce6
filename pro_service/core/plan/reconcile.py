"""Compares the plan with the assessments that exist and says what has to change, never touching what was begun."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pro_service.core.plan.differences import difference, expected, reasons_for_absence
from pro_service.core.plan.model import Plan, Slot
from pro_service.core.plan.reasons import Reason, ReasonCode, plain

#: States of an assessment as core.lifecycle names them; this decision stands alone and imports no other.
CANCELLED = "cancelled"
_BEGUN = frozenset({"in_progress"})
_FINISHED = frozenset({"completed", "partial"})
_CLOSED = frozenset({"missed", "not_applicable"})
_OFFERED = "open"


@dataclass(frozen=True, kw_only=True)
class Existing:
    """An assessment as it stands. `touched`: anything at all came back for it, whatever its state. `reason`: why its
    state is what it is, as `Reason.as_data` or the service's own clock stored it; None if nobody ever said.
    """

    key: str
    rule: str
    due_on: date
    open_on: date
    close_on: date
    instruments: tuple[str, ...]
    state: str
    touched: bool
    reason: Mapping[str, str] | None
    visit: str | None = None
    visit_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Added:
    """A slot that has no assessment yet."""

    slot: Slot
    reason: Reason


@dataclass(frozen=True, kw_only=True)
class Moved:
    """An assessment whose window or instruments change; one that is open may have to wait again."""

    slot: Slot
    before: Existing
    reason: Reason


@dataclass(frozen=True, kw_only=True)
class Cancelled:
    """An assessment no longer expected; `into` names the one that replaces it, if one does."""

    key: str
    into: str | None
    reason: Reason


@dataclass(frozen=True, kw_only=True)
class Restated:
    """An assessment that stays cancelled, but for another reason than the one stored; `into` as in Cancelled."""

    key: str
    into: str | None
    reason: Reason


@dataclass(frozen=True, kw_only=True)
class Reinstated:
    """A cancelled assessment that is expected again, with the dates it has now."""

    slot: Slot
    before: Existing
    reason: Reason


@dataclass(frozen=True, kw_only=True)
class Frozen:
    """An assessment kept as it is although the plan now says otherwise. Nothing is to be done; it is worth showing."""

    key: str
    expected: bool  # does the plan still want it, on other dates?
    reason: Reason


Change = Added | Moved | Cancelled | Restated | Reinstated | Frozen


def reconcile(plan: Plan, existing: Sequence[Existing], *, today: date) -> tuple[Change, ...]:
    """What to change so that the assessments follow the plan: one entry a key at most, none for what agrees.

    Begun, finished and closed assessments are never touched. An open one whose window is over by `today` counts as
    closed; a planned one does not, since nobody was ever asked.
    """
    wanted = {slot.key: slot for slot in plan.slots}
    known = {each.key for each in existing}
    changes = [*_of_existing(plan, wanted, existing, today)]
    changes += [
        Added(slot=slot, reason=_why_added(slot, today)) for slot in plan.slots if slot.key not in known
    ]
    return tuple(changes)


def _of_existing(
    plan: Plan, wanted: dict[str, Slot], existing: Iterable[Existing], today: date
) -> Iterator[Change]:
    explain_absence = reasons_for_absence(plan)
    for each in sorted(existing, key=lambda e: (e.due_on, e.key)):
        change = _change(each, wanted.get(each.key), explain_absence, today)
        if change is not None:
            yield change


def _change(
    each: Existing, slot: Slot | None, explain_absence: Callable[[str], Reason], today: date
) -> Change | None:
    frozen = why_frozen(each, today)
    if frozen is not None:
        agrees = slot is not None and difference(each, slot) is None
        return None if agrees else Frozen(key=each.key, expected=slot is not None, reason=Reason(code=frozen))
    if slot is None:
        return _cancelled(each, explain_absence(each.key))
    if each.state == CANCELLED:
        return Reinstated(slot=slot, before=each, reason=_why_added(slot, today))
    moved = difference(each, slot)
    return None if moved is None else Moved(slot=slot, before=each, reason=moved)


def _cancelled(each: Existing, reason: Reason) -> Cancelled | Restated | None:
    into = reason.facts.get("into")
    if each.state != CANCELLED:
        return Cancelled(key=each.key, into=into, reason=reason)
    # What replaced it may itself be gone by now: the reason on record is today's, like everything else of the plan.
    # That it came with an amendment stays on record.
    return (
        None
        if each.reason and plain(each.reason) == reason.as_data()
        else Restated(key=each.key, into=into, reason=reason)
    )


def why_frozen(each: Existing, today: date) -> ReasonCode | None:
    """Why no later plan may touch an assessment; None if one may."""
    if each.state in _FINISHED:
        return ReasonCode.FINISHED
    if each.state in _CLOSED or (each.state == _OFFERED and each.close_on < today):
        return ReasonCode.CLOSED
    return ReasonCode.BEGUN if each.touched or each.state in _BEGUN else None


def _why_added(slot: Slot, today: date) -> Reason:
    if slot.close_on >= today:
        return expected(slot)
    facts = {"due_on": slot.due_on.isoformat(), "close_on": slot.close_on.isoformat()}
    return Reason(code=ReasonCode.EXPECTED_LATE, facts=facts)
