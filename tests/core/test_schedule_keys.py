"""What each key of the schedule does to a plan, one at a time; the reference of the language says the same in words."""

import tomllib
from datetime import date

import pytest

from pro_service.core.course import Event, next_effect_on
from pro_service.core.plan import Plan, ReasonCode, compare, explain, plan, reconcile
from pro_service.core.protocol import Protocol, extend, parse_protocol, resolve
from tests.core.course_factory import D0, DOCUMENTS, FAR, STOPPED, day, event, existing, positive, resumed
from tests.core.crowded_protocol import CROWDED, crowded

CORE = ("qlq-c30", "qlq-br23", "eq-5d-5l")
ALL = (*CORE, "hads", "fcri-sf")


def heroes_with(overlay: str) -> Protocol:
    document = extend(resolve("heroes-1", DOCUMENTS), tomllib.loads(overlay))
    return parse_protocol(document, source="heroes.toml")


def rule(keys: str, *, anchor: str = "inclusion", bundles: str = "core", more: str = "") -> Protocol:
    """HEROES with one more rule."""
    return heroes_with(
        f'[[rules]]\nid = "extra"\nanchor = "{anchor}"\nbundles = ["{bundles}"]\n{keys}\n{more}'
    )


def planned(protocol: Protocol, *events: Event, as_of: date = FAR) -> Plan:
    return plan(protocol, events, as_of=as_of)


def due(result: Plan, name: str = "extra") -> dict[str, date]:
    return {slot.key: slot.due_on for slot in result.slots if slot.rule == name}


def window(result: Plan, key: str) -> tuple[date, date]:
    return next((slot.open_on, slot.close_on) for slot in result.slots if slot.key == key)


def asked(result: Plan, key: str) -> tuple[str, ...]:
    return next(slot.instruments for slot in result.slots if slot.key == key)


def why(result: Plan) -> dict[str, ReasonCode]:
    return {each.key: each.reason.code for each in result.skipped}


# --- anchors ---


def test_an_anchor_may_be_the_day_of_the_sample_rather_than_the_day_the_result_was_told():
    result = planned(CROWDED, *STOPPED, positive(100, told=120))
    assert due(result, "conv") == {"CONV": day(120)}
    loose = planned(crowded("[minimum_gap]\ndays = 1"), *STOPPED, positive(100, told=120))
    # 11 May 2025 and a week; and a month and three days
    assert due(loose, "sampled") == {"S1": day(107), "S2": date(2025, 6, 14)}
    untold = event("ctdna_resulted", 100, result="positive")
    assert due(planned(CROWDED, *STOPPED, untold), "sampled") == {}


def test_an_event_type_without_effect_may_be_an_anchor_and_counts_from_its_own_day():
    protocol = rule(
        'timepoints = [{ key = "V" }]\nwindow = [0, 3]',
        anchor="visit",
        more='[anchors]\nvisit = { event = "visit_done" }',
    )
    assert due(planned(protocol, *STOPPED, event("visit_done", 50), event("visit_done", 90))) == {
        "V": day(50)
    }
    assert due(planned(protocol, *STOPPED, event("visit_done", 50), as_of=day(49))) == {}


def test_a_future_fact_without_effect_on_the_phase_is_planned_again_on_its_day_if_it_is_an_anchor():
    facts = [event("unscheduled_assessment", 5)]
    assert next_effect_on(CROWDED.course, facts, after=day(1)) is None
    assert next_effect_on(CROWDED.course, facts, after=day(1), also=CROWDED.anchored_events) == day(5)


def test_an_anchor_may_count_only_events_with_some_value():
    protocol = rule(
        'timepoints = [{ key = "O" }]\nwindow = [0, 3]', anchor="own",
        more='[anchors]\nown = { event = "treatment_resumed", when = { reason = "patient_choice" } }',
    )  # fmt: skip
    own = event("treatment_resumed", 200, relation="same", reason="patient_choice")
    assert due(planned(protocol, *STOPPED, resumed(100), own)) == {"O": day(200)}


# --- distances, series, windows ---


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ('timepoints = [{ key = "X", weeks = 6 }]', {"X": "2025-03-14"}),
        ('timepoints = [{ key = "X", months = 1, weeks = 1, days = 1 }]', {"X": "2025-03-08"}),
        ('timepoints = [{ key = "X", months = 2.5 }]', {"X": "2025-04-15"}),
        ('series = [{ key = "W{weeks}", unit = "weeks", first = 1, every = 2, last = 5 }]',
         {"W1": "2025-02-07", "W3": "2025-02-21", "W5": "2025-03-07"}),
        ('series = [{ key = "D{days}", unit = "days", first = 10, every = 20, count = 3 }]',
         {"D10": "2025-02-10", "D30": "2025-03-02", "D50": "2025-03-22"}),
        ('series = [{ key = "N{k}", unit = "cycles", cycle_days = 21, first = 2, every = 2, count = 3 }]',
         {"N1": "2025-03-14", "N2": "2025-04-25", "N3": "2025-06-06"}),
        ('series = [{ key = "Q{months}", first = 0.5, every = 0.5, count = 2 }]',
         {"Q0.5": "2025-02-15", "Q1": "2025-02-28"}),
    ],
)  # fmt: skip
def test_distances_are_counted_in_days_weeks_cycles_and_half_or_whole_months(keys, expected):
    """From 31 January 2025, counted on a calendar."""
    result = planned(rule(f"{keys}\nwindow = [0, 3]"), *STOPPED)
    assert {key: str(on) for key, on in due(result).items()} == expected


