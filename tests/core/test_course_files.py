"""Course files: what is read, and mistakes named with their place."""

from datetime import date, timedelta

import pytest

from pro_service.core.course import (
    Event,
    parse_course,
    parse_event,
    replay,
)
from pro_service.core.definition import DefinitionError
from tests.core.course_factory import (
    D0,
    HEROES,
    STOPPED,
)

RULES = HEROES.course


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
            "negative, positive, invalid",
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
