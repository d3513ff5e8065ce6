"""Says in reasons what distinguishes two schedules, slot by slot."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol as Shape

from pro_service.core.plan.model import Merged, Plan, Slot, is_outside
from pro_service.core.plan.reasons import Reason, ReasonCode


class ChangeKind(StrEnum):
    """What happened to a slot between two plans."""

    ADDED = "added"
    MOVED = "moved"
    REMOVED = "removed"
    KEPT = "kept"


@dataclass(frozen=True, kw_only=True)
class SlotChange:
    """What happened to one slot between two plans, and why."""

    key: str
    change: ChangeKind
    reason: Reason


class Dated(Shape):
    """Anything with a window and instruments: a slot, or an assessment that exists."""

    @property
    def due_on(self) -> date: ...
    @property
    def open_on(self) -> date: ...
    @property
    def close_on(self) -> date: ...
    @property
    def instruments(self) -> tuple[str, ...]: ...
    @property
    def visit_on(self) -> date | None: ...


def compare(before: Plan, after: Plan) -> tuple[SlotChange, ...]:
    """Every slot of either plan, sorted by due date (after the change where it has one), then key."""
    old = {slot.key: slot for slot in before.slots}
    new = {slot.key: slot for slot in after.slots}
    slots = {**old, **new}
    keys = sorted(slots, key=lambda key: (slots[key].due_on, key))
    explain_absence, explain_presence = reasons_for_absence(after), _reasons_for_presence(before)
    return tuple(_change(key, old.get(key), new.get(key), explain_absence, explain_presence) for key in keys)


def reasons_for_absence(plan: Plan) -> Callable[[str], Reason]:
    """A function from a key that is not in the plan to the reason why it is not."""
    merged = {entry.key: entry for entry in plan.merged}
    skipped = {entry.key: entry.reason for entry in plan.skipped}
    slots = {slot.key: slot for slot in plan.slots}

    def explain_absence(key: str) -> Reason:
        if key in merged:
            return _merged_reason(merged[key], slots.get(merged[key].into))
        return skipped.get(key, Reason(code=ReasonCode.NO_ANCHOR))

    return explain_absence


def _merged_reason(entry: Merged, into: Slot | None) -> Reason:
    """Why a timepoint gave way to `into`, with the event that one hangs on where it is known."""
    facts = {"into": entry.into, "days": str(entry.days)}
    if into is not None and into.because_on is not None:
        facts |= {"event": into.because, "event_on": into.because_on.isoformat()}
    return Reason(code=ReasonCode.MERGED, facts=facts)


def difference(before: Dated, after: Slot) -> Reason | None:
    """What moved between two versions of one slot, the weightiest thing first; None if nothing did."""
    return next(_differences(before, after), None)


def expected(slot: Slot) -> Reason:
    """The plain reason for a new slot."""
    return Reason(code=ReasonCode.EXPECTED, facts={"due_on": slot.due_on.isoformat()})


def _differences(before: Dated, after: Slot) -> Iterator[Reason]:
    if before.visit_on != after.visit_on:
        yield _of_visit(before.visit_on, after)
    for code, old, new in (
        (ReasonCode.DUE_MOVED, before.due_on, after.due_on),
        (ReasonCode.CLOSE_MOVED, before.close_on, after.close_on),
        (ReasonCode.OPEN_MOVED, before.open_on, after.open_on),
    ):
        if old != new:
            yield Reason(code=code, facts={"before": old.isoformat(), "after": new.isoformat()})
    if before.instruments != after.instruments:
        yield _without(before, after) or _other_content(before, after)


def _without(before: Dated, after: Slot) -> Reason | None:
    """Where nothing but stops has changed what is asked: the instruments gone, with the first one's reason."""
    why = {each.instrument: each.reason for each in after.dropped}
    gone = [code for code in before.instruments if code not in after.instruments]
    kept = tuple(code for code in before.instruments if code in after.instruments)
    if not gone or kept != after.instruments or any(code not in why for code in gone):
        return None
    first = why[gone[0]].facts
    facts = {"instruments": ", ".join(gone), "event": first["event"], "on": first["on"]}
    return Reason(code=ReasonCode.WITHOUT, facts=facts)


def _other_content(before: Dated, after: Slot) -> Reason:
    facts = {"before": ", ".join(before.instruments), "after": ", ".join(after.instruments)}
    return Reason(code=ReasonCode.CONTENT, facts=facts)


def _of_visit(was_on: date | None, after: Dated) -> Reason:
    """Why a slot stands otherwise towards its visit; `was_on` differs from the visit's day now."""
    on = after.visit_on
    if on is None:
        return Reason(code=ReasonCode.VISIT_GONE, facts={"on": was_on.isoformat() if was_on else ""})
    if is_outside(on, after.open_on, after.close_on):
        return Reason(code=ReasonCode.VISIT_OUTSIDE, facts={"on": on.isoformat()})
    if was_on is None:
        return Reason(code=ReasonCode.VISIT_FOLLOWED, facts={"on": on.isoformat()})
    facts = {"before": was_on.isoformat(), "after": on.isoformat()}
    return Reason(code=ReasonCode.VISIT_MOVED, facts=facts)


def _reasons_for_presence(before: Plan) -> Callable[[Slot], Reason]:
    merged = {entry.key: entry.into for entry in before.merged}
    skipped = {entry.key: entry.reason.code for entry in before.skipped}

    def explain_presence(slot: Slot) -> Reason:
        if slot.key in merged:
            return Reason(code=ReasonCode.NOT_MERGED, facts={"into": merged[slot.key]})
        if slot.key not in skipped:
            return expected(slot)
        by_phase = skipped[slot.key] is ReasonCode.PHASE
        return Reason(code=ReasonCode.PHASE_ALLOWS if by_phase else ReasonCode.NOT_HELD_BACK)

    return explain_presence


def _change(
    key: str,
    old: Slot | None,
    new: Slot | None,
    explain_absence: Callable[[str], Reason],
    explain_presence: Callable[[Slot], Reason],
) -> SlotChange:
    if new is None:
        return SlotChange(key=key, change=ChangeKind.REMOVED, reason=explain_absence(key))
    if old is None:
        return SlotChange(key=key, change=ChangeKind.ADDED, reason=explain_presence(new))
    moved = difference(old, new)
    if moved is None:
        return SlotChange(key=key, change=ChangeKind.KEPT, reason=Reason(code=ReasonCode.UNCHANGED))
    return SlotChange(key=key, change=ChangeKind.MOVED, reason=moved)
