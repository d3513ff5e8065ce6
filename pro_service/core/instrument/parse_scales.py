"""Reads the scales of an instrument definition; each rule has its own keys and its own conditions."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pro_service.core.definition import Section
from pro_service.core.instrument.model import Direction, Item, Missing, Rule, Scale, Status
from pro_service.core.instrument.parse_items import cdisc_code, loinc_code
from pro_service.core.instrument.parse_published import (
    composite_grade_keys,
    facit_prorate_keys,
    facit_total_keys,
    table_lookup_keys,
)
from pro_service.core.instrument.scale_keys import (
    Context,
    items_of,
    missing_rule,
    part_of,
    require_once,
    require_same_range,
)
from pro_service.core.instrument.translations import translated
from pro_service.core.instrument.value_set import LEVELS, ValueSet

_STUDY_CHOICE_ITEMS = 7
_LARGEST_DIGIT = 9


def parse_scales(
    root: Section, *, items: Sequence[Item], value_sets: Mapping[str, ValueSet]
) -> tuple[Scale, ...]:
    """The scales in file order, which is the order of the columns of a file of scores."""
    context = Context(
        items={item.code: item for item in items},
        value_sets=value_sets,
        value_sets_named=root.has("value_sets"),
    )
    scales: list[Scale] = []
    for section in root.sections("scales"):
        scale = _scale(section, context)
        if scale.code in context.scales:
            section.problem("code", f"{scale.code!r} is used twice", "give each scale its own code")
        context.scales[scale.code] = scale
        scales.append(scale)
        section.finish()
    if root.has("scales") and not scales:
        root.problem("scales", "holds no scale", "write one [[scales]] table for each score")
    return tuple(scales)


def _scale(section: Section, context: Context) -> Scale:
    name = section.text("rule", choices=tuple(Rule))
    rule = Rule(name) if name in tuple(Rule) else Rule.SUM
    known = name == rule
    keys = _RULE_KEYS[rule](section, context) if known else _skip(section)
    return Scale(
        code=section.text("code"),
        name=translated(section, "name"),
        rule=rule,
        direction=_direction(section),
        status=Status.CHECKED
        if section.text("status", choices=tuple(Status)) == "checked"
        else Status.UNVERIFIED,
        source=section.text("source"),
        cdisc=cdisc_code(section, "cdisc") if section.has("cdisc") else None,
        loinc=loinc_code(section),
        **keys,
    )


def _direction(section: Section) -> Direction:
    direction = section.text("direction", choices=tuple(Direction))
    return Direction(direction) if direction in tuple(Direction) else Direction.NONE


def _skip(section: Section) -> dict[str, Any]:
    """Without a rule nobody can say which other keys belong: do not blame them."""
    section.known.update(section.data)
    return {"items": ()}


def _mean_transform(section: Section, context: Context) -> dict[str, Any]:
    items = items_of(section, context)
    require_same_range(section, items, context)
    missing = missing_rule(section, (Missing.AT_LEAST_HALF, Missing.COMPLETE))
    return {"items": items, "missing": missing, "inverted": section.flag("inverted", False)}


def _sum(section: Section, context: Context) -> dict[str, Any]:
    items = items_of(section, context)
    divided = _divided(section, items)
    require_same_range(section, [code for code in items if code not in divided], context)
    missing = missing_rule(section, (Missing.COMPLETE, Missing.AT_LEAST_HALF, Missing.STUDY_CHOICE))
    if missing is Missing.STUDY_CHOICE and len(items) != _STUDY_CHOICE_ITEMS:
        section.problem(
            "missing",
            f"study_choice is defined for {_STUDY_CHOICE_ITEMS} items, not {len(items)}",
            "choose another rule",
        )
    turned = part_of(section, "reversed", items, "items")
    if set(turned) & set(divided):
        section.problem("divided", "names a reversed item", "reverse an item or divide it, not both")
    return {"items": items, "missing": missing, "reversed": turned, "divided": divided}


def _divided(section: Section, items: Sequence[str]) -> Mapping[str, int]:
    """The items that enter a sum divided by a number: their range is another one, and their share of it the same."""
    table = section.section("divided", required=False)
    part = {code: table.integer(code) for code in table.data if code in items}
    for code, divisor in part.items():
        if divisor <= 1:
            table.problem(code, f"is {table.data[code]!r}", "write a whole number above 1")
    table.finish()
    return {code: divisor for code, divisor in part.items() if divisor > 1}


def _summary(section: Section, context: Context) -> dict[str, Any]:
    codes = section.texts("scales")
    plain = [code for code in codes if _is_plain(context, code)]
    for code in codes:
        if code not in plain:
            cure = "name a mean_transform scale that stands above this one"
            section.problem("scales", f"{code!r} cannot be part of a summary", cure)
    require_once(section, "scales", codes)
    items = dict.fromkeys(item for code in plain for item in context.scales[code].items)
    return {
        "items": tuple(items),
        "scales": codes,
        "reversed": part_of(section, "reversed", codes, "scales"),
    }


def _is_plain(context: Context, code: str) -> bool:
    """A summary is a mean of 0-100 scores."""
    return code in context.scales and context.scales[code].rule is Rule.MEAN_TRANSFORM


def _state(section: Section, context: Context) -> dict[str, Any]:
    items = items_of(section, context)
    large = [code for code in items if code in context.items and context.items[code].maximum > _LARGEST_DIGIT]
    if large:
        section.problem("items", f"{', '.join(large)} can be more than one digit", "name items of at most 9")
    return {"items": items}


def _item_value(section: Section, context: Context) -> dict[str, Any]:
    items = items_of(section, context)
    if len(items) != 1:
        section.problem("items", f"names {len(items)} items", "name exactly one")
    return {"items": items}


def _value_set(section: Section, context: Context) -> dict[str, Any]:
    items = items_of(section, context)
    if not context.value_sets_named:
        section.problem("rule", "needs value sets", 'add value_sets = "..." to the head of the file')
    wrong = [name for name, each in context.value_sets.items() if set(each.dimensions) != set(items)]
    if wrong:
        section.problem(
            "items", f"are not the dimensions of {wrong[0]}", "name the items the value sets are for"
        )
    ranges = {
        (context.items[code].minimum, context.items[code].maximum) for code in items if code in context.items
    }
    if ranges - {(1, LEVELS)}:
        section.problem(
            "items", f"have other levels than 1 to {LEVELS}", "name the items the value sets are for"
        )
    return {"items": items}


_RULE_KEYS: Mapping[Rule, Callable[[Section, Context], dict[str, Any]]] = {
    Rule.MEAN_TRANSFORM: _mean_transform,
    Rule.SUM: _sum,
    Rule.SUMMARY: _summary,
    Rule.STATE: _state,
    Rule.ITEM_VALUE: _item_value,
    Rule.VALUE_SET: _value_set,
    Rule.FACIT_PRORATE: facit_prorate_keys,
    Rule.FACIT_TOTAL: facit_total_keys,
    Rule.TABLE_LOOKUP: table_lookup_keys,
    Rule.COMPOSITE_GRADE: composite_grade_keys,
}
