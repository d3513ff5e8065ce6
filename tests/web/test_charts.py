"""What the desk's drawings promise: the whole scale, gaps for what is missing, words for every shape, same bytes."""

import re
import time
from dataclasses import replace
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.lifecycle import AssessmentState
from pro_service.entrypoints.web.charts.axis import Plot, Span, flags, lanes, reading_span
from pro_service.entrypoints.web.charts.timeline import SHAPES, ChartSlot, Phase, timeline
from pro_service.entrypoints.web.charts.trajectory import (
    ChartEvent,
    ChartPoint,
    Threshold,
    headline,
    trajectory,
)
from tests.web.desk.heroes import named, phase

SPAN = Span(start=date(2025, 10, 1), end=date(2026, 10, 1))
TODAY = date(2026, 5, 14)
STOP = ChartEvent(**named("treatment_stopped"), on=date(2025, 12, 22))
FATIGUE = (
    ChartPoint(on=date(2025, 10, 27), value=44.4, key="BASE"),
    ChartPoint(on=date(2025, 12, 12), value=None, key="M1.5"),
    ChartPoint(on=date(2026, 3, 14), value=55.6, key="M4.5"),
    ChartPoint(on=date(2026, 5, 10), value=88.9, key="M7.5"),
)


def drawn(points=FATIGUE, **changed):
    given_ = {
        "name": "Fatigue",
        "events": (STOP,),
        "threshold": Threshold(value=39, side="above"),
        "direction": "worse",
        "language": "fr",
        "today": TODAY,
        "span": SPAN,
    }
    return trajectory(points=points, **(given_ | changed))


def course(slots=(), **changed):
    given_ = {"events": (STOP,), "phases": (), "today": TODAY, "span": SPAN, "language": "fr"}
    return timeline(slots=slots, **(given_ | changed))


def slot(state="planned", due=TODAY, key="M7.5"):
    week = timedelta(days=7)
    return ChartSlot(key=key, due_on=due, open_on=due - week, close_on=due + week, state=state)


def texts(svg):
    return [node.text or "" for node in ET.fromstring(svg).iter() if node.tag.endswith("text")]


def test_a_chart_is_well_formed_and_named_for_those_who_do_not_see_it():
    root = ET.fromstring(drawn())
    assert root.get("role") == "img"
    assert "Fatigue 89\N{NO-BREAK SPACE}: pire de 45 depuis l'inclusion" in root.get("aria-label")
    assert "M1.5 12 déc. 2025\N{NO-BREAK SPACE}: pas de score" in root.get("aria-label")


def test_a_chart_holds_no_style_and_no_script_as_the_content_security_policy_asks():
    svg = drawn() + course((slot(),))
    assert not re.search(r"style=|<style|<script|\son\w+=|href=", svg)


def test_the_axis_shows_the_whole_scale():
    assert {"0", "50", "100"} <= set(texts(drawn()))
    assert {"0", "10.5", "21"} <= set(texts(drawn(low=0, high=21)))


def test_a_missing_score_breaks_the_line_and_leaves_a_mark():
    curves = re.findall(r'class="curve" d="([^"]+)"', drawn())
    assert [curve.count("L") for curve in curves] == [1]  # M4.5 to M7.5; what is before the gap stands alone
    assert drawn().count('class="missing"') == 1


def test_a_point_past_the_threshold_has_another_shape_not_only_another_colour():
    shapes = dict(
        re.findall(
            r'<path class="(point[^"]*)" d="([^"]+)"', drawn(threshold=Threshold(value=60, side="above"))
        )
    )
    assert shapes["point"] != shapes["point past"]


@pytest.mark.parametrize(
    "side, value, passed",
    [("above", 39.1, True), ("above", 39, False), ("below", 38.9, True), ("below", 39, False)],
)
def test_a_threshold_is_passed_strictly_on_its_own_side(side, value, passed):
    assert Threshold(value=39, side=side).passed_by(value) is passed


def test_an_unverified_threshold_is_written_with_a_question_mark():
    assert "39 ?" in texts(drawn())
    assert "39" in texts(drawn(threshold=Threshold(value=39, side="above", status="checked")))


@pytest.mark.parametrize(
    "values, direction, said",
    [
        ((44.4, 88.9), "worse", "Fatigue 89: worse by 45 since inclusion"),
        ((44.4, 88.9), "better", "Fatigue 89: better by 45 since inclusion"),
        ((50, 50), "worse", "Fatigue 50: as at inclusion"),
        ((50,), "worse", "Fatigue 50: first score"),
        ((None, 50, 60), "worse", "Fatigue 60: no score at inclusion"),
        ((None,), "worse", "Fatigue: no score"),
        ((), "worse", "Fatigue: no score"),
    ],
)
def test_the_title_says_what_is_to_be_seen(values, direction, said):
    points = tuple(ChartPoint(on=TODAY + timedelta(days=n), value=value) for n, value in enumerate(values))
    assert headline(name="Fatigue", points=points, direction=direction, language="en") == said


