"""Files for an item library, files that spreadsheets spoil, and columns nobody asked for."""

import csv
import io
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.scoring import ScoringChoices
from pro_service.services.csv_table import InputError, decoded
from pro_service.services.scores.score_file import score_csv
from pro_service.store.catalogue import load_instruments

SHIPPED = load_instruments()
EQ5D = "id,MO,SC,UA,PD,AD,VAS"


def scored(code: str, text: str) -> list[dict[str, str]]:
    done = score_csv(text, instrument=SHIPPED[code], choices=ScoringChoices(value_set="France"))
    return list(csv.DictReader(io.StringIO(done.text, newline="")))


def refused(code: str, text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        score_csv(text, instrument=SHIPPED[code], choices=ScoringChoices(), source="a.csv")
    return [str(problem) for problem in caught.value.problems]


def test_a_file_may_hold_any_columns_of_a_library() -> None:
    rows = scored("pro-ctcae", "id,visit,PT01016A,PT01048A,PT01048B,PT01048C\nP1,2,4,2,3,1\nP2,2,,0,,\n")
    assert rows == [
        {"id": "P1", "visit": "2", "PT01016": "3", "PT01048": "2"},
        {"id": "P2", "visit": "2", "PT01016": "", "PT01048": "0"},
    ]


def test_a_term_of_which_one_column_is_absent_is_scored_where_it_can_be() -> None:
    rows = scored("pro-ctcae", "id,PT01048A,PT01048B\nP1,2,3\nP2,0,3\n")
    assert [row["PT01048"] for row in rows] == ["", "0"]


def test_a_library_file_with_presence_only_has_no_scores() -> None:
    assert scored("pro-ctcae", "id,PT01012A\nP1,1\n") == [{"id": "P1"}]
    assert refused("pro-ctcae", "id,PT01012A\nP1,2\n") == [
        "a.csv: row 2 (id P1), column PT01012A: holds '2'; write a whole number from 0 to 1, or leave the cell blank"
    ]


def test_a_file_without_any_item_of_a_library_is_refused() -> None:
    assert refused("pro-ctcae", "id,nausea\nP1,2\n") == [
        "a.csv: has no item of pro-ctcae; name columns by item codes, such as PT01001A"
    ]


def test_the_answer_that_an_item_does_not_apply_is_understood_where_it_is_offered() -> None:
    assert scored("pro-ctcae", "id,PT01060A\nP1,9\n") == [{"id": "P1", "PT01060": ""}]
    told = refused("pro-ctcae", "id,PT01060A,PT01061A\nP1,8,9\n")
    assert [line.split("; ")[1] for line in told] == [
        "write a whole number from 0 to 4, 9 if it does not apply, or leave the cell blank",
        "write a whole number from 0 to 4, or leave the cell blank",
    ]


def test_a_column_of_another_case_beside_the_item_is_told() -> None:
    told = refused("eq-5d-5l", f"{EQ5D},mo\nP1,1,1,1,1,1,50,5\n")
    assert told == ["a.csv: column mo: is MO a second time; keep one of them"]


@pytest.mark.parametrize("name", ["ID", "Time"])
def test_an_id_or_time_beside_another_is_told(name: str) -> None:
    text = f"id,time,{name},{EQ5D[3:]}\nP1,0,P2,1,1,1,1,1,50\n"
    assert any(
        f"column {name}: is {name.lower()} a second time" in line for line in refused("eq-5d-5l", text)
    )


def test_columns_of_another_module_are_carried_through() -> None:
    row = scored("facit-gp5", "id,q1,GP5,remark\nP1,4,3,x\n")
    assert row == [{"id": "P1", "q1": "4", "remark": "x", "GP5": "3"}]


def test_a_file_of_many_unknown_columns_is_told_in_good_time() -> None:
    """Names used to be compared each with each: fifty thousand columns took half a minute."""
    wide = f"id,{','.join(f'x{n}' for n in range(50_000))}\nP1{',1' * 50_000}\n"
    before = process_time()
    (problem,) = refused("qlq-c30", wide)
    assert "has no column q1" in problem
    assert process_time() - before < 5


def test_commas_inside_quoted_names_do_not_make_a_file_comma_separated() -> None:
    text = '"id";"note (a, b, c, d, e, f, g, h, i)";MO;SC;UA;PD;AD;VAS\r\n"P1";"1,5";1;1;1;1;1;"50,0"\r\n'
    row = scored("eq-5d-5l", text)[0]
    assert (row["vas"], row["index"], row["note (a, b, c, d, e, f, g, h, i)"]) == ("50", "1", "1,5")


@pytest.mark.parametrize("cell", ["1,5", "0,99", "1.000,5", "1 000", "#N/A", "=1", "vrai", "-", "N/A", "na"])
def test_what_a_spreadsheet_may_write_and_is_no_answer_is_refused(cell: str) -> None:
    text = f'id;MO;SC;UA;PD;AD;VAS\r\nP1;1;"{cell}";1;1;1;50\r\n'
    told = refused("eq-5d-5l", text)
    assert len(told) == 1
    assert told[0].startswith(f"a.csv: row 2 (id P1), column SC: holds {cell!r}")


def test_french_excel_in_one_go() -> None:
    """Byte-order mark, semicolons, comma decimals, CRLF, a blank column at the end and a blank row."""
    text = (
        "\ufeffID;Time;MO;SC;UA;PD;AD;VAS;\r\n001;0;1,0;1;2;NA;1;70,0;\r\n001;1;1;1;2;1;1;;\r\n;;;;;;;;\r\n"
    )
    for data in (text.encode("utf-8"), text.encode("utf-16")):
        rows = scored("eq-5d-5l", decoded(data, source="a.csv"))
        assert [(row["id"], row["Time"], row["state"], row["vas"]) for row in rows] == [
            ("001", "0", "", "70"),
            ("001", "1", "11211", ""),
        ]


def test_a_carq_file_gives_tenths() -> None:
    assert scored("carq-4", "id,q1,q2,q3,q4\nP1,3,4,5,37\n") == [{"id": "P1", "TOTAL": "15.7"}]


@given(cells=st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=1))
def test_what_is_carried_through_reads_back_as_it_was(cells: list[str]) -> None:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["id", "note", "GP5"])
    writer.writerows([str(number), cell, 3] for number, cell in enumerate(cells))
    rows = scored("facit-gp5", out.getvalue())
    assert [(row["id"], row["note"], row["GP5"]) for row in rows] == [
        (str(number), cell, "3") for number, cell in enumerate(cells)
    ]


@pytest.mark.parametrize("line", ["sep=;\n", "SEP=;\r\n", "\ufeffsep=; \n"])
def test_a_line_that_tells_excel_the_separator_is_understood_and_not_counted(line: str) -> None:
    header = EQ5D.replace(",", ";")
    assert scored("eq-5d-5l", f"{line}{header}\nP1;1;1;1;1;1;90\n")[0]["index"] == "1"
    assert refused("eq-5d-5l", f"{line}{header}\nP1;1;1;9;1;1;90\n")[0].startswith(
        "a.csv: row 2 (id P1), column UA"
    )
