"""Keeps slots apart: of two due too close to each other, the one whose rule comes later gives way."""

from collections.abc import Sequence
from dataclasses import replace

from pro_service.core.plan.candidate import Candidate
from pro_service.core.plan.model import Merged, Skipped
from pro_service.core.plan.reasons import Reason, ReasonCode
from pro_service.core.protocol import MinimumGap


def keep_apart(
    policy: MinimumGap, slots: Sequence[Candidate], merged: Sequence[Merged]
) -> tuple[list[Candidate], list[Merged], list[Skipped]]:
    """The slots that stay, what is merged into them, and those that give way.

    Slots stay in the order of their rules in `policy.precedence`, of one rule the earlier due; one due fewer than
    `policy.days` from a slot that stays gives way to the nearest, the earlier at a tie, with what was merged into it.
    """
    order = {rule: rank for rank, rule in enumerate(policy.precedence)}
    concerned = [slot for slot in slots if slot.rule.id in order]
    stay: list[Candidate] = []
    gave_way: dict[str, Candidate] = {}
    for slot in sorted(concerned, key=lambda each: (order[each.rule.id], each.due_on, each.key)):
        near = [other for other in stay if _days_apart(slot, other) < policy.days]
        if near:
            gave_way[slot.key] = min(
                near, key=lambda other: (_days_apart(slot, other), other.due_on, other.key)
            )
        else:
            stay.append(slot)
    kept = [slot for slot in slots if slot.key not in gave_way]
    skipped = [_skipped(slot, gave_way[slot.key]) for slot in slots if slot.key in gave_way]
    return kept, [_redirected(each, gave_way) for each in merged], skipped


def _days_apart(one: Candidate, other: Candidate) -> int:
    return abs((one.due_on - other.due_on).days)


def _skipped(slot: Candidate, by: Candidate) -> Skipped:
    facts = {"by": by.key, "days": str(_days_apart(slot, by))}
    return Skipped(key=slot.key, due_on=slot.due_on, reason=Reason(code=ReasonCode.TOO_CLOSE, facts=facts))


def _redirected(entry: Merged, gave_way: dict[str, Candidate]) -> Merged:
    """What was merged into a slot that gave way stands with it in the slot that stays."""
    by = gave_way.get(entry.into)
    if by is None:
        return entry
    return replace(entry, into=by.key, days=abs((entry.due_on - by.due_on).days))
