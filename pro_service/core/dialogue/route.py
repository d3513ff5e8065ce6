"""Which items of an instrument are shown, which comes next, and which instruments can be asked by SMS at all."""

from collections.abc import Mapping

from pro_service.core.dialogue.reading import allowed_values
from pro_service.core.instrument import Instrument, Item
from pro_service.core.wording import FRAGMENTS, in_language

Answers = Mapping[str, int | None]


def sms_eligible(instrument: Instrument, sms_items_max: int) -> bool:
    """Whether an instrument is short enough to be asked item by item. A maximum of 0 switches SMS answering off."""
    return 0 < len(instrument.items) <= sms_items_max


def shown_items(instrument: Instrument, answers: Answers) -> tuple[Item, ...]:
    """The items to be shown, given the answers so far. A condition looks back at an item that is itself shown."""
    shown: dict[str, Item] = {}
    for item in instrument.items:
        if item.shown_if is None or (
            item.shown_if.item in shown and _above(answers.get(item.shown_if.item), item.shown_if.above)
        ):
            shown[item.code] = item
    return tuple(shown.values())


def next_item(instrument: Instrument, answers: Answers) -> Item | None:
    """The first item shown that has neither answer nor refusal."""
    return next((item for item in shown_items(instrument, answers) if item.code not in answers), None)


def previous_item(instrument: Instrument, answers: Answers, *, before: str) -> Item | None:
    """The item shown just before the item `before`."""
    shown = shown_items(instrument, answers)
    codes = [item.code for item in shown]
    place = codes.index(before)
    return shown[place - 1] if place else None


def no_longer_shown(instrument: Instrument, answers: Answers) -> tuple[str, ...]:
    """The codes of items that have an answer although their condition is gone, in the instrument's order."""
    shown = {item.code for item in shown_items(instrument, answers)}
    return tuple(item.code for item in instrument.items if item.code in answers and item.code not in shown)


def question(instrument: Instrument, item: Item, *, language: str) -> Mapping[str, str]:
    """The parameters of the texts that ask an item. The item's wording is used as it stands, never shortened.

    What its owner prints before it stands before it here too.
    """
    number = [each.code for each in instrument.items].index(item.code) + 1
    before = [instrument.instruction if number == 1 else {}, item.instruction]
    printed = [in_language(each, language) for each in before if each]
    asked = f"{in_language(item.recall, language)}: {in_language(item.label, language)}"
    return {
        "number": str(number),
        "total": str(len(instrument.items)),
        "question": " ".join([*printed, asked]),
        "choices": choices(item, language=language),
    }


def choices(item: Item, *, language: str) -> str:
    """The replies an item allows, in display order: "1=Pas du tout, 2=Un peu", or "un nombre de 0 à 100".

    Where words stand at the ends of a line they follow: "(0=Au plus mal, 100=Au mieux)".
    """
    if item.options:
        return ", ".join(f"{option.value}={in_language(option.label, language)}" for option in item.options)
    values = allowed_values(item)
    told = in_language(FRAGMENTS["range"], language).format(low=values[0], high=values[-1])
    if not item.low:
        return told
    low, high = in_language(item.low, language), in_language(item.high, language)
    return f"{told} ({values[0]}={low}, {values[-1]}={high})"


def _above(value: int | None, limit: int) -> bool:
    return value is not None and value > limit
