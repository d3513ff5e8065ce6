"""Derives a patient's plan from the facts and reconciles it with what exists, storing each change with its reason."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time

from pro_service.core.course import Event, next_live_effect_on
from pro_service.core.lifecycle import ANSWERABLE, AssessmentState
from pro_service.core.plan import (
    Added,
    Cancelled,
    Change,
    Frozen,
    Moved,
    Plan,
    Reason,
    ReasonCode,
    Reinstated,
    Restated,
    Slot,
    live_plan,
    reconcile,
)
from pro_service.core.protocol import Protocol
from pro_service.core.timing import at_local, end_of_day, local_day
from pro_service.services import leaving
from pro_service.services.installation import Installation
from pro_service.store.db import Session
from pro_service.store.models import Assessment, Patient
from pro_service.store.records import assessments, messages, people

_MIDNIGHT = time(0, 0)


def replan(
    session: Session, installation: Installation, patient: Patient, *, actor: str, now: datetime
) -> tuple[Change, ...]:
    """Bring the patient's assessments to the plan as known today. Running it again changes nothing."""
    today = local_day(now, patient.time_zone)
    protocol = installation.catalogue.protocols[patient.protocol_version]
    events = people.events(session, patient.id)
    rows = {row.key: row for row in assessments.to_plan(session, patient.id)}
    wanted = live_plan(protocol, events, as_of=today)
    changes = reconcile(wanted, tuple(assessments.as_existing(row) for row in rows.values()), today=today)
    changes = tuple(_in_provisional_words(change, wanted, rows) for change in changes)
    carry_out(session, protocol, patient, events, rows, wanted, changes, actor=actor, now=now)
    return changes


def carry_out(
    session: Session,
    protocol: Protocol,
    patient: Patient,
    events: Sequence[Event],
    rows: dict[str, Assessment],
    wanted: Plan,
    changes: Sequence[Change],
    *,
    actor: str,
    now: datetime,
) -> None:
    """Apply changes that were decided: afterwards the patient's assessments (`rows`, by key) are those `wanted`."""
    today = local_day(now, patient.time_zone)
    for change in changes:
        _apply(session, patient, rows, change, actor=actor, now=now)
    _mark_expected(wanted, rows, now=now)
    _end_or_go_on(session, protocol, wanted, patient, rows, today=today, now=now)
    patient.replan_on = next_live_effect_on(
        protocol.course, events, after=today, also=protocol.anchored_events
    )


def _in_provisional_words(change: Change, wanted: Plan, rows: dict[str, Assessment]) -> Change:
    """A slot that rests on a planned day says so, and so does its move when the event takes place on another day."""
    match change:
        case Added(slot=slot) | Reinstated(slot=slot) if slot.key in wanted.provisional:
            facts = {"due_on": slot.due_on.isoformat()}
            return replace(change, reason=Reason(code=ReasonCode.EXPECTED_PROVISIONALLY, facts=facts))
        case Moved(slot=slot, reason=Reason(code=ReasonCode.DUE_MOVED, facts=facts)) if (
            rows[slot.key].provisional and slot.key not in wanted.provisional
        ):
            return replace(change, reason=Reason(code=ReasonCode.BECAME_A_FACT, facts=facts))
    return change


def _apply(
    session: Session,
    patient: Patient,
    rows: dict[str, Assessment],
    change: Change,
    *,
    actor: str,
    now: datetime,
) -> None:
    match change:
        case Added(slot=slot):
            rows[slot.key] = _add(session, patient, change, slot, actor=actor, now=now)
        case Moved(slot=slot):
            _move(session, patient, rows[slot.key], change, actor=actor, now=now)
        case Reinstated(slot=slot):
            row = rows[slot.key]
            row.close_zone = None
            _set_window(row, patient, slot)
            row.contact_from = now
            _change(session, row, AssessmentState.PLANNED, change, actor=actor, now=now)
        case Cancelled(key=key):
            row = rows[key]
            _change(session, row, AssessmentState.CANCELLED, change, actor=actor, now=now)
            messages.cancel_waiting(session, row.id, cause="assessment_cancelled", now=now)
        case Restated(key=key):
            row = rows[key]
            row.reason = change.reason.as_data()
            _remember(session, row, "reason", change, actor=actor, now=now)
        case Frozen(key=key, expected=expected):
            row = rows[key]
            if row.expected_now and not expected:
                _remember(session, row, "frozen", change, actor=actor, now=now)


