"""What is expected of a patient, derived from the course; how two plans differ; what a new plan changes."""

from pro_service.core.plan.amend import AmendedSlot, Amendment, amend
from pro_service.core.plan.build import plan
from pro_service.core.plan.coupling import delivery_of
from pro_service.core.plan.differences import ChangeKind, SlotChange, compare, reasons_for_absence
from pro_service.core.plan.hindsight import sent_in_error
from pro_service.core.plan.live import live_plan
from pro_service.core.plan.model import Dropped, Merged, Plan, Skipped, Slot, is_outside
from pro_service.core.plan.reasons import Reason, ReasonCode, because_of, explain, reason_from
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
from pro_service.core.plan.unplanned import Unplanned, WhyUnplanned, explain_unplanned, unplanned

__all__ = [
    "Added",
    "AmendedSlot",
    "Amendment",
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
    "Unplanned",
    "WhyUnplanned",
    "amend",
    "because_of",
    "compare",
    "delivery_of",
    "explain",
    "explain_unplanned",
    "is_outside",
    "live_plan",
    "plan",
    "reason_from",
    "reasons_for_absence",
    "reconcile",
    "sent_in_error",
    "unplanned",
]
