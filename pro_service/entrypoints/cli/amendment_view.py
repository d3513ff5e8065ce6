"""Shows what a change of protocol version comes to: for people, and as JSON."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pro_service.core.plan import AmendedSlot, ChangeKind, Plan, ReasonCode, SlotChange, explain
from pro_service.core.protocol import KeyDifference
from pro_service.entrypoints.cli.instruments import table_lines
from pro_service.services.amendments import Outcome, Prospect

Words = Mapping[str, Mapping[str, str]]
_LONGEST_VALUE = 100


def prospect_lines(prospects: Sequence[Prospect], words: Words) -> Iterator[str]:
    """Each patient with what changes and why; what merely stays is counted."""
    for each in prospects:
        yield from _patient_lines(each, words)


def counts(prospects: Sequence[Prospect]) -> Mapping[str, Any]:
    """How many patients come to what, how many assessments change how, and how many patients can be answering now."""
    moving = [each for each in prospects if each.outcome is Outcome.MOVES]
    kinds = Counter(slot.change for each in moving for slot in each.slots)
    return {
        "patients": {outcome.value: _of(prospects, outcome) for outcome in Outcome},
        "with_changes": sum(
            any(slot.change is not ChangeKind.KEPT for slot in each.slots) for each in moving
        ),
        "with_running": sum(bool(each.running) for each in moving),
        "assessments": {kind.value: kinds[kind] for kind in ChangeKind},
    }


def summary_line(prospects: Sequence[Prospect], *, done: bool) -> str:
    """One line for the end, on standard error."""
    found = counts(prospects)
    patients, slots = found["patients"], found["assessments"]
    move = "moved" if done else "would move"
    return (
        f"patients: {patients['moves']} of {len(prospects)} {move} ({found['with_changes']} with changes, "
        f"{found['with_running']} with assessments that can be answered now), {patients['already']} have it already, "
        f"{patients['ended']} ended, {patients['awaits_consent']} await consent, {patients['refused']} refused; "
        f"assessments: {slots['added']} added, {slots['moved']} moved, {slots['removed']} removed, "
        f"{slots['kept']} kept"
    )


def prospect_data(each: Prospect, words: Words) -> Mapping[str, Any]:
    """One patient as JSON."""
    return {
        "patient": each.patient,
        "site": each.site,
        "from": each.from_version,
        "to": each.to_version,
        "outcome": each.outcome.value,
        "why": each.why,
        "running": list(each.running),
        "slots": [_slot_data(slot, words) for slot in each.slots],
    }


def difference_lines(found: Sequence[KeyDifference]) -> Iterator[str]:
    """A line a key: what it was and what it is."""
    for each in found:
        if each.before is None:
            yield f"{each.key}: added: {_shown(each.after)}"
        elif each.after is None:
            yield f"{each.key}: removed: {_shown(each.before)}"
        else:
            yield f"{each.key}: {_shown(each.before)} -> {_shown(each.after)}"


def schedule_lines(before: Plan, after: Plan, changes: Sequence[SlotChange], words: Words) -> Iterator[str]:
    """What changes for one course; how much stays is told in a number."""
    rows = [
        (each.key, each.change.value, explain(each.reason, "en", words=words.get("en")))
        for each in changes
        if each.change is not ChangeKind.KEPT
    ]
    yield from table_lines(rows) if rows else ()
    kept = sum(each.change is ChangeKind.KEPT for each in changes)
    yield f"{len(before.slots)} assessments before, {len(after.slots)} after; {kept} unchanged"


def _of(prospects: Sequence[Prospect], outcome: Outcome) -> int:
    return sum(each.outcome is outcome for each in prospects)


def _patient_lines(each: Prospect, words: Words) -> Iterator[str]:
    head = f"{each.patient} (site {each.site})"
    if each.outcome is not Outcome.MOVES:
        yield f"{head}: stays on {each.from_version}: {each.why}"
        return
    yield f"{head}: {each.from_version} -> {each.to_version}"
    told = [slot for slot in each.slots if slot.reason.code is not ReasonCode.UNCHANGED]
    rows = [(f"  {slot.change}", slot.key, f"{slot.due_on}", _why(slot, words)) for slot in told]
    yield from table_lines(rows) if rows else ()
    yield f"  unchanged: {len(each.slots) - len(told)}"
    if each.running:
        yield f"  can be answered now: {', '.join(each.running)}"


def _slot_data(slot: AmendedSlot, words: Words) -> Mapping[str, Any]:
    return {
        "key": slot.key,
        "change": slot.change.value,
        "due_on": slot.due_on.isoformat(),
        "code": slot.reason.code.value,
        "reason": _why(slot, words),
    }


def _why(slot: AmendedSlot, words: Words) -> str:
    return explain(slot.reason, "en", words=words.get("en"))


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        text = "{ " + ", ".join(f"{key} = {_shown(each)}" for key, each in value.items()) + " }"
    elif isinstance(value, list):
        text = "[" + ", ".join(_shown(each) for each in value) + "]"
    else:
        text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}..."