def test_bounds_hold_a_window_on_both_sides_and_do_not_apply_before_their_anchor_has_a_day():
    keys = """
    timepoints = [{ key = "X", days = 20 }]
    window = [-15, 15]
    opens_from = { anchor = "stop", days = 1 }
    closes_by = { anchor = "progression", weeks = -1 }
    """
    assert window(planned(rule(keys), *STOPPED), "X") == (day(8), day(35))
    assert window(planned(rule(keys), *STOPPED, event("pd_confirmed", 40)), "X") == (day(8), day(33))
    assert window(planned(rule(keys), event("included", 0)), "X") == (day(5), day(35))


def test_bounds_that_leave_no_day_skip_the_slot():
    keys = 'timepoints = [{ key = "X", days = 2 }]\nwindow = [-5, 5]\nopens_from = { anchor = "stop", days = 30 }'
    assert why(planned(rule(keys), *STOPPED))["X"] is ReasonCode.NO_WINDOW


# --- occurrences, stops, restarts ---


def test_a_maximum_follows_so_many_occurrences_and_names_the_rest():
    result = planned(heroes_with('[[rules]]\nid = "resume"\nmax = 1'), *STOPPED, resumed(100), resumed(300))
    assert list(due(result, "resume")) == ["R1", "R1+3m"]
    assert (why(result)["R2"], why(result)["R2+3m"]) == (ReasonCode.OVER_MAXIMUM, ReasonCode.OVER_MAXIMUM)


STOP_GRID = '[[rules]]\nid = "grid"\nstops = [{ %s }]'


@pytest.mark.parametrize(
    ("stop", "last"),
    [
        (
            'after = "progression"',
            "M4.5",
        ),  # progression on 15 June 2025, the day of M4.5, which is still asked
        ('after = "progression", more = 2', "M10.5"),
        ('after = "progression", months = 6', "M10.5"),  # 15 December 2025, the day of M10.5
        ('after = "inclusion", months = 18', "M16.5"),
    ],
)
def test_a_stop_ends_a_rule_at_a_day_or_so_many_times_after_it(stop, last):
    pd = event("pd_confirmed", 135, disclosed_on=date(2025, 6, 15))
    protocol = heroes_with(STOP_GRID % stop + "\n[merge]\nabsorbs = []")
    result = planned(protocol, *STOPPED, pd)
    assert list(due(result, "grid"))[-1] == last
    late = [key for key, code in why(result).items() if key.startswith("M")]
    assert {why(result)[key] for key in late} == {
        ReasonCode.ASKED_ENOUGH if "more" in stop else ReasonCode.STOPPED
    }


def test_a_stop_of_one_instrument_leaves_the_others_and_says_why():
    protocol = heroes_with(STOP_GRID % 'after = "progression", instruments = ["qlq-br23"]')
    result = planned(protocol, *STOPPED, event("pd_confirmed", 100))
    (slot,) = [each for each in result.slots if each.key == "M7.5"]
    assert slot.instruments == ("qlq-c30", "eq-5d-5l")
    (gone,) = slot.dropped
    assert explain(gone.reason, "fr", words=protocol.course.words["fr"]) == (
        "non attendu : n'est plus demandé après le 11/05/2025 (« progression confirmée »)"
    )


def test_dropping_every_instrument_one_by_one_skips_the_slot_with_the_first_reason():
    stops = ", ".join(f'{{ after = "progression", instruments = ["{code}"] }}' for code in CORE)
    protocol = heroes_with(f'[[rules]]\nid = "grid"\nstops = [{stops}]')
    result = planned(protocol, *STOPPED, event("pd_confirmed", 100))
    assert why(result)["M7.5"] is ReasonCode.STOPPED


def test_a_timepoint_merged_into_one_that_lost_an_instrument_brings_it_along():
    overlay = '[[rules]]\nid = "pd"\nstops = [{ after = "inclusion", instruments = ["qlq-br23"] }]'
    pd, near = event("pd_confirmed", 130), event("pd_confirmed", 200)
    result = planned(heroes_with(overlay), *STOPPED, pd)
    assert asked(result, "PD") == ("qlq-c30", "eq-5d-5l", "hads", "fcri-sf", "qlq-br23")
    assert next(slot for slot in result.slots if slot.key == "PD").dropped == ()
    assert "qlq-br23" not in asked(planned(heroes_with(overlay), *STOPPED, near), "PD")