def _add(
    session: Session, patient: Patient, change: Added, slot: Slot, *, actor: str, now: datetime
) -> Assessment:
    row = Assessment(
        patient_id=patient.id,
        key=slot.key,
        rule=slot.rule,
        state=AssessmentState.PLANNED,
        reason=change.reason.as_data(),
        expected_now=True,
        expected_at_close=False if end_of_day(slot.close_on, patient.time_zone) <= now else None,
        stands_for=[],
        known_at=now,
        contact_from=now,
    )
    _set_window(row, patient, slot)
    people.add(session, row)
    _remember(session, row, "added", change, actor=actor, now=now)
    return row


def _move(
    session: Session, patient: Patient, row: Assessment, change: Moved, *, actor: str, now: datetime
) -> None:
    before = _dates(row)
    _set_window(row, patient, change.slot)
    if row.state == AssessmentState.OPEN and row.opens_at <= now:
        row.next_contact_at = now  # the tick works out anew when the next message is due
    elif row.state == AssessmentState.MISSED and row.opened_at and row.closes_at <= now:
        pass  # offered by the planned day, let close, and over by the actual one too: it stays missed
    elif row.state != AssessmentState.PLANNED:
        _change(session, row, AssessmentState.PLANNED, change, actor=actor, now=now)
        row.close_zone = None
        _set_window(row, patient, change.slot)
        messages.cancel_waiting(session, row.id, cause="assessment_moved", now=now)
    if row.state != AssessmentState.MISSED:
        row.reason = change.reason.as_data()
        row.contact_from = now
    assessments.remember(
        session,
        row,
        change="moved",
        reason=change.reason.as_data(),
        before=before,
        after=_dates(row),
        actor=actor,
        now=now,
    )


def _change(
    session: Session, row: Assessment, state: AssessmentState, change: Change, *, actor: str, now: datetime
) -> None:
    assessments.change_state(session, row, state, reason=change.reason.as_data(), actor=actor, now=now)


def _remember(
    session: Session, row: Assessment, word: str, change: Change, *, actor: str, now: datetime
) -> None:
    assessments.remember(
        session,
        row,
        change=word,
        reason=change.reason.as_data(),
        before=None,
        after=_dates(row),
        actor=actor,
        now=now,
    )


def _set_window(row: Assessment, patient: Patient, slot: Slot) -> None:
    row.due_on, row.open_on, row.close_on = slot.due_on, slot.open_on, slot.close_on
    row.instruments = list(slot.instruments)
    row.visit, row.visit_on = slot.visit, slot.visit_on
    row.opens_at = at_local(slot.open_on, _MIDNIGHT, patient.time_zone)
    row.closes_at = end_of_day(slot.close_on, row.close_zone or patient.time_zone)


def _dates(row: Assessment) -> dict[str, str]:
    def text(day: date) -> str:
        return day.isoformat()

    return {"due_on": text(row.due_on), "open_on": text(row.open_on), "close_on": text(row.close_on)}


def _end_or_go_on(
    session: Session,
    protocol: Protocol,
    wanted: Plan,
    patient: Patient,
    rows: dict[str, Assessment],
    *,
    today: date,
    now: datetime,
) -> None:
    """After a course's end nothing is sent, and what was begun closes with that day; a correction undoes it."""
    ended = wanted.phase in protocol.course.terminal_phases
    patient.ended_on = (patient.ended_on or today) if ended else None
    if ended:
        leaving.take_back(session, patient.id, now=now)
    for row in rows.values():
        if row.state not in ANSWERABLE:
            continue
        last = min(row.close_on, patient.ended_on) if patient.ended_on else row.close_on
        row.closes_at = end_of_day(last, row.close_zone or patient.time_zone)
        if ended or not row.expected_now:
            row.next_contact_at = None
            messages.cancel_waiting(session, row.id, cause="no_longer_expected", now=now)


def _mark_expected(wanted: Plan, rows: dict[str, Assessment], *, now: datetime) -> None:
    """Say of each assessment whether today's plan wants it, and what it stands for; at its close both are frozen."""
    keys = {slot.key for slot in wanted.slots}
    standing_for = _standing_for(wanted)
    for key, row in rows.items():
        closed = row.closes_at <= now
        if row.expected_now != (key in keys):
            if closed and row.expected_at_close is None:
                row.expected_at_close = row.expected_now
            row.expected_now = key in keys
        if row.provisional != (key in wanted.provisional):
            row.provisional = key in wanted.provisional
        if not closed and row.stands_for != (stands_for := standing_for.get(key, [])):
            row.stands_for = stands_for


def _standing_for(wanted: Plan) -> dict[str, list[str]]:
    """Key of a slot -> the timepoints merged into it, by due date."""
    found: dict[str, list[str]] = {}
    for entry in wanted.merged:
        found.setdefault(entry.into, []).append(entry.key)
    return found
