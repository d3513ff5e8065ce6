"""Works alerts: a person acknowledges one with a coded action, and closes it."""

from datetime import datetime

from pro_service.core.lifecycle import ALERT, ActionCode, AlertState, step
from pro_service.services.installation import Installation
from pro_service.services.refusals import ConflictError, InvalidError, NotFoundError, require_note
from pro_service.store.db import transaction
from pro_service.store.models import AlertAction
from pro_service.store.records import alerts


def acknowledge(
    installation: Installation,
    *,
    alert_id: int,
    site_ids: tuple[int, ...],
    action: str,
    note: str = "",
    close: bool = False,
    actor: str,
    now: datetime,
) -> AlertState:
    """Say what was done about an alert, and close it if `close`. An alert of another site is not found.

    A further action on an acknowledged alert is added. ConflictError on a closed one; InvalidError for an action
    outside the list or a note over 2,000 characters.
    """
    del installation
    if action not in list(ActionCode):
        raise InvalidError(
            "unknown_action", fr="Choisissez une action de la liste.", en="Choose an action from the list."
        )
    require_note(note, code="note_too_long")
    with transaction() as session:
        row = alerts.locked(session, alert_id)
        if row is None or row.site_id not in site_ids:
            raise NotFoundError("alert")
        if row.state == AlertState.CLOSED:
            raise ConflictError(
                "alert_closed",
                fr=f"Cette alerte est déjà close (par {row.closed_by}).",
                en=f"This alert is closed already (by {row.closed_by}).",
            )
        row.state = _after(AlertState(row.state), close=close)
        if row.acknowledged_at is None:
            row.acknowledged_at, row.acknowledged_by = now, actor
        if close:
            row.closed_at, row.closed_by = now, actor
        session.add(
            AlertAction(
                alert_id=row.id, action=action, note=note, state=row.state, acted_at=now, acted_by=actor
            )
        )
        return AlertState(row.state)


def _after(state: AlertState, *, close: bool) -> AlertState:
    if close:
        return step(ALERT, state, AlertState.CLOSED)
    if state is AlertState.NEW:
        return step(ALERT, state, AlertState.ACKNOWLEDGED)
    return step(ALERT, state, AlertState.IN_PROGRESS) if state is AlertState.ACKNOWLEDGED else state
