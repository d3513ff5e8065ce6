"""The parts of a rehearsal that need no database: virtual time, reading texts, checking the ledger, the page."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from pro_service.core.course import Event
from pro_service.core.lifecycle import AssessmentState
from pro_service.core.plan import Plan, Slot
from pro_service.core.wording import compose
from pro_service.services.simulation.agenda import Agenda, TimeRanBackwardsError, VirtualClock
from pro_service.services.simulation.cohort.answers import read_sheet
from pro_service.services.simulation.cohort.cohort import plan_cohort
from pro_service.services.simulation.cohort.texts import BySms, Link, Question, Telling, phrases, understand
from pro_service.services.simulation.phones import can_answer
from pro_service.services.simulation.report.figures import timepoint_figures
from pro_service.services.simulation.report.ledger_check import check_ledger
from pro_service.services.simulation.report.outputs import course_line, event_data
from pro_service.services.simulation.report.page_parts import number, percent
from pro_service.services.simulation.report.page_texts import TEXTS, word
from pro_service.store.catalogue import load_instruments
from pro_service.store.queries.simulation import LedgerRow

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
DUE = date(2026, 3, 10)

# --- virtual time -------------------------------------------------------------------------------------------------


def test_acts_come_in_order_of_time_and_of_noting_within_one_instant():
    done, agenda = [], Agenda()
    for name, minutes in (("b", 5), ("a", 1), ("c", 5)):
        agenda.add(NOON + timedelta(minutes=minutes), lambda _, name=name: done.append(name))
    assert agenda.next_at() == NOON + timedelta(minutes=1)
    while act := agenda.pop_due(NOON + timedelta(minutes=9)):
        act(NOON)
    assert done == ["a", "b", "c"]
    assert agenda.next_at() is None


def test_an_act_of_the_future_waits():
    agenda = Agenda()
    agenda.add(NOON, lambda _: None)
    assert agenda.pop_due(NOON - timedelta(seconds=1)) is None


def test_virtual_time_does_not_run_backwards():
    clock = VirtualClock(now=NOON)
    clock.set(NOON + timedelta(hours=1))
    assert clock() == NOON + timedelta(hours=1)
    with pytest.raises(TimeRanBackwardsError):
        clock.set(NOON)


# --- what a patient reads in a text -------------------------------------------------------------------------------

EQ = load_instruments()["eq-5d-5l"]
LINK = "https://pro.example.org/q#ABCDEFGHIJKLMNOPQRSTUVWX23"
ABOUT = {"study": "HEROES", "minutes": 12, "count": 6, "phone": "+33199000000", "until": "4/4", "link": LINK}


@pytest.mark.parametrize(
    "key", ["first_invitation_one_way", "invitation_two_way", "reminder_1", "offer_link"]
)
def test_a_link_is_found_in_every_text_that_brings_one(key):
    assert understand(compose(key, "fr", ABOUT), asked={}) == Link(token=LINK.partition("#")[2])


@pytest.mark.parametrize("key", ["first_invitation_sms", "invitation_sms", "reminder_sms_2"])
def test_an_invitation_to_answer_by_sms_is_understood(key):
    assert understand(compose(key, "fr", ABOUT), asked={}) == BySms()


@pytest.mark.parametrize("key", ["thanks", "opt_out", "no_open_question"])
def test_a_text_that_asks_nothing_is_let_be(key):
    assert understand(compose(key, "fr", ABOUT), asked={}) == Telling()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_item_is_recognised_by_its_own_words(language):
    asked = phrases((EQ,), language)
    assert set(asked.values()) == {Question(instrument="eq-5d-5l", item=item.code) for item in EQ.items}
    for phrase, question in asked.items():
        assert understand(f"HEROES: 2/6 {phrase}", asked=asked) == question


# --- who answers at all -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "events, answers",
    [
        ((), True),
        ((Event(type="death", on=DUE),), False),
        ((Event(type="death", on=DUE + timedelta(days=1)),), True),
        ((Event(type="questionnaires_withdrawn", on=DUE),), False),
        ((Event(type="lost_to_follow_up", on=DUE),), False),
        ((Event(type="lost_to_follow_up", on=DUE), Event(type="recontacted", on=DUE)), True),
    ],
    ids=["always", "dead", "alive until tomorrow", "withdrawn", "away", "back"],
)
def test_who_is_gone_answers_nothing(events, answers):
    life = plan_cohort(seed=1, patients=1, sites=1, starts_on=DUE).lives[0]
    recording = life.course[0]
    course = tuple(replace(recording, event=event, story="") for event in events)
    assert can_answer(replace(life, course=course), DUE) == answers


# --- the ledger against the plan ----------------------------------------------------------------------------------

ROW = LedgerRow(
    patient="01-001", key="M1.5", rule="grid", due_on=DUE, open_on=DUE, close_on=DUE, instruments=("qlq-c30",),
    state=AssessmentState.COMPLETED, reason="", expected_now=True, time_zone="Europe/Paris", asked_at=None,
    begun_at=None, finished_at=None,
)  # fmt: skip
SLOT = Slot(key="M1.5", rule="grid", due_on=DUE, open_on=DUE, close_on=DUE, instruments=("qlq-c30",))


def checked(row: LedgerRow | None, slot: Slot | None):
    slots = (slot,) if slot else ()
    wanted = Plan(as_of=DUE, phase="OFF_TREATMENT", slots=slots, merged=(), skipped=())
    return check_ledger((row,) if row else (), {"01-001": wanted})


def test_a_row_that_is_as_planned_is_neither_frozen_nor_different():
    done = checked(ROW, SLOT)
    assert done.agrees
    assert (done.frozen, done.patients, done.assessments) == ((), 1, 1)


@pytest.mark.parametrize("state", ["completed", "partial", "missed", "in_progress"])
def test_what_was_begun_or_over_may_differ_from_the_plan(state):
    later = replace(SLOT, close_on=DUE + timedelta(days=1))
    gone = checked(replace(ROW, state=state, expected_now=False), None)
    moved = checked(replace(ROW, state=state), later)
    assert gone.agrees
    assert moved.agrees
    assert "no longer expected" in gone.frozen[0].why
    assert "close 2026-03-10, planned 2026-03-11" in moved.frozen[0].why


@pytest.mark.parametrize(
    "row, slot",
    [
        (None, SLOT),
        (replace(ROW, state="cancelled"), SLOT),
        (replace(ROW, state="planned", expected_now=False), None),
        (replace(ROW, state="planned"), replace(SLOT, due_on=DUE + timedelta(days=1))),
        (replace(ROW, state="open"), replace(SLOT, instruments=("hads",))),
        (ROW, None),
        (replace(ROW, expected_now=False), SLOT),
    ],
    ids=["absent", "cancelled", "forgotten", "not moved", "other content", "still marked", "not marked"],
)
def test_any_other_difference_is_a_fault(row, slot):
    assert not checked(row, slot).agrees


def test_a_cancelled_row_that_is_not_expected_is_right():
    assert checked(replace(ROW, state="cancelled", expected_now=False), None).agrees


# --- figures and files --------------------------------------------------------------------------------------------


def test_rates_have_the_denominator_of_the_close_and_that_of_the_final_plan():
    finished = datetime(2026, 3, 12, tzinfo=UTC)
    rows = [
        ROW,
        replace(ROW, expected_now=False, finished_at=finished),
        replace(ROW, state="missed"),
        replace(ROW, state="cancelled", expected_now=False),
        replace(ROW, state="open"),
    ]
    figures = timepoint_figures(rows)
    assert (figures["expected_at_close"], figures["expected_now"]) == (3, 2)
    assert (figures["rate_at_close"], figures["rate_now"]) == (0.6667, 0.5)
    assert (figures["late"], figures["missed"], figures["cancelled"], figures["not_over_yet"]) == (1, 1, 1, 1)


def test_nothing_expected_has_no_rate():
    assert timepoint_figures([])["rate_at_close"] is None
    assert (percent(None), percent(0.956), number(None)) == ("–", "96\u202f%", "–")
    assert (number(9.4), number(9.4, comma=","), number(12.0)) == ("9.4", "9,4", "12")


def test_an_event_is_written_without_its_empty_fields():
    event = Event(type="ctdna_resulted", on=DUE, result="negative", disclosed_on=DUE)
    assert event_data(event) == {
        "type": "ctdna_resulted",
        "on": "2026-03-10",
        "result": "negative",
        "disclosed_on": "2026-03-10",
    }
    assert course_line("01-001", ()) == '{"patient": "01-001", "events": []}\n'


def test_every_word_of_the_report_is_there_in_both_languages():
    assert all(set(texts) == {"fr", "en"} for texts in TEXTS.values())
    assert word("why", "de") == "Why"


def test_a_sheet_has_a_question_for_each_item():
    assert [question.item.code for question in read_sheet(EQ).questions] == [item.code for item in EQ.items]
