"""The items of a QuestionnaireResponse against those of its Questionnaire: places known, values of their kind."""

from collections.abc import Iterator, Mapping
from typing import Any

from pro_service.core.answers import Fault, Placed
from pro_service.core.fhir.names import ABSENT_REASON, ABSENT_REASONS, DECLINED, ORDINAL_VALUE

Written = Mapping[str, Any]
#: What an item, and an answer, may have besides what is read here; it is looked over.
_OF_ITEM = frozenset(
    {"id", "extension", "linkId", "_linkId", "definition", "text", "_text", "answer", "item"}
)
_OF_ANSWER = frozenset({"id", "extension"})


def read_items(document: Written, form: Written) -> tuple[list[Placed], list[Fault]]:
    """The answers to questions, and everything that is wrong with the items."""
    told = list(_items(document, form, place=""))
    answers = [each for each in told if isinstance(each, Placed)]
    return answers, [each for each in told if isinstance(each, Fault)]


def _items(holder: Written, form: Written, *, place: str) -> Iterator[Placed | Fault]:
    """One level of items: each linkId is known at this level and comes once (nothing here repeats)."""
    if "item" not in holder:
        return
    held = holder["item"]
    if not isinstance(held, list) or not held:
        yield Fault(place=f"{place}item", code="not_a_list")
        return
    asked = {each["linkId"]: each for each in form.get("item", ())}
    seen: set[str] = set()
    for number, each in enumerate(held):
        here = f"{place}item.{number}"
        link_id = each.get("linkId") if isinstance(each, dict) else None
        if not isinstance(link_id, str) or link_id not in asked:
            yield Fault(place=f"{here}.linkId", code="unknown_link_id", detail=str(link_id)[:32])
        elif link_id in seen:
            yield Fault(place=f"{here}.linkId", code="answered_twice", detail=link_id)
        else:
            seen.add(link_id)
            yield from _item(each, asked[link_id], place=here)


def _item(held: Written, asked: Written, *, place: str) -> Iterator[Placed | Fault]:
    yield from (Fault(place=f"{place}.{name}", code="unknown") for name in held.keys() - _OF_ITEM)
    if {"item", "answer"} <= held.keys():
        yield Fault(place=place, code="item_and_answer")
    elif "answer" in held and asked["type"] in ("group", "display"):
        yield Fault(place=f"{place}.answer", code="not_asked")
    elif "item" in held:
        yield from _items(held, asked, place=f"{place}.")
    elif "answer" in held:
        yield from _answer(held["answer"], asked, place=f"{place}.answer")


def _answer(held: Any, asked: Written, *, place: str) -> Iterator[Placed | Fault]:
    if not isinstance(held, list) or len(held) != 1 or not isinstance(held[0], dict):
        yield Fault(place=place, code="one_answer")
        return
    answer, here = held[0], f"{place}.0"
    values = [name for name in answer if name not in _OF_ANSWER]
    if not values and _is_declined(answer):
        yield Placed(place=here, item=asked["linkId"], value=None, refused=True)
    elif len(values) != 1 or values[0] not in _ELEMENTS[asked["type"]]:
        yield Fault(place=here, code="wrong_kind", detail=" / ".join(_ELEMENTS[asked["type"]]))
    else:
        yield from _value(answer[values[0]], asked, place=f"{here}.{values[0]}")


#: In which element the answer to an item of each type stands.
_ELEMENTS = {
    "choice": ("valueCoding",),
    "integer": ("valueInteger",),
    "decimal": ("valueDecimal", "valueInteger"),
}


def _value(value: Any, asked: Written, *, place: str) -> Iterator[Placed | Fault]:
    if asked["type"] == "choice":
        yield _ticked(value, asked, place=place)
    elif asked["type"] == "integer":
        if isinstance(value, bool) or not isinstance(value, int):
            yield Fault(place=place, code="not_a_whole_number")
        else:
            yield Placed(place=place, item=asked["linkId"], value=value)
    elif isinstance(value, bool) or not isinstance(value, int | float):
        yield Fault(place=place, code="not_a_number")


def _ticked(value: Any, asked: Written, *, place: str) -> Placed | Fault:
    """The option whose system and code these are; its display is not looked at, the code counts."""
    offered = {
        (each["valueCoding"]["system"], each["valueCoding"]["code"]): each for each in asked["answerOption"]
    }
    pair = (value.get("system"), value.get("code")) if isinstance(value, dict) else (None, None)
    if not all(isinstance(each, str) for each in pair) or pair not in offered:
        listed = ", ".join(f"{system}|{code}" for system, code in offered)
        return Fault(place=place, code="not_one_of", detail=listed)
    if pair == (ABSENT_REASONS, DECLINED):
        return Placed(place=place, item=asked["linkId"], value=None, refused=True)
    ordinal = {each["url"]: each for each in offered[pair]["extension"]}[ORDINAL_VALUE]
    return Placed(place=place, item=asked["linkId"], value=ordinal["valueDecimal"])


def _is_declined(answer: Written) -> bool:
    extensions = answer.get("extension")
    return isinstance(extensions, list) and any(
        isinstance(each, dict) and each.get("url") == ABSENT_REASON and each.get("valueCode") == DECLINED
        for each in extensions
    )
