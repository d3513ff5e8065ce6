"""Shows plans and what-ifs: as the data `flask protocol plan --json` prints, and as text for people."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pro_service.core.plan import Plan, Slot, SlotChange, explain
from pro_service.core.protocol import Length, Protocol, timepoint_burdens, year_burdens

_LANGUAGE = "en"


def plan_data(plan: Plan) -> Mapping[str, Any]:
    """One plan in the published form."""
    return {
        "phase": {"as_of": plan.as_of.isoformat(), "name": plan.phase},
        "slots": [_slot_data(slot) for slot in plan.slots],
        "merged": [{"key": entry.key, "into": entry.into} for entry in plan.merged],
        "skipped": [{"key": entry.key, "reason": explain(entry.reason, _LANGUAGE)} for entry in plan.skipped],
    }


def _slot_data(slot: Slot) -> Mapping[str, Any]:
    """One slot; `dropped` stands there only where a stop has taken an instrument from it."""
    dropped = [
        {"instrument": each.instrument, "reason": explain(each.reason, _LANGUAGE)} for each in slot.dropped
    ]
    visit = {"visit": slot.visit, "visit_on": str(slot.visit_on), "out_of_window": slot.out_of_window}
    return {
        "key": slot.key,
        "rule": slot.rule,
        "due_on": slot.due_on.isoformat(),
        "open_on": slot.open_on.isoformat(),
        "close_on": slot.close_on.isoformat(),
        "instruments": list(slot.instruments),
        **({"dropped": dropped} if dropped else {}),
        **(visit if slot.visit else {}),
    }


def what_if_data(before: Plan, after: Plan, changes: Sequence[SlotChange]) -> Mapping[str, Any]:
    """Two plans and what lies between them, in the published form."""
    return {
        "before": plan_data(before),
        "after": plan_data(after),
        "changes": [
            {"key": each.key, "change": each.change.value, "reason": explain(each.reason, _LANGUAGE)}
            for each in changes
        ],
    }


def plan_lines(plan: Plan) -> Iterator[str]:
    """One plan as a table, with what is not expected below."""
    yield f"phase on {plan.as_of}: {plan.phase}"
    head = ("key", "rule", "due", "open", "close", "instruments")
    rows = [
        (s.key, s.rule, str(s.due_on), str(s.open_on), str(s.close_on), ", ".join(s.instruments))
        for s in plan.slots
    ]
    yield from _table([head, *rows])
    yield from (
        f"{slot.key} without {each.instrument}: {explain(each.reason, _LANGUAGE)}"
        for slot in plan.slots
        for each in slot.dropped
    )
    yield from (f"merged: {entry.key} into {entry.into}" for entry in plan.merged)
    yield from (f"skipped: {entry.key}, {explain(entry.reason, _LANGUAGE)}" for entry in plan.skipped)


def what_if_lines(after: Plan, changes: Sequence[SlotChange]) -> Iterator[str]:
    """The plan that would be, then each change with its reason."""
    yield from plan_lines(after)
    yield "changes:"
    yield from _table([(each.key, each.change.value, explain(each.reason, _LANGUAGE)) for each in changes])


def burden_lines(protocol: Protocol, lengths: Mapping[str, Length]) -> Iterator[str]:
    """What a protocol asks: a line a timepoint, then a line for each anchor and year."""
    head = ("timepoint", "rule", "items", "minutes", "instruments")
    yield from _table(
        [
            head,
            *(
                (each.key, each.rule, str(each.items), str(each.minutes), ", ".join(each.instruments))
                for each in timepoint_burdens(protocol, lengths)
            ),
        ]
    )
    for year in year_burdens(protocol, lengths):
        when = f"year {year.year} after" if year.year else "before"
        which = f"each {year.anchor}" if year.each else year.anchor
        forms = "1 form" if year.forms == 1 else f"{year.forms} forms"
        yield f"{when} {which}: {forms}, {year.items} items, about {year.minutes} minutes"


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
