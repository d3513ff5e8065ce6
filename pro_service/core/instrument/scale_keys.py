"""What the keys of several scoring rules have in common: items that exist, one range, a missing-data rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pro_service.core.definition import Section
from pro_service.core.instrument.model import Item, Missing, Scale
from pro_service.core.instrument.value_set import ValueSet


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a scale may refer to: the items, the scales before it, the value sets of its instrument."""

    items: Mapping[str, Item]
    value_sets: Mapping[str, ValueSet]
    value_sets_named: bool  # if they could not be read, that is told of their key or file
    scales: dict[str, Scale] = field(default_factory=dict)


def items_of(section: Section, context: Context) -> tuple[str, ...]:
    """The items a scale names; each must exist, and stand once."""
    codes = section.texts("items")
    for code in codes:
        if code not in context.items:
            section.problem(
                "items", f"{code!r} is not an item of this instrument", "name an item by its code"
            )
    require_once(section, "items", codes)
    if section.has("items") and not codes:
        section.problem("items", "names no item", "name at least one")
    return codes


def require_same_range(section: Section, codes: Sequence[str], context: Context) -> None:
    """A sum or mean over items of different ranges is no score of the rules known here."""
    ranges = {
        (context.items[code].minimum, context.items[code].maximum) for code in codes if code in context.items
    }
    if len(ranges) > 1:
        section.problem("items", f"have different ranges {sorted(ranges)}", "name items of one range")


def missing_rule(section: Section, allowed: tuple[Missing, ...]) -> Missing:
    """The missing-data rule a scale names, one of those its scoring rule allows."""
    missing = section.text("missing", choices=allowed)
    return Missing(missing) if missing in allowed else Missing.COMPLETE


def part_of(section: Section, key: str, whole: Sequence[str], what: str) -> tuple[str, ...]:
    """The codes under `key`, which must be some of the `whole` (what: items or scales); none if it is absent."""
    codes = section.texts(key, ())
    for code in codes:
        if code not in whole:
            section.problem(key, f"{code!r} is not among its {what}", f"name some of {', '.join(whole)}")
    require_once(section, key, codes)
    return codes


def require_once(section: Section, key: str, codes: Sequence[str]) -> None:
    for code in dict.fromkeys(codes):
        if codes.count(code) > 1:
            section.problem(key, f"names {code!r} {codes.count(code)} times", "name it once")
