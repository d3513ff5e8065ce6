"""Mistakes in the schedule of a protocol: each is told with its place and its cure."""

import contextlib
import copy
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.definition import DefinitionError
from pro_service.core.protocol import extend, parse_protocol, resolve
from tests.core.course_factory import DOCUMENTS
from tests.core.crowded_protocol import DOCUMENT
from tests.core.test_protocol_sense import VALUES, paths

#: rule or other table, what is written there, the key that is told, words of the message
MISTAKES = [
    ("anchors.stop", 'when = { relation = "same" }', "when.relation", "'same' can never be"),
    ("anchors.stop", 'day = "told"', "day", "not known here"),
    ("anchors.stop", 'event = "holiday"', "event", "unknown event type"),
    ("grid", 'opens_from = "stopp"', "opens_from", "unknown anchor"),
    ("grid", 'closes_by = { anchor = "stopp" }', "closes_by", "unknown anchor"),
    ("grid", 'closes_by = { anchor = "stop", month = 1 }', "closes_by.month", "unknown key"),
    ("grid", 'closes_by = { anchor = "stop", weeks = 9999 }', "closes_by.weeks", "is 9999"),
    ("grid", "closes_by = 3", "closes_by", "is 3"),
    ("grid", 'stops = [{ after = "stopp" }]', "stops[0].after", "unknown anchor"),
    ("grid", "stops = [{ more = 1 }]", "stops[0].after", "is missing"),
    ("grid", 'stops = [{ after = "stop", more = -1 }]', "stops[0].more", "is -1"),
    ("grid", 'stops = [{ after = "stop", instruments = [] }]', "stops[0].instruments", "names none"),
    ("grid", 'stops = [{ after = "stop", instruments = ["hads"] }]', "stops[0].instruments", "never asks"),
    ("grid", 'stops = [{ after = "stop" }, { after = "stop" }]', "stops[1]", "stands twice"),
    ("grid", 'restart = { on = "resume", prefix = "A-" }', "restart.on", "unknown anchor"),
    ("grid", 'restart = { on = "inclusion" }', "restart.on", "the rule's own anchor"),
    ("resume", 'restart = { on = "progression", prefix = "P-" }', "restart.on", "at each occurrence already"),
    ("grid", 'restart = { on = "progression", prefix = "P !" }', "restart.prefix", "is 'P !'"),
    ("grid", 'restart = { on = "progression" }', "restart.prefix", "would not tell the timepoints apart"),
    ("grid", f'restart = {{ on = "stop", prefix = "{"P" * 58}" }}', "restart.prefix", "makes a key too long"),
    ("grid", "max = 2", "max", "names one day at most"),
    ("resume", "max = 0", "max", "is 0"),
    ("grid", 'bundles_in = { REMISSION = ["core"] }', "bundles_in.REMISSION", "is no phase"),
    ("grid", 'bundles_in = { INCLUDED = ["core"] }', "bundles_in.INCLUDED", "never holds"),
    ("grid", 'bundles_in = { NEW_THERAPY = ["cor"] }', "bundles_in.NEW_THERAPY", "unknown bundle"),
    ("grid", "bundles_in = { NEW_THERAPY = [] }", "bundles_in.NEW_THERAPY", "names no bundle"),
    ("conv", 'timepoints = [{ key = "CONV", bundles = ["cor"] }]', "timepoints", "CONV: unknown bundle"),
    ("resume", "event_bundle = true", "event_bundle", "has no field bundle"),
    (
        "series",
        'key = "W", unit = "weeks", first = 20, every = 9, last = 38',
        "key",
        "at each of its timepoints",
    ),
    ("series", 'key = "W{k}", unit = "week", first = 20, every = 9, last = 38', "unit", "not known here"),
    ("series", 'key = "C{k}", unit = "cycles", first = 20, every = 9, last = 38', "cycle_days", "is missing"),
    ("series", 'key = "W{k}", unit = "weeks", first = 20.5, every = 9, count = 3', "every", "parts of weeks"),
    ("series", 'key = "M{k}", first = 20, every = 9, last = 38, count = 3', "count", "both say"),
    ("series", 'key = "M{k}", first = 20, every = 9', "last", "is missing"),
    ("series", 'key = "M{k}", first = 20, every = 9, count = 0', "count", "is 0"),
    ("series", 'key = "D{k}", unit = "days", first = 1, every = 1, last = 7000', "every", "7000 timepoints"),
    (
        "series",
        'key = "D{k}", unit = "days", first = 1, every = 1, last = 9000',
        "every",
        "no end or no step",
    ),
    ("minimum_gap", 'days = 5\nprecedence = ["gird"]', "precedence", "unknown rule 'gird'"),
    ("minimum_gap", 'days = 5\nprecedence = ["grid"]\norder = 1', "order", "unknown key"),
    ("minimum_gap", "days = 5", "precedence", "is missing"),
    ("minimum_gap", 'days = 400\nprecedence = ["grid"]', "days", "is 400"),
]


