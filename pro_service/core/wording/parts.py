"""The parts of a questionnaire's wording, each under a key: what a file must give, and how it is fingerprinted.

The keys are `title`, `recall`, `item.<item>` and `option.<item>.<value>`, and `recall.<item>` where an item looks back
over another time than the questionnaire. CSV and XLIFF files use the same keys.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256

from pro_service.core.instrument import Instrument, Item

Texts = Mapping[str, str]
#: What stands under a key, by language, given our own labels.
Said = Callable[[str, Mapping[str, str]], Mapping[str, str]]

TITLE = "title"
RECALL = "recall"


def item_key(item: str) -> str:
    return f"item.{item}"


def option_key(item: str, value: int) -> str:
    return f"option.{item}.{value}"


def recall_key(item: str) -> str:
    return f"recall.{item}"


def placeholders(instrument: Instrument, language: str) -> Texts:
    """Every key of an instrument, in the order of its items, with our own label in `language`."""
    found = {TITLE: instrument.title[language], RECALL: instrument.recall[language]}
    for item in instrument.items:
        if item.recall != instrument.recall:
            found[recall_key(item.code)] = item.recall[language]
        found[item_key(item.code)] = item.label[language]
        found |= {option_key(item.code, each.value): each.label[language] for each in item.options}
    return found


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
    only the title and the names of scales do. Every text must be there: see `structure_of`.
    """

    def said(key: str, ours: Mapping[str, str]) -> Mapping[str, str]:
        imported = {language: texts[key] for language, texts in wordings.items()}
        return {**ours, **imported} if with_placeholders else imported

    return replace(
        instrument,
        title={**instrument.title, **{each: texts[TITLE] for each, texts in wordings.items()}},
        recall=said(RECALL, instrument.recall),
        items=tuple(_item(instrument, item, said) for item in instrument.items),
    )


def _item(instrument: Instrument, item: Item, said: Said) -> Item:
    own = item.recall != instrument.recall
    return replace(
        item,
        label=said(item_key(item.code), item.label),
        recall=said(recall_key(item.code) if own else RECALL, item.recall),
        options=tuple(
            replace(each, label=said(option_key(item.code, each.value), each.label)) for each in item.options
        ),
    )


def _keys(instrument: Instrument) -> Iterable[str]:
    return placeholders(instrument, instrument.languages[0])


@lru_cache(maxsize=256)
def _structure(keys: tuple[str, ...]) -> str:
    return sha256("\n".join(sorted(keys)).encode()).hexdigest()
