"""Scoring rules as FHIRPath, for forms that compute while they are filled in; what it cannot say has no expression.

Each is a list of variables (SDC `variable`) and an expression over them; an empty result is an absent score. Answers
are read from their codes, which are our values: `ordinal()` is not known to every FHIRPath engine. A refused answer has
a code that is no number, an item that is not shown has no answer; neither counts.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pro_service.core.fhir.names import SCORE
from pro_service.core.instrument import Instrument, Missing, Rule, Scale

_SUM = "aggregate($this + $total, 0)"


@dataclass(frozen=True, kw_only=True)
class Calculated:
    """`variables` by name, in the order in which they need each other; `note` says where the result is incomplete."""

    expression: str
    variables: Mapping[str, str]
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class NotCalculated:
    """Why there is no expression."""

    why: str


def expression(scale: Scale, instrument: Instrument) -> Calculated | NotCalculated:
    """The rule of a scale in FHIRPath, or why not."""
    say = _RULES.get(scale.rule)
    if say is None:
        return NotCalculated(
            why=f"no expression: FHIRPath cannot say {scale.rule}, which looks numbers up or is a study's choice"
        )
    return say(scale, instrument)


def without_expression(instrument: Instrument) -> Mapping[str, str]:
    """The scales that have no expression, or one that does not say all, each with the reason."""
    said = {scale.code: expression(scale, instrument) for scale in instrument.scales}
    whys = {code: each.note if isinstance(each, Calculated) else each.why for code, each in said.items()}
    return {code: why for code, why in whys.items() if why}


def _mean_transform(scale: Scale, instrument: Instrument) -> Calculated | NotCalculated:
    needed = _needed(scale)
    if needed is None:
        return _unknown_missing(scale)
    if not _alike(scale, instrument):
        return _UNLIKE
    first = instrument.item(scale.items[0])
    moved = f"(%total.toDecimal() / %used - {first.minimum}) / {first.maximum - first.minimum} * 100"
    score = f"100 - {moved}" if scale.inverted else moved
    return Calculated(
        expression=f"iif(%used >= {needed}, {score}, {{}})",
        variables=_totals(scale, instrument),
    )


def _sum(scale: Scale, instrument: Instrument) -> Calculated | NotCalculated:
    complete = len(scale.items)
    by_choice = scale.missing is Missing.STUDY_CHOICE
    needed = complete if by_choice else _needed(scale)
    if needed is None:
        return _unknown_missing(scale)
    if not _alike(scale, instrument) or scale.divided:
        return _UNLIKE
    return Calculated(
        expression=f"iif(%used >= {needed}, %total.toDecimal() * {complete} / %used, {{}})",
        variables=_totals(scale, instrument),
        note="an expression only with every item answered: what to do about missing ones is the study's choice"
        if by_choice
        else "",
    )


def _summary(scale: Scale, instrument: Instrument) -> Calculated | NotCalculated:
    del instrument
    plain = [code for code in scale.scales if code not in scale.reversed]
    parts = f"%resource.descendants().where(linkId in ({_listed(SCORE + code for code in scale.scales)}))"
    variables = {
        "parts": f"{parts}.answer.value",
        "plain": f"{_scores(plain)}.{_SUM}" if plain else "0",
        "turned": f"{_scores(scale.reversed)}.{_SUM}" if scale.reversed else "0",
    }
    count = len(scale.scales)
    total = f"%plain + {100 * len(scale.reversed)} - %turned"
    return Calculated(
        expression=f"iif(%parts.count() = {count}, ({total}) / {count}, {{}})", variables=variables
    )


def _state(scale: Scale, instrument: Instrument) -> Calculated | NotCalculated:
    count = len(scale.items)
    digits = [
        f"{_answers([code], instrument)} * {10 ** (count - place)}"
        for place, code in enumerate(scale.items, start=1)
    ]
    return Calculated(
        expression=f"iif(%used = {count}, {' + '.join(digits)}, {{}})",
        variables={"used": f"{_answers(scale.items, instrument)}.count()"},
    )


def _item_value(scale: Scale, instrument: Instrument) -> Calculated | NotCalculated:
    return Calculated(expression=_answers(scale.items, instrument), variables={})


_RULES: Mapping[Rule, Callable[[Scale, Instrument], Calculated | NotCalculated]] = {
    Rule.MEAN_TRANSFORM: _mean_transform,
    Rule.SUM: _sum,
    Rule.SUMMARY: _summary,
    Rule.STATE: _state,
    Rule.ITEM_VALUE: _item_value,
}


_UNLIKE = NotCalculated(why="no expression: its items have different ranges, weights or kinds of answers")


def _alike(scale: Scale, instrument: Instrument) -> bool:
    """Do all items have one range, and are all of them ticked or none?"""
    items = [instrument.item(code) for code in scale.items]
    return len({(item.minimum, item.maximum, bool(item.options)) for item in items}) == 1


def _needed(scale: Scale) -> int | None:
    """How many items must be answered; None for a convention that is not known here."""
    count = len(scale.items)
    return {Missing.COMPLETE: count, Missing.AT_LEAST_HALF: (count + 1) // 2}.get(scale.missing)


def _unknown_missing(scale: Scale) -> NotCalculated:
    return NotCalculated(why=f"no expression for the convention {scale.missing} about missing items")


def _totals(scale: Scale, instrument: Instrument) -> dict[str, str]:
    """`used`: how many items have an answer. `total`: their sum, the reversed ones as minimum + maximum - answer."""
    plain = [code for code in scale.items if code not in scale.reversed]
    turned = _answers(scale.reversed, instrument)
    sums = [f"{_answers(plain, instrument)}.{_SUM}"] if plain else []
    if scale.reversed:
        first = instrument.item(scale.reversed[0])
        sums.append(f"{turned}.count() * {first.minimum + first.maximum} - {turned}.{_SUM}")
    return {"used": f"{_answers(scale.items, instrument)}.count()", "total": " + ".join(sums)}


def _answers(codes: Iterable[str], instrument: Instrument) -> str:
    """The answers of items as whole numbers, those that have one. Ticked answers hold them in a code."""
    codes = tuple(codes)
    ticked = any(instrument.item(code).options for code in codes)
    number = "select(code.toInteger())" if ticked else "select($this)"
    if any(instrument.item(code).does_not_apply is not None for code in codes):
        # "Does not apply" stands beyond the range and is no answer to a scale.
        number += f".where($this <= {max(instrument.item(code).maximum for code in codes)})"
    return f"%resource.item.where(linkId in ({_listed(codes)})).answer.value.{number}"


def _scores(codes: Iterable[str]) -> str:
    return (
        f"%resource.descendants().where(linkId in ({_listed(SCORE + code for code in codes)})).answer.value"
    )


def _listed(codes: Iterable[str]) -> str:
    return " | ".join(f"'{code}'" for code in codes)