def test_a_restart_lets_what_was_to_come_give_way_and_counts_anew_under_keys_of_its_own():
    protocol = heroes_with(
        '[[rules]]\nid = "grid"\nrestart = { on = "resumption", prefix = "A{n}-" }\n[merge]\nabsorbs = []'
    )
    result = planned(protocol, *STOPPED, resumed(200), resumed(300))
    assert list(due(result, "grid"))[:4] == ["M1.5", "M4.5", "A1-M1.5", "A2-M1.5"]
    assert why(result)["M7.5"] is ReasonCode.RESTARTED
    assert why(result)["A1-M4.5"] is ReasonCode.RESTARTED
    assert "A2-M22.5" in due(result, "grid")


def test_with_its_own_anchor_a_restart_ends_the_occurrence_before():
    overlay = '[[rules]]\nid = "resume"\nrestart = { on = "resumption" }'
    result = planned(heroes_with(overlay), *STOPPED, resumed(100), resumed(150))
    assert list(due(result, "resume")) == ["R1", "R2", "R2+3m"]
    assert why(result)["R1+3m"] is ReasonCode.RESTARTED


# --- what is asked ---


def test_bundles_follow_the_phase_on_the_due_date_and_timepoints_with_their_own_keep_them():
    overlay = """
    [[rules]]
    id = "grid"
    bundles_in = { NEW_THERAPY = ["psychological", "core"] }
    timepoints = [{ key = "M1.5", months = 1.5, window = [-7, 7], bundles = ["psychological"] }]
    [merge]
    absorbs = []
    """
    result = planned(heroes_with(overlay), *STOPPED, resumed(10, "other"), resumed(330, "same"))
    assert asked(result, "M1.5") == ("hads", "fcri-sf")
    assert asked(result, "M4.5") == ("hads", "fcri-sf", *CORE)
    assert asked(result, "M22.5") == CORE


def test_an_unscheduled_assessment_asks_the_bundle_the_site_named_or_that_of_the_rule():
    one = event("unscheduled_assessment", 40, reason="worse", bundle="psychological")
    other = event("unscheduled_assessment", 45, reason="other")
    result = planned(CROWDED, *STOPPED, other, one)
    assert (asked(result, "U1"), asked(result, "U2")) == (("hads", "fcri-sf"), CORE)
    assert window(result, "U1") == (day(40), day(47))
    assert "U1" not in {each.key for each in result.merged}


# --- close together ---

GAP = '[minimum_gap]\ndays = 28\nprecedence = ["grid", "extra"]'


def test_of_two_too_close_the_rule_named_first_stays_and_the_other_says_so():
    protocol = rule(
        'series = [{ key = "W{weeks}", unit = "weeks", first = 2, every = 2, last = 12 }]\nwindow = [0, 6]',
        more=GAP,
    )
    result = planned(protocol, *STOPPED)
    # M1.5 is due on day 43: W4 (28) to W10 (70) are fewer than 28 days away; of the rest W2 comes before W12.
    assert list(due(result)) == ["W2", "W12"]
    near = {each.key: each.reason.facts for each in result.skipped if each.key.startswith("W")}
    assert near == {
        "W4": {"by": "W2", "days": "14"},
        "W6": {"by": "M1.5", "days": "1"},
        "W8": {"by": "M1.5", "days": "13"},
        "W10": {"by": "M1.5", "days": "27"},
    }


def test_what_was_merged_into_a_slot_that_gives_way_stands_with_it_in_the_slot_that_stays():
    gap = '[minimum_gap]\ndays = 15\nprecedence = ["conv", "pd"]'
    result = planned(heroes_with(gap), *STOPPED, positive(140), event("pd_confirmed", 130))
    assert (
        why(planned(heroes_with(gap), *STOPPED, positive(125), event("pd_confirmed", 139)))["PD"]
        is ReasonCode.TOO_CLOSE
    )
    assert {each.key: each.into for each in result.merged} == {"M4.5": "PD"}
    both = planned(heroes_with(gap), *STOPPED, positive(125), event("pd_confirmed", 138))
    assert {each.key: each.into for each in both.merged} == {"M4.5": "CONV"}


# --- reasons ---


def test_an_open_assessment_that_loses_an_instrument_says_which_and_why():
    protocol = heroes_with(STOP_GRID % 'after = "progression", instruments = ["qlq-br23"]')
    before = planned(protocol, *STOPPED)
    after = planned(protocol, *STOPPED, event("pd_confirmed", 100))
    told = {each.key: explain(each.reason, "en") for each in compare(before, after)}
    assert told["M7.5"] == "without qlq-br23: no longer asked after 2025-05-11 (“pd_confirmed”)"
    (slot,) = [each for each in before.slots if each.key == "M7.5"]
    changes = {
        each.slot.key: each.reason.code
        for each in reconcile(after, [existing(slot)], today=D0)
        if hasattr(each, "before")
    }
    assert changes == {"M7.5": ReasonCode.WITHOUT}


def test_a_slot_that_a_stop_held_back_is_not_called_allowed_by_its_phase():
    protocol = heroes_with(STOP_GRID % 'after = "progression"')
    told = compare(planned(protocol, *STOPPED, event("pd_confirmed", 100)), planned(protocol, *STOPPED))
    assert {e.reason.code for e in told if e.key == "M22.5"} == {ReasonCode.NOT_HELD_BACK}
