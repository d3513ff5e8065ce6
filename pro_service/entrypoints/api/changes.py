"""What a fact changes in a patient's plan, in one shape for what was recorded and for what is only previewed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from marshmallow import fields, validate

from pro_service.core.plan import (
    Added,
    Cancelled,
    Change,
    ChangeKind,
    Frozen,
    Moved,
    Plan,
    Reason,
    Reinstated,
    Restated,
    Slot,
    explain,
)
from pro_service.core.protocol import Protocol
from pro_service.entrypoints.api.shapes import ReasonSchema, Shape, in_both
from pro_service.services.patients.course import Preview

_KINDS: Mapping[type[Change], ChangeKind] = {
    Added: ChangeKind.ADDED,
    Reinstated: ChangeKind.ADDED,
    Moved: ChangeKind.MOVED,
    Cancelled: ChangeKind.REMOVED,
    Restated: ChangeKind.REMOVED,
    Frozen: ChangeKind.KEPT,
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """A reason for programs and people."""

    code: str
    sentence: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class PlanChange:
    """One assessment that appeared, moved, went away (or stays away for another reason), or stayed although the plan
    says otherwise.
    """

    change: ChangeKind
    key: str
    due_on: date | None
    open_on: date | None
    close_on: date | None
    reason: Told


class PlanChangeSchema(Shape):
    """One assessment of the plan. Dates where it is (or was) expected; null where they do not matter."""

    change = fields.String(
        required=True,
        validate=validate.OneOf([str(kind) for kind in ChangeKind]),
        metadata={"example": "added"},
    )
    key = fields.String(required=True, metadata={"example": "M1.5"})
    due_on = fields.Date(required=True, allow_none=True, metadata={"example": "2026-02-19"})
    open_on = fields.Date(required=True, allow_none=True, metadata={"example": "2026-02-12"})
    close_on = fields.Date(required=True, allow_none=True, metadata={"example": "2026-02-26"})
    reason = fields.Nested(ReasonSchema, required=True)


def told(reason: Reason, protocol: Protocol) -> Told:
    words = protocol.course.words
    return Told(
        code=reason.code,
        sentence=in_both(lambda language: explain(reason, language, words=words.get(language))),
    )


def recorded(changes: tuple[Change, ...], protocol: Protocol) -> tuple[PlanChange, ...]:
    """What became of the assessments that exist."""
    return tuple(_recorded(change, protocol) for change in changes)


def previewed(preview: Preview, protocol: Protocol) -> tuple[PlanChange, ...]:
    """The difference between the plans without and with the fact; what goes away keeps the dates it had."""
    slots = {**_by_key(preview.before), **_by_key(preview.after)}
    return tuple(
        _change(one.change, one.key, slots.get(one.key), told(one.reason, protocol))
        for one in preview.changes
    )


def _recorded(change: Change, protocol: Protocol) -> PlanChange:
    slot = None if isinstance(change, Cancelled | Restated | Frozen) else change.slot
    key = change.key if isinstance(change, Cancelled | Restated | Frozen) else change.slot.key
    return _change(_KINDS[type(change)], key, slot, told(change.reason, protocol))


def _change(kind: ChangeKind, key: str, slot: Slot | None, reason: Told) -> PlanChange:
    return PlanChange(
        change=kind,
        key=key,
        due_on=slot.due_on if slot else None,
        open_on=slot.open_on if slot else None,
        close_on=slot.close_on if slot else None,
        reason=reason,
    )


def _by_key(plan: Plan) -> Mapping[str, Slot]:
    return {slot.key: slot for slot in plan.slots}
