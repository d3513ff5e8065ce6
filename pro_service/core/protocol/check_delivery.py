"""Checks the delivery policy against the windows, and lists what of it some timepoints can never see."""

from collections.abc import Callable, Iterator, Mapping
from datetime import time
from difflib import get_close_matches

from pro_service.core.holidays import CALENDARS
from pro_service.core.protocol.check_course import Finding, Needs
from pro_service.core.protocol.check_reach import on_one_day_in_some_months
from pro_service.core.protocol.hours import is_quiet, open_minutes
from pro_service.core.protocol.model import LANGUAGES, Delivery, Protocol
from pro_service.core.protocol.parse_delivery import CHANNELS, WEEKDAYS
from pro_service.core.protocol.schedule import Timepoint
from pro_service.core.zones import is_zone

LEAST_OPEN_MINUTES = 60
"""So long a part of each day must be left to send in: messages that wait go out one after another."""


def _clock_problems(protocol: Protocol) -> Iterator[Finding]:
    delivery = protocol.delivery
    if any(_hours_problems(protocol)):
        return  # hours that end before they begin are no hours to judge
    if is_quiet(delivery.send_at, delivery):
        yield "delivery.send_at", "lies in the quiet hours", "choose a time outside them"
    elif not _lies_between(delivery.send_at, delivery.send_from, delivery.send_until):
        yield (
            "delivery.send_at",
            "lies outside the sending hours",
            "choose a time from send_from until send_until",
        )
    for key, weekday in _hours_that_matter(delivery):
        left = open_minutes(delivery, weekday)
        if left < LEAST_OPEN_MINUTES:
            yield key, f"leave {left} minutes a day to send in", f"leave at least {LEAST_OPEN_MINUTES}"


def _hours_that_matter(delivery: Delivery) -> Iterator[tuple[str, int]]:
    """The weekdays on which something is sent, each once a kind of day, with the key that decides of its hours."""
    usual = [day for day in range(7) if day not in delivery.silent_weekdays and day not in delivery.hours]
    bounded = delivery.send_from != delivery.send_until
    yield from (("delivery.send_from" if bounded else "delivery.quiet_from", day) for day in usual[:1])
    for day in delivery.hours:
        yield f"delivery.hours.{WEEKDAYS[day]}", day


def _lies_between(clock: time, begins: time, ends: time) -> bool:
    return begins <= clock and (ends == time(0) or clock < ends)


def _hours_problems(protocol: Protocol) -> Iterator[Finding]:
    """Sending hours begin before they end; a silent weekday has none."""
    delivery = protocol.delivery
    named = [("delivery.send_until", delivery.send_from, delivery.send_until)]
    named += [(f"delivery.hours.{WEEKDAYS[day]}.send_until", *hours) for day, hours in delivery.hours.items()]
    for key, begins, ends in named:
        if ends != time(0) and ends <= begins:
            yield key, "does not lie after send_from", 'write a later time, or "00:00" for the day\'s end'
    for day in delivery.hours:
        if day in delivery.silent_weekdays:
            place = f"delivery.hours.{WEEKDAYS[day]}"
            yield place, "is a silent weekday", "remove it here or from silent_weekdays"


def _day_problems(protocol: Protocol) -> Iterator[Finding]:
    delivery = protocol.delivery
    for name in delivery.holidays:
        if name not in CALENDARS:
            near = get_close_matches(name, CALENDARS, n=1)
            cure = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(CALENDARS)}"
            yield (
                "delivery.holidays",
                f"unknown calendar {name!r}",
                f"{cure}; single dates belong in silent_days",
            )
    if len(set(delivery.silent_days)) < len(delivery.silent_days):
        yield "delivery.silent_days", "names a date twice", "name it once"


def _channel_problems(protocol: Protocol) -> Iterator[Finding]:
    channels = protocol.delivery.channels
    if not channels:
        yield "delivery.channels", "names no channel", f"known: {', '.join(CHANNELS)}"
    for name in channels:
        if name not in CHANNELS:
            cure = f"this version sends by {', '.join(CHANNELS)} alone: remove it"
            yield "delivery.channels", f"there is no way to send by {name!r}", cure


def _waiting_problems(protocol: Protocol) -> Iterator[Finding]:
    """A call or a link's end after every window closes can never happen."""
    delivery, points = protocol.delivery, _timepoints(protocol)
    call = delivery.call_after_days
    if call is not None and points and not any(_fits(point, call, delivery) for point in points):
        message = f"the call after {call} days falls after every window closes"
        yield "delivery.call_after_days", message, "call earlier or widen a window"
    if call is not None and delivery.reminder_days and call <= delivery.reminder_days[0]:
        message = f"{call} days come no later than the first reminder"
        yield "delivery.call_after_days", message, f"write more than {delivery.reminder_days[0]} days"


def _policy_problems(protocol: Protocol) -> Iterator[Finding]:
    delivery = protocol.delivery
    if not is_zone(protocol.time_zone):
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
    """What a careful author wants to know and may want as it is: reminders some timepoints never get,
    forms that meet now and then.
    """
    late = (
        f"{point.key}: the reminder {days} days after the invitation falls after the window and is dropped"
        for point in _timepoints(protocol)
        for days in protocol.delivery.reminder_days
        if not _fits(point, days, protocol.delivery)
    )
    meetings = on_one_day_in_some_months(protocol)
    return (*late, *_no_call(protocol), *_never_merged(protocol), *meetings)


def _no_call(protocol: Protocol) -> Iterator[str]:
    days = protocol.delivery.call_after_days
    for point in _timepoints(protocol):
        if days is not None and not _fits(point, days, protocol.delivery):
            yield f"{point.key}: the call {days} days after the invitation falls after the window and is not asked for"


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


DELIVERY_CHECKS: Mapping[Callable[[Protocol], Iterator[Finding]], Needs] = {
    _clock_problems: (
        "delivery.send_at",
        "delivery.quiet_from",
        "delivery.quiet_until",
        "delivery.send_from",
        "delivery.send_until",
        "delivery.hours*",
    ),
    _hours_problems: ("delivery.send_from", "delivery.send_until", "delivery.hours*"),
    _day_problems: ("delivery.holidays", "delivery.silent_days"),
    _channel_problems: ("delivery.channels",),
    _waiting_problems: ("delivery.invite_days_before_due", "delivery.reminder_days", "rules*"),
    _policy_problems: (),
    _language_problems: (),
    _count_problems: ("delivery.reminder_days",),
    _reminders_never_sent: ("delivery.invite_days_before_due", "rules*"),
}
