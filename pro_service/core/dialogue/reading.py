"""Reads one reply as an answer to one item, a command, or neither: exact, not clever, so that nothing is coerced.

A text is put into Unicode's compatibility form, stripped of invisible format characters, of space around it and of
one trailing full stop, exclamation mark or comma. What is left must be, as a whole, a value of the item written in
decimal digits of one script, or the label of one of its options. "3 4", "02", "-1", "2,5" and "two" are nobody's guess.
"""

import re
import unicodedata
from dataclasses import dataclass

from pro_service.core.dialogue.words import Command, command_in, fold
from pro_service.core.instrument import Item
from pro_service.core.wording import in_language


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """The text is this value of the item."""

    value: int


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The text is a command."""

    command: Command


@dataclass(frozen=True, kw_only=True)
class Unreadable:
    """The text is neither; a person reads it."""


Reading = Chosen | Asked | Unreadable

#: Digits beyond this are no answer to any item (and converting a very long number is not free).
_MOST_DIGITS = 9


def read_reply(text: str, *, item: Item | None, language: str) -> Reading:
    """What `text` means while `item` is open (None: no item is). Commands are recognised before answers."""
    command = command_in(visible(text))
    if command:
        return Asked(command=command)
    value = None if item is None else _value(visible(text), item=item, language=language)
    return Unreadable() if value is None else Chosen(value=value)


def visible(text: str) -> str:
    """The text a person sees: compatibility form, without format characters and without space around it."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(character for character in plain if unicodedata.category(character) != "Cf").strip()


def allowed_values(item: Item) -> tuple[int, ...]:
    """The values a reply may take, in display order."""
    if item.options:
        return tuple(option.value for option in item.options)
    return tuple(range(item.minimum, item.maximum + 1))


def _value(token: str, *, item: Item, language: str) -> int | None:
    whole = re.sub(r"[.!,]\Z", "", token).rstrip()
    number = decimal_number(whole)
    meanings = (
        {number} & set(allowed_values(item)) if number is not None else _labelled(whole, item, language)
    )
    return meanings.pop() if len(meanings) == 1 else None


def decimal_number(token: str) -> int | None:
    """The number a token writes in the decimal digits of one script, without sign and without leading zero."""
    digits = [unicodedata.decimal(character, -1) for character in token]
    if not 0 < len(digits) <= _MOST_DIGITS or -1 in digits or (digits[0] == 0 and len(digits) > 1):
        return None
    zeros = {ord(character) - digit for character, digit in zip(token, digits, strict=True)}
    return int("".join(map(str, digits))) if len(zeros) == 1 else None


def _labelled(token: str, item: Item, language: str) -> set[int]:
    """The values whose label is the token. A label without a letter is none: digits mean values only."""
    said = " ".join(fold(token).split())
    labels = {option.value: in_language(option.label, language) for option in item.options}
    return {
        value
        for value, label in labels.items()
        if any(map(str.isalpha, said)) and " ".join(fold(visible(label)).split()) == said
    }
