"""The tick: everything that is due by now is opened, announced, closed or replanned, each in its own transaction.

Nothing is scheduled anywhere: the rows say what is due, so a tick may run twice, late, or in several processes.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from pro_service.core.lifecycle import ANSWERABLE, AssessmentState
from pro_service.core.plan import delivery_of
from pro_service.core.reminders import Agenda, agenda
from pro_service.core.sending import may_send
from pro_service.core.timing import at_local, local_day
from pro_service.services import budgets, calls, locks
from pro_service.services.accounts import throttling
from pro_service.services.answers import withholding
from pro_service.services.answers.deposits import answerable, close_responses
from pro_service.services.installation import Installation, earliest
from pro_service.services.messages import holding, invitations, outbox, skipped
from pro_service.services.patients.freshness import note_status_age
from pro_service.services.patients.planning import replan
from pro_service.services.patients.zones import apply_zone
from pro_service.services.provenance import missing
from pro_service.services.wordings import expiry
from pro_service.store.db import Session, reading, transaction
from pro_service.store.models import Assessment, Patient
from pro_service.store.records import assessments, messages, people, zones
from pro_service.store.records import calls as call_rows

log = logging.getLogger(__name__)

CLOCK = "clock"
Work = Callable[[Session, Patient, int], bool]
_BATCH = 500


@dataclass(frozen=True, kw_only=True)
class Ticked:
    """How much one tick did."""

    replanned: int
    opened: int
    announced: int
    closed: int
    tidied: int
    licences_ending: int = 0
    calls_asked_for: int = 0
    zones_changed: int = 0


def tick(installation: Installation, *, now: datetime) -> Ticked:
    """Do whatever is due by `now`. Running it again does nothing more."""
    locks.end_releases(now=now)
    budgets.tidy(now=now)
    return Ticked(
        zones_changed=_change_zones_due(installation, now=now),
        replanned=_replan_due(installation, now=now),
        opened=_open_due(installation, now=now),
        announced=_announce_due(installation, now=now),
        closed=_close_due(installation, now=now),
        calls_asked_for=_call_due(now=now),
        tidied=outbox.tidy(now=now) + throttling.tidy(now=now),
        licences_ending=expiry.announce(installation, now=now),
    )


def next_due(installation: Installation, *, now: datetime) -> datetime | None:
    """The earliest instant, possibly past, at which a tick or a delivery has something to do."""
    del installation, now
    with reading() as session:
        replan_at = people.next_replan(session)
        moved_at, call_at = zones.next_moment(session), call_rows.next_moment(session)
        moments = (assessments.next_moment(session), messages.next_moment(session), replan_at)
        return earliest((*moments, moved_at, call_at))


def _change_zones_due(installation: Installation, *, now: datetime) -> int:
    with reading() as session:
        due = zones.due(session, now=now)

    def change_one(session: Session, patient: Patient, _: int) -> bool:
        return apply_zone(session, installation, patient, actor=CLOCK, now=now)

    return _each(((0, patient_id) for patient_id in due), change_one)


def _replan_due(installation: Installation, *, now: datetime) -> int:
    with reading() as session:
        due = people.patients_to_replan(session, by=now.date() + timedelta(days=1))

    def replan_one(session: Session, patient: Patient, _: int) -> bool:
        if patient.replan_on is None or patient.replan_on > local_day(now, patient.time_zone):
            return False
        replan(session, installation, patient, actor=CLOCK, now=now)
        return True

    return _each(((0, patient_id) for patient_id in due), replan_one)


def _open_due(installation: Installation, *, now: datetime) -> int:
    with reading() as session:
        due = assessments.to_open(session, now=now, limit=_BATCH)

    def open_one(session: Session, patient: Patient, assessment_id: int) -> bool:
        row = assessments.by_id(session, assessment_id)
        if row.state != AssessmentState.PLANNED or row.opens_at > now:
            return False
        if now < row.closes_at and _withheld(session, installation, patient, row, now=now):
            return False
        _open(session, installation, patient, row, now=now)
        return True

    return _each(due, open_one)


def _each(due: Iterable[tuple[int, int]], work: Work) -> int:
    """Do `work` for each (assessment id, patient id) in its own transaction; gives how often there was something to do.

    One that fails is logged and left as it is: it must not stop the clock for all the others.
    """
    done = 0
    for assessment_id, patient_id in due:
        try:
            with transaction() as session:
                done += work(session, people.patient_by_id(session, patient_id), assessment_id)
        except Exception:
            ids = {"patient_id": patient_id, "assessment_id": assessment_id}
            log.exception("something due could not be done", extra=ids)
    return done


def _withheld(
    session: Session, installation: Installation, patient: Patient, row: Assessment, *, now: datetime
) -> bool:
    return withholding.withheld(session, installation, patient, row, actor=CLOCK, now=now)


def _open(
    session: Session, installation: Installation, patient: Patient, row: Assessment, *, now: datetime
) -> None:
    if row.closes_at <= now:
        never = assessments.BORN_LATE if row.withheld_until is None else assessments.NEVER_WORDED
        reason = {"code": never}
        assessments.change_state(session, row, AssessmentState.MISSED, reason=reason, actor=CLOCK, now=now)
        missing.note_at_close(session, patient, row, now=now)
        row.finished_at = now
        return
    assessments.change_state(
        session, row, AssessmentState.OPEN, reason={"code": "window_open"}, actor=CLOCK, now=now
    )
    row.opened_at = now
    note_status_age(session, installation, patient, row, first=True, now=now)
    outbox.make_link(installation, patient=patient, assessment=row)
    planned = _agenda(installation, patient, row)
    row.call_at = planned.call_at
    row.next_contact_at = planned.contacts[0].not_before if planned.contacts else None
    if not planned.contacts:
        skipped.note_dropped(session, patient, row, planned, known=(), now=now)


def _announce_due(installation: Installation, *, now: datetime) -> int:
    with reading() as session:
        due = assessments.to_contact(session, now=now, limit=_BATCH)

    def announce_one(session: Session, patient: Patient, assessment_id: int) -> bool:
        row = assessments.by_id(session, assessment_id)
        if not answerable(row, now=now) or row.next_contact_at is None or row.next_contact_at > now:
            return False
        if _withheld(session, installation, patient, row, now=now):
            row.next_contact_at = row.withheld_until
            return False
        return _announce(session, installation, patient, row, now=now)

    return _each(due, announce_one)


def _announce(
    session: Session, installation: Installation, patient: Patient, row: Assessment, *, now: datetime
) -> bool:
    """Put the newest due message into the outbox; after an outage older ones are passed over, not sent in a heap.

    A patient gets one invitation or reminder a day at most: a second assessment waits until tomorrow.
    """
    if _announced_today(session, patient, now=now):
        row.next_contact_at = _tomorrow(installation, patient, now=now)
        return False
    held = holding.held_back_until(session, installation, patient, now=now)
    if held is not None:
        # What is not announced yet counts from the end of the hold: nobody was here to be asked.
        row.next_contact_at = held
        return False
    known = invitations.put_ordinals(session, row)
    planned = _agenda(installation, patient, row)
    if planned.contacts and not known and planned.contacts[0].not_after <= now:
        # Nobody was here when the invitation was due (an outage): everything counts from now instead.
        row.contact_from = now
        planned = _agenda(installation, patient, row)
    begun = [each for each in planned.contacts if each.not_before <= now]
    fresh = [each for each in begun if (each.kind, each.ordinal) not in known]
    put = fresh[-1] if fresh and now < fresh[-1].not_after else None
    skipped.note_passed_over(session, patient, row, (each for each in fresh if each is not put), now=now)
    if put is not None:
        note_status_age(session, installation, patient, row, first=not known, now=now)
        invitations.put(session, installation, patient, row, put, now=now)
    row.call_at = planned.call_at
    ahead = [each.not_before for each in planned.contacts if each.not_before > now]
    row.next_contact_at = min(ahead, default=None)
    if not ahead:
        skipped.note_dropped(session, patient, row, planned, known=known, now=now)
    return put is not None


def _announced_today(session: Session, patient: Patient, *, now: datetime) -> bool:
    midnight = at_local(local_day(now, patient.time_zone), time(0), patient.time_zone)
    return messages.announced_since(session, patient.id, since=midnight)


def _tomorrow(installation: Installation, patient: Patient, *, now: datetime) -> datetime:
    """Tomorrow's hour of sending, or the next moment after it at which messages may go out."""
    delivery = installation.catalogue.protocols[patient.protocol_version].delivery
    day = local_day(now, patient.time_zone) + timedelta(days=1)
    return may_send(delivery, patient.time_zone, at_local(day, delivery.send_at, patient.time_zone))


