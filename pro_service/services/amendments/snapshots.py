"""Takes down what an assessment's row holds, so that a change of version can be undone to the letter."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pro_service.core.lifecycle import ASSESSMENT, AssessmentState
from pro_service.store.db import Session
from pro_service.store.models import Assessment
from pro_service.store.records import assessments

Snapshot = dict[str, Any]

_DAYS = ("due_on", "open_on", "close_on")
_INSTANTS = (
    "opens_at",
    "closes_at",
    "contact_from",
    "next_contact_at",
    "withheld_until",
    "opened_at",
    "finished_at",
    "call_at",
    "link_expires_at",
)
_PLAIN = (
    *("rule", "instruments", "reason", "expected_now", "expected_at_close", "stands_for"),
    *("visit", "close_zone", "provisional"),
)
#: A day that may be missing.
_VISIT_ON = "visit_on"


def snapshot(row: Assessment) -> Snapshot:
    """What a change of version may change of a row, as JSON can hold it."""
    values: Snapshot = {name: getattr(row, name) for name in _PLAIN}
    for name in (*_DAYS, *_INSTANTS, _VISIT_ON):
        value = getattr(row, name)
        values[name] = None if value is None else value.isoformat()
    return {**values, "state": str(row.state)}


def differences(
    before: Mapping[str, Snapshot], *, after: Mapping[str, Snapshot]
) -> dict[str, dict[str, Snapshot | None]]:
    """Key -> what it was (None: it was not there) and what it became, of those that changed."""
    return {
        key: {"before": before.get(key), "after": now} for key, now in after.items() if before.get(key) != now
    }


def restore(
    session: Session, row: Assessment, was: Snapshot, *, reason: Mapping[str, Any], actor: str, now: datetime
) -> None:
    """Give a row back what it held, by steps that its state may take, each remembered with `reason`."""
    for state in _way(AssessmentState(row.state), AssessmentState(was["state"])):
        assessments.change_state(session, row, state, reason=reason, actor=actor, now=now)
    before = snapshot(row)
    for name in _PLAIN:
        setattr(row, name, was[name])
    for name in _DAYS:
        setattr(row, name, date.fromisoformat(was[name]))
    row.visit_on = None if was[_VISIT_ON] is None else date.fromisoformat(was[_VISIT_ON])
    for name in _INSTANTS:
        setattr(row, name, None if was[name] is None else datetime.fromisoformat(was[name]))
    assessments.remember(
        session,
        row,
        change="restored",
        reason=reason,
        before={name: before[name] for name in _DAYS},
        after={name: was[name] for name in _DAYS},
        actor=actor,
        now=now,
    )


def _way(now: AssessmentState, then: AssessmentState) -> tuple[AssessmentState, ...]:
    """The steps from one state to another: none, one, or two by way of `planned`."""
    if now == then:
        return ()
    if then in ASSESSMENT[now]:
        return (then,)
    return (AssessmentState.PLANNED, then)
