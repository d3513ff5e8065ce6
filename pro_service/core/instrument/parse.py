"""Reads one instrument definition (a parsed TOML document) and reports every mistake in it, each with its cure."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from pro_service.core.definition import DefinitionError, Section, open_definition
from pro_service.core.instrument.form import PARENT
from pro_service.core.instrument.model import (
    Cdisc,
    Direction,
    Instrument,
    Item,
    Licence,
    Parent,
    Rule,
    Scale,
    Status,
)
from pro_service.core.instrument.parse_items import parse_items
from pro_service.core.instrument.parse_scales import parse_scales
from pro_service.core.instrument.parse_terms import parse_terms
from pro_service.core.instrument.translations import LANGUAGES, translated
from pro_service.core.instrument.value_set import ValueSet

__all__ = ["LANGUAGES", "parse_instrument"]

_LONGEST_MINUTES = 600
_LONGEST_SITTING_HOURS = 31 * 24
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
#: Licensed texts are imported into the database, with their licence: a file cannot say that it holds them.
_WORDINGS = ("placeholder",)


def parse_instrument(
    document: Mapping[str, Any],
    *,
    source: str,
    value_sets: Mapping[str, Mapping[str, ValueSet]] | None = None,
) -> Instrument:
    """The instrument of one definition file.

    `source` is the file's name as shown to its author; `value_sets` are the files of value sets by name, from which
    the definition picks one. Raises DefinitionError with every mistake found.
    """
    root = open_definition(document, source=source)
    instrument = _instrument(root, value_sets or {})
    root.finish()
    if root.problems:
        raise DefinitionError(root.problems)
    return instrument


def _instrument(root: Section, value_sets: Mapping[str, Mapping[str, ValueSet]]) -> Instrument:
    recall = translated(root, "recall")
    may_refuse = root.flag("may_refuse", True)
    chosen = _value_sets(root, value_sets)
    if root.has("terms"):
        items, scales = parse_terms(root, recall=recall, may_refuse=may_refuse)
    else:
        items = parse_items(root, recall=recall, may_refuse=may_refuse)
        scales = parse_scales(root, items=items, value_sets=chosen)
    if root.flag("item_scores", False):
        scales = (*scales, *_item_scores(items))
    _require_different(root, scales)
    return Instrument(
        code=_code(root),
        version=_version(root),
        title=translated(root, "title"),
        status=Status.UNVERIFIED
        if root.text("status", choices=tuple(Status)) != Status.CHECKED
        else Status.CHECKED,
        doubts=root.texts("doubts", ()),
        wording=root.text("wording", choices=_WORDINGS),
        minutes=_positive(root, "minutes", most=_LONGEST_MINUTES),
        sitting=_sitting(root),
        same_day=root.has("sitting"),
        library=root.flag("library", False),
        recall=recall,
        licence=_licence(root.section("licence")),
        cdisc=_cdisc(root.section("cdisc")) if root.has("cdisc") else None,
        items=items,
        scales=scales,
        value_sets=chosen,
        parent=_parent(root.section(PARENT)) if root.has(PARENT) else None,
    )


def _code(root: Section) -> str:
    code = root.text("code")
    if code and not _CODE.fullmatch(code):
        root.problem(
            "code", f"is {code!r}", "use lower-case letters, digits and single hyphens, such as qlq-c30"
        )
    return code


def _version(root: Section) -> str:
    version = root.text("version")
    if root.has("version") and not version.strip():
        root.problem("version", "is blank", 'write the version of the questionnaire, such as "3.0"')
    return version


def _sitting(root: Section) -> timedelta:
    """`sitting_hours`, or `sitting = "same_day"` for a questionnaire about today."""
    if not root.has("sitting"):
        return timedelta(hours=_positive(root, "sitting_hours", most=_LONGEST_SITTING_HOURS))
    root.text("sitting", choices=("same_day",))
    if root.has("sitting_hours"):
        root.known.add("sitting_hours")
        root.problem("sitting_hours", "stands beside sitting", "keep one of them")
    return timedelta(days=1)


def _item_scores(items: Sequence[Item]) -> tuple[Scale, ...]:
    """Each answer as a score of its own, for an instrument whose scales are not settled."""
    return tuple(
        Scale(
            code=item.code,
            name=item.label,
            rule=Rule.ITEM_VALUE,
            items=(item.code,),
            direction=Direction.NONE,
            status=Status.CHECKED,
            source="the answer itself",
        )
        for item in items
    )


def _require_different(root: Section, scales: Sequence[Scale]) -> None:
    codes = [scale.code for scale in scales]
    items = {scale.code for scale in scales if scale.source == "the answer itself"}
    for code in sorted(code for code in items if codes.count(code) > 1):
        root.problem("item_scores", f"{code!r} is a scale and an item", "give the scale another code")


def _positive(root: Section, key: str, *, most: int) -> int:
    value = root.integer(key, most=most)
    if not root.spoilt(key) and root.has(key) and isinstance(root.data[key], int) and value < 1:
        root.problem(key, f"is {value}", "write a whole number of at least 1")
        return 1
    return value


def _value_sets(root: Section, known: Mapping[str, Mapping[str, ValueSet]]) -> Mapping[str, ValueSet]:
    if not root.has("value_sets"):
        return {}
    name = root.text("value_sets")
    if name not in known:
        root.problem(
            "value_sets", f"{name!r} is not a file of value sets", f"use one of {', '.join(known) or 'none'}"
        )
    return known.get(name, {})


def _licence(section: Section) -> Licence:
    licence = Licence(
        holder=section.text("holder"),
        terms=section.text("terms"),
        ask=section.text("ask"),
        source=section.text("source"),
    )
    section.finish()
    return licence


def _parent(section: Section) -> Parent:
    parent = Parent(code=section.text("code"), version=section.text("version"))
    section.finish()
    return parent


def _cdisc(section: Section) -> Cdisc:
    cdisc = Cdisc(category=section.text("category"), codelist=section.text("codelist"))
    section.finish()
    return cdisc
