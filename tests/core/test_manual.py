"""What a page about an instrument says is what its definition and the scorer say."""

from dataclasses import fields, replace

import pytest

from pro_service.core.instrument import Direction, Instrument, Missing, Rule
from pro_service.core.manual import sheet, words
from pro_service.store.catalogue import load_instruments

SHIPPED = load_instruments()
C30 = SHIPPED["qlq-c30"]
every_instrument = pytest.mark.parametrize("instrument", SHIPPED.values(), ids=list(SHIPPED))
both_languages = pytest.mark.parametrize("language", ["fr", "en"])


def test_every_rule_direction_and_demand_has_its_words() -> None:
    assert {*Rule} <= {*words.RULES}
    assert {*Missing} <= {*words.MISSING}
    assert {*Direction} == {*words.DIRECTIONS}


@every_instrument
@both_languages
def test_every_item_and_scale_is_there_and_says_something(instrument: Instrument, language: str) -> None:
    page = sheet(instrument, language)
    assert [line.code for line in page.items] == [item.code for item in instrument.items]
    assert [line.code for line in page.scales] == [scale.code for scale in instrument.scales]
    optional = {"step", "condition", "recall", "cdisc", "doubts", "value_sets"}
    for part in (page, *page.items, *page.scales):
        blank = {each.name for each in fields(part) if getattr(part, each.name) in ("", ())}
        assert blank <= optional, (part, blank)


def test_a_scale_is_told_with_its_rule_range_and_step() -> None:
    lines = {line.code: line for line in sheet(C30, "en").scales}
    physical, fatigue, summary = lines["PF"], lines["FA"], lines["SUMMARY"]
    assert physical.items == "q1-q5"
    assert physical.rule == "mean of the answers, moved to a scale of 0 to 100, then 100 minus that"
    assert (physical.range, physical.step, physical.direction) == ("0-100", "6.67", "high = better")
    assert (fatigue.items, fatigue.needs) == ("q10 q12 q18", "at least half of the answers")
    assert "; scales: PF RF" in summary.rule
    assert summary.step == "uneven"
    assert {line.code: line for line in sheet(C30, "fr").scales}["QL"].step == "8,33"


def test_an_index_without_value_set_has_no_range_of_its_own() -> None:
    page = sheet(SHIPPED["eq-5d-5l"], "en")
    lines = {line.code: line for line in page.scales}
    assert lines["index"].range == "depends on the value set"
    assert "France" in page.value_sets
    assert (lines["state"].range, lines["state"].step) == ("11111-55555", "")
    assert lines["state"].items == "MO SC UA PD AD"


def test_an_item_is_told_with_its_condition_and_its_own_recall() -> None:
    lines = {line.code: line for line in sheet(SHIPPED["qlq-br23"], "en").items}
    assert lines["q35"].condition == "if q34 is above 1"
    assert lines["q34"].condition == ""
    assert lines["q44"].recall not in ("", sheet(SHIPPED["qlq-br23"], "en").recall)


def test_the_longest_sitting_is_told_in_hours_or_as_a_day() -> None:
    assert sheet(C30, "en").sitting == "24 hours from the first answer"
    assert "jour de la première réponse" in sheet(replace(C30, same_day=True), "fr").sitting
