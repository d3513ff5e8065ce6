"""Edit checks: that the service asked for an answer again is kept, with what was given (FDA 2024, question 13)."""

from enum import StrEnum


class PromptCode(StrEnum):
    """Why an answer was asked for again."""

    OUT_OF_RANGE = "out_of_range"  # a number that the item does not have
    NOT_UNDERSTOOD = "not_understood"  # no answer that could be read


class PromptSource(StrEnum):
    """Where the answer was given."""

    SMS = "sms"
    LINK = "link"
    ENTRY = "entry"  # a form that a site enters


LONGEST = 8


def prompt_of(written: str) -> tuple[PromptCode, str]:
    """Why a text is no answer, and the number it holds; words are not repeated, since they may tell anything."""
    text = written.strip()
    number = text.removeprefix("-").removeprefix("+")
    if 0 < len(text) <= LONGEST and number.isascii() and number.isdecimal():
        return PromptCode.OUT_OF_RANGE, text
    return PromptCode.NOT_UNDERSTOOD, ""
