"""Answers as a form gives them, held against the instrument before anything is kept. Nothing is converted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pro_service.core.instrument import Instrument, Item


@dataclass(frozen=True, kw_only=True)
class Placed:
    """What a form says about one item: a value, or that it was refused. `place` is where in the form."""

    place: str
    item: str
    value: int | None
    refused: bool = False


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong and where. `code` is stable; `detail` is what its sentence needs."""

    place: str
    code: str
    detail: str = ""


def faults(
    instrument: Instrument,
    answers: Sequence[Placed],
    *,
    before: Mapping[str, int | None],
    only_shown: bool,
) -> tuple[Fault, ...]:
    """Everything wrong with a form's answers; with a fault, none of them may be kept.

    `before` are the answers that are here already. `only_shown`: the form shows an item only where its condition is
    met, so that an answer to another one is a mistake. On paper everything can be written: there such an answer is kept
    as it stands, and the scoring leaves it out.
    """
    found = [fault for each in answers for fault in _of_one(instrument, each)]
    seen: set[str] = set()
    for each in answers:
        if each.item in seen:
            found.append(Fault(place=each.place, code="answered_twice", detail=each.item))
        seen.add(each.item)
    if only_shown and not found:
        found += _hidden(instrument, answers, before)
    return tuple(found)


def _of_one(instrument: Instrument, answer: Placed) -> Iterator[Fault]:
    item = instrument.items_by_code.get(answer.item)
    if item is None:
        yield Fault(place=answer.place, code="unknown_item", detail=answer.item[:32])
    elif (answer.value is None) != answer.refused:
        yield Fault(place=answer.place, code="value_or_refusal")
    elif answer.refused and not item.may_refuse:
        yield Fault(place=answer.place, code="may_not_refuse", detail=item.code)
    elif answer.value is not None and not item.accepts(answer.value):
        yield Fault(place=answer.place, code="out_of_range", detail=f"{item.minimum}–{item.maximum}")


def _hidden(
    instrument: Instrument, answers: Sequence[Placed], before: Mapping[str, int | None]
) -> Iterator[Fault]:
    values = {**before, **{each.item: each.value for each in answers}}
    for each in answers:
        item = instrument.item(each.item)
        if not _shown(item, instrument, values):
            asked = item.shown_if.item if item.shown_if else ""
            yield Fault(place=each.place, code="not_shown", detail=asked)


def _shown(item: Item, instrument: Instrument, values: Mapping[str, int | None]) -> bool:
    """Is the item's condition met, and that of the item it hangs on?"""
    if item.shown_if is None:
        return True
    value = values.get(item.shown_if.item)
    if value is None or value <= item.shown_if.above:
        return False
    return _shown(instrument.item(item.shown_if.item), instrument, values)
