"""A file of answers is scored as a statistician expects, or refused with every reason."""

import csv
import io

import pytest

from pro_service.core.scoring import ScoringChoices
from pro_service.services.csv_table import InputError, decoded
from pro_service.services.scores.score_file import score_csv
from pro_service.store.catalogue import load_instruments

SHIPPED = load_instruments()
C30 = [item.code for item in SHIPPED["qlq-c30"].items]
ONES = ["1"] * 30


def scored(text: str, code: str = "qlq-c30", **more: str) -> list[dict[str, str]]:
    choices = ScoringChoices(value_set="France" if code == "eq-5d-5l" else None)
    done = score_csv(text, instrument=SHIPPED[code], choices=choices, **more)  # type: ignore[arg-type]
    return list(csv.DictReader(io.StringIO(done.text, newline="")))


def c30(*lines: list[str], head: str = "id", between: str = ",") -> str:
    return "\n".join(between.join(line) for line in ([*head.split(","), *C30], *lines)) + "\n"


def refused(text: str, code: str = "qlq-c30", **more: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        scored(text, code, source="a.csv", **more)
    return [str(problem) for problem in caught.value.problems]


def test_the_columns_are_id_then_one_for_each_scale() -> None:
    done = score_csv(c30(["P1", *ONES]), instrument=SHIPPED["qlq-c30"], choices=ScoringChoices())
    head, row = done.text.splitlines()
    assert head == "id,QL,PF,RF,EF,CF,SF,FA,NV,PA,DY,SL,AP,CO,DI,FI,SUMMARY"
    assert row == "P1,0,100,100,100,100,100,0,0,0,0,0,0,0,0,0,100"


def test_scores_are_not_rounded_and_read_back_as_they_were() -> None:
    row = scored(c30(["P1", "2", *ONES[1:]]))[0]
    assert float(row["PF"]) == 100.0 - 100.0 / 15.0
    assert len(row["PF"].replace(".", "")) >= 12


def test_blank_and_na_are_missing_and_what_cannot_be_scored_is_blank() -> None:
    row = scored(c30(["P1", "", "NA", " ", *ONES[3:]]))[0]
    assert (row["PF"], row["RF"], row["SUMMARY"]) == ("", "100", "")


@pytest.mark.parametrize("head", ["id", "ID", "Id"])
def test_the_id_column_is_known_in_any_case(head: str) -> None:
    assert scored(c30(["P1", *ONES], head=head))[0]["id"] == "P1"


def test_items_may_stand_in_any_order_and_case() -> None:
    codes = [*reversed(C30)]
    text = f"{','.join(codes).upper()},id\n" + ",".join(["7", "7", *["1"] * 28, "P1"]) + "\n"
    assert scored(text)[0]["QL"] == "100"


def test_other_columns_are_carried_through_untouched() -> None:
    text = c30(["P1", "a, b", " 007 ", *ONES], head="id,site,note").replace("a, b", '"a, b"')
    done = score_csv(text, instrument=SHIPPED["qlq-c30"], choices=ScoringChoices()).text
    assert done.splitlines()[0].startswith("id,site,note,QL,PF")
    assert done.splitlines()[1].startswith('P1,"a, b", 007 ,0,100')


def test_the_rows_keep_their_order() -> None:
    assert [row["id"] for row in scored(c30(["b", *ONES], ["a", *ONES]))] == ["b", "a"]


def test_an_id_may_repeat_where_time_tells_the_rows_apart() -> None:
    rows = scored(c30(["P1", "0", *ONES], ["P1", "1", *ONES], head="id,time"))
    assert [(row["id"], row["time"]) for row in rows] == [("P1", "0"), ("P1", "1")]


def test_an_id_that_repeats_without_time_is_refused() -> None:
    told = refused(c30(["P1", *ONES], ["P1", *ONES]))
    assert told == ["a.csv: row 3 (id P1), column id: is there already; keep one row, or add a column time"]


def test_an_id_that_repeats_at_one_time_is_refused() -> None:
    told = refused(c30(["P1", "0", *ONES], ["P1", "0", *ONES], head="id,time"))
    assert len(told) == 1
    assert "row 3 (id P1)" in told[0]
    assert "already at this time" in told[0]


def test_a_row_without_id_is_refused() -> None:
    assert refused(c30(["", *ONES])) == ["a.csv: row 2, column id: has no id; write the patient's code"]


@pytest.mark.parametrize(
    "cell",
    ["0", "5", "-1", "2.5", "2,5", "two", "NaN", "nan", "inf", "1e400", "1e0", "²", "٣", "1_0", "9" * 5000],
)
def test_what_is_no_answer_is_refused_with_row_and_column(cell: str) -> None:
    told = refused(c30(["P1", *ONES], ["P2", "1", f'"{cell}"', *ONES[2:]]))
    assert len(told) == 1
    assert told[0].startswith("a.csv: row 3 (id P2), column q2: holds ")
    assert told[0].endswith("; write a whole number from 1 to 4, or leave the cell blank")


@pytest.mark.parametrize("cell", ["4", "4.0", "4,0", "4.", " 4 ", "+4", "04"])
def test_a_whole_number_may_be_written_in_several_ways(cell: str) -> None:
    assert scored(c30(["P1", f'"{cell}"', *ONES[1:]]))[0]["PF"] == "80"


def test_every_wrong_answer_is_told_in_the_order_of_rows() -> None:
    told = refused(c30(["P1", *ONES[:29], "8"], ["P2", "5", "9", *ONES[2:]], ["", *ONES]))
    assert [line.split(":")[1] for line in told] == [
        " row 4, column id",
        " row 2 (id P1), column q30",
        " row 3 (id P2), column q1",
        " row 3 (id P2), column q2",
    ]


def test_wrong_answers_are_blanked_on_request_and_told() -> None:
    text = c30(["P1", "5", "2.5", "x", "1", "1", *ONES[5:]])
    done = score_csv(text, instrument=SHIPPED["qlq-c30"], choices=ScoringChoices(), out_of_range="blank")
    assert next(csv.DictReader(io.StringIO(done.text)))["PF"] == ""
    assert [problem.message for problem in done.blanked] == ["holds '5'", "holds '2.5'", "holds 'x'"]


def test_missing_item_columns_are_named() -> None:
    told = refused("id,MO,SC,UA\nP1,1,1,1\n", "eq-5d-5l")
    assert told == ["a.csv: has no column PD, AD, VAS; add it, blank where the item was not answered"]


def test_a_file_without_id_is_refused() -> None:
    assert refused(",".join(C30) + "\n" + ",".join(ONES) + "\n")[0].startswith("a.csv: has no column id")


def test_a_column_named_like_a_scale_is_refused() -> None:
    assert refused(c30(["P1", "3", *ONES], head="id,QL"))[0].startswith(
        "a.csv: column QL: has the name of a scale"
    )


@pytest.mark.parametrize(
    "text,words",
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("id,q1,q1\nP1,1,1\n", "column q1: stands twice"),
        (c30(["P1", "1"]), "row 2: has 2 cells where the header has 31"),
        (c30(["P1", *ONES, "1"]), "row 2: has 32 cells"),
        ('id,q1\n"P1,1\n', "is no CSV"),
    ],
)
def test_a_file_that_is_no_table_is_refused(text: str, words: str) -> None:
    assert words in refused(text)[0]


