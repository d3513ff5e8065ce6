"""Compares the ledger that a whole trial left behind with the plan of the same course, computed anew and at once.

The ledger freezes what was begun, answered or let close; apart from such rows, living through a trial day by day
must end where the planning starts from all facts together.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pro_service.core.lifecycle import UNTOUCHABLE, AssessmentState
from pro_service.core.plan import Plan, Slot
from pro_service.store.queries.simulation import LedgerRow

_FROZEN = UNTOUCHABLE | {AssessmentState.NOT_APPLICABLE}


@dataclass(frozen=True, kw_only=True)
class Discrepancy:
    """One assessment that is not as the plan has it, and why that is so."""

    patient: str
    key: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What the comparison came to. `frozen` is lawful: it was begun or over when the facts changed."""

    patients: int
    assessments: int
    frozen: tuple[Discrepancy, ...]
    differences: tuple[Discrepancy, ...]

    @property
    def agrees(self) -> bool:
        return not self.differences


def together(parts: Sequence[Checked]) -> Checked:
    """The comparisons of several parts of one trial as one, by patient."""
    return Checked(
        patients=sum(part.patients for part in parts),
        assessments=sum(part.assessments for part in parts),
        frozen=_in_order(each for part in parts for each in part.frozen),
        differences=_in_order(each for part in parts for each in part.differences),
    )


def _in_order(found: Iterable[Discrepancy]) -> tuple[Discrepancy, ...]:
    return tuple(sorted(found, key=lambda each: each.patient))


def check_ledger(rows: Iterable[LedgerRow], plans: Mapping[str, Plan]) -> Checked:
    """Compare every patient's assessments with the patient's plan as known at the end."""
    by_patient: dict[str, dict[str, LedgerRow]] = {patient: {} for patient in plans}
    for row in rows:
        by_patient[row.patient][row.key] = row
    found = [each for patient in plans for each in _of_patient(patient, by_patient[patient], plans[patient])]
    return Checked(
        patients=len(plans),
        assessments=sum(len(known) for known in by_patient.values()),
        frozen=tuple(each for frozen, each in found if frozen),
        differences=tuple(each for frozen, each in found if not frozen),
    )


def _of_patient(
    patient: str, rows: Mapping[str, LedgerRow], plan: Plan
) -> Iterator[tuple[bool, Discrepancy]]:
    slots = {slot.key: slot for slot in plan.slots}
    for key in sorted(rows.keys() | slots.keys()):
        row, slot = rows.get(key), slots.get(key)
        why = _why(row, slot)
        if why is not None:
            lawful = row is not None and AssessmentState(row.state) in _FROZEN and "marked" not in why
            yield lawful, Discrepancy(patient=patient, key=key, why=why)


def _why(row: LedgerRow | None, slot: Slot | None) -> str | None:
    if row is None:
        return "expected, and there is no assessment"
    if row.expected_now != (slot is not None):
        return f"marked as {'expected' if row.expected_now else 'not expected'}, and the plan says otherwise"
    if slot is None:
        return None if row.state == AssessmentState.CANCELLED else f"{row.state}, and no longer expected"
    if row.state == AssessmentState.CANCELLED:
        return "cancelled, and expected"
    return _difference(row, slot)


def _difference(row: LedgerRow, slot: Slot) -> str | None:
    pairs = (
        ("due", row.due_on.isoformat(), slot.due_on.isoformat()),
        ("open", row.open_on.isoformat(), slot.open_on.isoformat()),
        ("close", row.close_on.isoformat(), slot.close_on.isoformat()),
        ("instruments", " ".join(row.instruments), " ".join(slot.instruments)),
    )
    other = [f"{name} {before}, planned {after}" for name, before, after in pairs if before != after]
    return f"{row.state} with {'; '.join(other)}" if other else None
