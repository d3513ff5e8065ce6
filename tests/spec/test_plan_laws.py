"""Laws of every plan: whatever the course, for every protocol that is shipped and one that uses every key at once."""

import re
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.course import Event, effect_day, replay
from pro_service.core.plan import Plan, Reason, Slot, compare, explain, plan, reason_from
from pro_service.core.protocol import Protocol, Rule
from pro_service.store.catalogue import load_protocols
from tests.core.crowded_protocol import CROWDED

PROTOCOLS = {**load_protocols(), "crowded": CROWDED}
D0 = date(2025, 1, 31)
FAR = date(2045, 1, 1)
STARTS = ["included", "treatment_stopped"]
Course = tuple[Protocol, tuple[Event, ...]]

days = st.integers(-30, 1300) | st.sampled_from([0, 1, 7, 28, 84, 90, 168, 180, 365])


@st.composite
def events_of(draw: st.DrawFn, protocol: Protocol) -> Event:
    """Any event the protocol knows, its fields filled and told to the patient at once, later or not at all."""
    kind = draw(st.sampled_from(protocol.course.event_types))
    on = D0 + timedelta(days=draw(days))
    fields: dict[str, Any] = {
        field.name: draw(st.sampled_from(field.values)) for field in protocol.course.fields.get(kind, ())
    }
    if kind in protocol.course.effect_days and draw(st.integers(0, 4)):
        fields["disclosed_on"] = on + timedelta(days=draw(st.sampled_from([0, 0, 5, 30])))
    return Event(type=kind, on=on, **fields)


@st.composite
def courses(draw: st.DrawFn) -> Course:
    """A protocol and a course in it; most begin in earnest."""
    protocol = PROTOCOLS[draw(st.sampled_from(sorted(PROTOCOLS)))]
    begun = [
        Event(type=kind, on=D0 + timedelta(days=number * 7))
        for number, kind in enumerate(STARTS)
        if kind in protocol.course.event_types and draw(st.integers(0, 9))
    ]
    more = draw(st.lists(events_of(protocol), max_size=9))
    return protocol, (*begun, *more)


def whole(protocol: Protocol, events: tuple[Event, ...]) -> Plan:
    return plan(protocol, events, as_of=FAR)


def occurrence(rule: Rule, slot: Slot) -> tuple[str, str]:
    """Which occurrence of its anchor, or which restart, a slot belongs to, read off its key."""
    own = [point.key for point in rule.timepoints]
    for pattern in rule.key_patterns:
        found = re.fullmatch(re.escape(pattern).replace(r"\{n\}", r"(\d+)"), slot.key)
        if found is not None:
            return "first" if pattern in own else "again", "".join(found.groups())
    raise AssertionError(f"{rule.id} has no key like {slot.key}")


def keys_that_have_an_anchor(protocol: Protocol, events: tuple[Event, ...]) -> list[str]:
    """Every timepoint of every occurrence, restarts included, written down without regard to phases or stops."""
    course = replay(protocol.course, events, as_of=FAR)
    keys = []
    for rule in protocol.rules:
        begins = course.days_of(protocol.anchors[rule.anchor])
        prefixes = [("", number) for number in range(1, len(begins) + 1)]
        if rule.restart and rule.restart.prefix and begins:
            again = course.days_of(protocol.anchors[rule.restart.on])
            numbered = enumerate(again, start=1)
            prefixes += [
                (rule.restart.prefix.replace("{n}", str(n)), n) for n, day in numbered if day >= begins[0]
            ]
        keys += [
            f"{prefix}{point.key.replace('{n}', str(number))}"
            for prefix, number in prefixes
            for point in rule.timepoints
        ]
    return sorted(keys)


def in_words(reason: Reason, protocol: Protocol) -> tuple[str, ...]:
    words = protocol.course.words
    return tuple(explain(reason, language, words=words[language]) for language in ("fr", "en"))


@given(courses(), st.randoms())
def test_the_order_of_listing_never_matters(course: Course, dice: Any) -> None:
    protocol, events = course
    shuffled = dice.sample(events, len(events))
    assert whole(protocol, tuple(shuffled)) == whole(protocol, events)


@given(courses(), days)
def test_the_plan_as_of_a_day_is_the_plan_of_the_events_in_effect_by_then(
    course: Course, number: int
) -> None:
    protocol, events = course
    today = D0 + timedelta(days=number)
    known = [event for event in events if (on := effect_day(protocol.course, event)) and on <= today]
    assert plan(protocol, events, as_of=today) == replace(whole(protocol, tuple(known)), as_of=today)


@given(courses())
def test_windows_of_one_instrument_never_overlap_within_one_occurrence_of_a_rule(course: Course) -> None:
    protocol, events = course
    rules = {rule.id: rule for rule in protocol.rules}
    groups: dict[Any, list[Slot]] = defaultdict(list)
    for slot in whole(protocol, events).slots:
        for code in slot.instruments:
            groups[(slot.rule, *occurrence(rules[slot.rule], slot), code)].append(slot)
    for slots in groups.values():
        in_order = sorted(slots, key=lambda slot: slot.open_on)
        assert all(one.close_on < other.open_on for one, other in pairwise(in_order)), in_order


@given(courses())
def test_each_timepoint_whose_anchor_exists_is_expected_merged_or_skipped_and_only_one_of_these(
    course: Course,
) -> None:
    protocol, events = course
    result = whole(protocol, events)
    parts = [[each.key for each in part] for part in (result.slots, result.merged, result.skipped)]
    assert not any(set(one) & set(other) for one, other in combinations(parts, 2))
    assert sorted(key for part in parts for key in part) == keys_that_have_an_anchor(protocol, events)
    assert {each.into for each in result.merged} <= set(parts[0])


@given(courses())
def test_whatever_is_skipped_or_dropped_says_why_in_both_languages(course: Course) -> None:
    protocol, events = course
    result = whole(protocol, events)
    reasons = [each.reason for each in result.skipped]
    reasons += [each.reason for slot in result.slots for each in slot.dropped]
    for reason in reasons:
        assert all(words and "{" not in words for words in in_words(reason, protocol))
        assert reason_from(reason.as_data()) == reason
    for slot in result.slots:
        dropped = [each.instrument for each in slot.dropped]
        assert slot.instruments
        assert not set(dropped) & set(slot.instruments)
        assert len({*dropped, *slot.instruments}) == len(dropped) + len(slot.instruments)


@given(courses())
def test_a_window_is_never_empty_and_lasts_no_longer_than_the_protocol_says(course: Course) -> None:
    protocol, events = course
    widest = {rule.id: max(p.window[1] - p.window[0] for p in rule.timepoints) for rule in protocol.rules}
    for slot in whole(protocol, events).slots:
        assert 0 <= (slot.close_on - slot.open_on).days <= widest[slot.rule]


@given(courses(), st.data())
def test_one_more_event_changes_the_plan_with_a_reason_in_words_for_each_slot(
    course: Course, data: Any
) -> None:
    protocol, events = course
    before = whole(protocol, events)
    after = whole(protocol, (*events, data.draw(events_of(protocol))))
    found = compare(before, after)
    assert sorted(each.key for each in found) == sorted({s.key for s in (*before.slots, *after.slots)})
    assert all(words and "{" not in words for each in found for words in in_words(each.reason, protocol))
