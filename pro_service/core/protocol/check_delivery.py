"""Checks the delivery policy against the windows, and lists what of it some timepoints can never see."""

from collections.abc import Iterator
from datetime import time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pro_service.core.protocol.check_course import Finding
from pro_service.core.protocol.model import LANGUAGES, Delivery, Protocol, Timepoint


def delivery_problems(protocol: Protocol) -> Iterator[Finding]:
    """The problems of [delivery] and [answering]."""
    delivery = protocol.delivery
    if not _is_zone(protocol.time_zone):
        yield "time_zone", f"unknown zone {protocol.time_zone!r}", 'write a zone such as "Europe/Paris"'
    if is_quiet(delivery.send_at, delivery):
        yield "delivery.send_at", "lies in the quiet hours", "choose a time outside them"
    if len(set(delivery.silent_weekdays)) == 7:
        yield "delivery.silent_weekdays", "no day is left", "leave at least one day"
    if unknown := [name for name in delivery.languages if name not in LANGUAGES]:
        yield "delivery.languages", f"unknown language {unknown[0]!r}", f"known: {', '.join(LANGUAGES)}"
    if unknown := [name for name in delivery.fallback_languages if name not in LANGUAGES]:
        known = f"known: {', '.join(LANGUAGES)}"
        yield "delivery.fallback_languages", f"unknown language {unknown[0]!r}", known
    if protocol.answering.sms_items_max < 0:
        yield "answering.sms_items_max", "is negative", "write 0 to forbid answering by SMS"
    yield from _count_problems(delivery)
    yield from _reminders_never_sent(protocol)


def notices(protocol: Protocol) -> tuple[str, ...]:
    """What a careful author wants to know and may want as it is: reminders some timepoints never get."""
    return tuple(
        f"{point.key}: the reminder {days} days after the invitation falls after the window and is dropped"
        for point in _timepoints(protocol)
        for days in protocol.delivery.reminder_days
        if not _fits(point, days, protocol.delivery)
    )


def is_quiet(clock: time, delivery: Delivery) -> bool:
    """Does a local clock time lie in the quiet hours? They may cross midnight; from = until means there are none."""
    if delivery.quiet_from <= delivery.quiet_until:
        return delivery.quiet_from <= clock < delivery.quiet_until
    return clock >= delivery.quiet_from or clock < delivery.quiet_until


def _count_problems(delivery: Delivery) -> Iterator[Finding]:
    days = delivery.reminder_days
    if list(days) != sorted(set(days)) or any(day < 1 for day in days):
        yield (
            "delivery.reminder_days",
            f"{list(days)} do not rise from 1",
            "write rising days after the invitation",
        )
    if delivery.invite_days_before_due < 0:
        yield "delivery.invite_days_before_due", "is negative", "write 0 or more days"
    if not 1 <= delivery.max_messages <= 1 + len(days):
        cure = f"write 1 to {1 + len(days)}: the invitation and its reminders"
        yield "delivery.max_messages", f"{delivery.max_messages} cannot be reached", cure


def _reminders_never_sent(protocol: Protocol) -> Iterator[Finding]:
    points = _timepoints(protocol)
    for days in protocol.delivery.reminder_days:
        if not any(_fits(point, days, protocol.delivery) for point in points):
            message = f"the reminder after {days} days falls after every window closes"
            yield "delivery.reminder_days", message, "send it earlier or widen a window"


def _fits(point: Timepoint, days: int, delivery: Delivery) -> bool:
    invited = max(point.window[0], -delivery.invite_days_before_due)
    return invited + days <= point.window[1]


def _timepoints(protocol: Protocol) -> tuple[Timepoint, ...]:
    return tuple(point for rule in protocol.rules for point in rule.timepoints)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
