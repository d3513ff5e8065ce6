"""What an export is: cells that survive spreadsheets, versions that count, and a ledger without a gap."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.course import replay
from pro_service.core.dataset import (
    DICTIONARY,
    PROBLEMS,
    TABLES,
    Column,
    Definition,
    Kind,
    Origin,
    Table,
    course_rows,
    csv_header,
    csv_lines,
    dictionary_page,
    dictionary_rows,
    guarded,
    in_order_of_items,
    in_order_of_scales,
    item_rows,
    ledger,
    odd_answers,
    odd_responses,
    odd_scores,
    patient_row,
    reason_in_words,
    rule_of,
    score_rows,
    standing_events,
    unguarded,
)
from pro_service.core.dataset.codelists import codelists
from pro_service.core.dataset.stored import (
    StoredAnswer,
    StoredFact,
    StoredForm,
    StoredPatient,
    StoredResponse,
    StoredScore,
)
from pro_service.core.lifecycle import ActionCode, AlertState, AssessmentState, ResponseState
from pro_service.core.plan import Merged, Plan, Reason, ReasonCode, Skipped, plan
from pro_service.core.scoring import RULE_VERSION, Absent
from tests.core.course_factory import FAR, HEROES, STOPPED, courses_at_random, day, event, positive, resumed
from tests.core.small_instruments import instrument, item

NOW = datetime(2026, 2, 18, 12, tzinfo=UTC)
ANNA = StoredPatient("03-001", "03", "fr", "Europe/Paris", "heroes-1", False, NOW)
SMALL = instrument("small", item("q2"), item("q10"), item("q1"))
FORMS = next(table for table in TABLES if table.name == "expected_forms")
EVENTS = next(table for table in TABLES if table.name == "events")
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
        (Kind.NUMBER, 7, "7.0"),
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


def test_no_column_is_for_contact_data_or_free_text() -> None:
    names = {name for table in TABLES for name in table.names}
    assert not {name for name in names if "phone" in name or "contact" in name or "note" in name}


def test_the_dictionary_has_every_column_item_scale_and_code() -> None:
    rows = [dict(zip(DICTIONARY.names, row, strict=True)) for row in dictionary_rows(DEFINITION)]
    columns = {(row["parent"], row["name"]) for row in rows if row["entry"] == "column"}
    assert columns == {(table.name, name) for table in (*TABLES, PROBLEMS) for name in table.names}
    items = {row["name"]: row for row in rows if row["entry"] == "item"}
    assert list(items) == ["q2", "q10", "q1"]
    assert (items["q1"]["minimum"], items["q1"]["maximum"], items["q1"]["codelist"]) == (1, 4, "small.q2")
    codes = {row["name"]: row["label_en"] for row in rows if row["parent"] == "small.q2"}
    assert codes == {"1": "Not at all", "2": "A little", "3": "Quite a bit", "4": "Very much"}
    rules = {row["name"]: row["status"] for row in rows if row["entry"] == "alert_rule"}
    assert rules["c30-worse-than-baseline.PF"] == "UNVERIFIED"
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


# --- Answers and scores ---


def stored_answer(code: str = "q1", version: int = 1, **over: object) -> StoredAnswer:
    row = StoredAnswer(
        *("03-001", "03", "BASE", "base", "small", "1", 1, code, version),
        *(3, False, "link", "fr", NOW, NOW, "completed"),
    )
    return row._replace(**over)


def test_answers_stand_in_the_order_of_the_printed_questionnaire() -> None:
    found = [stored_answer(code) for code in ("q1", "q10", "q2", "q99")]
    assert [each.item for each in in_order_of_items(found, {"small": SMALL})] == ["q2", "q10", "q1", "q99"]
    assert [each.item for each in in_order_of_items(found, {})] == ["q1", "q10", "q2", "q99"]


@given(
    st.sets(st.tuples(st.integers(1, 2), st.sampled_from(["q1", "q2"]), st.integers(1, 4))),
    st.sampled_from(["in_progress", "completed", "closed"]),
)
def test_one_version_of_each_answer_counts_and_it_is_the_newest(
    made: set[tuple[int, str, int]], state: str
) -> None:
    newest = max((sitting for sitting, _, _ in made), default=1)
    found = [
        stored_answer(
            code, version, sitting=sitting, response_state=state if sitting == newest else "superseded"
        )
        for sitting, code, version in sorted(made)
    ]
    rows = list(item_rows(in_order_of_items(found, {"small": SMALL})))
    assert len(rows) == len(found)
    counting = [(row[7], row[8]) for row in rows if row[-2]]
    last = {code: version for sitting, code, version in sorted(made) if sitting == newest}
    assert dict(counting) == last
    assert len(counting) == len(last)


def stored_score(**over: object) -> StoredScore:
    row = StoredScore(
        *("03-001", "03", "BASE", "base", "small", "1", 1),
        *("S", 50.0, None, 2, 0, RULE_VERSION, NOW, "completed"),
    )
    return row._replace(**over)


def test_of_two_scorings_the_later_counts() -> None:
    again = stored_score(rule_version="2", scored_at=NOW + timedelta(days=1))
    rows = list(score_rows(in_order_of_scales([again, stored_score()], {})))
    assert [(row[12], row[-1]) for row in rows] == [(RULE_VERSION, False), ("2", True)]
    superseded = in_order_of_scales([stored_score(response_state="superseded")], {"small": SMALL})
    assert [row[-1] for row in score_rows(superseded)] == [False]


# --- The ledger ---


def stored_form(key: str, state: str = "planned", **over: object) -> StoredForm:
    due_on = date(2026, 2, 20)
    row = StoredForm(
        *("03-001", key, "grid", due_on, due_on, due_on, ["qlq-c30"], state, {"code": "first_answer"}),
        *(True, NOW, None, None, None, 0, 0, 0),
    )
    return row._replace(**over)


def forms_of(expected: Plan) -> list[StoredForm]:
    return [
        stored_form(slot.key, rule=slot.rule, due_on=slot.due_on, instruments=list(slot.instruments))
        for slot in expected.slots
    ]


def named(table: Table, rows: tuple[tuple[object, ...], ...]) -> list[dict[str, object]]:
    return [dict(zip(table.names, row, strict=True)) for row in rows]


@given(courses_at_random)
def test_every_timepoint_of_a_course_is_in_the_ledger_once(events: tuple) -> None:
    expected = plan(HEROES, events, as_of=FAR)
    found = ledger(ANNA, forms_of(expected), plan=expected, protocol=HEROES)
    rows = named(FORMS, found.rows)
    keys = [entry.key for entry in (*expected.slots, *expected.merged, *expected.skipped)]
    assert sorted(row["timepoint"] for row in rows) == sorted(keys)
    assert [row["due_on"] for row in rows] == sorted(row["due_on"] for row in rows)
    assert all(row["rule"] and row["reason"] for row in rows)
    assert found.oddities == ()


def test_what_never_became_a_form_says_why_and_what_replaced_it() -> None:
    expected = plan(HEROES, (*STOPPED, positive(150), resumed(150)), as_of=FAR)
    rows = {
        row["timepoint"]: row for row in named(FORMS, ledger(ANNA, (), plan=expected, protocol=HEROES).rows)
    }
    assert (rows["CONV"]["state"], rows["CONV"]["merged_into"]) == ("merged", "R1")
    assert rows["CONV"]["reason"] == "replaced by R1, due 0 day(s) apart"
    assert (rows["CONV"]["rule"], rows["CONV"]["expected_now"], rows["CONV"]["messages_sent"]) == (
        *("conv", False),
        0,
    )
    before = plan(HEROES, (event("included", 0),), as_of=FAR)
    skipped = named(FORMS, ledger(ANNA, (), plan=before, protocol=HEROES).rows)
    assert {row["state"] for row in skipped} == {"skipped"}
    assert "the phase is “" in str(skipped[0]["reason"])


def test_a_cancelled_form_names_its_replacement() -> None:
    why = {"code": "merged", "into": "CONV", "days": "7"}
    none = Plan(as_of=FAR, phase="", slots=(), merged=(), skipped=())
    cancelled = stored_form("M4.5", "cancelled", reason=why, expected_now=False)
    (row,) = named(FORMS, ledger(ANNA, (cancelled,), plan=none, protocol=HEROES).rows)
    assert (row["merged_into"], row["reason"]) == ("CONV", "replaced by CONV, due 7 day(s) apart")


@pytest.mark.parametrize(
    "state,finished_at,late",
    [
        ("completed", datetime(2026, 2, 18, 12, tzinfo=UTC), -2),
        ("completed", datetime(2026, 2, 20, 22, 59, tzinfo=UTC), 0),
        ("completed", datetime(2026, 2, 20, 23, 1, tzinfo=UTC), 1),  # midnight has passed in Paris
        ("missed", datetime(2026, 2, 28, 12, tzinfo=UTC), None),
        ("planned", None, None),
    ],
)
def test_days_late_are_days_of_the_patient(
    state: str, finished_at: datetime | None, late: int | None
) -> None:
    form = stored_form("M1.5", state, finished_at=finished_at, instruments_completed=1)
    none = Plan(as_of=FAR, phase="", slots=(), merged=(), skipped=())
    (row,) = named(FORMS, ledger(ANNA, (form,), plan=none, protocol=HEROES).rows)
    assert row["days_late"] == late


@pytest.mark.parametrize(
    "key,rule",
    [
        *(("BASE", "base"), ("M1.5", "grid"), ("CONV", "conv"), ("R1", "resume"), ("R12+3m", "resume")),
        *(("R", ""), ("Rx+3m", ""), ("M99", ""), ("R1+3m+3m", "")),
    ],
)
def test_the_rule_of_a_timepoint_is_found_by_its_key(key: str, rule: str) -> None:
    assert rule_of(HEROES, key) == rule


@pytest.mark.parametrize(
    "stored,words",
    [
        ({"code": "window_over_unanswered"}, "the window closed without an answer"),
        ({"code": "expected", "due_on": "2026-02-20"}, "expected on 2026-02-20"),
        ({"code": "from the future"}, ""),
        ({"code": "expected"}, ""),
        ({}, ""),
    ],
)
def test_a_reason_is_told_in_words_as_far_as_it_is_known(stored: dict[str, str], words: str) -> None:
    assert reason_in_words(stored, HEROES) == words
    assert reason_in_words(stored, None) == words


# --- Courses ---


def fact(number: int, kind: str, on: date, **fields: object) -> StoredFact:
    return StoredFact("03-001", number, kind, on, None, None, None, None, None, NOW)._replace(**fields)


FACTS = (
    fact(41, "included", day(0)),
    fact(43, "treatment_stopped", day(7)),
    fact(47, "ctdna_resulted", day(50), result="positive", disclosed_on=day(60)),
    fact(51, "event_corrected", day(50), voids_id=47, reason="M. Dupont"),
    fact(52, "ctdna_resulted", day(51), result="positive", disclosed_on=day(60)),
    fact(53, "visit_done", day(52), reason="Mme Dupont"),
    fact(57, "treatment_resumed", day(90), relation="same", reason="ctdna_pos"),
)


def rows_of_facts(as_of: date) -> tuple[list[dict[str, object]], list[str]]:
    course = replay(HEROES.course, standing_events(FACTS), as_of=as_of)
    found = course_rows(ANNA, FACTS, course=course, protocol=HEROES, as_of=as_of)
    return named(EVENTS, found.rows), [f"{each.problem} {each.subject}" for each in found.oddities]


def test_a_voided_fact_stays_and_has_no_phase() -> None:
    rows, _ = rows_of_facts(FAR)
    assert [row["event_no"] for row in rows] == [1, 2, 3, 4, 5, 6, 7]
    assert (rows[2]["voided"], rows[2]["voided_at"], rows[2]["phase_after"]) == (True, NOW, "")
    assert (rows[3]["voids_event_no"], rows[3]["reason"]) == (3, "")
    after = [row["phase_after"] for row in rows]
    assert after == ["INCLUDED", "OFF_TREATMENT", "", "", "MOLECULAR_RELAPSE", "", "RESUMED_PRIOR"]


def test_what_takes_effect_after_the_cut_off_has_no_phase_yet() -> None:
    rows, _ = rows_of_facts(day(60))
    assert [row["phase_after"] for row in rows[4:]] == ["MOLECULAR_RELAPSE", "", ""]
    assert rows[6]["effective_on"] == day(90)


def test_only_the_protocols_codes_leave_and_what_stays_is_said() -> None:
    rows, oddities = rows_of_facts(FAR)
    assert (rows[6]["relation"], rows[6]["reason"]) == ("same", "ctdna_pos")
    assert "Dupont" not in str(rows)
    assert oddities == ["text_left_out 6"]


def test_an_unknown_protocol_leaves_gaps_not_a_failure() -> None:
    assert patient_row(ANNA, None)[-2:] == ("", None)
    found = course_rows(ANNA, FACTS[:1], course=None, protocol=None, as_of=FAR)
    assert named(EVENTS, found.rows)[0]["phase_after"] == ""
    unplanned = ledger(ANNA, [stored_form("M1.5")], plan=None, protocol=None)
    assert [each.problem for each in unplanned.oddities] == ["unknown_protocol"]
    assert len(unplanned.rows) == 1


# --- Oddities ---


@pytest.mark.parametrize(
    "answer,problems",
    [
        (stored_answer(), []),
        (stored_answer(value=None, refused=True), []),
        (stored_answer(value=5), ["out_of_range"]),
        (stored_answer("q99"), ["unknown_item"]),
        (stored_answer(instrument="other"), []),
        (stored_answer(answered_at=NOW + timedelta(days=2)), ["device_clock_ahead"]),
        (stored_answer(answered_at=None), []),
    ],
)
def test_an_odd_answer_is_told(answer: StoredAnswer, problems: list[str]) -> None:
    assert [each.problem for each in odd_answers([answer], {"small": SMALL})] == problems


@pytest.mark.parametrize(
    "change,problems",
    [
        ({}, []),
        ({"state": "superseded", "scores": 0}, []),
        ({"scores": 0}, ["finished_without_scores"]),
        ({"state": "closed", "scores": 0}, ["finished_without_scores"]),
        ({"state": "in_progress", "scores": 0, "form_state": "in_progress"}, []),
        ({"state": "in_progress", "scores": 0, "form_state": "partial"}, ["response_left_open"]),
        ({"instrument": "other"}, ["unknown_instrument"]),
        ({"instrument_version": "2"}, ["other_instrument_version"]),
    ],
)
def test_an_odd_response_is_told(change: dict[str, object], problems: list[str]) -> None:
    response = StoredResponse("03-001", "BASE", "completed", "small", "1", 1, "completed", 3)
    found = odd_responses([response._replace(**change)], {"small": SMALL})
    assert [each.problem for each in found] == problems


def test_a_score_of_older_rules_is_told_if_it_counts() -> None:
    old = stored_score(rule_version="0")
    assert [each.problem for each in odd_scores([(old, True), (old, False), (stored_score(), True)])] == [
        "older_scoring_rules"
    ]


def test_a_ledger_that_disagrees_with_the_plan_is_told() -> None:
    expected = plan(HEROES, STOPPED, as_of=FAR)
    forms = [form for form in forms_of(expected) if form.key != "BASE"]
    forms[0] = forms[0]._replace(expected_now=False)
    forms[1] = forms[1]._replace(state="completed", instruments_completed=1)
    oddities = ledger(ANNA, forms, plan=expected, protocol=HEROES).oddities
    assert [(each.problem, each.timepoint) for each in oddities] == [
        ("completed_without_response", forms[1].key),
        ("expected_without_row", "BASE"),
        ("expectation_outdated", forms[0].key),
    ]


def test_every_oddity_has_a_word() -> None:
    words = codelists((HEROES,), ())["problem"]
    assert len(words) == 13


def test_merged_and_skipped_of_one_plan_are_told_apart() -> None:
    merged = Merged(key="M4.5", into="CONV", due_on=day(150), days=3)
    skipped = Skipped(key="M1.5", due_on=day(40), reason=Reason(code=ReasonCode.NO_WINDOW))
    both = Plan(as_of=FAR, phase="", slots=(), merged=(merged,), skipped=(skipped,))
    rows = named(FORMS, ledger(ANNA, (), plan=both, protocol=HEROES).rows)
    assert [(row["timepoint"], row["state"], row["reason_code"]) for row in rows] == [
        ("M1.5", "skipped", "no_window"),
        ("M4.5", "merged", "merged"),
    ]
