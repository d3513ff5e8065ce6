"""Short ways to write courses and existing assessments, and strategies that draw them at random."""

import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from pro_service.core.course import Event
from pro_service.core.plan import Existing, Reason, Slot
from pro_service.core.protocol import Protocol, parse_protocol, resolve

FOLDER = Path(__file__).parents[2] / "questionnaires" / "protocols"
DOCUMENTS = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.toml")}
D0 = date(2025, 1, 31)
FAR = date(2040, 1, 1)


def heroes(version: str = "heroes-1", **overlay: Any) -> Protocol:
    return parse_protocol({**resolve(version, DOCUMENTS), **overlay}, source=f"{version}.toml")


HEROES = heroes()


def day(number: int) -> date:
    """The day so many days after inclusion."""
    return D0 + timedelta(days=number)


def event(kind: str, number: int, **fields: Any) -> Event:
    return Event(type=kind, on=day(number), **fields)


def positive(number: int, told: int | None = None) -> Event:
    told_on = day(number if told is None else told)
    return event("ctdna_resulted", number, result="positive", disclosed_on=told_on)


def resumed(number: int, relation: str = "same") -> Event:
    return event("treatment_resumed", number, relation=relation, reason="ctdna_pos")


STOPPED = (event("included", 0), event("treatment_stopped", 7))


def existing(
    slot: Slot, state: str = "planned", *, touched: bool = False, reason: Reason | None = None
) -> Existing:
    return Existing(
        key=slot.key,
        rule=slot.rule,
        due_on=slot.due_on,
        open_on=slot.open_on,
        close_on=slot.close_on,
        instruments=slot.instruments,
        state=state,
        touched=touched,
        reason=reason.as_data() if reason else None,
    )


_days = st.integers(-30, 800) | st.sampled_from([0, 7, 42, 134, 150, 227, 318, 400])
_plain = st.sampled_from(
    "included treatment_stopped pd_confirmed lost_to_follow_up recontacted off_study questionnaires_withdrawn "
    "consent_withdrawn death visit_done".split()
)
_result = st.sampled_from(["positive", "positive", "negative", "invalid"])

events_at_random = (
    st.builds(event, _plain, _days)
    | st.builds(resumed, _days, st.sampled_from(["same", "other"]))
    | st.builds(positive, _days)
    | st.builds(lambda number, result: event("ctdna_resulted", number, result=result), _days, _result)
)
#: Most courses begin in earnest, some do not.
courses_at_random = st.builds(
    lambda start, more: (*start, *more),
    st.sampled_from([STOPPED, STOPPED, ()]),
    st.lists(events_at_random, max_size=8),
)
