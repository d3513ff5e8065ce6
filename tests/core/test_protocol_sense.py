"""What is well written in a protocol file but cannot be meant: refused with its place and cure, all of it at once."""

import copy
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.definition import DefinitionError
from pro_service.core.protocol import notices, parse_protocol, read_protocol, resolve
from pro_service.core.suitability import suits
from pro_service.store.catalogue import load_instruments
from tests.core.course_factory import DOCUMENTS, FOLDER, HEROES

SHIPPED = load_instruments()
TEXT = (FOLDER / "heroes-1.toml").read_text("utf-8")
ALERT = "alerts.rules.c30-worse-than-baseline"


def told(text: str, **more: Any) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        parse_protocol(tomllib.loads(text), source="f", suits=suits(SHIPPED), **more)
    return [str(problem) for problem in caught.value.problems]


MISTAKES = [
    ('value_set = "France"', 'value_set = "Frankreich"', "answering.value_set", "no value set 'Frankreich'; use one"),
    ('study = "heroes"', 'study = ""', "study", "is blank"),
    ('study = "heroes"', f'study = "{"h" * 65}"', "study", "at most 64"),
    ('study = "heroes"', 'study = "her\\u0000es"', "study", "printed"),
    # the course
    ('"INCLUDED", "OFF_TREATMENT", "MOLECULAR_RELAPSE", "RADIOLOGICAL_PD", "RESUMED_PRIOR",\n',
     '"INCLUDED", "INCLUDED", "OFF_TREATMENT", "MOLECULAR_RELAPSE", "RADIOLOGICAL_PD", "RESUMED_PRIOR",\n',
     "course.phases", "names 'INCLUDED' 2 times"),
    ('"enrolled",', '"enrolled", "included",', "course.recorded_only", "'included' has a step"),
    ('"enrolled",', '"enrolled", "enrolled",', "course.recorded_only", "2 times"),
    ("max_days_ahead = 90", "max_days_ahead = -1", "course.max_days_ahead", "from 0 to"),
    ("max_days_ahead = 90", "max_days_ahead = 99999999999", "course.max_days_ahead", "from 0 to"),
    ('from = ["INCLUDED"]', 'from = ["INCLUDED", "INCLUDED"]', "course.steps[1].from", "names 'INCLUDED' 2 times"),
    ('["negative", "positive"', '["positive", "positive"', "course.fields.ctdna_resulted.result.values", "2 times"),
    ('["negative", "positive"', '["positive", " "', "course.fields.ctdna_resulted.result.values", "blank"),
    ('event = "death"\nends = "DEATH"', 'event = "off_study"\nends = "OFF_STUDY"', "course.steps[11]", "stands twice"),
    # the schedule
    ("window = [0, 14]", "window = [0, 99999999999]", "rules.conv.window", "from -366 to 366"),
    ('{ key = "CONV" }', '{ key = "CONV", months = nan }', "rules.conv.timepoints[0].months", "finite"),
    ('{ key = "CONV" }', '{ key = "CONV", months = -inf }', "rules.conv.timepoints[0].months", "finite"),
    ('{ key = "CONV" }', '{ key = "CONV", days = 999999999999 }', "rules.conv.timepoints[0].days", "from -366"),
    ('{ key = "CONV" }', '{ key = "" }', "rules.conv.timepoints[0].key", "write letters"),
    ('{ key = "CONV" }', '{ key = "a b" }', "rules.conv.timepoints[0].key", "write letters"),
    ('{ key = "CONV" }', '{ key = "C{x}" }', "rules.conv.timepoints[0].key", "write letters"),
    ('{ key = "CONV" }', f'{{ key = "{"C" * 65}" }}', "rules.conv.timepoints[0].key", "at most 60"),
    ('key = "M{months}"', 'key = "M{month}"', "rules.grid.series[0].key", "write letters"),
    ("every = 3,", "every = nan,", "rules.grid.series[0].every", "finite"),
    ("first = 4.5,", "first = -1.5,", "rules.grid.series[0].every", "0 <= first"),
    ('while = ["INCLUDED", "OFF_TREATMENT"]', "while = []", "rules.base.while", "names no phase"),
    ('while = ["INCLUDED", "OFF_TREATMENT"]', 'while = ["DEATH"]', "rules.base.while", "terminal phases alone"),
    ('bundles = ["core"]', 'bundles = ["core", "core"]', "rules.grid.bundles", "names 'core' 2 times"),
    ('bundles = ["core"]', "bundles = []", "rules.grid.bundles", "nothing is asked"),
    ('psychological = ["hads"', 'psychological = ["qlq-c30", "hads"', "rules.base.bundles", "hold 'qlq-c30' 2 times"),
    ('precedence = ["resume",', 'precedence = ["resume", "resume",', "merge.precedence", "names 'resume' 2 times"),
    ('precedence = ["resume", "pd", "conv"]', "", "merge.precedence", "none is ever absorbed"),
    ("within_days = 21", "within_days = 99999999999", "merge.within_days", "at most 366"),
    # the policies
    ('languages = ["fr", "en"]', "languages = []", "delivery.languages", "names no language"),
    ('languages = ["fr", "en"]', 'languages = ["fr", "fr"]', "delivery.languages", "2 times"),
    ('quiet_until = "08:00"', 'quiet_until = "19:59"', "delivery.quiet_from", "leave 1 minutes a day"),
    ("reminder_days = [2, 5]", "reminder_days = [2, 99999999999]", "delivery.reminder_days", "at most 366"),
    ("points = 10", "points = nan", f"{ALERT}.points", "finite"),
    ("points = 10", "points = -10", f"{ALERT}.points", "from 0"),
    ("points = 10", "points = 101", f"{ALERT}.points", "more than QL can change"),
    ("points = 10\nsteps = 2", "points = 0\nsteps = 0", f"{ALERT}.points", "no change at all"),
    ("steps = 2", "steps = -2", f"{ALERT}.steps", "from 0"),
    ("steps = 2", "steps = 13", f"{ALERT}.steps", "write at most 12"),
    ("value = 39", "value = 390", f"{ALERT}.thresholds.FA.value", "no score of this scale; write 0 to 100"),
    ("value = 39", "value = nan", f"{ALERT}.thresholds.FA.value", "finite"),
    ("value = 39", "value = 100", f"{ALERT}.thresholds.FA.value", "none lies beyond it"),
    ('value = 39, beyond = "above"', 'value = 39, beyond = "below"', f"{ALERT}.thresholds.FA.beyond", "write 'above'"),
    ('value = 83, beyond = "below"', 'value = 83, beyond = "above"', f"{ALERT}.thresholds.PF.beyond", "write 'below'"),
    ('scales = ["QL", ', 'scales = ["QL", "QL", ', f"{ALERT}.scales", "names 'QL' twice"),
    ("sms_items_max = 10", "sms_items_max = 99999999999999999999", "answering.sms_items_max", "at most 1000"),
    ("sms_items_max = 10", f"sms_items_max = 0x{'F' * 9000}", "answering.sms_items_max", "is too large"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "key", "words"), MISTAKES, ids=[m[1][:40] or f"no {m[0]}" for m in MISTAKES]
)
def test_what_cannot_be_meant_is_named_with_its_place_and_cure(
    before: str, after: str, key: str, words: str
) -> None:
    assert before in TEXT
    lines = told(TEXT.replace(before, after, 1))
    assert any(line.startswith(f"f: {key}: ") and words in line for line in lines), lines


