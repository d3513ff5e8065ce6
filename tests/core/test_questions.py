"""Queries, consents and prompts: what the core decides of them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.provenance import (
    Consent,
    ConsentAct,
    ConsentScope,
    PromptCode,
    Subject,
    SubjectKind,
    prompt_of,
    standing,
    tells_who,
)

ENTRIES = st.lists(
    st.builds(
        Consent,
        scope=st.sampled_from(ConsentScope),
        act=st.sampled_from(ConsentAct),
        on=st.dates(date(2026, 1, 1), date(2026, 1, 5)),
    )
)


@pytest.mark.parametrize(
    "text",
    [
        "call 06 39 98 00 01",
        "+33639980001",
        "06.39.98.00.01 please",
        "a.b@example.org",
        "2 85 05 78 006 084 36",
    ],
)
def test_a_number_or_an_address_tells_who(text):
    assert tells_who(text)


@pytest.mark.parametrize("text", ["Was it 2026-02-17?", "q10: 4 or 1?", "visit of 17/02/2026, 10:30", ""])
def test_days_and_answers_tell_nobody(text):
    assert not tells_who(text)


@pytest.mark.parametrize(
    "subject, whole",
    [
        (Subject(kind=SubjectKind.ANSWER, assessment_id=1, instrument="hads", item="q1"), True),
        (Subject(kind=SubjectKind.ANSWER, assessment_id=1, instrument="hads"), True),
        (Subject(kind=SubjectKind.ANSWER, assessment_id=1), False),
        (Subject(kind=SubjectKind.FORM, assessment_id=1), True),
        (Subject(kind=SubjectKind.FORM, assessment_id=1, item="q1"), False),
        (Subject(kind=SubjectKind.EVENT, event_id=3), True),
        (Subject(kind=SubjectKind.VISIT), False),
        (Subject(kind=SubjectKind.ENROLMENT, field="language"), True),
    ],
)
def test_a_query_names_its_datum_and_nothing_else(subject, whole):
    assert subject.is_whole is whole


@given(ENTRIES)
def test_what_was_taken_back_last_does_not_stand(entries):
    """REG-24: of each scope the entry of the latest day decides; of one day the one recorded later."""
    stands = standing(entries)
    for scope in ConsentScope:
        own = [each for each in entries if each.scope is scope]
        newest = max(own, key=lambda each: (each.on, own.index(each)), default=None)
        last = [each for each in own if newest is not None and each.on == newest.on][-1:]
        assert (scope in stands) == any(each.act is not ConsentAct.WITHDRAWN for each in last)


@pytest.mark.parametrize(
    "written, code, number",
    [
        ("9", "out_of_range", "9"),
        (" -3 ", "out_of_range", "-3"),
        ("12345678", "out_of_range", "12345678"),
        ("0639980001", "not_understood", ""),
        ("two", "not_understood", ""),
        ("", "not_understood", ""),
        ("٢", "not_understood", ""),
    ],
)
def test_of_what_was_given_only_a_short_number_is_repeated(written, code, number):
    """REG-04: words, and what could be a telephone number, stay where they came in."""
    assert prompt_of(written) == (PromptCode(code), number)
