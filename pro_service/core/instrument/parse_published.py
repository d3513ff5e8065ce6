"""Reads the keys of scales whose scores are published as tables, and of those of the FACIT family."""

from collections.abc import Sequence
from math import prod
from typing import Any

from pro_service.core.definition import Section
from pro_service.core.instrument.model import Item, Missing, Rule
from pro_service.core.instrument.scale_keys import (
    Context,
    items_of,
    missing_rule,
    part_of,
    require_once,
    require_same_range,
)

_HIGHEST_GRADE = 3


def facit_prorate_keys(section: Section, context: Context) -> dict[str, Any]:
    """The keys of a subscale of the FACIT family."""
    items = items_of(section, context)
    require_same_range(section, items, context)
    missing = missing_rule(section, (Missing.MORE_THAN_HALF,))
    return {"items": items, "missing": missing, "reversed": part_of(section, "reversed", items, "items")}


def facit_total_keys(section: Section, context: Context) -> dict[str, Any]:
    """The keys of a sum of such subscales. `complete` means: each of them is scored."""
    codes = section.texts("scales")
    known = [
        code for code in codes if code in context.scales and context.scales[code].rule is Rule.FACIT_PRORATE
    ]
    for code in codes:
        if code not in known:
            cure = "name a facit_prorate scale that stands above this one"
            section.problem("scales", f"{code!r} cannot be part of a total", cure)
    require_once(section, "scales", codes)
    missing = missing_rule(section, (Missing.MORE_THAN_80_PERCENT, Missing.COMPLETE))
    items = dict.fromkeys(item for code in known for item in context.scales[code].items)
    return {"items": tuple(items), "scales": codes, "missing": missing}


def table_lookup_keys(section: Section, context: Context) -> dict[str, Any]:
    """The keys of a score by raw sum. The table names each sum from the lowest to the highest once."""
    items = items_of(section, context)
    require_same_range(section, items, context)
    known = [context.items[code] for code in items if code in context.items]
    return {"items": items, "table": _by_raw_sum(section.section("table"), known)}


def _by_raw_sum(table: Section, items: Sequence[Item]) -> tuple[float, ...]:
    lowest, highest = sum(item.minimum for item in items), sum(item.maximum for item in items)
    sums = [str(number) for number in range(lowest, highest + 1)]
    scores = tuple(table.number(number) for number in sums)
    table.finish()
    return scores


def composite_grade_keys(section: Section, context: Context) -> dict[str, Any]:
    """The keys of a composite grade: its items in the order they are asked, and the grade of each combination."""
    items = items_of(section, context)
    known = [context.items[code] for code in items if code in context.items]
    for item in known:
        if item.minimum:
            section.problem("items", f"{item.code} does not begin at 0", "name items from 0 up")
    return {"items": items, "table": grades(section, "table", [item.maximum for item in known])}


def grades(section: Section, key: str, highest: Sequence[int]) -> tuple[float, ...]:
    """A table of grades, written as rows of digits; spaces are for the eye. The last item moves fastest."""
    digits = "".join("".join(section.texts(key)).split())
    wanted = prod(top + 1 for top in highest)
    if section.has(key) and (len(digits) != wanted or not set(digits) <= _grades()):
        section.problem(
            key,
            f"holds {len(digits)} digits {''.join(sorted(set(digits)))}",
            f"write {wanted} grades from 0 to {_HIGHEST_GRADE}, one digit each",
        )
        return (0.0,) * wanted
    return tuple(float(digit) for digit in digits)


def _grades() -> set[str]:
    return {str(grade) for grade in range(_HIGHEST_GRADE + 1)}