def test_the_shipped_protocol_asks_nothing_that_its_instruments_cannot_give() -> None:
    assert parse_protocol(resolve("heroes-1", DOCUMENTS), source="f", suits=suits(SHIPPED)) == HEROES


def test_no_quiet_hours_leave_the_whole_day() -> None:
    text = TEXT.replace('quiet_from = "20:00"', 'quiet_from = "08:00"')
    parse_protocol(tomllib.loads(text), source="f")


def test_a_mistake_of_shape_hides_none_of_sense() -> None:
    text = TEXT.replace('study = "heroes"', 'study = "heroes"\ncolour = "red"')
    text = text.replace('anchor = "conversion"', 'anchor = "conversation"').replace('"fcri-sf"', '"fcri-xl"')
    text = text.replace("window = [-14, 14]", "window = [-60, 60]").replace(
        'version = "heroes-1"', "version = 1"
    )
    places = [line.split(": ")[1] for line in told(text)]
    expected = {"colour", "version", "rules.conv.anchor", "rules.grid.timepoints", "bundles.psychological"}
    assert set(places) == expected


def test_a_value_that_could_not_be_read_is_blamed_once() -> None:
    assert [line.split(": ")[1] for line in told(TEXT.replace("window = [0, 14]", "window = 3", 1))] == [
        "rules.conv.window"
    ]
    assert [line.split(": ")[1] for line in told(TEXT.replace("[anchors]", "[anchrs]", 1))] == [
        "anchors",
        "anchrs",
    ]


