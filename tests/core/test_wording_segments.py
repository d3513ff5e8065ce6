"""What a text costs: its encoding and its parts, at every boundary.

The counts agree with Twilio's published sms-segments-calculator 1.3.0.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.wording import Segments, foreign_characters, segments

#: text, encoding, units, parts
COUNTED = (
    ("", "GSM-7", 0, 0),
    ("a", "GSM-7", 1, 1),
    ("a" * 160, "GSM-7", 160, 1),
    ("a" * 161, "GSM-7", 161, 2),
    ("a" * 306, "GSM-7", 306, 2),
    ("a" * 307, "GSM-7", 307, 3),
    ("a" * 459, "GSM-7", 459, 3),
    ("éèàùìòñöüäåÉÇÑ£¥§¿¡ΔΦ@_\n\r", "GSM-7", 25, 1),
    ("€", "GSM-7", 2, 1),
    ("{}[]~^|\\€\f", "GSM-7", 20, 1),
    ("a" * 158 + "€", "GSM-7", 160, 1),
    ("a" * 159 + "€", "GSM-7", 161, 2),
    # an escape and its character stay together: 152 + 153 + 1 instead of 153 + 153
    ("a" * 152 + "€" + "a" * 152, "GSM-7", 306, 3),
    ("a" * 151 + "€" + "a" * 153, "GSM-7", 306, 2),
    ("€" * 80, "GSM-7", 160, 1),
    ("€" * 152, "GSM-7", 304, 2),
    ("€" * 153, "GSM-7", 306, 3),
    # one character outside the alphabet makes all of them UTF-16
    ("ê", "UCS-2", 1, 1),
    ("ç", "UCS-2", 1, 1),
    ("’", "UCS-2", 1, 1),
    ("\x1b", "UCS-2", 1, 1),
    ("ê" * 70, "UCS-2", 70, 1),
    ("ê" * 71, "UCS-2", 71, 2),
    ("ê" * 134, "UCS-2", 134, 2),
    ("ê" * 135, "UCS-2", 135, 3),
    ("a" * 69 + "ê", "UCS-2", 70, 1),
    ("€ê", "UCS-2", 2, 1),
    ("😀", "UCS-2", 2, 1),
    ("😀" * 35, "UCS-2", 70, 1),
    ("😀" * 36, "UCS-2", 72, 2),
    # a surrogate pair stays together: 66 units a part
    ("😀" * 66, "UCS-2", 132, 2),
    ("😀" * 67, "UCS-2", 134, 3),
    ("\ud800", "UCS-2", 1, 1),
)


@pytest.mark.parametrize(("text", "encoding", "units", "parts"), COUNTED, ids=range(len(COUNTED)))
def test_segments_are_counted_as_they_are_billed(text: str, encoding: str, units: int, parts: int) -> None:
    assert segments(text) == Segments(encoding=encoding, units=units, parts=parts)  # type: ignore[arg-type]


def test_one_circumflex_costs_a_segment() -> None:
    reminder = "a" * 177
    assert segments(reminder).parts == 2
    assert segments(reminder[:-1] + "ê").parts == 3


def test_the_characters_that_cost_are_named_once_in_order() -> None:
    assert foreign_characters("prêt, ça, prêt’ €") == ("ê", "ç", "’")


@given(st.text(alphabet="aé€[ê😀", max_size=400))
def test_segments_hold_what_they_carry(text: str) -> None:
    counted = segments(text)
    whole, part = (160, 153) if counted.encoding == "GSM-7" else (70, 67)
    assert (counted.parts <= 1) == (counted.units <= whole)
    # A part loses at most one unit to a character that would not fit.
    assert counted.parts <= 1 or part * counted.parts >= counted.units > (part - 1) * (counted.parts - 1)