def test_an_index_keeps_two_decimals_with_a_comma_in_french():
    points = (ChartPoint(on=TODAY, value=0.624),)
    assert "0,62" in texts(drawn(points, threshold=None, direction="better", low=-0.5, high=1))


def test_names_from_outside_are_escaped():
    assert "<script>" not in drawn(name="<script>")


def test_a_result_that_changes_nothing_is_on_the_timeline_but_not_on_the_small_charts():
    negative = ChartEvent(**named("ctdna_resulted"), on=date(2026, 2, 6), result="negative")
    untold = ChartEvent(**named("ctdna_resulted"), on=date(2026, 2, 6), result="positive", disclosed=False)
    assert not any("ADNct" in words for words in texts(drawn(events=(negative, untold))))
    assert {"ADNct –", "ADNct+ (non annoncé)"} <= set(texts(course(events=(negative, untold))))


@pytest.mark.parametrize("state", list(AssessmentState))
def test_every_state_of_an_assessment_has_a_shape_and_a_word(state):
    assert state in SHAPES
    words = texts(course((slot(state),)))
    assert words[words.index("M7.5") + 1]


def test_states_are_told_apart_without_colour():
    same = {"cancelled", "not_applicable"}  # both mean: nothing is expected
    shapes = [SHAPES[state] for state in SHAPES if state not in same]
    assert len(set(shapes)) == len(shapes)


def test_today_is_marked_and_the_phase_that_goes_on_is_dashed_after_it():
    svg = course(phases=(Phase(**phase("OFF_TREATMENT"), start_on=STOP.on),))
    assert "aujourd'hui 14 mai" in texts(svg)
    assert 'class="phase ahead"' in svg


def test_a_phase_that_ended_is_not_continued():
    ended = Phase(**phase("DEATH"), start_on=STOP.on, end_on=STOP.on)
    assert 'class="phase ahead"' not in course(phases=(ended,))


def test_an_assessment_after_the_span_is_left_to_the_table():
    far = slot(due=SPAN.end + timedelta(days=30), key="M22.5")
    assert "M22.5" not in texts(course((far,)))


def test_the_same_values_give_the_same_bytes():
    assert drawn() == drawn()
    assert course((slot(),)) == course((slot(),))


def test_twenty_charts_of_sixty_points_take_less_than_thirty_milliseconds():
    points = tuple(ChartPoint(on=SPAN.start + timedelta(days=6 * n), value=n % 7 * 15) for n in range(60))

    def twenty():
        began = time.process_time()
        for _ in range(20):
            drawn(points)
        return time.process_time() - began

    assert min(twenty() for _ in range(5)) < 0.030


DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
VALUES = st.none() | st.floats(-20, 120)


@given(st.lists(st.tuples(DAYS, VALUES), max_size=30), DAYS, DAYS)
def test_anything_can_be_drawn(rows, today, start):
    span = Span(start=start, end=start + timedelta(days=400))
    points = tuple(ChartPoint(on=on, value=value) for on, value in sorted(rows, key=lambda row: row[0]))
    ET.fromstring(drawn(points, today=today, span=span))


@given(DAYS, st.floats(-1000, 1000))
def test_a_place_is_never_outside_the_paper(day, value):
    plot = Plot(left=10, right=90, top=10, bottom=90, span=SPAN)
    assert 10 <= plot.x(day) <= 90
    assert 10 <= plot.y(value) <= 90


PLACES = st.lists(st.tuples(st.floats(0, 900), st.floats(1, 120)), max_size=20).map(
    lambda rows: tuple(sorted((left, left + width) for left, width in rows))
)


@given(PLACES)
def test_no_two_things_of_a_lane_touch(places):
    rows = lanes(places)
    for number, (left, _) in enumerate(places):
        assert all(
            end <= left for row, (_, end) in zip(rows[:number], places, strict=False) if row == rows[number]
        )


@given(PLACES)
def test_no_pole_goes_through_the_words_of_an_earlier_flag(places):
    heights = flags(places)
    for number, (left, _) in enumerate(places):
        for earlier in range(number):
            assert places[earlier][1] <= left or heights[earlier] > heights[number]


@given(DAYS, st.integers(0, 800), st.integers(-400, 1200))
def test_the_reading_span_holds_today_and_everything_that_was(first, length, age):
    last, today = first + timedelta(days=length), first + timedelta(days=age)
    span = reading_span(first=first, last=last, today=today)
    assert span.start < first
    assert span.holds(today) or today > last


def test_a_young_course_is_not_pressed_into_a_corner():
    first = date(2026, 4, 1)
    span = reading_span(first=first, last=date(2028, 4, 1), today=TODAY)
    assert (span.end - TODAY).days == 183


def test_a_point_on_the_upper_edge_has_its_number_below():
    top = replace(FATIGUE[0], value=100)
    svg = drawn((top,))
    y = float(re.search(r'class="value last" x="[^"]+" y="([^"]+)"', svg)[1])
    assert y > float(re.search(r'<g transform="translate\(\S+ (\S+)\)"><path class="point', svg)[1])
