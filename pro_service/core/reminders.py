"""When invitation and reminders of one assessment are due: in the patient's own time and inside the window."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from pro_service.core.protocol import Delivery
from pro_service.core.sending import may_send, preferred, spans
from pro_service.core.timing import at_local, end_of_day, local_day

INVITATION, REMINDER = "invitation", "reminder"
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Contact:
    """A message to send at or after `not_before` and before `not_after` (aware UTC). Reminders count from 1."""

    kind: str
    ordinal: int
    not_before: datetime
    not_after: datetime


class DropCode(StrEnum):
    """Why a message is not sent at all."""

    WINDOW_OVER = "window_over"  # its day, or the next allowed moment, lies after the close
    NO_SENDING_DAY = "no_sending_day"  # its day is silent, and so is every other day the window leaves it
    ENOUGH = "enough"  # as many messages as the protocol allows
    SAME_DAY = "same_day"  # another message goes out on that day
    NO_INVITATION = "no_invitation"  # nothing to remind of


@dataclass(frozen=True, kw_only=True)
class Dropped:
    """A message that will not be sent, and why."""

    kind: str
    ordinal: int
    reason: DropCode


@dataclass(frozen=True, kw_only=True)
class Agenda:
    """All messages of one assessment: those to send, in order, and those dropped; and when the site is asked to call.

    `call_at` is the start of the patient's day, or None where the protocol asks for no call inside the window.
    """

    contacts: tuple[Contact, ...]
    dropped: tuple[Dropped, ...]
    call_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class _Frame:
    """What bounds the messages of one assessment."""

    open_on: date
    close_on: date
    known_at: datetime
    delivery: Delivery
    zone: str

    @property
    def closes_at(self) -> datetime:
        return end_of_day(self.close_on, self.zone)

    def preferred(self, day: date) -> datetime | None:
        return preferred(day, self.delivery, self.zone)

    def day_of(self, instant: datetime) -> date:
        return local_day(instant, self.zone)


def contacts(
    *, open_on: date, due_on: date, close_on: date, delivery: Delivery, zone: str, known_at: datetime
) -> tuple[Contact, ...]:
    """The messages to send; see `agenda`."""
    return agenda(
        open_on=open_on, due_on=due_on, close_on=close_on, delivery=delivery, zone=zone, known_at=known_at
    ).contacts


def agenda(
    *, open_on: date, due_on: date, close_on: date, delivery: Delivery, zone: str, known_at: datetime
) -> Agenda:
    """The messages of a window, and what becomes of those that find no place in it.

    The invitation goes out at the hour of the protocol, so many days before the due date but not before the window
    opens; if the slot was known only later (`known_at`), at the next allowed moment. Reminders count in days from
    the invitation. On a silent weekday, silent day or holiday a message is shifted to the next day that is none, or,
    where the window closes first, to the one before (`shift = "earlier"` tries that first). The close is never passed.
    """
    frame = _Frame(open_on=open_on, close_on=close_on, known_at=known_at, delivery=delivery, zone=zone)
    wanted_on = max(open_on, due_on - timedelta(days=delivery.invite_days_before_due))
    at = _invitation_at(frame, wanted_on)
    if isinstance(at, DropCode):
        return Agenda(
            contacts=(), dropped=_nothing_sent(delivery, at), call_at=_call_at(frame, from_on=wanted_on)
        )
    sent = [_contact(frame, INVITATION, 1, at)]
    dropped: list[Dropped] = []
    invited_on = frame.day_of(at)
    for ordinal, days in enumerate(delivery.reminder_days, start=1):
        placed = _reminder_at(frame, invited_on + timedelta(days=days), sent)
        if isinstance(placed, DropCode):
            dropped.append(Dropped(kind=REMINDER, ordinal=ordinal, reason=placed))
        else:
            sent.append(_contact(frame, REMINDER, ordinal, placed))
    return Agenda(contacts=tuple(sent), dropped=tuple(dropped), call_at=_call_at(frame, from_on=invited_on))


def _invitation_at(frame: _Frame, wanted_on: date) -> datetime | DropCode:
    opens_at = at_local(frame.open_on, time(0), frame.zone)
    known_on = frame.day_of(frame.known_at)
    placed = _placed(frame, wanted_on, least=max(frame.open_on, known_on))
    if not isinstance(placed, DropCode) and placed >= frame.known_at:
        return placed
    # Known too late for that: at once, if this is a moment inside the window, or at the next one that is.
    at = may_send(frame.delivery, frame.zone, frame.known_at)
    if opens_at <= at < frame.closes_at:
        return at
    return placed if isinstance(placed, DropCode) else DropCode.WINDOW_OVER


def _reminder_at(frame: _Frame, wanted_on: date, sent: list[Contact]) -> datetime | DropCode:
    before = frame.day_of(sent[-1].not_before)
    placed = _placed(frame, wanted_on, least=before + _ONE_DAY)
    if isinstance(placed, DropCode):
        return placed
    if len(sent) >= frame.delivery.max_messages:
        return DropCode.ENOUGH
    return placed if frame.day_of(placed) > before else DropCode.SAME_DAY


def _placed(frame: _Frame, wanted_on: date, *, least: date) -> datetime | DropCode:
    """The moment of a message wanted on a day, shifted where it must be, not before the day `least`."""
    if wanted_on > frame.close_on:
        return DropCode.WINDOW_OVER
    at = frame.preferred(wanted_on)
    if at is not None:
        return at
    other = [_later(frame, wanted_on), _earlier(frame, wanted_on, least)]
    if frame.delivery.shift == "earlier":
        other.reverse()
    return next((each for each in other if each is not None), DropCode.NO_SENDING_DAY)


def _later(frame: _Frame, day: date) -> datetime | None:
    ahead = _days(day + _ONE_DAY, frame.close_on)
    return next((at for each in ahead if (at := frame.preferred(each)) is not None), None)


def _earlier(frame: _Frame, day: date, least: date) -> datetime | None:
    behind = reversed(tuple(_days(least, day - _ONE_DAY)))
    found = next((at for each in behind if (at := frame.preferred(each)) is not None), None)
    return found if found is not None and found >= frame.known_at else None


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _call_at(frame: _Frame, *, from_on: date) -> datetime | None:
    days = frame.delivery.call_after_days
    if days is None or from_on + timedelta(days=days) > frame.close_on:
        return None
    return at_local(from_on + timedelta(days=days), time(0), frame.zone)


def _nothing_sent(delivery: Delivery, why: DropCode) -> tuple[Dropped, ...]:
    reminders = range(1, len(delivery.reminder_days) + 1)
    return (
        Dropped(kind=INVITATION, ordinal=1, reason=why),
        *(Dropped(kind=REMINDER, ordinal=n, reason=DropCode.NO_INVITATION) for n in reminders),
    )


def _contact(frame: _Frame, kind: str, ordinal: int, at: datetime) -> Contact:
    last = spans(frame.day_of(at), frame.delivery, frame.zone)[-1].ends_at
    return Contact(kind=kind, ordinal=ordinal, not_before=at, not_after=min(frame.closes_at, last))
