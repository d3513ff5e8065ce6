"""What late recording does: the drawn courses replayed through the live plan, every fact entered some days late.

Compared with the same courses entered as soon as each fact is known, so that no delay has no effect by definition.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from pro_service.core.course import Event, effect_day
from pro_service.core.plan import Slot, live_plan
from pro_service.core.protocol import Protocol
from pro_service.services.simulation.cohort.courses import Recording

DELAYS = (0, 1, 2, 3, 4, 5)

DEFINITIONS = {
    "born_missed": "expected forms that became known only after their window had ended",
    "born_late": "expected forms that became known only after their due date, with the window still open",
    "window_days_lost": "days on which a form could have been answered and was not known yet",
    "wrongly_sent": "invitations to a form that was not expected any more, had the facts been entered",
}


@dataclass(kw_only=True)
class Replayed:
    """One patient's plans by what is known: each set of known facts is planned once."""

    protocol: Protocol
    recordings: tuple[Recording, ...]
    _plans: dict[tuple[int, ...], dict[str, Slot]] = field(default_factory=dict)

    def timeline(self, delay: int) -> "Timeline":
        """How the plan develops when every fact is entered `delay` days after it is known."""
        counts = sorted(self._counts_from(delay))
        days = sorted({day for day, _ in counts})
        plans = [self._plan(tuple(sorted(n for since, n in counts if since <= day)), day) for day in days]
        return Timeline(days=tuple(days), plans=tuple(plans))

    def _counts_from(self, delay: int) -> Iterator[tuple[date, int]]:
        course = self.protocol.course
        planning = {each.planned_by for each in course.provisional.values()}
        for number, recording in enumerate(self.recordings):
            entered = recording.known_on + timedelta(days=delay)
            since = effect_day(course, recording.event)
            if recording.event.type in planning:
                yield entered, number  # a planned day gives a provisional baseline before it comes
            elif since is not None:
                yield max(since, entered), number

    def _plan(self, known: tuple[int, ...], day: date) -> dict[str, Slot]:
        if known not in self._plans:
            events: list[Event] = [self.recordings[number].event for number in known]
            made = live_plan(self.protocol, events, as_of=day)
            self._plans[known] = {slot.key: slot for slot in made.slots}
        return self._plans[known]


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """The plan from each of `days` on until the next."""

    days: tuple[date, ...]
    plans: tuple[dict[str, Slot], ...]

    def on(self, day: date) -> dict[str, Slot]:
        place = bisect_right(self.days, day)
        return self.plans[place - 1] if place else {}

    def known_from(self, slot: Slot) -> date:
        """Since when the plan has had this slot, to the end, as it is at the end."""
        since = self.days[-1]
        for day, slots in zip(reversed(self.days), reversed(self.plans), strict=True):
            if slots.get(slot.key) != slot:
                break
            since = day
        return since

    def invitations(self, protocol: Protocol) -> dict[str, date]:
        """The day on which each slot is first invited to, as long as it is planned."""
        before = timedelta(days=protocol.delivery.invite_days_before_due)
        found: dict[str, date] = {}
        for place, (since, slots) in enumerate(zip(self.days, self.plans, strict=True)):
            until = self.days[place + 1] if place + 1 < len(self.days) else date.max
            for slot in slots.values():
                on = max(since, slot.open_on, slot.due_on - before)
                if on < until and on <= slot.close_on and slot.key not in found:
                    found[slot.key] = on
        return found


def lag_study(protocol: Protocol, courses: Sequence[tuple[Recording, ...]]) -> dict[str, Any]:
    """For each delay, over all courses: what would be born late or missed, and what would be sent wrongly."""
    totals = {delay: dict.fromkeys(DEFINITIONS, 0) for delay in DELAYS}
    rules: dict[int, Counter[str]] = {delay: Counter() for delay in DELAYS}
    for recordings in courses:
        replayed = Replayed(protocol=protocol, recordings=recordings)
        prompt = replayed.timeline(0)
        if not prompt.days:
            continue
        for delay in DELAYS:
            late = replayed.timeline(delay)
            for name, count in _effects(protocol, prompt, late).items():
                totals[delay][name] += count
            rules[delay].update(_rules_hit(prompt, late))
    expected = sum(_expected(protocol, recordings) for recordings in courses)
    rows = [
        {"days_late": delay, **totals[delay], "rules": dict(sorted(rules[delay].items()))} for delay in DELAYS
    ]
    return {"definitions": DEFINITIONS, "expected": expected, "by_delay": rows}


def _expected(protocol: Protocol, recordings: tuple[Recording, ...]) -> int:
    timeline = Replayed(protocol=protocol, recordings=recordings).timeline(0)
    return len(timeline.plans[-1]) if timeline.plans else 0


def _effects(protocol: Protocol, prompt: Timeline, late: Timeline) -> dict[str, int]:
    counts = dict.fromkeys(DEFINITIONS, 0)
    for slot in prompt.plans[-1].values():
        first, known = prompt.known_from(slot), late.known_from(slot)
        fate = _fate(slot, first, known)
        if fate is not None:
            counts[fate] += 1
        if first <= slot.close_on:
            unknown_until = min(known, slot.close_on + timedelta(days=1))
            counts["window_days_lost"] += max((unknown_until - max(slot.open_on, first)).days, 0)
    counts["wrongly_sent"] = sum(key not in prompt.on(day) for key, day in late.invitations(protocol).items())
    return counts


def _fate(slot: Slot, first: date, known: date) -> str | None:
    """What becomes of a slot that could have been known on `first`; None where it is in time all the same."""
    if first <= slot.close_on < known:
        return "born_missed"
    return "born_late" if known > first and known > slot.due_on else None


def _rules_hit(prompt: Timeline, late: Timeline) -> Iterator[str]:
    """The rule of each slot that is born missed or late."""
    for slot in prompt.plans[-1].values():
        if _fate(slot, prompt.known_from(slot), late.known_from(slot)) is not None:
            yield slot.rule
