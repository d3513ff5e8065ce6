"""The parts of a questionnaire's wording, each under a key: what a file must give, and how it is fingerprinted.

The keys are `title`, `recall`, `item.<item>` and `option.<item>.<value>`, and `recall.<item>` where an item looks back
over another time than the questionnaire; `low.<item>` and `high.<item>` are the words at the ends of a line. A file may
give paragraphs that its owner prints, too: `instruction` before the first question, `instruction.<item>` before one.
CSV and XLIFF files use the same keys.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256

from pro_service.core.instrument import Instrument, Item

Texts = Mapping[str, str]
#: What stands under a key, by language, given our own labels.
Said = Callable[[str, Mapping[str, str]], Mapping[str, str]]
#: What was imported under a key, by language; empty where nothing was.
Printed = Callable[[str], Mapping[str, str]]

TITLE = "title"
RECALL = "recall"
INSTRUCTION = "instruction"
#: What an instrument says of its wording when every text of it was imported.
LICENSED = "licensed"


def item_key(item: str) -> str:
    return f"item.{item}"


def option_key(item: str, value: int) -> str:
    return f"option.{item}.{value}"


def recall_key(item: str) -> str:
    return f"recall.{item}"


def low_key(item: str) -> str:
    return f"low.{item}"


def high_key(item: str) -> str:
    return f"high.{item}"


def instruction_key(item: str) -> str:
    return f"{INSTRUCTION}.{item}"


def placeholders(instrument: Instrument, language: str) -> Texts:
    """Every key that a wording must give, in the order of the items, with our own label in `language`."""
    found = {TITLE: instrument.title[language], RECALL: instrument.recall[language]}
    for item in instrument.items:
        if item.recall != instrument.recall:
            found[recall_key(item.code)] = item.recall[language]
        found[item_key(item.code)] = item.label[language]
        found |= {option_key(item.code, each.value): each.label[language] for each in item.options}
        if item.low:
            found |= {low_key(item.code): item.low[language], high_key(item.code): item.high[language]}
    return found


def may_give(instrument: Instrument) -> tuple[str, ...]:
    """The keys that a wording gives only where its owner prints such a paragraph."""
    return (INSTRUCTION, *(instruction_key(item.code) for item in instrument.items))


def fingerprint(texts: Texts) -> str:
    """SHA-256, in hexadecimal, of the texts in the order of their keys: each a line `key`, tab, bytes, tab, text."""
    lines = (f"{key}\t{len(text.encode())}\t{text}\n" for key, text in sorted(texts.items()))
    return sha256("".join(lines).encode()).hexdigest()


def structure_of(instrument: Instrument) -> str:
    """The fingerprint of what a wording must give: it changes when items or options of a definition do."""
    return _structure(tuple(_keys(instrument)))


def worded(instrument: Instrument, wordings: Mapping[str, Texts], *, with_placeholders: bool) -> Instrument:
    """The instrument with imported texts by language in the place of our labels.

    Our labels stay in the other languages if `with_placeholders`; otherwise questions have no text in those, and
    only the title and the names of scales do. Every text must be there (see `structure_of`) but the instructions, of
    which we have none of our own. Where no label of ours is left the instrument says `wording = "licensed"`.
    """

    def said(key: str, ours: Mapping[str, str]) -> Mapping[str, str]:
        imported = {language: texts[key] for language, texts in wordings.items()}
        return {**ours, **imported} if with_placeholders else imported

    def printed(key: str) -> Mapping[str, str]:
        return {language: texts[key] for language, texts in wordings.items() if key in texts}

    ours_left = not wordings or (with_placeholders and not wordings.keys() >= {*instrument.languages})
    return replace(
        instrument,
        wording=instrument.wording if ours_left else LICENSED,
        title={**instrument.title, **{each: texts[TITLE] for each, texts in wordings.items()}},
        recall=said(RECALL, instrument.recall),
        instruction=printed(INSTRUCTION),
        items=tuple(_item(instrument, item, said, printed) for item in instrument.items),
    )


def _item(instrument: Instrument, item: Item, said: Said, printed: Printed) -> Item:
    own = item.recall != instrument.recall
    return replace(
        item,
        label=said(item_key(item.code), item.label),
        recall=said(recall_key(item.code) if own else RECALL, item.recall),
        options=tuple(
            replace(each, label=said(option_key(item.code, each.value), each.label)) for each in item.options
        ),
        low=said(low_key(item.code), item.low) if item.low else {},
        high=said(high_key(item.code), item.high) if item.high else {},
        instruction=printed(instruction_key(item.code)),
    )


def _keys(instrument: Instrument) -> Iterable[str]:
    return placeholders(instrument, instrument.languages[0])


@lru_cache(maxsize=256)
def _structure(keys: tuple[str, ...]) -> str:
    return sha256("\n".join(sorted(keys)).encode()).hexdigest()
