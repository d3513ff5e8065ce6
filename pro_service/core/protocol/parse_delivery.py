"""Reads [delivery] of a protocol file: when messages go out, by which way, and what happens when nobody answers."""

from collections.abc import Mapping
from datetime import time

from pro_service.core.definition import Section
from pro_service.core.protocol.model import Delivery

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: What a channel needs is a gateway: one that is not built cannot be named.
CHANNELS = ("sms",)
SHIFTS = ("later", "earlier")
#: A window closes at its end, and what was answered by then is kept.
CLOSINGS = ("window_end",)
_MOST_DAYS = 366
_MIDNIGHT = time(0)


def read_delivery(section: Section) -> Delivery:
    """[delivery], its policies and its languages."""
    section.text("close", "window_end", choices=CLOSINGS)
    delivery = Delivery(
        send_at=_clock(section, "send_at"),
        quiet_from=_clock(section, "quiet_from"),
        quiet_until=_clock(section, "quiet_until"),
        silent_weekdays=_weekdays(section),
        invite_days_before_due=section.integer("invite_days_before_due", most=_MOST_DAYS),
        reminder_days=section.integers("reminder_days", most=_MOST_DAYS),
        max_messages=section.integer("max_messages"),
        languages=section.texts("languages"),
        fallback_languages=section.texts("fallback_languages", ()),
        send_from=_clock(section, "send_from", _MIDNIGHT),
        send_until=_clock(section, "send_until", _MIDNIGHT),
        hours=_hours(section),
        holidays=section.names("holidays", ()),
        silent_days=section.days("silent_days", ()),
        shift=section.text("shift", SHIFTS[0], choices=SHIFTS),
        channels=section.names("channels", CHANNELS),
        call_after_days=_count(section, "call_after_days"),
        link_days=_count(section, "link_days"),
    )
    section.finish()
    return delivery


def _count(section: Section, key: str) -> int | None:
    return section.integer(key, least=1, most=_MOST_DAYS) if section.has(key) else None


def _hours(section: Section) -> Mapping[int, tuple[time, time]]:
    """[delivery.hours.WEEKDAY]: sending hours of a weekday, instead of those of every day."""
    hours = {}
    for name, table in section.children("hours", required=False):
        if name in WEEKDAYS:
            hours[WEEKDAYS.index(name)] = (_clock(table, "send_from"), _clock(table, "send_until"))
            table.finish()
        else:
            table.problem("", f"{name!r} is no weekday", f"use {', '.join(WEEKDAYS)}")
    return hours


def _clock(section: Section, key: str, default: time | None = None) -> time:
    if default is not None and not section.has(key):
        section.known.add(key)
        return default
    said = section.text(key)
    try:
        clock = time.fromisoformat(said)
    except ValueError:
        clock = None
    if clock is None or clock.tzinfo is not None or len(said) != len("HH:MM"):
        if said:
            section.problem(key, f"{said!r} is no clock time", 'write hours and minutes, such as "10:00"')
        return _MIDNIGHT
    return clock


def _weekdays(section: Section) -> tuple[int, ...]:
    names = section.texts("silent_weekdays", ())
    for name in names:
        if name not in WEEKDAYS:
            section.problem("silent_weekdays", f"{name!r} is no weekday", f"use {', '.join(WEEKDAYS)}")
    return tuple(WEEKDAYS.index(name) for name in names if name in WEEKDAYS)
