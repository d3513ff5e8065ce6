"""What the live service refuses to record, and why in words."""

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
