"""Which sitting an answer belongs to: by when it was given, however late it came, and never over the longest one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pro_service.core.instrument import sitting_ends_at
from pro_service.core.sittings import Anew, Aside, Into, Span, given_at, place
from tests.core.small_instruments import instrument, item

PARIS = ZoneInfo("Europe/Paris")
LONG = instrument("long", item("q1"))
TODAY = replace(LONG, same_day=True)
MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def ends(begun_at: datetime) -> datetime:
    return sitting_ends_at(LONG, begun_at=begun_at, zone=PARIS)


def counting(first: datetime, last: datetime | None = None, *, is_open: bool = True) -> Span:
    return Span(first_at=first, last_at=last or first, counts=True, open=is_open)


def aside(first: datetime, last: datetime | None = None) -> Span:
    return Span(first_at=first, last_at=last or first, counts=False, open=False)


@pytest.mark.parametrize(
    "told,known",
    [
        (None, MONDAY),
        (MONDAY - 3 * HOUR, MONDAY - 3 * HOUR),
        (MONDAY + timedelta(seconds=20), MONDAY),  # ahead of ours
        (MONDAY - 3 * DAY, MONDAY),  # before the questions were open
    ],
)
def test_a_devices_clock_is_believed_where_it_can_be_right(told: datetime | None, known: datetime) -> None:
    assert given_at(told, received_at=MONDAY, opened_at=MONDAY - 2 * DAY) == known


@pytest.mark.parametrize(
    "at,sittings,where",
    [
        (MONDAY, [], Anew()),
        (MONDAY, [Span(first_at=None, last_at=None, counts=True, open=True)], Into(place=0)),
        (MONDAY + 23 * HOUR, [counting(MONDAY)], Into(place=0)),
        (MONDAY + 24 * HOUR, [counting(MONDAY)], Anew()),
        (MONDAY + 24 * HOUR, [counting(MONDAY, is_open=False)], Into(place=0)),  # sent: the caller refuses
        # out of order, but of the same sitting
        (MONDAY - HOUR, [counting(MONDAY, MONDAY + 2 * HOUR)], Into(place=0)),
        # given in the sitting that was set aside meanwhile
        (MONDAY + 5 * HOUR, [aside(MONDAY), counting(MONDAY + 2 * DAY)], Into(place=0)),
        (MONDAY + 5 * HOUR, [aside(MONDAY), counting(MONDAY + 2 * DAY, is_open=False)], Into(place=0)),
        # between the two: too late for the first, in time for the second
        (MONDAY + 26 * HOUR, [aside(MONDAY), counting(MONDAY + 2 * DAY)], Into(place=1)),
        # of a sitting nobody heard of before the next one began
        (MONDAY, [counting(MONDAY + 2 * DAY)], Aside()),
        (MONDAY, [counting(MONDAY + HOUR, MONDAY + 24 * HOUR)], Aside()),
    ],
)
def test_an_answer_belongs_to_the_sitting_in_which_it_was_given(
    at: datetime, sittings: list[Span], where: Into | Anew | Aside
) -> None:
    assert place(at, sittings, ends=ends) == where


@pytest.mark.parametrize(
    "at,over",
    [
        (datetime(2026, 3, 2, 22, 59, tzinfo=UTC), False),  # 23:59 in Paris
        (datetime(2026, 3, 2, 23, 0, tzinfo=UTC), True),
    ],
)
def test_a_questionnaire_about_today_ends_with_the_patients_own_day(at: datetime, over: bool) -> None:
    assert (place(at, [counting(MONDAY)], ends=_ends_today) == Anew()) is over


def _ends_today(begun_at: datetime) -> datetime:
    return sitting_ends_at(TODAY, begun_at=begun_at, zone=PARIS)


@given(st.lists(st.integers(0, 24 * 5), min_size=1, max_size=12), st.booleans())
@example([48, 0, 71], False)
@example([24, 23, 0], False)
def test_no_sitting_is_longer_than_the_longest_whatever_the_order_in_which_answers_come(
    hours: list[int], today: bool
) -> None:
    until = _ends_today if today else ends
    spans: list[Span] = []
    for hour in hours:
        at = MONDAY + hour * HOUR
        where = place(at, spans, ends=until)
        if isinstance(where, Into):
            spans[where.place] = spans[where.place].with_answer(at)
            continue
        if isinstance(where, Anew):
            spans = [replace(span, counts=False, open=False) for span in spans]
        is_new = isinstance(where, Anew)
        spans.append(Span(first_at=at, last_at=at, counts=is_new, open=is_new))
    assert all(span.last_at < until(span.first_at) for span in spans if span.first_at and span.last_at)
    assert sum(span.counts for span in spans) == 1