def test_an_instrument_whose_own_file_is_wrong_is_known_and_not_judged() -> None:
    text = TEXT.replace("value = 39", "value = 390")
    parse_protocol(tomllib.loads(text), source="f", suits=suits({**SHIPPED, "qlq-c30": None}))


def test_an_event_rule_left_out_of_the_merge_is_worth_a_notice() -> None:
    text = TEXT.replace('precedence = ["resume", "pd", "conv"]', 'precedence = ["resume", "pd"]')
    left_out = [note for note in notices(parse_protocol(tomllib.loads(text), source="f")) if "merge" in note]
    assert left_out == [
        "rule conv: merge.precedence and merge.absorbs leave it out, so its slots never merge"
    ]


# --- files that extend others ----------------------------------------------------------------------------------------


def told_of(name: str, **changed: str) -> list[str]:
    texts = {each: (FOLDER / f"{each}.toml").read_text("utf-8") for each in ("heroes-1", "heroes-1b")}
    texts |= {each.replace("_", "-"): text for each, text in changed.items()}
    with pytest.raises(DefinitionError) as caught:
        read_protocol(name, {each: tomllib.loads(text) for each, text in texts.items()}, suits=suits(SHIPPED))
    return [str(problem) for problem in caught.value.problems]


OVERLAY = (FOLDER / "heroes-1b.toml").read_text("utf-8")


def test_a_mistake_of_the_extended_file_is_told_of_that_file_alone() -> None:
    spoilt = TEXT.replace("window = [0, 14]", "window = [14, 0]", 1).replace('"Europe/Paris"', '"Paris"')
    assert told_of("heroes-1b", heroes_1=spoilt) == told_of("heroes-1", heroes_1=spoilt)


def test_a_mistake_of_an_overlay_is_told_of_the_overlay() -> None:
    (line,) = told_of("heroes-1b", heroes_1b=OVERLAY.replace("every = 3", "every = 0", 1))
    assert line.startswith("heroes-1b.toml: rules.grid.series[0].every: ")


def test_a_key_that_only_an_overlay_makes_wrong_is_told_with_the_file_it_stands_in() -> None:
    lines = told_of("heroes-1b", heroes_1b=OVERLAY + '\n[course]\nphases = ["NOT_INCLUDED"]\n')
    said = "heroes-1b.toml: rules.base.while: unknown phase 'INCLUDED' (the key stands in heroes-1.toml)"
    assert any(line.startswith(said) for line in lines), lines


def test_a_misspelt_rule_of_an_overlay_is_asked_after() -> None:
    (line,) = told_of("heroes-1b", heroes_1b=OVERLAY.replace('id = "grid"', 'id = "gird"'))
    assert line.startswith("heroes-1b.toml: rules.gird: ")
    assert line.endswith("did you mean 'grid'?")


def test_two_rules_of_one_id_in_an_overlay_are_told() -> None:
    twice = OVERLAY + '\n[[rules]]\nid = "grid"\nwindow = [-7, 7]\n'
    assert told_of("heroes-1b", heroes_1b=twice) == [
        "heroes-1b.toml: rules.id: 'grid' is used 2 times; choose another name"
    ]


# --- any one change --------------------------------------------------------------------------------------------------


def paths(value: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [] if not before else [before]
    return found + [path for key, inner in below for path in paths(inner, (*before, key))]


WHOLE = resolve("heroes-1", DOCUMENTS)
VALUES: list[Any] = [
    *(None, "", " ", "x" * 5000, "{n}", "none", True, -1, 0, 1.5, 10**12, -(10**12), 10**400, 1 << 20000),
    *(float("nan"), float("inf"), -1e308, [], [[]], [1], ["x"], [{}], [{"id": 1}], {}, {"id": "x"}),
    *(Path, "\x00", "é", "../x", [-(10**12), 10**12], [float("nan")] * 5),
]


def change(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """The document with one place deleted (None), its list entry doubled (Path, a mark) or another value there."""
    document = copy.deepcopy(dict(WHOLE))
    holder: Any = document
    for step in path[:-1]:
        holder = holder[step]
    if value is None:
        del holder[path[-1]]
    elif value is Path:
        if isinstance(holder, list):
            holder.append(copy.deepcopy(holder[path[-1]]))
    else:
        holder[path[-1]] = value
    return document


@given(st.sampled_from(paths(WHOLE)), st.sampled_from(VALUES))
def test_any_one_change_is_accepted_or_told_and_never_a_crash(path: tuple[Any, ...], value: Any) -> None:
    with suppress(DefinitionError):
        notices(parse_protocol(change(path, value), source="f", suits=suits(SHIPPED)))
