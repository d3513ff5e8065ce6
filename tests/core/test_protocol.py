"""A protocol file: what it may say, and that each mistake is named with its place and cure."""

import copy
import tomllib
from datetime import time

import pytest

from pro_service.core.definition import DefinitionError
from pro_service.core.protocol import (
    StepKind,
    Threshold,
    extend,
    notices,
    parse_protocol,
    resolve,
)
from tests.core.course_factory import DOCUMENTS, FOLDER, HEROES, heroes


def test_heroes_says_what_it_is():
    assert (HEROES.study, HEROES.version, HEROES.status, HEROES.time_zone) == (
        "heroes", "heroes-1", "assumed", "Europe/Paris",
    )  # fmt: skip
    assert HEROES.course.terminal_phases == {
        "OFF_STUDY",
        "WITHDRAWN_QUESTIONNAIRES",
        "WITHDRAWN_CONSENT",
        "DEATH",
    }


def test_the_two_readings_differ_in_version_and_grid_alone():
    one, other = heroes("heroes-1"), heroes("heroes-1b")
    keys = [
        [p.key for rule in each.rules if rule.id == "grid" for p in rule.timepoints] for each in (one, other)
    ]
    assert keys == [
        ["M1.5", "M4.5", "M7.5", "M10.5", "M13.5", "M16.5", "M19.5", "M22.5"],
        ["M1.5", "M3", "M6", "M9", "M12", "M15", "M18", "M21", "M24"],
    ]
    assert [r for r in one.rules if r.id != "grid"] == [r for r in other.rules if r.id != "grid"]
    assert (one.course, one.merge, one.delivery, one.alerts) == (
        other.course,
        other.merge,
        other.delivery,
        other.alerts,
    )


def test_a_timepoint_may_have_its_own_window_and_a_series_counts_months_and_half_months():
    grid = next(rule for rule in HEROES.rules if rule.id == "grid")
    first, second = grid.timepoints[:2]
    assert (first.window, second.window) == ((-7, 7), (-14, 14))
    assert (second.offset.months, second.offset.days) == (4, 15)


def test_instruments_keep_the_order_of_the_bundles():
    assert HEROES.rules[0].instruments == ("qlq-c30", "qlq-br23", "eq-5d-5l", "hads", "fcri-sf")


def test_a_rule_without_while_holds_wherever_a_patient_is_followed():
    conv = next(rule for rule in HEROES.rules if rule.id == "conv")
    assert conv.phases == {
        "INCLUDED", "OFF_TREATMENT", "MOLECULAR_RELAPSE", "RADIOLOGICAL_PD", "RESUMED_PRIOR", "NEW_THERAPY",
    }  # fmt: skip


def test_policies_are_read_as_typed_values():
    delivery = HEROES.delivery
    assert (delivery.send_at, delivery.quiet_from, delivery.quiet_until) == (time(10), time(20), time(8))
    assert (delivery.silent_weekdays, delivery.reminder_days, delivery.max_messages) == ((6,), (2, 5), 3)
    assert (HEROES.answering.value_set, HEROES.answering.hads_missing) == ("France", "half")


def test_the_alert_rule_says_for_each_scale_whether_it_has_a_threshold_and_how_sure_it_is():
    (rule,) = HEROES.alerts.rules
    assert rule.thresholds["QL"] is None
    assert {scale: (t.value, t.beyond, t.status) for scale, t in rule.thresholds.items() if t} == {
        "PF": (83, "below", "UNVERIFIED"),
        "EF": (71, "below", "UNVERIFIED"),
        "FA": (39, "above", "UNVERIFIED"),
        "PA": (25, "above", "UNVERIFIED"),
    }
    assert isinstance(rule.thresholds["PF"], Threshold)
    assert (rule.points, rule.steps, rule.severity, rule.status) == (10, 2, "amber", "assumed")


def test_steps_keep_the_order_of_the_file():
    ends = [step.to for step in HEROES.course.steps if step.kind is StepKind.ENDS]
    assert ends == ["OFF_STUDY", "WITHDRAWN_QUESTIONNAIRES", "WITHDRAWN_CONSENT", "DEATH"]


