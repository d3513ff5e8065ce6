"""When invitation and reminders of one assessment are due: in the patient's own time and inside the window."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from pro_service.core.protocol import Delivery, is_quiet
from pro_service.core.timing import at_local, end_of_day, local_day, local_time

INVITATION, REMINDER = "invitation", "reminder"


@dataclass(frozen=True, kw_only=True)
class Contact:
    """A message to send at or after `not_before` and before `not_after` (aware UTC). Reminders count from 1."""

    kind: str
    ordinal: int
    not_before: datetime
    not_after: datetime


class DropCode(StrEnum):
    """Why a message is not sent at all."""

    WINDOW_OVER = "window_over"  # its time, or the next allowed one, lies after the close
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
    """All messages of one assessment: those to send, in order, and those dropped."""

    contacts: tuple[Contact, ...]
    dropped: tuple[Dropped, ...]


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
    the invitation. A silent weekday shifts a message to the next day that is not; the close is never passed.
    """
    closes_at = end_of_day(close_on, zone)
    wanted_on = max(open_on, due_on - timedelta(days=delivery.invite_days_before_due))
    at = _invitation_at(wanted_on, delivery, zone, known_at)
    if at >= closes_at:
        return Agenda(contacts=(), dropped=_nothing_sent(delivery))
    sent = [_contact(INVITATION, 1, at=at, closes_at=closes_at, delivery=delivery, zone=zone)]
    dropped: list[Dropped] = []
    invited_on = local_day(at, zone)
    for ordinal, days in enumerate(delivery.reminder_days, start=1):
        at = _at_hour(invited_on + timedelta(days=days), delivery, zone)
        reason = _why_dropped(at, sent, closes_at, delivery, zone)
        if reason is None:
            sent.append(_contact(REMINDER, ordinal, at=at, closes_at=closes_at, delivery=delivery, zone=zone))
        else:
            dropped.append(Dropped(kind=REMINDER, ordinal=ordinal, reason=reason))
    return Agenda(contacts=tuple(sent), dropped=tuple(dropped))


def may_send(delivery: Delivery, zone: str, now: datetime) -> datetime:
    """`now`, or the earliest instant after it that lies in no quiet hour and on no silent weekday."""
    day, clock = local_day(now, zone), local_time(now, zone)
    if _is_silent(day, delivery):
        return _start_of_sending(_next_day(day, delivery), delivery, zone)
    if not is_quiet(clock, delivery):
        return now
    if clock < delivery.quiet_until:
        return at_local(day, delivery.quiet_until, zone)
    return _start_of_sending(_next_day(day, delivery), delivery, zone)


def _invitation_at(wanted_on: date, delivery: Delivery, zone: str, known_at: datetime) -> datetime:
    wanted_at = _at_hour(wanted_on, delivery, zone)
    return wanted_at if known_at <= wanted_at else may_send(delivery, zone, known_at)


def _at_hour(day: date, delivery: Delivery, zone: str) -> datetime:
    on = _next_day(day, delivery) if _is_silent(day, delivery) else day
    return at_local(on, delivery.send_at, zone)


def _why_dropped(
    at: datetime, sent: list[Contact], closes_at: datetime, delivery: Delivery, zone: str
) -> DropCode | None:
    if at >= closes_at:
        return DropCode.WINDOW_OVER
    if len(sent) >= delivery.max_messages:
        return DropCode.ENOUGH
    if local_day(at, zone) <= local_day(sent[-1].not_before, zone):
        return DropCode.SAME_DAY
    return None


def _nothing_sent(delivery: Delivery) -> tuple[Dropped, ...]:
    reminders = range(1, len(delivery.reminder_days) + 1)
    return (
        Dropped(kind=INVITATION, ordinal=1, reason=DropCode.WINDOW_OVER),
        *(Dropped(kind=REMINDER, ordinal=n, reason=DropCode.NO_INVITATION) for n in reminders),
    )


def _contact(
    kind: str, ordinal: int, *, at: datetime, closes_at: datetime, delivery: Delivery, zone: str
) -> Contact:
    until = min(closes_at, _end_of_sending(at, delivery, zone))
    return Contact(kind=kind, ordinal=ordinal, not_before=at, not_after=until)


def _end_of_sending(at: datetime, delivery: Delivery, zone: str) -> datetime:
    """The start of the quiet hours after `at` on its local day; the day's end if none start any more."""
    day = local_day(at, zone)
    if delivery.quiet_from != delivery.quiet_until and delivery.quiet_from > local_time(at, zone):
        return at_local(day, delivery.quiet_from, zone)
    return end_of_day(day, zone)


def _start_of_sending(day: date, delivery: Delivery, zone: str) -> datetime:
    """The first allowed moment of a day: the end of the night's quiet hours, where they reach into it."""
    reaches_in = is_quiet(time(0), delivery)
    return at_local(day, delivery.quiet_until if reaches_in else time(0), zone)


def _is_silent(day: date, delivery: Delivery) -> bool:
    return day.weekday() in delivery.silent_weekdays


def _next_day(day: date, delivery: Delivery) -> date:
    """The next day that is not silent; the protocol's check leaves at least one such weekday."""
    following = day + timedelta(days=1)
    return _next_day(following, delivery) if _is_silent(following, delivery) else following
