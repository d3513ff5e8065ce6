"""Checks the delivery policy against the windows, and lists what of it some timepoints can never see."""

from collections.abc import Callable, Iterator, Mapping
from datetime import time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pro_service.core.protocol.check_course import Finding, Needs
from pro_service.core.protocol.model import LANGUAGES, Delivery, Protocol
from pro_service.core.protocol.schedule import Timepoint

_MINUTES_A_DAY = 24 * 60
LEAST_OPEN_MINUTES = 60
"""So long a part of each day must be left to send in: messages that wait go out one after another."""


def _clock_problems(protocol: Protocol) -> Iterator[Finding]:
    delivery = protocol.delivery
    if is_quiet(delivery.send_at, delivery):
        yield "delivery.send_at", "lies in the quiet hours", "choose a time outside them"
    if _open_minutes(delivery) < LEAST_OPEN_MINUTES:
        message = f"leave {_open_minutes(delivery)} minutes a day to send in"
        yield "delivery.quiet_from", message, f"leave at least {LEAST_OPEN_MINUTES}"


def _open_minutes(delivery: Delivery) -> int:
    begins, ends = (each.hour * 60 + each.minute for each in (delivery.quiet_from, delivery.quiet_until))
    return _MINUTES_A_DAY - (ends - begins) % _MINUTES_A_DAY


def _policy_problems(protocol: Protocol) -> Iterator[Finding]:
    delivery = protocol.delivery
    if not _is_zone(protocol.time_zone):
        yield "time_zone", f"unknown zone {protocol.time_zone!r}", 'write a zone such as "Europe/Paris"'
    if len(set(delivery.silent_weekdays)) == 7:
        yield "delivery.silent_weekdays", "no day is left", "leave at least one day"
    if protocol.answering.sms_items_max < 0:
        yield "answering.sms_items_max", "is negative", "write 0 to forbid answering by SMS"
    if delivery.invite_days_before_due < 0:
        yield "delivery.invite_days_before_due", "is negative", "write 0 or more days"


def _language_problems(protocol: Protocol) -> Iterator[Finding]:
    delivery = protocol.delivery
    if not delivery.languages:
        yield "delivery.languages", "names no language", f"name some of {', '.join(LANGUAGES)}"
    for key, names in (
        ("languages", delivery.languages),
        ("fallback_languages", delivery.fallback_languages),
    ):
        for name in dict.fromkeys(names):
            if name not in LANGUAGES:
                yield f"delivery.{key}", f"unknown language {name!r}", f"known: {', '.join(LANGUAGES)}"
            if names.count(name) > 1:
                yield f"delivery.{key}", f"names {name!r} {names.count(name)} times", "name it once"


def notices(protocol: Protocol) -> tuple[str, ...]:
    """What a careful author wants to know and may want as it is: reminders some timepoints never get."""
    late = (
        f"{point.key}: the reminder {days} days after the invitation falls after the window and is dropped"
        for point in _timepoints(protocol)
        for days in protocol.delivery.reminder_days
        if not _fits(point, days, protocol.delivery)
    )
    return (*late, *_never_merged(protocol))


def _never_merged(protocol: Protocol) -> Iterator[str]:
    """Rules in neither list of [merge], unless they hang on the anchor of an absorbed rule and so are no event's."""
    merge = protocol.merge
    anchors = {rule.anchor for rule in protocol.rules if rule.id in merge.absorbs}
    for rule in protocol.rules:
        if (
            merge.precedence
            and rule.id not in (*merge.precedence, *merge.absorbs)
            and rule.anchor not in anchors
        ):
            yield f"rule {rule.id}: merge.precedence and merge.absorbs leave it out, so its slots never merge"


def is_quiet(clock: time, delivery: Delivery) -> bool:
    """Does a local clock time lie in the quiet hours? They may cross midnight; from = until means there are none."""
    if delivery.quiet_from <= delivery.quiet_until:
        return delivery.quiet_from <= clock < delivery.quiet_until
    return clock >= delivery.quiet_from or clock < delivery.quiet_until


def _count_problems(protocol: Protocol) -> Iterator[Finding]:
    delivery, days = protocol.delivery, protocol.delivery.reminder_days
    if list(days) != sorted(set(days)) or any(day < 1 for day in days):
        yield (
            "delivery.reminder_days",
            f"{list(days)} do not rise from 1",
            "write rising days after the invitation",
        )
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


DELIVERY_CHECKS: Mapping[Callable[[Protocol], Iterator[Finding]], Needs] = {
    _clock_problems: ("delivery.send_at", "delivery.quiet_from", "delivery.quiet_until"),
    _policy_problems: (),
    _language_problems: (),
    _count_problems: ("delivery.reminder_days",),
    _reminders_never_sent: ("delivery.invite_days_before_due", "rules*"),
}