def test_every_phase_and_event_has_words_in_both_languages():
    course = HEROES.course
    for language in ("fr", "en"):
        assert set(course.words[language]) == {*course.phases, *course.event_types}
    assert course.word("DEATH", "fr") == "décès"
    assert course.word("unheard_of", "fr") == "unheard_of"


# --- mistakes: one change of the file, the key that is blamed and a word of the message or cure ----------------------

ALERT = "alerts.rules.c30-worse-than-baseline"
MISTAKES = [
    # the shape
    ('study = "heroes"', "", "study", "is missing"),
    ('study = "heroes"', 'studdy = "heroes"', "studdy", "did you mean 'study'"),
    ('status = "assumed"\ntime_zone', 'status = "guessed"\ntime_zone', "status", "assumed, approved"),
    ('time_zone = "Europe/Paris"', 'time_zone = "Europe/Lutetia"', "time_zone", "unknown zone"),
    ('time_zone = "Europe/Paris"', 'time_zone = "../Paris"', "time_zone", "unknown zone"),
    # Files of the system's zone folder that are no zones: another machine has others in their place.
    ('time_zone = "Europe/Paris"', 'time_zone = "posixrules"', "time_zone", "unknown zone"),
    ('time_zone = "Europe/Paris"', 'time_zone = "right/Europe/Paris"', "time_zone", "unknown zone"),
    # the course
    ('initial_phase = "NOT_INCLUDED"', 'initial_phase = "NOWHERE"', "course.initial_phase", "unknown phase"),
    ('  "NOT_INCLUDED", "INCLUDED",', '  "NOT_INCLUDED", "INCLUDED", "LIMBO",', "course.phases",
     "no step ever leads to 'LIMBO'"),
    ('from = ["INCLUDED"]', 'from = ["INCLUDET"]', "course.steps[1].from", "unknown phase 'INCLUDET'"),
    ('to = "MOLECULAR_RELAPSE"', 'to = "DEATH"', "course.steps[2]", "use `ends`"),
    ('pause = "begins"', 'pause = "starts"', "course.steps[6].pause", "begins, ends"),
    ('pause = "begins"', 'to = "INCLUDED"\npause = "begins"', "course.steps[6]", "not exactly one of"),
    ('ends = "OFF_STUDY"', "", "course.steps[8]", "not exactly one of"),
    ('{ result = "positive" }', '{ result = "positif" }', "course.steps[2].when.result", "can never be"),
    ('{ result = "positive" }', '{ colour = "red" }', "course.steps[2].when.colour", "unknown key"),
    ('without = "no effect"', 'without = "later"', "course.effect_days.ctdna_resulted.without", "on, no effect"),
    ('field = "disclosed_on", without = "on"', 'field = "told", without = "on"',
     "course.effect_days.pd_confirmed.field", "disclosed_on"),
    ('included = ["consent2_signed"]', 'included = ["consent3_signed"]', "course.after.included", "unknown event type"),
    ("[course.fields.ctdna_resulted]", "[course.fields.ctdna]", "course.fields.ctdna", "unknown event type"),
    ('lost = "lost_to_follow_up"', 'death = "x"', "course.obsolete.death", "both obsolete and in use"),
    ('DEATH = "décès"', "", "course.words.fr.DEATH", "is missing"),
    # the schedule
    ('stop = { event = "treatment_stopped" }', "stop = {}", "anchors.stop.event", "neither event nor enters"),
    ('stop = { event = "treatment_stopped" }', 'stop = { event = "visit" }', "anchors.stop.event", "unknown event"),
    ('enters = "RADIOLOGICAL_PD"', 'enters = "INCLUDED"', "anchors.progression.enters", "no such step"),
    ('occurrences = "each"', 'occurrences = "all"', "anchors.resumption.occurrences", "first, each"),
    (', occurrences = "each"', "", "rules.resume.timepoints", "{n}"),
    ('{ key = "R{n}" }', '{ key = "R" }', "rules.resume.timepoints", "would not tell occurrences apart"),
    ('anchor = "conversion"', 'anchor = "conversation"', "rules.conv.anchor", "unknown anchor"),
    ('closes_by = "stop"', 'closes_by = "stopp"', "rules.base.closes_by", "unknown anchor"),
    ("window = [-14, 0]", "window = [0, -14]", "rules.base.window", "closes before it opens"),
    ("window = [-14, 0]", "window = [-14]", "rules.base.window", "has 1 numbers"),
    ("window = [-14, 0]", "", "rules.base.window", "is missing"),
    ("window = [-14, 14]", "window = [-60, 60]", "rules.grid.timepoints", "the windows of M4.5 and M7.5 overlap"),
    ('timepoints = [{ key = "CONV" }]', "", "rules.conv.timepoints", "no timepoint"),
    ('{ key = "CONV" }', '{ key = "PD" }', "rules.timepoints.key", "'PD' is used 2 times"),
    ('{ key = "CONV" }', '{ key = "R1" }', "rules.timepoints.key", "'R1' is used 2 times"),
    ('{ key = "CONV" }', '{ key = "CONV", months = 0.3 }', "rules.conv.timepoints[0].months", "whole or half"),
    ('{ key = "CONV" }', '{ key = "CONV", month = 1 }', "rules.conv.timepoints[0].month", "did you mean 'months'"),
    ("every = 3,", "every = 0,", "rules.grid.series[0].every", "no end or no step"),
    ("every = 3,", "every = 4,", "rules.grid.series[0].last", "ends at 20.5"),
    ('id = "pd"', 'id = "conv"', "rules.id", "'conv' is used 2 times"),
    ('while = ["INCLUDED", "OFF_TREATMENT"]', 'while = ["INCLUDET"]', "rules.base.while", "unknown phase"),
    ('bundles = ["core"]', 'bundles = ["corr"]', "rules.grid.bundles", "unknown bundle"),
    ('core = ["qlq-c30",', 'spare = ["x"]\ncore = ["qlq-c30",', "bundles.spare", "no rule uses it"),
    ('"eq-5d-5l"]', '"eq-5d-5l", "qlq-c30"]', "bundles.core", "twice"),
    ('absorbs = ["grid"]', 'absorbs = ["grit"]', "merge.absorbs", "unknown rule"),
    ('absorbs = ["grid"]', 'absorbs = ["conv"]', "merge.absorbs", "cannot absorb and be absorbed"),
    ("within_days = 21", "within_days = -1", "merge.within_days", "negative"),
    ('while = ["RESUMED_PRIOR", "NEW_THERAPY"]\nbundles = ["core", "psychological"]', 'bundles = ["core"]',
     "merge", "would lose fcri-sf"),
    # the policies
    ('send_at = "10:00"', 'send_at = "10h"', "delivery.send_at", "is no clock time"),
    ('send_at = "10:00"', 'send_at = "21:00"', "delivery.send_at", "quiet hours"),
    ('languages = ["fr", "en"]', 'languages = ["fr"]\nfallback_languages = ["de"]',
     "delivery.fallback_languages", "unknown language"),
    ('["sunday"]', '["dimanche"]', "delivery.silent_weekdays", "is no weekday"),
    ('["sunday"]', '["monday","tuesday","wednesday","thursday","friday","saturday","sunday"]',
     "delivery.silent_weekdays", "no day is left"),
    ("reminder_days = [2, 5]", "reminder_days = [5, 2]", "delivery.reminder_days", "do not rise"),
    ("reminder_days = [2, 5]", "reminder_days = [2, 30]", "delivery.reminder_days", "after every window closes"),
    ("max_messages = 3", "max_messages = 4", "delivery.max_messages", "write 1 to 3"),
    ("invite_days_before_due = 3", "invite_days_before_due = -3", "delivery.invite_days_before_due", "negative"),
    ('languages = ["fr", "en"]', 'languages = ["fr", "br"]', "delivery.languages", "unknown language 'br'"),
    ("sms_items_max = 10", "sms_items_max = -1", "answering.sms_items_max", "negative"),
    ("sms_items_max = 10", "sms_items_max = 10\nsitting_hours = 0", "answering.sitting_hours", "is 0"),
    ("sms_items_max = 10", "sms_items_max = 10\nsitting_hours = 337", "answering.sitting_hours", "is 337"),
    ('hads_missing = "half"', 'hads_missing = "none"', "answering.hads_missing", "half, complete"),
    ('QL = "none"', "", f"{ALERT}.thresholds.QL", 'QL = "none"'),
    ('QL = "none"', 'QL = "none"\nDY = "none"', f"{ALERT}.thresholds.DY", "not among the scales"),
    ("value = 83, ", "", f"{ALERT}.thresholds.PF.value", "is missing"),
    ('baseline = "base"', 'baseline = "basis"', "alerts.baseline", "known rules: base, grid"),
    ('severity = "amber"', 'severity = "orange"', f"{ALERT}.severity", "red, amber, info"),
    ('en = "Clearly worse', 'de = "Clearly worse', f"{ALERT}.sentence.en", "is missing"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "key", "words"), MISTAKES, ids=[m[1] or f"no {m[0]}" for m in MISTAKES]
)
def test_a_mistake_is_named_with_its_place_and_cure(before, after, key, words):
    text = (FOLDER / "heroes-1.toml").read_text("utf-8")
    assert before in text
    with pytest.raises(DefinitionError) as caught:
        parse_protocol(tomllib.loads(text.replace(before, after, 1)), source="heroes-1.toml")
    lines = [str(problem) for problem in caught.value.problems]
    blamed = [line for line in lines if line.startswith(f"heroes-1.toml: {key}:")]
    assert any(words in line for line in blamed), lines


