"""FHIR's rules about a Questionnaire that neither its JSON schema nor fhir.resources checks, written out again here."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Document = Mapping[str, Any]


def broken_rules(questionnaire: Document) -> list[str]:
    """The invariants (que-*, ext-1) and conditions that do not hold, each with the place."""
    items = list(every_item(questionnaire))
    found = [f"que-2 {link_id}" for link_id in _twice([item["linkId"] for item in items])]
    if not re.fullmatch(r"[A-Z]([A-Za-z0-9_]){0,254}", questionnaire.get("name", "")):
        found.append("que-0")
    if not re.fullmatch(r"[A-Za-z0-9\-.]{1,64}", questionnaire["id"]):
        found.append("id")
    for place, item in enumerate(items):
        found += [f"{rule} {item['linkId']}" for rule, holds in _rules(item).items() if not holds]
        found += [f"enableWhen {item['linkId']}: {each}" for each in _conditions(item, items[:place])]
    return found + [f"ext-1 {each}" for each in _empty_extensions(questionnaire)]


def every_item(holder: Document) -> Iterator[Document]:
    for item in holder.get("item", ()):
        yield item
        yield from every_item(item)


def _rules(item: Document) -> Mapping[str, bool]:
    kind, has = item["type"], item.keys()
    shown_only = kind == "display"
    return {
        "que-1": bool(item.get("item")) if kind == "group" else not (shown_only and "item" in has),
        "que-3": not (shown_only and "code" in has),
        "que-4": not {"answerOption", "answerValueSet"} <= has,
        "que-5": kind in ("choice", "open-choice") or not {"answerOption", "answerValueSet"} & has,
        "que-6": not (shown_only and {"required", "repeats"} & has),
        "que-8": kind not in ("group", "display") or "initial" not in has,
        "que-9": not (shown_only and "readOnly" in has),
        "que-10": "maxLength" not in has,
        "que-11": not {"answerOption", "initial"} <= has,
        "que-12": len(item.get("enableWhen", ())) < 2 or "enableBehavior" in has,
        "options differ": not _twice([str(each) for each in item.get("answerOption", ())]),
    }


def _conditions(item: Document, before: Sequence[Document]) -> Iterator[str]:
    """An item may depend on an item before it, and on an answer that this one offers."""
    earlier = {each["linkId"]: each for each in before}
    for condition in item.get("enableWhen", ()):
        asked = earlier.get(condition["question"])
        if asked is None:
            yield f"{condition['question']} does not come before"
        elif "answerCoding" in condition:
            offered = [each["valueCoding"] for each in asked["answerOption"]]
            pairs = {(each["system"], each["code"]) for each in offered}
            wanted = condition["answerCoding"]
            if (wanted["system"], wanted["code"]) not in pairs or condition["operator"] != "=":
                yield f"{wanted} is not offered"
        elif asked["type"] != "integer":
            yield f"{asked['linkId']} is no number"


def _empty_extensions(node: Any) -> Iterator[str]:
    """An extension holds a value or further extensions, never both and never neither."""
    if isinstance(node, list):
        for each in node:
            yield from _empty_extensions(each)
    elif isinstance(node, dict):
        for extension in node.get("extension", ()):
            values = [name for name in extension if name.startswith("value")]
            if bool(values) == bool(extension.get("extension")) or len(values) > 1:
                yield str(extension)
        for each in node.values():
            yield from _empty_extensions(each)


def _twice(values: Sequence[str]) -> list[str]:
    return sorted({value for value in values if values.count(value) > 1})
