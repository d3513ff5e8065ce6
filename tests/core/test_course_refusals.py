"""What the live service refuses to record, and why in words."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.course import (
    Event,
    RefusalCode,
    contradictions,
    refusal,
    sentence,
)
from tests.core.course_factory import (
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
TODAY = day(400)
CONSENT = event("consent2_signed", -3)
LIVE = (CONSENT, *STOPPED)
DEAD = event("death", 300)
ENDS = ("off_study", "questionnaires_withdrawn", "consent_withdrawn", "death")


def phase_of(end: str) -> str:
    return next(step.to for step in RULES.steps if step.event == end)


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
        ((CONSENT, INCLUDED), event("included", 5), RefusalCode.ALREADY_STARTED),
        ((*LIVE, LOST), event("included", 60), RefusalCode.ALREADY_STARTED),
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
        ((*LIVE, DEAD), event("visit_done", 300)),  # on the day of death
        ((*LIVE, event("visit_scheduled", 390)), DEAD),  # a planned visit does not hold up a death
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


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("ended", [-20, -1])
def test_nobody_is_included_after_an_end_in_whichever_order_the_two_are_recorded(end, ended):
    over = event(end, ended)
    assert refusal(RULES, (event("consent2_signed", -30),), over, today=TODAY) is None
    first = refusal(RULES, (event("consent2_signed", -30), over), INCLUDED, today=TODAY)
    assert first is not None
    assert (first.code, first.phase) == (RefusalCode.AFTER_THE_END, phase_of(end))
    second = refusal(RULES, (event("consent2_signed", -30), INCLUDED), over, today=TODAY)
    assert second is not None
    assert (second.code, second.other) == (RefusalCode.MAKES_ANOTHER_IMPOSSIBLE, "included")


@pytest.mark.parametrize("end", ENDS)
def test_an_end_on_the_day_of_the_inclusion_can_follow_it_and_not_go_before_it(end):
    over = event(end, 0)
    assert refusal(RULES, (CONSENT, INCLUDED), over, today=TODAY) is None
    why = refusal(RULES, (CONSENT, over), INCLUDED, today=TODAY)
    assert why is not None
    assert why.code is RefusalCode.AFTER_THE_END


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize(
    "kind", [*RULES.recorded_only, "treatment_stopped", "pd_confirmed", "lost_to_follow_up"]
)
@pytest.mark.parametrize("before", [(), LIVE])
def test_nothing_is_recorded_as_of_a_day_after_an_end(end, kind, before):
    why = refusal(RULES, (*before, event(end, 300)), event(kind, 301), today=TODAY)
    assert why is not None
    assert (why.code, why.phase) == (RefusalCode.AFTER_THE_END, phase_of(end))


def test_a_sample_taken_after_the_end_is_refused_though_its_result_was_never_told():
    late = event("ctdna_resulted", 301, result="positive")
    why = refusal(RULES, (*LIVE, DEAD), late, today=TODAY)
    assert why is not None
    assert why.code is RefusalCode.AFTER_THE_END


def test_whoever_withdrew_before_inclusion_may_still_die_and_dies_once():
    withdrawn = (event("consent_withdrawn", -20),)
    assert refusal(RULES, withdrawn, event("death", -10), today=TODAY) is None
    assert refusal(RULES, (*withdrawn, event("death", -10)), event("death", -5), today=TODAY) is not None


def test_an_end_is_never_refused_to_a_patient_who_was_wrongly_included_after_one():
    wrongly = (CONSENT, event("consent_withdrawn", -2), INCLUDED)
    assert refusal(RULES, wrongly, event("consent_withdrawn", 50), today=TODAY) is None


@pytest.mark.parametrize(("one", "other"), [("positive", "negative"), ("negative", "positive")])
def test_a_sample_is_not_positive_and_negative(one, other):
    recorded = (*LIVE, event("ctdna_resulted", 50, result=one))
    new = event("ctdna_resulted", 50, result=other, disclosed_on=day(60))
    why = refusal(RULES, recorded, new, today=TODAY)
    assert why is not None
    assert (why.code, why.allowed) == (RefusalCode.CONTRADICTS_ANOTHER, (one,))
    assert one in sentence(why, "fr", rules=RULES)
    assert refusal(RULES, recorded, replace(new, on=day(51)), today=TODAY) is None
    assert refusal(RULES, recorded, replace(new, result=one), today=TODAY) is None
    assert refusal(RULES, recorded, replace(new, result="invalid"), today=TODAY) is None


@given(st.lists(courses_at_random, min_size=1, max_size=1))
def test_a_course_of_accepted_events_holds_no_contradiction(drawn):
    accepted: tuple[Event, ...] = (CONSENT,)
    for each in drawn[0]:
        if refusal(RULES, accepted, each, today=FAR) is None:
            accepted = (*accepted, each)
    assert contradictions(RULES, accepted) == ()


@given(st.lists(courses_at_random, min_size=1, max_size=1))
def test_whatever_is_recorded_nobody_is_included_with_an_end_behind_them(drawn):
    accepted: tuple[Event, ...] = (CONSENT,)
    for each in drawn[0]:
        if refusal(RULES, accepted, each, today=FAR) is None:
            accepted = (*accepted, each)
    ends = [each.on for each in accepted if each.type in ENDS]
    assert all(each.on <= min(ends, default=FAR) for each in accepted if each.type == "included")
