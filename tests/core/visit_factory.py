"""Short ways to write courses with visits, and strategies that draw them at random."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from pro_service.core.course import Event
from pro_service.core.protocol import parse_protocol, resolve
from tests.core.course_factory import DOCUMENTS, day, event

VISIT_LED = parse_protocol(resolve("visit-led-1", DOCUMENTS), source="visit-led-1.toml")
INCLUDED = event("included", 0)
KEYS = ("V1", "V2", "V3", "V4", "clinic-X1", "clinic-X2")


def told(what: str, visit: str, number: int, to: int | None = None, **fields: Any) -> Event:
    """A fact about a visit on the day so many days after inclusion; `to` is the day for which it fixes the visit."""
    visit_on = None if to is None else day(to)
    return event(f"visit_{what}", number, visit=visit, visit_on=visit_on, **fields)


def dates(*numbers: int) -> tuple[date, ...]:
    return tuple(day(number) for number in numbers)


_days = st.integers(-5, 160)
_facts = st.builds(
    lambda what, key, number, ahead: told(what, key, number, number + ahead if what in FIXED else None),
    st.sampled_from(["scheduled", "moved", "moved", "done", "missed"]),
    st.sampled_from(KEYS),
    _days,
    st.integers(0, 40),
)
FIXED = ("scheduled", "moved")
_others = st.builds(
    event,
    st.sampled_from(["lost_to_follow_up", "recontacted", "death", "consent_withdrawn"]),
    _days,
)
#: Courses that begin in earnest, with facts about visits and a few others among them.
visit_courses = st.builds(
    lambda more, rest: (INCLUDED, *more, *rest),
    st.lists(_facts, max_size=10),
    st.lists(_others, max_size=2),
)
