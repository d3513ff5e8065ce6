"""What is expected of a patient, derived from the course; how two plans differ; what a new plan changes."""

from pro_service.core.plan.build import plan
from pro_service.core.plan.differences import ChangeKind, SlotChange, compare, reasons_for_absence
from pro_service.core.plan.live import live_plan
from pro_service.core.plan.model import Dropped, Merged, Plan, Skipped, Slot
from pro_service.core.plan.reasons import Reason, ReasonCode, explain, reason_from
from pro_service.core.plan.reconcile import (
    Added,
    Cancelled,
    Change,
    Existing,
    Frozen,
    Moved,
    Reinstated,
    Restated,
    reconcile,
)

__all__ = [
    "Added",
    "Cancelled",
    "Change",
    "ChangeKind",
    "Dropped",
    "Existing",
    "Frozen",
    "Merged",
    "Moved",
    "Plan",
    "Reason",
    "ReasonCode",
    "Reinstated",
    "Restated",
    "Skipped",
    "Slot",
    "SlotChange",
    "compare",
    "explain",
    "live_plan",
    "plan",
    "reason_from",
    "reasons_for_absence",
    "reconcile",
]
