"""Rows of alerts: the numbers that fired them and the coded actions they led to."""

from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Any

from pro_service.core.dataset.codelists import NOT_APPLIED
from pro_service.core.dataset.model import Row
from pro_service.core.dataset.stored import StoredAction, StoredAlert

_NUMBERS = ("baseline", "previous", "now", "change", "steps", "threshold")


def alert_row(alert: StoredAlert, actions: Iterable[StoredAction]) -> Row:
    """`actions` are those of this alert, oldest first."""
    evidence = alert.evidence
    return (
        alert.patient,
        alert.site,
        alert.timepoint,
        alert.instrument,
        alert.rule,
        alert.protocol_version,
        alert.severity,
        alert.scale,
        *(_number(evidence, name) for name in _NUMBERS),
        str(evidence.get("beyond") or ""),
        str(evidence.get("threshold_status") or NOT_APPLIED),
        alert.raised_at,
        alert.state,
        alert.acknowledged_at,
        alert.closed_at,
        " ".join(f"{action.action}@{_instant(action)}" for action in actions),
    )


def _number(evidence: Mapping[str, Any], name: str) -> float | None:
    value = evidence.get(name)
    return None if value is None else float(value)


def _instant(action: StoredAction) -> str:
    return action.acted_at.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"
