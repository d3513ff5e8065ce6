"""Reads an item library: terms that are each asked by one to three attributes, and graded from them together.

One line a term is enough to make its items, their conditions and its score; a study's form is some of the terms.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pro_service.core.definition import Section
from pro_service.core.instrument.model import Condition, Direction, Item, Rule, Scale, Status
from pro_service.core.instrument.parse_items import (
    AnswerSet,
    cdisc_code,
    chosen_answers,
    does_not_apply_value,
    parse_answer_sets,
    with_does_not_apply,
)
from pro_service.core.instrument.parse_published import grades
from pro_service.core.instrument.translations import LANGUAGES, translated

_LETTERS = "ABC"


@dataclass(frozen=True, kw_only=True)
class _Attribute:
    """What is asked of a term: how often, how bad. One that is not graded (yes or no) gives no score."""

    name: Mapping[str, str]
    answers: AnswerSet
    graded: bool


@dataclass(frozen=True, kw_only=True)
class _Library:
    """What the terms have in common. `tables` are the grades by attributes, joined by spaces."""

    attributes: Mapping[str, _Attribute]
    tables: Mapping[str, tuple[float, ...]]
    status: Status
    source: str
    recall: Mapping[str, str]
    may_refuse: bool


def parse_terms(
    root: Section, *, recall: Mapping[str, str], may_refuse: bool
) -> tuple[tuple[Item, ...], tuple[Scale, ...]]:
    """The items and scales of an item library, in the order of its terms.

    A term's items have its code and a letter; those after the first are asked only if the first is above 0.
    """
    library = _library(root, recall=recall, may_refuse=may_refuse)
    items: list[Item] = []
    scales: list[Scale] = []
    seen: set[str] = set()
    for _, section in root.children("terms"):
        code, name = cdisc_code(section, "code"), translated(section, "name")
        if code in seen:
            section.problem("code", f"{code!r} is used twice", "give each term its own code")
        seen.add(code)
        asked = _asked(section, library)
        own = _items(section, code, name, asked, library)
        items += own
        scales += _scales(section, name, asked, own, library)
        section.finish()
    if not seen:
        root.problem("terms", "holds no term", "write one line for each term")
    return tuple(items), tuple(scales)


def _library(root: Section, *, recall: Mapping[str, str], may_refuse: bool) -> _Library:
    answer_sets = parse_answer_sets(root)
    attributes = {name: _attribute(section, answer_sets) for name, section in root.children("attributes")}
    composite = root.section("composite")
    tables = composite.section("grades")
    library = _Library(
        attributes=attributes,
        tables={key: _table(tables, key, attributes) for key in tables.data},
        status=Status.CHECKED
        if composite.text("status", choices=tuple(Status)) == Status.CHECKED
        else Status.UNVERIFIED,
        source=composite.text("source"),
        recall=recall,
        may_refuse=may_refuse,
    )
    composite.finish()
    return library


def _attribute(section: Section, answer_sets: Mapping[str, AnswerSet]) -> _Attribute:
    attribute = _Attribute(
        name=translated(section, "name"),
        answers=chosen_answers(section, answer_sets),
        graded=section.flag("graded", True),
    )
    section.finish()
    return attribute


def _table(tables: Section, key: str, attributes: Mapping[str, _Attribute]) -> tuple[float, ...]:
    unknown = [name for name in key.split() if name not in attributes]
    if unknown:
        tables.known.add(key)
        tables.problem(key, f"{unknown[0]!r} is no attribute", f"use {', '.join(attributes)}")
        return ()
    return grades(tables, key, [attributes[name].answers.maximum for name in key.split()])


def _asked(section: Section, library: _Library) -> tuple[str, ...]:
    names = section.texts("ask")
    for name in names:
        if name not in library.attributes:
            known = ", ".join(library.attributes)
            section.problem("ask", f"{name!r} is no attribute", f"use {known}")
    if section.has("ask") and not 0 < len(names) <= len(_LETTERS):
        section.problem("ask", f"names {len(names)} attributes", f"name one to {len(_LETTERS)}")
    return tuple(name for name in names if name in library.attributes)[: len(_LETTERS)]


def _items(
    section: Section, code: str, name: Mapping[str, str], asked: Sequence[str], library: _Library
) -> list[Item]:
    first = Condition(item=f"{code}{_LETTERS[0]}", above=0)
    items = []
    for letter, attribute in zip(_LETTERS, asked, strict=False):
        about = library.attributes[attribute]
        does_not_apply = does_not_apply_value(section, about.answers) if len(asked) == 1 else None
        items.append(
            Item(
                code=f"{code}{letter}",
                minimum=about.answers.minimum,
                maximum=about.answers.maximum,
                options=with_does_not_apply(about.answers.options, does_not_apply),
                label={each: f"{name.get(each)}, {about.name.get(each)}" for each in LANGUAGES},
                recall=library.recall,
                shown_if=first if letter != _LETTERS[0] else None,
                may_refuse=library.may_refuse,
                cdisc=f"{code}{letter}",
                does_not_apply=does_not_apply,
            )
        )
    return items


def _scales(
    section: Section, name: Mapping[str, str], asked: Sequence[str], items: Sequence[Item], library: _Library
) -> list[Scale]:
    """The term's composite grade, unless what is asked of it is not graded."""
    if not all(library.attributes[attribute].graded for attribute in asked):
        return []
    table = library.tables.get(" ".join(asked))
    if table is None:
        section.problem("ask", f"no grades for {' '.join(asked)!r}", "add them below [composite.grades]")
        return []
    return [
        Scale(
            code=section.text("code"),
            name=name,
            rule=Rule.COMPOSITE_GRADE,
            items=tuple(item.code for item in items),
            direction=Direction.WORSE,
            status=library.status,
            source=library.source,
            table=table,
        )
    ]