def _agenda(installation: Installation, patient: Patient, row: Assessment) -> Agenda:
    protocol = installation.catalogue.protocols[patient.protocol_version]
    return agenda(
        open_on=row.open_on,
        due_on=row.due_on,
        close_on=row.close_on,
        delivery=delivery_of(protocol, row.rule),
        zone=patient.time_zone,
        known_at=row.contact_from,
    )


def _call_due(*, now: datetime) -> int:
    with reading() as session:
        due = call_rows.due(session, now=now, limit=_BATCH)

    def call_one(session: Session, patient: Patient, assessment_id: int) -> bool:
        return calls.ask_for_call(session, patient, assessment_id, now=now)

    return _each(due, call_one)


def _close_due(installation: Installation, *, now: datetime) -> int:
    with reading() as session:
        due = assessments.to_close(session, now=now, limit=_BATCH)

    def close_one(session: Session, patient: Patient, assessment_id: int) -> bool:
        row = assessments.by_id(session, assessment_id)
        if AssessmentState(row.state) not in ANSWERABLE or row.closes_at > now:
            return False
        _close(session, installation, patient, row, now=now)
        return True

    return _each(due, close_one)


def _close(
    session: Session, installation: Installation, patient: Patient, row: Assessment, *, now: datetime
) -> None:
    begun = row.state == AssessmentState.IN_PROGRESS
    state = AssessmentState.PARTIAL if begun else AssessmentState.MISSED
    code = "window_over_unfinished" if begun else "window_over_unanswered"
    if not begun and withholding.closed_without_wording(session, installation, patient, row):
        code = "wording_lapsed"
    assessments.change_state(session, row, state, reason={"code": code}, actor=CLOCK, now=now)
    row.finished_at = now
    missing.note_at_close(session, patient, row, now=now)
    messages.cancel_waiting(session, row.id, cause="window_over", now=now)
    if begun:
        close_responses(session, installation, patient, row, now=now)