def written(table: str, keys: str) -> tuple[str, str]:
    """The TOML of a mistake, and the place that its message names."""
    if table == "series":
        return f'[[rules]]\nid = "grid"\nseries = [{{ {keys} }}]', "rules.grid.series[0]"
    if table == "minimum_gap" or "." in table:
        return f"[{table}]\n{keys}", table
    return f'[[rules]]\nid = "{table}"\n{keys}', f"rules.{table}"


@pytest.mark.parametrize(("table", "keys", "key", "words"), MISTAKES)
def test_a_mistake_in_the_schedule_is_told_with_its_place_and_cure(table, keys, key, words):
    overlay, place = written(table, keys)
    with pytest.raises(DefinitionError) as caught:
        parse_protocol(extend(resolve("heroes-1", DOCUMENTS), tomllib.loads(overlay)), source="f")
    told = [each for each in caught.value.problems if each.place == f"f: {place}.{key}"]
    assert told, caught.value.problems
    assert words in told[0].message
    assert told[0].cure


_LONG = 'series = [{{ key = "Z{n}D{{days}}", unit = "days", first = {n}, every = 9, count = 600 }}]'
#: a table, what is written there so many times, the place that is told, words of the message
TOO_MANY = [
    ("[[rules]]", 'id = "r{n}"', 201, "rules", "has 206 rules"),
    (
        "[[rules]]",
        'id = "r{n}"\nanchor = "stop"\nwindow = [0, 0]\nbundles = ["core"]\n' + _LONG,
        4,
        "rules",
        "has 2413 timepoints in all",
    ),
    ("[[visits.calendar]]", 'id = "v{n}"', 51, "visits.calendar", "rules"),
    (
        "[[visits.calendar]]",
        'id = "v{n}"\nkind = "clinic"\nanchor = "stop"\nwindow = [0, 0]\n' + _LONG,
        2,
        "visits.calendar",
        "visits in all",
    ),
]


@pytest.mark.parametrize(("table", "keys", "times", "place", "words"), TOO_MANY)
def test_a_file_that_would_keep_its_reader_busy_for_hours_is_refused_at_once(
    table, keys, times, place, words
):
    overlay = "\n".join(f"{table}\n{keys.format(n=number)}" for number in range(times))
    with pytest.raises(DefinitionError) as caught:
        parse_protocol(extend(resolve("heroes-1", DOCUMENTS), tomllib.loads(overlay)), source="f")
    told = [each for each in caught.value.problems if each.place == f"f: {place}"]
    assert any(words in each.message and "at most" in each.cure for each in told), caught.value.problems
    assert len(caught.value.problems) == 1, caught.value.problems


def test_a_key_after_a_restart_must_not_be_the_key_of_another_rule():
    overlay = """
    [[rules]]
    id = "conv"
    restart = { on = "progression", prefix = "R" }
    timepoints = [{ key = "1" }]
    """
    with pytest.raises(DefinitionError) as caught:
        parse_protocol(extend(resolve("heroes-1", DOCUMENTS), tomllib.loads(overlay)), source="f")
    assert "'R1' is used 2 times" in str(caught.value)


def with_one_change(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """The crowded protocol with something else in one place, or nothing (None)."""
    document = copy.deepcopy(dict(DOCUMENT))
    holder: Any = document
    for step in path[:-1]:
        holder = holder[step]
    if value is None:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return document


SCHEDULE = [
    path for path in paths(DOCUMENT) if path[0] in ("anchors", "bundles", "rules", "merge", "minimum_gap")
]


@given(st.sampled_from(SCHEDULE), st.sampled_from(VALUES))
def test_any_one_change_of_the_schedule_is_accepted_or_told(path: tuple[Any, ...], value: Any) -> None:
    with contextlib.suppress(DefinitionError):
        parse_protocol(with_one_change(path, value), source="f")
