"""JSON with one reading only, and log lines that are one line."""

import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.entrypoints.log_lines import OneLine
from pro_service.entrypoints.strict_json import MOST_LEVELS, NamedTwiceError, document


@pytest.mark.req("FAULT-32")
def test_json_is_as_deep_as_a_form_and_no_deeper() -> None:
    for levels, fine in ((MOST_LEVELS, True), (MOST_LEVELS + 1, False), (100_000, False)):
        raw = b"[" * levels + b"]" * levels
        if fine:
            document(raw)
        else:
            with pytest.raises(ValueError, match="nested"):
                document(raw)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(), inside, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_whatever_json_can_hold_is_read_as_any_reader_reads_it(value: object) -> None:
    assert document(json.dumps(value).encode()) == value


@given(st.text(), JSON, JSON)
def test_no_object_with_one_name_twice_is_read(name: str, first: object, second: object) -> None:
    raw = f"[{{{json.dumps(name)}: {json.dumps(first)}, {json.dumps(name)}: {json.dumps(second)}}}]"
    with pytest.raises(NamedTwiceError):
        document(raw.encode())


@pytest.mark.parametrize("raw", [b"NaN", b"[Infinity]", b"-Infinity", b'"\xff"', b""])
def test_what_is_no_json_is_not_read(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        document(raw)


# --- Log lines ------------------------------------------------------------------------------------------------------


@pytest.mark.req("FAULT-56")
@given(st.text())
def test_whatever_is_logged_is_one_line_of_plain_characters(said: str) -> None:
    record = logging.LogRecord("x", logging.WARNING, __file__, 1, "said %s", (said,), None)
    line = OneLine().format(record)
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["message"].startswith("said ")


def test_an_error_is_told_by_its_kind_and_place_and_not_by_its_words() -> None:
    try:
        try:
            int("the number +33639980001")
        except ValueError as error:
            raise RuntimeError("about +33639980001\r\n\x1b[31mred") from error
    except RuntimeError as error:
        info = (type(error), error, error.__traceback__)
        line = OneLine().format(logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", (), info))
    assert "39980001" not in line
    told = json.loads(line)["error"]
    assert (told["kind"], told["caused_by"]) == ("builtins.RuntimeError", "builtins.ValueError")
    assert "test_strict_json.py" in told["at"][0]
