"""What a health state is worth to the people of a country: EQ-5D value sets, read from a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pro_service.core.definition import DefinitionError, Section, open_definition

LEVELS = 5
_PRODUCT_PARTS = 2


@dataclass(frozen=True, kw_only=True)
class Product:
    """A term `weight * (level of first - 1) * (level of second - 1)` (Singapore)."""

    first: str
    second: str
    weight: float


@dataclass(frozen=True, kw_only=True)
class ValueSet:
    """One published value set; every number is on the index scale (1 = full health, 0 = dead).

    index = start + the coefficient of each dimension's level + `intercept` if any dimension is above level 1
    + `any_severe` once if any is at level 4 or 5 + `any_extreme` once if any is at level 5
    + `severe[d]` once for each dimension d at level 4 or 5
    + `severe_squared` * max(k - 1, 0)^2 with k = number of dimensions at level 4 or 5
    + the products. Terms a country does not use are 0.
    """

    name: str
    doi: str
    start: float
    levels: Mapping[str, tuple[float, ...]]
    intercept: float = 0.0
    any_severe: float = 0.0
    any_extreme: float = 0.0
    severe: Mapping[str, float]
    severe_squared: float = 0.0
    products: tuple[Product, ...] = ()

    @property
    def dimensions(self) -> tuple[str, ...]:
        return tuple(self.levels)


def parse_value_sets(document: Mapping[str, Any], *, source: str) -> Mapping[str, ValueSet]:
    """The value sets of one file by name. Raises DefinitionError with every mistake found."""
    root = open_definition(document, source=source)
    dimensions = root.texts("dimensions")
    root.text("source")
    sets = {name: _value_set(section, name, dimensions) for name, section in root.children("sets")}
    root.finish()
    if root.problems:
        raise DefinitionError(root.problems)
    return sets


def _value_set(section: Section, name: str, dimensions: tuple[str, ...]) -> ValueSet:
    value_set = ValueSet(
        name=name,
        doi=section.text("doi"),
        start=section.number("start"),
        levels={dimension: _level_values(section, dimension) for dimension in dimensions},
        intercept=section.number("intercept", 0.0),
        any_severe=section.number("any_severe", 0.0),
        any_extreme=section.number("any_extreme", 0.0),
        severe=_severe(section, dimensions),
        severe_squared=section.number("severe_squared", 0.0),
        products=tuple(_product(each, dimensions) for each in section.sections("products", required=False)),
    )
    section.finish()
    return value_set


def _level_values(section: Section, dimension: str) -> tuple[float, ...]:
    values = section.numbers(dimension)
    if section.has(dimension) and len(values) != LEVELS:
        section.problem(
            dimension, f"holds {len(values)} numbers", f"write {LEVELS} numbers, levels 1 to {LEVELS}"
        )
    return values


def _severe(section: Section, dimensions: tuple[str, ...]) -> Mapping[str, float]:
    table = section.section("severe", required=False)
    severe = {dimension: table.number(dimension, 0.0) for dimension in dimensions}
    table.finish()
    return severe


def _product(section: Section, dimensions: tuple[str, ...]) -> Product:
    names = section.texts("of")
    if len(names) != _PRODUCT_PARTS or not set(names) <= set(dimensions):
        section.problem(
            "of", f"holds {', '.join(names) or 'nothing'}", f"name two of {', '.join(dimensions)}"
        )
        names = ("", "")
    product = Product(first=names[0], second=names[1], weight=section.number("weight"))
    section.finish()
    return product
