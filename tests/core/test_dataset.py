"""What an export is: cells that survive spreadsheets, and a dictionary of everything."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.dataset import (
    DICTIONARY,
    PROBLEMS,
    TABLES,
    Column,
    Definition,
    Kind,
    Origin,
    Table,
    csv_header,
    csv_lines,
    dictionary_page,
    dictionary_rows,
    guarded,
    unguarded,
)
from pro_service.core.dataset.codelists import codelists
from pro_service.core.lifecycle import ActionCode, AlertState, AssessmentState, ResponseState
from pro_service.core.plan import ReasonCode
from pro_service.core.scoring import Absent
from pro_service.core.visits import VisitState
from tests.core.course_factory import HEROES
from tests.core.small_instruments import instrument, item

NOW = datetime(2026, 2, 18, 12, tzinfo=UTC)
SMALL = instrument("small", item("q2"), item("q10"), item("q1"))
DEFINITION = Definition(study="heroes", protocols=(HEROES,), instruments=(SMALL,))

# --- Cells ---


def one_of_each(*kinds: Kind) -> Table:
    columns = tuple(
        Column(name=f"c{n}", kind=kind, origin=Origin.SERVICE, label={}) for n, kind in enumerate(kinds)
    )
    return Table(name="t", label={}, key=(), columns=columns)


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
RISKY = st.text(st.sampled_from("=+-@\t\r\n＝＋－＠'\",; a1é"))


@given(st.lists(st.tuples(TEXTS | RISKY, TEXTS | RISKY)))
def test_what_is_written_is_read_back_by_any_reader_of_csv(rows: list[tuple[str, str]]) -> None:
    table = one_of_each(Kind.TEXT, Kind.TEXT)
    text = csv_header(table) + csv_lines(table)(rows)
    head, *read = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert head == ["c0", "c1"]
    assert [tuple(unguarded(cell) for cell in row) for row in read] == rows


@pytest.mark.req("FAULT-55")
@given(TEXTS | RISKY)
def test_no_text_begins_as_a_formula_and_every_text_can_be_had_back(text: str) -> None:
    assert guarded(text)[:1] not in tuple("=+-@\t\r\n＝＋－＠")
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize(
    "kind,value,written",
    [
        (Kind.TEXT, "03-001", "03-001"),
        (Kind.TEXT, "=1+1", "'=1+1"),
        (Kind.TEXT, "＝1", "'＝1"),
        (Kind.TEXT, "'=1", "''=1"),
        (Kind.TEXT, "l'été", "l'été"),
        (Kind.TEXT, 'a,"b"', '"a,""b"""'),
        (Kind.TEXT, "a\rb", '"a\rb"'),
        (Kind.INTEGER, -3, "-3"),
        (Kind.NUMBER, 100 / 3, "33.333333333333336"),
        (Kind.NUMBER, -0.525, "-0.525"),
        (Kind.NUMBER, 7.0, "7.0"),
        (Kind.NUMBER, 33222, "33222"),
        (Kind.FLAG, True, "1"),
        (Kind.FLAG, 0, "0"),
        (Kind.DAY, date(2026, 2, 18), "2026-02-18"),
        (Kind.INSTANT, NOW, "2026-02-18T12:00:00.000000Z"),
        (Kind.INSTANT, NOW + timedelta(microseconds=5), "2026-02-18T12:00:00.000005Z"),
        *((kind, None, "") for kind in Kind),
    ],
)
def test_a_cell_is_written_by_its_kind(kind: Kind, value: object, written: str) -> None:
    assert csv_lines(one_of_each(kind))([(value,)]) == written + "\n"


# --- Definitions ---


def test_every_column_is_labelled_in_both_languages_and_its_code_list_exists() -> None:
    lists = codelists((HEROES,), ())
    for table in (*TABLES, PROBLEMS, DICTIONARY):
        assert len(set(table.names)) == len(table.names)
        assert set(table.key) <= set(table.names)
        for column in table.columns:
            assert all(column.label[language] for language in ("fr", "en"))
            assert not column.codelist or lists[column.codelist], column.name


def test_the_code_lists_know_every_state_and_code_of_the_service() -> None:
    lists = codelists((HEROES,), ())
    assert set(lists["form_state"]) == {*AssessmentState, "merged", "skipped"}
    assert set(lists["response_state"]) == set(ResponseState)
    assert set(lists["alert_state"]) == set(AlertState)
    assert set(lists["action"]) == set(ActionCode)
    assert set(lists["absent_reason"]) == set(Absent)
    kept = {ReasonCode.UNCHANGED, ReasonCode.BEGUN, ReasonCode.FINISHED, ReasonCode.CLOSED}
    assert set(lists["form_reason"]) >= set(ReasonCode) - kept
    assert set(lists["phase"]) == set(HEROES.course.phases)
    assert set(lists["visit_state"]) == set(VisitState)
    assert set(lists["visit_kind"]) == {"ctdna"}


def test_no_column_is_for_contact_data_or_free_text() -> None:
    names = {name for table in TABLES for name in table.names}
    assert not {name for name in names if "phone" in name or "contact" in name or "note" in name}


def test_the_dictionary_has_every_column_item_scale_and_code() -> None:
    rows = [dict(zip(DICTIONARY.names, row, strict=True)) for row in dictionary_rows(DEFINITION)]
    columns = {(row["parent"], row["name"]) for row in rows if row["entry"] == "column"}
    assert columns == {
        (table.name, name) for table in (*TABLES, PROBLEMS, DICTIONARY) for name in table.names
    }
    items = {row["name"]: row for row in rows if row["entry"] == "item"}
    assert list(items) == ["q2", "q10", "q1"]
    assert (items["q1"]["minimum"], items["q1"]["maximum"], items["q1"]["codelist"]) == (1, 4, "small.q2")
    limits = [row[name] for row in rows for name in ("minimum", "maximum")]
    assert not any(isinstance(limit, float) and limit.is_integer() for limit in limits)
    codes = {row["name"]: row["label_en"] for row in rows if row["parent"] == "small.q2"}
    assert codes == {"1": "Not at all", "2": "A little", "3": "Quite a bit", "4": "Very much"}
    rules = {row["name"]: row["status"] for row in rows if row["entry"] == "alert_rule"}
    assert {
        scale: rules[f"c30-worse-than-baseline.{scale}"] for scale in ("PF", "EF", "FA", "PA")
    } == dict.fromkeys(("PF", "EF", "FA", "PA"), "UNVERIFIED")
    notes = {row["name"]: str(row["note"]) for row in rows if row["entry"] == "alert_rule"}
    assert notes["c30-worse-than-baseline.QL"].endswith("; no threshold known: not applied")
    assert len({tuple(row[name] for name in DICTIONARY.key) for row in rows}) == len(rows)


class Tags(HTMLParser):
    """Follows a page's elements and sees whether they are closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_well_formed_escaped_and_fetches_nothing() -> None:
    odd = replace(SMALL, title={"fr": "<b>gras</b>", "en": "bold & co"})
    page = dictionary_page(replace(DEFINITION, instruments=(odd,)))
    tags = Tags(page)
    assert (tags.open, tags.addresses) == ([], [])
    assert "&lt;b&gt;gras&lt;/b&gt; / bold &amp; co" in page
    assert '<span class="doubt">UNVERIFIED</span>' in page
