"""Why a form is missing, as far as the service can tell at its close."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.course import Event
from pro_service.core.lifecycle import MessageState
from pro_service.core.provenance import AtClose, TechnicalReason, end_of, technical_reason

SILENT = AtClose(
    begun=False,
    ended=None,
    known_late=False,
    worded=True,
    opted_out=False,
    messages=(MessageState.DELIVERED,),
)
CLOSE = date(2026, 2, 27)


@pytest.mark.parametrize(
    "over, reason",
    [
        ({}, "not_begun"),
        ({"messages": ()}, "not_sent"),
        ({"messages": (MessageState.UNDELIVERED, MessageState.FAILED)}, "undelivered"),
        ({"messages": (MessageState.UNDELIVERED, MessageState.SENT)}, "unconfirmed"),
        ({"messages": (MessageState.EXPIRED,)}, "system_down"),
        ({"messages": (MessageState.READY,)}, "system_down"),
        ({"messages": (MessageState.SUPPRESSED,), "opted_out": True}, "opted_out"),
        ({"worded": False}, "no_wording"),
        ({"known_late": True}, "known_late"),
        ({"begun": True}, "begun_not_completed"),
        ({"begun": True, "ended": TechnicalReason.DEAD}, "dead"),
    ],
)
def test_the_reason_is_the_first_that_holds(over, reason):
    assert technical_reason(replace(SILENT, **over)) == reason


@given(
    st.builds(
        AtClose,
        begun=st.booleans(),
        ended=st.none(),
        known_late=st.booleans(),
        worded=st.booleans(),
        opted_out=st.booleans(),
        messages=st.lists(st.sampled_from(MessageState), max_size=5),
    )
)
def test_nobody_is_blamed_for_a_form_that_no_message_announced(found):
    """Of a patient it is said that they did not begin only where a message has arrived."""
    if technical_reason(found) is TechnicalReason.NOT_BEGUN:
        assert MessageState.DELIVERED in found.messages


def test_a_course_that_ended_explains_more_than_any_message():
    lost = Event(type="lost_to_follow_up", on=date(2026, 2, 1))
    found = Event(type="recontacted", on=date(2026, 2, 10))
    dead = Event(type="death", on=CLOSE)
    withdrawn = Event(type="consent_withdrawn", on=date(2026, 2, 20))
    assert end_of((lost,), on=CLOSE) is TechnicalReason.LOST
    assert end_of((lost, found), on=CLOSE) is None
    assert end_of((withdrawn, dead), on=CLOSE) is TechnicalReason.DEAD
    assert end_of((withdrawn, dead), on=date(2026, 2, 26)) is TechnicalReason.WITHDRAWN
    assert end_of((dead,), on=date(2026, 2, 26)) is None