def test_a_file_as_french_excel_writes_it_is_understood() -> None:
    excel = c30(["P1", "été", *["2,0"] * 30, "", ""], head="id,saison", between=";").replace(
        "\n", ";;\r\n", 1
    )
    data = ("\ufeff" + excel + ";" * 32 + "\r\n").encode()
    row = scored(decoded(data, source="a.csv"))[0]
    assert (row["id"], row["saison"], row["FA"]) == ("P1", "été", "33.333333333333336")


def test_a_tab_separated_file_is_understood() -> None:
    assert scored(c30(["P1", *ONES], between="\t"))[0]["PF"] == "100"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_the_encodings_of_spreadsheets_are_understood(encoding: str) -> None:
    assert decoded("site;été".encode(encoding), source="a.csv") == "site;été"


@pytest.mark.parametrize(
    "data,words",
    [(b"PK\x03\x04...", "is a workbook"), (b"id;\x81", "known encoding"), (b"\xff\xfea", "known encoding")],
)
def test_what_is_no_text_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        decoded(data, source="a.csv")


def test_blank_rows_are_left_out_and_row_numbers_stay_those_of_the_file() -> None:
    assert "row 5 (id P2)" in refused(c30(["P1", *ONES], [], [], ["P2", "9", *ONES[1:]]))[0]


def test_a_header_alone_gives_a_header() -> None:
    assert scored(c30()) == []


def test_eq_5d_gives_state_vas_and_index() -> None:
    text = "id,MO,SC,UA,PD,AD,VAS\nP1,2,1,2,3,2,70\nP2,1,1,,1,1,100\nP3,1,1,1,1,1,\n"
    rows = scored(text, "eq-5d-5l")
    assert [(row["state"], row["vas"]) for row in rows] == [("21232", "70"), ("", "100"), ("11111", "")]
    assert float(rows[0]["index"]) == pytest.approx(0.86178)
    assert [row["index"] for row in rows[1:]] == ["", "1"]
