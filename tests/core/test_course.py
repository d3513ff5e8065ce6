"""Replay: which event changes what, and what the live service refuses to record."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.course import (
    Event,
    RefusalCode,
    contradictions,
    effect_day,
    next_effect_on,
    parse_course,
    parse_event,
    refusal,
    replay,
    sentence,
)
from pro_service.core.definition import DefinitionError
from tests.core.course_factory import (
    D0,
    FAR,
    HEROES,
    STOPPED,
    courses_at_random,
    day,
    event,
    positive,
    resumed,
)

RULES = HEROES.course
INCLUDED = event("included", 0)
PROGRESSED = event("pd_confirmed", 100)
LOST, FOUND = event("lost_to_follow_up", 50), event("recontacted", 200)


@pytest.mark.parametrize(
    ("events", "phase"),
    [
        ((), "NOT_INCLUDED"),
        ((INCLUDED,), "INCLUDED"),
        ((event("treatment_stopped", -1), INCLUDED), "INCLUDED"),
        ((event("death", -1), INCLUDED), "INCLUDED"),
        (STOPPED, "OFF_TREATMENT"),
        ((*STOPPED, positive(50)), "MOLECULAR_RELAPSE"),
        ((INCLUDED, positive(50)), "INCLUDED"),
        ((*STOPPED, event("ctdna_resulted", 50, result="positive")), "OFF_TREATMENT"),  # nobody was told
        ((*STOPPED, event("ctdna_resulted", 50, result="negative", disclosed_on=day(50))), "OFF_TREATMENT"),
        ((*STOPPED, positive(100), PROGRESSED), "RADIOLOGICAL_PD"),  # both on one day
        ((*STOPPED, PROGRESSED, positive(101)), "RADIOLOGICAL_PD"),
        ((*STOPPED, PROGRESSED, resumed(120)), "RESUMED_PRIOR"),
        ((*STOPPED, resumed(120, "other"), resumed(120, "same")), "NEW_THERAPY"),  # same before other
        ((*STOPPED, resumed(120, "other"), resumed(150, "same")), "RESUMED_PRIOR"),
        ((*STOPPED, resumed(120), PROGRESSED, replace(PROGRESSED, on=day(200))), "RESUMED_PRIOR"),
        ((INCLUDED, resumed(120)), "INCLUDED"),
        ((*STOPPED, LOST), "LOST_TO_FOLLOW_UP"),
        ((*STOPPED, LOST, FOUND), "OFF_TREATMENT"),
        ((*STOPPED, LOST, PROGRESSED, FOUND), "RADIOLOGICAL_PD"),
        ((*STOPPED, LOST, event("recontacted", 50)), "OFF_TREATMENT"),
        ((LOST, event("included", 60)), "INCLUDED"),
        ((*STOPPED, LOST, event("off_study", 60), event("recontacted", 70)), "OFF_STUDY"),
        ((*STOPPED, event("off_study", 60), event("consent_withdrawn", 70)), "OFF_STUDY"),
        ((*STOPPED, event("off_study", 60), event("death", 70)), "DEATH"),
        ((*STOPPED, event("death", 60), event("off_study", 70)), "DEATH"),
        ((*STOPPED, event("off_study", 60), event("lost_to_follow_up", 70)), "OFF_STUDY"),
        ((INCLUDED, event("visit_done", 3), event("never_heard_of", 4)), "INCLUDED"),
    ],
)
def test_events_become_phases(events, phase):
    assert replay(RULES, events).phase == phase
    assert replay(RULES, events[::-1]).phase == phase


def test_a_phase_holds_from_the_end_of_the_day_of_its_event_to_the_next():
    course = replay(RULES, (*STOPPED, LOST, PROGRESSED, FOUND))
    days = {
        -1: "NOT_INCLUDED",
        0: "INCLUDED",
        6: "INCLUDED",
        7: "OFF_TREATMENT",
        50: "LOST_TO_FOLLOW_UP",
        100: "LOST_TO_FOLLOW_UP",
        199: "LOST_TO_FOLLOW_UP",
        200: "RADIOLOGICAL_PD",
        9999: "RADIOLOGICAL_PD",
    }
    assert {number: course.phase_on(day(number)) for number in days} == days


def test_transitions_remember_what_happened_underneath_a_loss():
    course = replay(RULES, (*STOPPED, LOST, PROGRESSED))
    assert [(t.event.type, t.before, t.after) for t in course.transitions] == [
        ("included", "NOT_INCLUDED", "INCLUDED"),
        ("treatment_stopped", "INCLUDED", "OFF_TREATMENT"),
        ("lost_to_follow_up", "OFF_TREATMENT", "LOST_TO_FOLLOW_UP"),
        ("pd_confirmed", "OFF_TREATMENT", "RADIOLOGICAL_PD"),
    ]


def test_the_first_end_counts_even_where_death_takes_its_name():
    course = replay(RULES, (*STOPPED, event("off_study", 60), event("death", 70)))
    assert course.ended_on == day(60)
    assert course.phase_on(day(65)) == "OFF_STUDY"


@pytest.mark.parametrize(
    ("events", "number"),
    [((), None), (STOPPED, 7), ((*STOPPED, PROGRESSED), 100), ((*STOPPED, resumed(50), resumed(90)), 50),
     ((*STOPPED, LOST, PROGRESSED), 50), ((*STOPPED, LOST, FOUND), 200)],
)  # fmt: skip
def test_a_phase_is_known_with_the_day_since_which_it_lasts(events, number):
    assert replay(RULES, events).since_on == (None if number is None else day(number))


def test_each_resumption_after_a_stop_is_an_occurrence():
    course = replay(RULES, (resumed(3), *STOPPED, resumed(10), resumed(20), resumed(20, "other")))
    assert course.days_of(HEROES.anchors["resumption"]) == (day(10), day(20), day(20))
    assert course.days_of(HEROES.anchors["conversion"]) == ()


def test_an_event_counts_from_the_day_the_patient_was_told():
    assert effect_day(RULES, positive(10, told=30)) == day(30)
    assert effect_day(RULES, event("ctdna_resulted", 10, result="positive")) is None
    assert effect_day(RULES, event("pd_confirmed", 10)) == day(10)
    assert effect_day(RULES, event("pd_confirmed", 10, disclosed_on=day(12))) == day(12)
    assert effect_day(RULES, event("treatment_stopped", 10, disclosed_on=day(12))) == day(10)


def test_what_is_known_ends_on_the_day_asked_for():
    events = (*STOPPED, positive(10, told=30))
    assert replay(RULES, events, as_of=day(29)).phase == "OFF_TREATMENT"
    assert replay(RULES, events, as_of=day(30)).phase == "MOLECULAR_RELAPSE"


def test_the_next_day_to_plan_again_is_that_of_the_next_fact_with_an_effect():
    events = (
        *STOPPED,
        positive(10, told=30),
        event("visit_done", 20),
        event("ctdna_resulted", 25, result="positive"),
    )
    assert next_effect_on(RULES, events, after=day(7)) == day(30)
    assert next_effect_on(RULES, events, after=day(30)) is None


@given(courses_at_random, st.randoms(use_true_random=False))
def test_the_order_of_recording_does_not_matter(events, dice):
    shuffled = dice.sample(events, len(events))
    one, other = replay(RULES, events), replay(RULES, shuffled)
    assert (one.phase, one.days, one.phases, one.ended_on) == (
        other.phase,
        other.days,
        other.phases,
        other.ended_on,
    )


@given(courses_at_random)
def test_after_the_end_only_death_changes_the_phase(events):
    course = replay(RULES, events)
    after = [
        phase
        for on, phase in zip(course.days, course.phases, strict=True)
        if course.ended_on and on >= course.ended_on
    ]
    assert set(after) <= RULES.terminal_phases
    assert after[1:] in ([], ["DEATH"])


# --- refusals --------------------------------------------------------------------------------------------------------

TODAY = day(400)
CONSENT = event("consent2_signed", -3)
LIVE = (CONSENT, *STOPPED)
DEAD = event("death", 300)


@pytest.mark.parametrize(
    ("events", "new", "code"),
    [
        ((), event("treatment_stopt", 1), RefusalCode.UNKNOWN_TYPE),
        ((), event("lost", 1), RefusalCode.UNKNOWN_TYPE),
        (LIVE, event("ctdna_resulted", 50), RefusalCode.MISSING_FIELD),
        (LIVE, event("ctdna_resulted", 50, result="perhaps"), RefusalCode.WRONG_VALUE),
        (LIVE, event("treatment_resumed", 50, reason="other"), RefusalCode.MISSING_FIELD),
        (LIVE, event("treatment_resumed", 50, relation="same"), RefusalCode.MISSING_FIELD),
        (LIVE, event("treatment_resumed", 50, relation="same", reason="mood"), RefusalCode.WRONG_VALUE),
        (LIVE, event("visit_scheduled", 491), RefusalCode.TOO_FAR_AHEAD),
        (LIVE, positive(50, told=491), RefusalCode.TOO_FAR_AHEAD),
        (LIVE, positive(50, told=49), RefusalCode.TOLD_BEFORE),
        ((), INCLUDED, RefusalCode.MUST_COME_AFTER),
        ((event("consent2_signed", 1),), INCLUDED, RefusalCode.MUST_COME_AFTER),
        ((CONSENT,), event("treatment_stopped", 7), RefusalCode.NOT_STARTED),
        ((CONSENT, INCLUDED), event("treatment_stopped", -1), RefusalCode.NOT_STARTED),
        ((CONSENT, INCLUDED), event("included", 5), RefusalCode.NOT_IN_THIS_PHASE),
        ((CONSENT, INCLUDED), resumed(50), RefusalCode.NOT_IN_THIS_PHASE),
        (LIVE, event("treatment_stopped", 50), RefusalCode.NOT_IN_THIS_PHASE),
        (LIVE, event("treatment_stopped", 5), RefusalCode.MAKES_ANOTHER_IMPOSSIBLE),
        (LIVE, event("recontacted", 50), RefusalCode.NOT_LOST),
        ((*LIVE, LOST), event("lost_to_follow_up", 60), RefusalCode.ALREADY_LOST),
        ((CONSENT,), event("lost_to_follow_up", 60), RefusalCode.NOT_STARTED),
        ((*LIVE, DEAD), resumed(301), RefusalCode.AFTER_THE_END),
        ((*LIVE, DEAD), positive(301), RefusalCode.AFTER_THE_END),
        ((*LIVE, DEAD), event("ctdna_resulted", 301, result="negative", disclosed_on=day(301)),
         RefusalCode.AFTER_THE_END),
        ((*LIVE, DEAD), event("death", 310), RefusalCode.AFTER_THE_END),
        ((*LIVE, DEAD), event("off_study", 310), RefusalCode.AFTER_THE_END),
        ((*LIVE, event("off_study", 60)), event("off_study", 70), RefusalCode.AFTER_THE_END),
        ((*LIVE, resumed(50)), event("off_study", 40), RefusalCode.MAKES_ANOTHER_IMPOSSIBLE),
        ((*LIVE, LOST, FOUND), event("recontacted", 100), RefusalCode.MAKES_ANOTHER_IMPOSSIBLE),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_a_reason(events, new, code):
    why = refusal(RULES, events, new, today=TODAY)
    assert why is not None
    assert why.code is code
    for language in ("fr", "en"):
        words = sentence(why, language, rules=RULES)
        assert not {"{", "  "} & set(words)
        assert words.endswith(".")


@pytest.mark.parametrize(
    ("events", "new"),
    [
        ((), CONSENT),
        ((CONSENT,), INCLUDED),
        ((event("consent2_signed", 0),), INCLUDED),
        ((), event("ctdna_resulted", -20, result="negative")),
        ((), event("death", -20)),
        ((CONSENT, INCLUDED), positive(20)),  # a fact, though it changes nothing
        ((CONSENT, INCLUDED), PROGRESSED),
        (LIVE, event("treatment_resumed", 20, relation="other", reason="patient_choice")),
        ((*LIVE, resumed(50)), resumed(60, "other")),
        ((*LIVE, resumed(50)), resumed(40)),
        ((*LIVE, LOST), FOUND),
        ((*LIVE, LOST), event("death", 60)),
        ((*LIVE, event("questionnaires_withdrawn", 60)), event("consent_withdrawn", 70)),
        ((*LIVE, event("questionnaires_withdrawn", 60)), DEAD),
        ((*LIVE, DEAD), event("visit_done", 310)),
        ((*LIVE, DEAD), event("ctdna_resulted", 299, result="positive")),  # never told
        ((*LIVE, DEAD), PROGRESSED),  # late, but before the end
        (LIVE, event("visit_scheduled", 490)),
        (LIVE, event("hospitalised", 30)),
    ],
)
def test_what_can_be_is_accepted(events, new):
    assert refusal(RULES, events, new, today=TODAY) is None


def test_a_refusal_says_in_words_what_is_wrong():
    why = refusal(RULES, (*LIVE, resumed(50)), event("off_study", 40), today=TODAY)
    assert why is not None
    assert sentence(why, "fr", rules=RULES) == (
        "« sortie d'étude » du 12/03/2025 rendrait impossible « reprise du traitement » du 22/03/2025, "
        "déjà enregistré : corriger d'abord celui-ci."
    )


def test_a_fault_that_is_there_already_blocks_nothing_else():
    broken = (INCLUDED, event("treatment_stopped", 7))  # included without the consent
    assert [why.code for _, why in contradictions(RULES, broken)] == [RefusalCode.MUST_COME_AFTER]
    assert refusal(RULES, broken, positive(40), today=TODAY) is None


@given(st.lists(courses_at_random, min_size=1, max_size=1))
def test_a_course_of_accepted_events_holds_no_contradiction(drawn):
    accepted: tuple[Event, ...] = (CONSENT,)
    for each in drawn[0]:
        if refusal(RULES, accepted, each, today=FAR) is None:
            accepted = (*accepted, each)
    assert contradictions(RULES, accepted) == ()


# --- course files ----------------------------------------------------------------------------------------------------


def test_a_course_file_is_read_with_what_it_carries_along():
    row = {
        "type": "ctdna_resulted",
        "on": "2025-03-01",
        "result": "positive",
        "disclosed_on": None,
        "lab": {"x": 1},
        "id": 7,
    }
    (read,) = parse_course({"events": [row], "patient": "P1"}, source="f", rules=RULES)
    assert read == Event(type="ctdna_resulted", on=date(2025, 3, 1), result="positive", id=7)


@pytest.mark.parametrize(
    ("row", "key", "words"),
    [
        ({"on": "2025-01-01"}, "type", "is missing"),
        ({"type": "includd", "on": "2025-01-01"}, "type", "did you mean 'included'"),
        ({"type": "zzz", "on": "2025-01-01"}, "type", "known types"),
        ({"type": "included"}, "on", "is missing"),
        ({"type": "included", "on": ""}, "on", "is no date"),
        ({"type": "included", "on": "2025-02-29"}, "on", "is no date"),
        ({"type": "included", "on": "20250228"}, "on", "is no date"),
        ({"type": "included", "on": "0202-02-28"}, "on", "between 1950"),
        ({"type": "included", "on": 20250228}, "on", "write a text"),
        ({"type": "ctdna_resulted", "on": "2025-01-01"}, "result", "is missing"),
        (
            {"type": "ctdna_resulted", "on": "2025-01-01", "result": "pos"},
            "result",
            "positive, negative, invalid",
        ),
        ({"type": "treatment_resumed", "on": "2025-01-01"}, "relation", "is missing"),
        ({"type": "pd_confirmed", "on": "2025-01-01", "disclosed_on": "soon"}, "disclosed_on", "is no date"),
    ],
)
def test_a_mistake_in_a_course_file_is_named_with_its_place(row, key, words):
    with pytest.raises(DefinitionError) as caught:
        parse_course(
            {"events": [{"type": "included", "on": "2025-01-01"}, row]}, source="f.json", rules=RULES
        )
    (problem,) = caught.value.problems
    assert problem.place == f"f.json: events[1].{key}"
    assert words in str(problem)


@pytest.mark.parametrize("document", [{}, {"events": {}}, {"events": ["included"]}])
def test_a_file_that_is_no_course_is_refused(document):
    with pytest.raises(DefinitionError):
        parse_course(document, source="f", rules=RULES)


def test_one_event_may_be_read_alone():
    assert parse_event({"type": "death", "on": "2025-01-01"}, source="f", rules=RULES).type == "death"


def test_names_of_the_past_are_read_and_change_nothing():
    events = parse_course(
        {"events": [{"type": "lost", "on": str(D0 + timedelta(9))}]}, source="f", rules=RULES
    )
    assert replay(RULES, (*STOPPED, *events)).phase == "OFF_TREATMENT"
