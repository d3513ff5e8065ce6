"""The rows of an export: versions that count, a ledger without a gap, and courses without free text."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.course import replay
from pro_service.core.dataset import (
    TABLES,
    course_rows,
    in_order_of_items,
    in_order_of_scales,
    item_rows,
    ledger,
    patient_row,
    reason_in_words,
    rule_of,
    score_rows,
    standing_events,
    visit_rows,
)
from pro_service.core.dataset.stored import (
    StoredFact,
)
from pro_service.core.plan import Merged, Plan, Reason, ReasonCode, Skipped, plan
from tests.core.course_factory import FAR, HEROES, STOPPED, courses_at_random, day, event, positive, resumed
from tests.core.stored_rows import (
    ANNA,
    EVENTS,
    FORMS,
    NOW,
    SMALL,
    VISITS,
    forms_of,
    named,
    stored_answer,
    stored_form,
    stored_score,
)

# --- Answers and scores ---

ITEMS = next(table for table in TABLES if table.name == "items")
SCORE_LATEST = next(table for table in TABLES if table.name == "scores").names.index("is_latest")
LATEST = ITEMS.names.index("is_latest")


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
    counting = [(row[7], row[8]) for row in rows if row[LATEST]]
    last = {code: version for sitting, code, version in sorted(made) if sitting == newest}
    assert dict(counting) == last
    assert len(counting) == len(last)


def test_of_two_scorings_that_by_the_newer_rules_counts() -> None:
    """10 is newer than 9, and when a score was made does not matter."""
    older = stored_score(rule_version="9", scored_at=NOW + timedelta(days=1))
    rows = list(score_rows(in_order_of_scales([stored_score(rule_version="10"), older], {}), {}))
    assert [(row[12], row[SCORE_LATEST]) for row in rows] == [("9", False), ("10", True)]
    superseded = in_order_of_scales([stored_score(response_state="superseded")], {"small": SMALL})
    assert [row[SCORE_LATEST] for row in score_rows(superseded, {})] == [False]


# --- The ledger ---


@given(courses_at_random)
def test_every_timepoint_of_a_course_is_in_the_ledger_once(events: tuple) -> None:
    expected = plan(HEROES, events, as_of=FAR)
    found = ledger(ANNA, forms_of(expected), plan=expected, protocol=HEROES, cut_off=NOW)
    rows = named(FORMS, found.rows)
    keys = [entry.key for entry in (*expected.slots, *expected.merged, *expected.skipped)]
    assert sorted(row["timepoint"] for row in rows) == sorted(keys)
    assert [row["due_on"] for row in rows] == sorted(row["due_on"] for row in rows)
    assert all(row["rule"] and row["reason"] for row in rows)
    assert found.oddities == ()


def test_what_never_became_a_form_says_why_and_what_replaced_it() -> None:
    expected = plan(HEROES, (*STOPPED, positive(150), resumed(150)), as_of=FAR)
    found = ledger(ANNA, (), plan=expected, protocol=HEROES, cut_off=NOW)
    rows = {row["timepoint"]: row for row in named(FORMS, found.rows)}
    assert (rows["CONV"]["state"], rows["CONV"]["merged_into"]) == ("merged", "R1")
    assert rows["CONV"]["reason"] == "replaced by R1 (treatment resumed on 2025-06-30), due 0 day(s) apart"
    assert (rows["CONV"]["rule"], rows["CONV"]["expected_now"], rows["CONV"]["messages_sent"]) == (
        *("conv", False),
        0,
    )
    before = plan(HEROES, (event("included", 0),), as_of=FAR)
    skipped = named(FORMS, ledger(ANNA, (), plan=before, protocol=HEROES, cut_off=NOW).rows)
    assert {row["state"] for row in skipped} == {"skipped"}
    assert "the phase is “" in str(skipped[0]["reason"])


def test_a_cancelled_form_names_its_replacement() -> None:
    why = {"code": "merged", "into": "CONV", "days": "7"}
    none = Plan(as_of=FAR, phase="", slots=(), merged=(), skipped=())
    cancelled = stored_form("M4.5", "cancelled", reason=why, expected_now=False)
    (row,) = named(FORMS, ledger(ANNA, (cancelled,), plan=none, protocol=HEROES, cut_off=NOW).rows)
    assert (row["merged_into"], row["reason"]) == ("CONV", "replaced by CONV, due 7 day(s) apart")


OPEN_YET, OVER = (
    datetime(2026, 2, 20, 22, 59, tzinfo=UTC),
    datetime(2026, 2, 20, 23, tzinfo=UTC),
)  # midnight in Paris


@pytest.mark.parametrize(
    ("then", "now", "cut_off", "shown"),
    [
        (None, True, OPEN_YET, None),
        (None, True, OVER, True),
        (None, False, OVER, False),  # gone before it closed
        (True, False, OVER, True),  # gone by a fact recorded after its close
        (False, True, OVER, False),  # known only after its close
    ],
)
def test_what_was_expected_at_the_close_stays_beside_what_is_expected_now(
    then: bool | None, now: bool, cut_off: datetime, shown: bool | None
) -> None:
    form = stored_form("M1.5", "missed", expected_at_close=then, expected_now=now)
    none = Plan(as_of=FAR, phase="", slots=(), merged=(), skipped=())
    (row,) = named(FORMS, ledger(ANNA, (form,), plan=none, protocol=HEROES, cut_off=cut_off).rows)
    assert (row["expected_at_close"], row["expected_now"]) == (shown, now)


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
    (row,) = named(FORMS, ledger(ANNA, (form,), plan=none, protocol=HEROES, cut_off=NOW).rows)
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


def test_merged_and_skipped_of_one_plan_are_told_apart() -> None:
    merged = Merged(key="M4.5", into="CONV", due_on=day(150), days=3)
    skipped = Skipped(key="M1.5", due_on=day(40), reason=Reason(code=ReasonCode.NO_WINDOW))
    both = Plan(as_of=FAR, phase="", slots=(), merged=(merged,), skipped=(skipped,))
    rows = named(FORMS, ledger(ANNA, (), plan=both, protocol=HEROES, cut_off=NOW).rows)
    assert [(row["timepoint"], row["state"], row["reason_code"]) for row in rows] == [
        ("M1.5", "skipped", "no_window"),
        ("M4.5", "merged", "merged"),
    ]


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
    course = replay(HEROES.course, standing_events(ANNA, FACTS), as_of=as_of)
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


def test_visits_are_as_known_at_the_cut_off_and_the_facts_name_them() -> None:
    moved = fact(54, "visit_moved", day(30), visit="ctDNA-M1.5", visit_on=day(60))
    voided = fact(55, "visit_done", day(43), visit="ctDNA-M1.5")
    voiding = fact(56, "event_corrected", day(43), voids_id=55)
    told = (*FACTS[:2], moved, voided, voiding)
    rows = named(VISITS, visit_rows(ANNA, told, protocol=HEROES, as_of=day(50)))
    assert [row["visit"] for row in rows][:2] == ["ctDNA-M1.5", "ctDNA-M4.5"]
    first = {name: rows[0][name] for name in ("kind", "state", "visit_on", "in_window")}
    assert first == {"kind": "ctdna", "state": "moved", "visit_on": day(60), "in_window": False}
    assert list(visit_rows(ANNA, told, protocol=None, as_of=day(50))) == []
    course = replay(HEROES.course, standing_events(ANNA, told), as_of=FAR)
    events = named(EVENTS, course_rows(ANNA, told, course=course, protocol=HEROES, as_of=FAR).rows)
    assert [(row["visit"], row["visit_on"]) for row in events][1:3] == [(None, None), ("ctDNA-M1.5", day(60))]


def test_only_the_protocols_codes_leave_and_what_stays_is_said() -> None:
    rows, oddities = rows_of_facts(FAR)
    assert (rows[6]["relation"], rows[6]["reason"]) == ("same", "ctdna_pos")
    assert "Dupont" not in str(rows)
    assert oddities == ["text_left_out 6"]


def test_an_unknown_protocol_leaves_gaps_not_a_failure() -> None:
    assert patient_row(ANNA, None)[-3:] == ("", None, "")
    found = course_rows(ANNA, FACTS[:1], course=None, protocol=None, as_of=FAR)
    assert named(EVENTS, found.rows)[0]["phase_after"] == ""
    unplanned = ledger(ANNA, [stored_form("M1.5")], plan=None, protocol=None, cut_off=NOW)
    assert [each.problem for each in unplanned.oddities] == ["unknown_protocol"]
    assert len(unplanned.rows) == 1
