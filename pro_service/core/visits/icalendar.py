"""Writes visits as an iCalendar text (RFC 5545): all-day events with eternal UIDs and words that give nothing away."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_LONGEST_LINE = 75
"""Octets of a content line without its line end (RFC 5545, 3.1)."""
_TEXT = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True, kw_only=True)
class CalendarEntry:
    """One visit in a calendar. `uid` never changes, `sequence` grows with each change, `status` is one of RFC 5545."""

    uid: str
    on: date
    summary: str
    description: str
    status: str  # TENTATIVE | CONFIRMED | CANCELLED
    sequence: int
    changed_at: datetime


def calendar_text(name: str, entries: Iterable[CalendarEntry]) -> str:
    """A whole calendar, lines ended by CR LF and folded; the same entries give the same bytes."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//pro_service//visits//EN",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        *(line for entry in entries for line in _event(entry)),
        "END:VCALENDAR",
    ]
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _event(entry: CalendarEntry) -> Iterator[str]:
    changed = f"{entry.changed_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield "BEGIN:VEVENT"
    yield f"UID:{_escaped(entry.uid)}"
    yield f"DTSTAMP:{changed}"
    yield f"LAST-MODIFIED:{changed}"
    yield f"DTSTART;VALUE=DATE:{entry.on:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{entry.on + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_escaped(entry.summary)}"
    if entry.description:
        yield f"DESCRIPTION:{_escaped(entry.description)}"
    yield f"STATUS:{entry.status}"
    yield f"SEQUENCE:{entry.sequence}"
    yield "TRANSP:TRANSPARENT"  # a visit of a patient does not make the reader's own day busy
    yield "CLASS:CONFIDENTIAL"
    yield "END:VEVENT"


def _escaped(text: str) -> str:
    """A text value (RFC 5545, 3.3.11)."""
    return text.translate(_TEXT)


def _folded(line: str) -> Iterator[str]:
    """The line in parts of at most 75 octets, none of them cut inside a character; each further one begins with a
    space.
    """
    part, size = "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > _LONGEST_LINE:
            yield part
            part, size = " ", 1
        part += sign
        size += octets
    yield part