def test_all_mistakes_are_told_at_once():
    document = {**resolve("heroes-1", DOCUMENTS), "title": 3, "status": "x", "speed": 1}
    with pytest.raises(DefinitionError) as caught:
        parse_protocol(document, source="f")
    assert len(caught.value.problems) == 3, str(caught.value)


def test_an_empty_file_is_a_list_of_problems_not_a_crash():
    with pytest.raises(DefinitionError) as caught:
        parse_protocol({}, source="empty.toml")
    assert len(caught.value.problems) > 5


def test_windows_that_touch_only_after_a_short_february_are_found():
    document = copy.deepcopy(dict(resolve("heroes-1", DOCUMENTS)))
    grid = document["rules"][1]
    # 1 and 2 months lie 28 days apart at the least: 14 + 14 meet on one day, 14 + 13 do not.
    grid.update(
        timepoints=[{"key": "A", "months": 1}, {"key": "B", "months": 2}], series=[], window=[-14, 14]
    )
    with pytest.raises(DefinitionError, match="A and B overlap"):
        parse_protocol(document, source="f")
    grid["window"] = [-14, 13]
    parse_protocol(document, source="f")


def test_reminders_that_some_windows_are_too_short_for_are_worth_a_notice():
    reminder, call = notices(HEROES)
    assert reminder.startswith("BASE: the reminder 5 days")
    assert call.startswith("BASE: the call 7 days")


