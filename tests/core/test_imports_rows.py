"""Reading rows of facts: what is taken, and the sentence for each mistake."""

from datetime import date

import pytest

from pro_service.core.imports import FaultCode, ReadingRules, RowFault, fault_words, read_rows
from tests.core.course_factory import HEROES

RULES = ReadingRules(course=HEROES.course)
GOOD = {"patient": "03-001", "source_key": "E-1", "type": "treatment_stopped", "on": "2026-01-05"}


def faults(day_first: bool = False, **cells: str) -> list[tuple[str, FaultCode]]:
    rules = ReadingRules(course=HEROES.course, day_first=day_first)
    return [(one.column, one.code) for one in read_rows([(2, {**GOOD, **cells})], rules).faults]


def test_a_good_row_is_read() -> None:
    told = {
        **GOOD,
        "type": "ctdna_resulted",
        "result": "positive",
        "disclosed_on": "2026-01-09",
        "visit": "V2",
    }
    (row,) = read_rows([(2, told)], RULES).rows
    assert (row.number, row.patient, row.source_key, row.visit) == (2, "03-001", "E-1", "V2")
    assert (row.event.on, row.event.disclosed_on) == (date(2026, 1, 5), date(2026, 1, 9))


def test_days_as_french_excel_turns_them_are_read_when_asked_for() -> None:
    rules = ReadingRules(course=HEROES.course, day_first=True)
    (row,) = read_rows([(2, {**GOOD, "on": "5/1/2026"})], rules).rows
    assert row.event.on == date(2026, 1, 5)


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"patient": ""}, "patient", FaultCode.BLANK),
        ({"source_key": ""}, "source_key", FaultCode.BLANK),
        ({"type": ""}, "type", FaultCode.BLANK),
        ({"on": ""}, "on", FaultCode.BLANK),
        ({"type": "treatment_stoped"}, "type", FaultCode.UNKNOWN_TYPE),
        ({"type": "event_corrected"}, "type", FaultCode.ONLY_BY_VOIDING),
        ({"type": "result_disclosed"}, "type", FaultCode.ONLY_BY_TELLING),
        ({"on": "05/01/2026"}, "on", FaultCode.NOT_A_DAY),
        ({"on": "2026-02-30"}, "on", FaultCode.NOT_A_DAY),
        ({"on": "1026-02-03"}, "on", FaultCode.NOT_A_DAY),
        ({"on": "2026-1-5"}, "on", FaultCode.NOT_A_DAY),
        ({"result": "positive"}, "result", FaultCode.NOT_OF_THIS_TYPE),
        ({"disclosed_on": "2026-01-05"}, "disclosed_on", FaultCode.NOT_OF_THIS_TYPE),
        ({"type": "ctdna_resulted"}, "result", FaultCode.BLANK),
        ({"type": "ctdna_resulted", "result": "pos"}, "result", FaultCode.NOT_KNOWN_HERE),
        ({"source_key": "E" * 65}, "source_key", FaultCode.TOO_LONG),
        ({"visit": "V\x002"}, "visit", FaultCode.NOT_PRINTABLE),
    ],
)
def test_each_mistake_is_told_with_its_column(cells: dict[str, str], column: str, code: FaultCode) -> None:
    assert (column, code) in faults(**cells)


@pytest.mark.parametrize("code", list(FaultCode))
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_mistake_has_its_sentence_and_its_cure(code: FaultCode, language: str) -> None:
    fault = RowFault(row=2, column="on", code=code, value="x", allowed="y")
    wrong, cure = fault_words(fault, language)
    assert wrong
    assert cure
    assert "{" not in wrong + cure


def test_a_mistyped_type_is_answered_with_the_nearest_first() -> None:
    (fault,) = read_rows([(2, {**GOOD, "type": "treatment_stoped"})], RULES).faults
    assert fault.allowed.startswith("treatment_stopped, ")
    assert "event_corrected" not in fault.allowed


def test_the_same_row_twice_is_one_and_one_key_with_two_meanings_is_a_mistake() -> None:
    other = {**GOOD, "on": "2026-01-06"}
    assert len(read_rows([(2, GOOD), (3, GOOD)], RULES).rows) == 1
    (fault,) = read_rows([(2, GOOD), (3, other)], RULES).faults
    assert (fault.row, fault.code, fault.allowed) == (3, FaultCode.KEY_TWICE, "2")


def test_every_mistake_of_a_file_is_told_at_once() -> None:
    rows = [(2, {**GOOD, "on": "x"}), (3, {**GOOD, "type": "x"}), (4, GOOD)]
    assert [fault.row for fault in read_rows(rows, RULES).faults] == [2, 3]
