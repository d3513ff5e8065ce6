"""What the live service refuses to record about a visit, and the words in which it says so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.visits import (
    VisitRefusal,
    VisitRefusalCode,
    visit_refusal,
    visit_sentence,
    visits,
)
from tests.core.course_factory import HEROES, day, event
from tests.core.visit_factory import INCLUDED, VISIT_LED, told, visit_courses

CODE = VisitRefusalCode


def refused(*known, new, today=40, protocol=VISIT_LED):
    return visit_refusal(protocol, (INCLUDED, *known), new, today=day(today))


@pytest.mark.parametrize(
    "known, new, code",
    [
        ((), told("done", "V9", 30), CODE.UNKNOWN_VISIT),
        ((), told("done", "imaging-X1", 30), CODE.UNKNOWN_VISIT),
        ((), told("scheduled", "clinic-X2", 30, 44), CODE.UNKNOWN_VISIT),  # X1 comes first
        ((), event("visit_moved", 30, visit_on=day(33)), CODE.UNKNOWN_VISIT),  # which one?
        ((), told("done", "V1", 41), CODE.IN_THE_FUTURE),
        ((), told("moved", "V2", 41, 60), CODE.IN_THE_FUTURE),
        ((), told("moved", "V2", 39), CODE.DAY_MISSING),
        ((), told("done", "V1", 30, 30), CODE.NO_DAY_EXPECTED),
        ((), told("moved", "V2", 39, 38), CODE.DAY_BEFORE_FACT),
        ((), told("moved", "V2", 39, 40 + 731), CODE.DAY_TOO_FAR),
        ((told("done", "V1", 30),), told("done", "V1", 31), CODE.DONE_ALREADY),
        ((told("done", "V1", 30),), told("moved", "V1", 31, 50), CODE.DONE_ALREADY),
        ((told("done", "V1", 30),), told("missed", "V1", 31), CODE.DONE_ALREADY),
        ((told("missed", "V1", 30),), told("missed", "V1", 31), CODE.MISSED_ALREADY),
        ((told("moved", "V2", 30, 63),), told("missed", "V2", 40), CODE.NOT_YET),
        ((), told("missed", "V2", 40), CODE.NOT_YET),
        ((told("moved", "V2", 30, 63),), told("moved", "V2", 31, 63), CODE.SAME_DAY),
        ((told("moved", "V2", 30, 63),), told("moved", "V2", 30, 58), CODE.FIXED_TODAY),
        ((told("scheduled", "V2", 30, 61),), told("moved", "V2", 30, 58), CODE.FIXED_TODAY),
        ((event("lost_to_follow_up", 38),), told("moved", "V2", 39, 61), CODE.NOT_IN_THIS_PHASE),
    ],
)
def test_what_cannot_be_is_refused(known, new, code):
    why = refused(*known, new=new)
    assert why is not None
    assert why.code is code


@pytest.mark.parametrize(
    "known, new",
    [
        ((), told("done", "V1", 30)),
        ((), told("done", "V1", 12)),  # brought forward by far: a fact is a fact
        ((), told("missed", "V1", 27)),  # its window has begun
        ((), told("scheduled", "V2", 40, 61)),
        ((), told("scheduled", "V2", 40, 60)),  # confirmed for the planned day
        ((), told("moved", "V1", 31, 44)),
        ((), told("scheduled", "clinic-X1", 40, 44)),
        ((), told("done", "clinic-X1", 40)),
        ((told("done", "clinic-X1", 40),), told("scheduled", "clinic-X2", 40, 50)),
        ((told("missed", "V1", 30),), told("scheduled", "V1", 31, 44)),
        ((told("missed", "V1", 30),), told("done", "V1", 34)),
        ((told("moved", "V2", 30, 63),), told("moved", "V2", 31, 58)),
        ((event("lost_to_follow_up", 38),), told("done", "V1", 30)),
        ((), event("visit_done", 90)),  # names no visit: kept with the course, as before
        ((), event("imaging_done", 30, visit="V9")),  # tells of no visit
    ],
)
def test_what_can_be_is_recorded(known, new):
    assert refused(*known, new=new) is None


def test_an_unknown_key_is_answered_with_the_known_ones():
    why = refused(new=told("done", "V9", 30))
    assert why == VisitRefusal(
        code=CODE.UNKNOWN_VISIT,
        event="visit_done",
        on=day(30),
        visit="V9",
        known=("V1", "V2", "V3", "V4", "clinic-X1"),
    )
    assert visit_sentence(why, "en", protocol=VISIT_LED) == (
        "“visit done”: there is no visit “V9”; known: V1, V2, V3, V4, clinic-X1."
    )


def test_a_trial_without_this_kind_of_visit_knows_none_of_its_keys():
    why = visit_refusal(HEROES, (INCLUDED,), told("done", "V1", 30), today=day(40))
    assert why is not None
    assert why.known[:2] == ("ctDNA-M1.5", "ctDNA-M4.5")
    assert why.known[-1] == "ctdna-X1"


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("code", list(VisitRefusalCode))
def test_every_refusal_is_a_sentence_in_both_languages(code, language):
    why = VisitRefusal(
        code=code, event="visit_moved", on=day(1), visit="V1", known=("V1",), other_on=day(2), phase="DEATH"
    )
    said = visit_sentence(why, language, protocol=VISIT_LED)
    assert said.endswith(".")
    assert "{" not in said
    assert "visit_moved" not in said


@given(visit_courses, st.data(), st.integers(0, 160))
def test_what_is_not_refused_is_known_of_its_visit_afterwards(course, data, today):
    """Whatever may be recorded has its effect: done is done, a fixed day is the visit's day."""
    events = tuple(each for each in course if each.on <= day(today))
    new = data.draw(
        st.sampled_from([e for e in course if e.type.startswith("visit_")] or [told("done", "V1", 1)])
    )
    if new in events or visit_refusal(VISIT_LED, events, new, today=day(today)) is not None:
        return
    known = {each.key: each for each in visits(VISIT_LED, (*events, new), as_of=day(today))}
    if new.type == "visit_done":
        assert (known[new.visit].state.value, known[new.visit].on) == ("done", new.on)
    assert new.visit in known or new.type == "visit_missed"
