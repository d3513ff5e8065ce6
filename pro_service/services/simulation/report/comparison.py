"""What another version of the protocol would change: the same courses planned under both, slot by slot."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pro_service.core.course import Event
from pro_service.core.instrument import Instrument
from pro_service.core.plan import Slot, plan
from pro_service.core.protocol import Protocol
from pro_service.services.simulation.report.ordering import natural

CHANGES = ("added", "moved", "removed", "kept")


@dataclass(frozen=True, kw_only=True)
class Rates:
    """What one form meant in the rehearsal: texts, parts of texts."""

    messages: float
    segments: float


def compare_versions(
    before: Protocol,
    after: Protocol,
    courses: Mapping[str, tuple[Event, ...]],
    *,
    as_of: date,
    instruments: Mapping[str, Instrument],
    rates: Rates,
    prices: Sequence[float],
) -> dict[str, Any]:
    """Slots added, moved, removed and kept over a cohort; texts and cost at the rates of the rehearsal."""
    counts: dict[str, Counter[str]] = {}
    patients = 0
    totals = Counter[str]()
    for events in courses.values():
        old = {slot.key: slot for slot in plan(before, events, as_of=as_of).slots}
        new = {slot.key: slot for slot in plan(after, events, as_of=as_of).slots}
        changes = {key: _change(old.get(key), new.get(key)) for key in (old | new)}
        patients += any(change != "kept" for change in changes.values())
        for key, change in changes.items():
            counts.setdefault(key, Counter())[change] += 1
        totals.update(slots_before=len(old), slots_after=len(new))
        totals.update(minutes_before=_minutes(old, instruments), minutes_after=_minutes(new, instruments))
    return _figures(before, after, counts, patients, totals, rates, prices)


def _figures(
    before: Protocol,
    after: Protocol,
    counts: Mapping[str, Counter[str]],
    patients: int,
    totals: Mapping[str, int],
    rates: Rates,
    prices: Sequence[float],
) -> dict[str, Any]:
    more = totals.get("slots_after", 0) - totals.get("slots_before", 0)
    segments = more * rates.segments
    return {
        "from": before.version,
        "to": after.version,
        "patients_changed": patients,
        "slots": {change: sum(each[change] for each in counts.values()) for change in CHANGES},
        "by_timepoint": [
            {"key": key, **{change: counts[key][change] for change in CHANGES}}
            for key in sorted(counts, key=natural)
            if any(counts[key][change] for change in CHANGES[:3])
        ],
        "forms": [totals.get("slots_before", 0), totals.get("slots_after", 0)],
        "minutes": [round(totals.get("minutes_before", 0)), round(totals.get("minutes_after", 0))],
        "messages": round(more * rates.messages),
        "segments": round(segments),
        "cost": [{"price": price, "total": round(segments * price, 2)} for price in sorted(set(prices))],
    }


def _change(old: Slot | None, new: Slot | None) -> str:
    if old is None:
        return "added"
    if new is None:
        return "removed"
    same = (old.due_on, old.open_on, old.close_on, old.instruments)
    return "kept" if same == (new.due_on, new.open_on, new.close_on, new.instruments) else "moved"


def _minutes(slots: Mapping[str, Slot], instruments: Mapping[str, Instrument]) -> int:
    """Minutes that patients would spend, by what the instruments say of themselves."""
    return round(sum(instruments[code].minutes for slot in slots.values() for code in slot.instruments))
