"""Says what moving a patient to another version of the protocol changes, slot by slot, and that the version is why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pro_service.core.plan.differences import ChangeKind
from pro_service.core.plan.model import Plan
from pro_service.core.plan.reasons import Reason, ReasonCode, because_of
from pro_service.core.plan.reconcile import (
    CANCELLED,
    Added,
    Cancelled,
    Change,
    Existing,
    Frozen,
    Moved,
    Reinstated,
    Restated,
    reconcile,
    why_frozen,
)


@dataclass(frozen=True, kw_only=True)
class AmendedSlot:
    """What becomes of one expected assessment; `due_on` is the day afterwards, or the last one it had."""

    key: str
    change: ChangeKind
    due_on: date
    reason: Reason


@dataclass(frozen=True, kw_only=True)
class Amendment:
    """The changes to carry out, and every assessment expected before or afterwards, by due date and key."""

    changes: tuple[Change, ...]
    slots: tuple[AmendedSlot, ...]


def amend(
    before: Plan,
    after: Plan,
    existing: Sequence[Existing],
    *,
    today: date,
    version: str,
    code: ReasonCode = ReasonCode.AMENDED,
) -> Amendment:
    """What the plan of another version changes for one patient. `before` and `after` are the plans of both versions as
    known today.

    A change that the patient's own version would bring as well keeps its own reason; every other one names `version`.
    What was begun, answered or closed is kept.
    """
    anyway = reconcile(before, existing, today=today)
    changes = tuple(
        change if change in anyway else _because_of(version, change, code)
        for change in reconcile(after, existing, today=today)
    )
    slots = sorted(_slots(existing, changes, today), key=lambda slot: (slot.due_on, slot.key))
    return Amendment(changes=changes, slots=tuple(slots))


def _because_of(version: str, change: Change, code: ReasonCode) -> Change:
    if isinstance(change, Frozen):
        return change
    return replace(change, reason=because_of(version, change.reason, code=code))


def _slots(existing: Sequence[Existing], changes: Sequence[Change], today: date) -> Iterator[AmendedSlot]:
    changed = {_key(change): change for change in changes}
    known = {each.key: each for each in existing}
    yield from (_slot(change, known) for change in changes if not isinstance(change, Restated))
    for each in existing:
        if each.key not in changed and each.state != CANCELLED:
            reason = Reason(code=why_frozen(each, today) or ReasonCode.UNCHANGED)
            yield AmendedSlot(key=each.key, change=ChangeKind.KEPT, due_on=each.due_on, reason=reason)


def _key(change: Change) -> str:
    return change.slot.key if isinstance(change, Added | Moved | Reinstated) else change.key


def _slot(change: Change, known: Mapping[str, Existing]) -> AmendedSlot:
    key = _key(change)
    due_on = change.slot.due_on if isinstance(change, Added | Moved | Reinstated) else known[key].due_on
    return AmendedSlot(key=key, change=_kind(change), due_on=due_on, reason=change.reason)


def _kind(change: Change) -> ChangeKind:
    match change:
        case Added() | Reinstated():
            return ChangeKind.ADDED
        case Moved():
            return ChangeKind.MOVED
        case Cancelled():
            return ChangeKind.REMOVED
    return ChangeKind.KEPT
