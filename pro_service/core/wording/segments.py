"""Counts what an SMS costs: its encoding, its length in that encoding and the parts it is cut into.

Source: 3GPP TS 23.038 (GSM 7 bit default alphabet and its extension table) and TS 23.040 (user data header of
concatenated messages: 6 octets, hence 153 septets or 67 UTF-16 units a part).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Encoding = Literal["GSM-7", "UCS-2"]

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: Sent as an escape and a second septet.
GSM_EXTENSION = frozenset("\f^{}\\[~]|€")

WHOLE: dict[Encoding, int] = {"GSM-7": 160, "UCS-2": 70}
PART: dict[Encoding, int] = {"GSM-7": 153, "UCS-2": 67}


@dataclass(frozen=True, kw_only=True)
class Segments:
    """What a text takes on the air: `units` are septets (GSM-7) or UTF-16 units (UCS-2), `parts` what is billed."""

    encoding: Encoding
    units: int
    parts: int


def segments(text: str) -> Segments:
    """Encoding, units and parts of one text. An empty text has no part: it cannot be sent."""
    encoding: Encoding = "GSM-7" if set(text) <= GSM_BASIC | GSM_EXTENSION else "UCS-2"
    widths = tuple(_width(character, encoding) for character in text)
    units = sum(widths)
    parts = min(units, 1) if units <= WHOLE[encoding] else _parts(widths, PART[encoding])
    return Segments(encoding=encoding, units=units, parts=parts)


def foreign_characters(text: str) -> tuple[str, ...]:
    """The characters that force a text out of GSM-7, each once, in order of appearance."""
    return tuple(dict.fromkeys(character for character in text if character not in GSM_BASIC | GSM_EXTENSION))


def _width(character: str, encoding: Encoding) -> int:
    if encoding == "GSM-7":
        return 2 if character in GSM_EXTENSION else 1
    return 2 if ord(character) > 0xFFFF else 1


def _parts(widths: Iterable[int], room: int) -> int:
    """Parts needed when no character may be cut in two."""
    parts, used = 1, 0
    for width in widths:
        if used + width > room:
            parts, used = parts + 1, 0
        used += width
    return parts