# --- extending -------------------------------------------------------------------------------------------------------


def test_an_overlay_merges_tables_and_lists_with_ids_and_replaces_the_rest():
    base = {"a": 1, "t": {"x": 1, "y": [1, 2]}, "rules": [{"id": "p", "w": 1, "v": 2}, {"id": "q"}]}
    overlay = {"t": {"y": [3]}, "rules": [{"id": "p", "w": 9}, {"id": "r"}], "b": 2}
    assert extend(base, overlay) == {
        "a": 1,
        "b": 2,
        "t": {"x": 1, "y": [3]},
        "rules": [{"id": "p", "w": 9, "v": 2}, {"id": "q"}, {"id": "r"}],
    }
    assert base["rules"][0]["w"] == 1


def test_a_chain_of_extensions_is_followed_to_its_end():
    documents = {"a": {"x": 1, "y": 1}, "b": {"extends": "a", "y": 2}, "c": {"extends": "b", "z": 3}}
    assert resolve("c", documents) == {"x": 1, "y": 2, "z": 3}


@pytest.mark.parametrize(
    ("documents", "words"),
    [
        ({"c": {"extends": "d"}}, "c.toml: extends: there is no 'd'; known files: c"),
        ({"c": {"extends": 4}}, "there is no 4"),
        ({"c": {"extends": "d"}, "d": {"extends": "c"}}, "in a circle: c > d > c"),
        ({}, "there is no 'c'"),
    ],
)
def test_an_extension_that_leads_nowhere_is_refused(documents, words):
    with pytest.raises(DefinitionError, match=words):
        resolve("c", documents)
