"""How a patient stood, or will stand, on any day: which facts were known then, what had become of each assessment.

Nothing is stored for it: facts and changes carry the instant at which they were recorded.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time

from pro_service.core.course import Event
from pro_service.core.plan import Plan, Slot
from pro_service.core.protocol import Delivery
from pro_service.core.reminders import Contact, contacts
from pro_service.core.timing import at_local

_PLANNED = "planned"


@dataclass(frozen=True, kw_only=True)
class KnownFact:
    """A recorded fact with the instants at which it became known and, if ever, ceased to count."""

    event: Event
    recorded_at: datetime
    voided_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class PastChange:
    """One change of one assessment. `state` is the state it led to; None where it left the state as it was."""

    key: str
    state: str | None
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class ForeseenMessage:
    """A message that will go out unless something happens before: a questionnaire answered, a fact recorded."""

    key: str
    kind: str
    ordinal: int
    at: datetime


def known_by(facts: Iterable[KnownFact], instant: datetime) -> tuple[Event, ...]:
    """The facts that stood just before `instant`: recorded by then, and not voided by then."""
    return tuple(
        fact.event
        for fact in facts
        if fact.recorded_at < instant and (fact.voided_at is None or fact.voided_at >= instant)
    )


def states_by(changes: Iterable[PastChange], instant: datetime) -> dict[str, str]:
    """Key -> state of every assessment that existed just before `instant`; a new one begins as planned."""
    states: dict[str, str] = {}
    for change in sorted(changes, key=lambda each: each.changed_at):  # stable: one instant keeps its order
        if change.changed_at < instant:
            states[change.key] = change.state or states.get(change.key, _PLANNED)
    return states


def foreseen(
    plan: Plan,
    *,
    done: frozenset[str],
    known: Mapping[str, datetime],
    delivery: Delivery,
    zone: str,
    now: datetime,
    until: datetime,
) -> tuple[ForeseenMessage, ...]:
    """The messages of the plan from `now` on and before `until`, soonest first, leaving out the keys in `done`.

    `known` says from when the messages of an assessment count where one exists already. What the clock decides only on
    the day (two assessments announced on one) is not foreseen.
    """
    found = [
        ForeseenMessage(key=slot.key, kind=each.kind, ordinal=each.ordinal, at=each.not_before)
        for slot in plan.slots
        if slot.key not in done
        for each in _contacts(slot, delivery, zone, known.get(slot.key))
        if now <= each.not_before < until
    ]
    return tuple(sorted(found, key=lambda each: (each.at, each.key, each.ordinal)))


def _contacts(slot: Slot, delivery: Delivery, zone: str, known_at: datetime | None) -> tuple[Contact, ...]:
    return contacts(
        open_on=slot.open_on,
        due_on=slot.due_on,
        close_on=slot.close_on,
        delivery=delivery,
        zone=zone,
        known_at=known_at or at_local(min(slot.open_on, slot.due_on), time(0), zone),
    )
