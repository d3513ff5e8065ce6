"""Moving to another version: what it changes is what the new plan wants, and the version is named as the cause."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.plan import (
    ChangeKind,
    Existing,
    Frozen,
    Reason,
    ReasonCode,
    amend,
    because_of,
    explain,
    plan,
    reconcile,
)
from pro_service.core.protocol import contrast, parse_protocol, resolve
from tests.core.course_factory import (
    DOCUMENTS,
    HEROES,
    STOPPED,
    courses_at_random,
    day,
    event,
    existing,
    heroes,
)
from tests.core.test_reconcile import apply

_FILES = Path(__file__).parents[1] / "protocols"
_NEW = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in _FILES.glob("*.toml")}
HEROES_2 = parse_protocol(resolve("heroes-2", {**DOCUMENTS, **_NEW}), source="heroes-2.toml")
VERSIONS = {"heroes-2": HEROES_2, "heroes-1b": heroes("heroes-1b"), "heroes-1-again": HEROES}
STATES = ("planned", "planned", "open", "in_progress", "completed", "partial", "missed", "cancelled")

courses = st.tuples(courses_at_random, st.integers(-20, 700), st.sampled_from(sorted(VERSIONS)))


def stood(protocol, events, today, states) -> tuple[Existing, ...]:
    """Assessments as a service that follows `protocol` may have them, in states drawn at random."""
    slots = plan(protocol, events, as_of=today).slots
    return tuple(
        existing(
            slot,
            STATES[states[place % len(states)]],
            touched=STATES[states[place % len(states)]] == "in_progress",
        )
        for place, slot in enumerate(slots)
    )


@given(courses, st.lists(st.integers(0, 7), min_size=1, max_size=12))
def test_carrying_out_an_amendment_leaves_nothing_to_change(case, states):
    events, number, version = case
    today, new = day(number), VERSIONS[version]
    before, after = (plan(each, events, as_of=today) for each in (HEROES, new))
    found = stood(HEROES, events, today, states)
    amendment = amend(before, after, found, today=today, version=version)
    left = apply(found, amendment.changes)
    assert [change for change in reconcile(after, left, today=today) if not isinstance(change, Frozen)] == []
    for each in found:
        if each.state in ("in_progress", "completed", "partial", "missed"):
            assert each in left


def test_what_was_cancelled_and_stays_so_is_not_told_as_kept():
    events = (event("included", 0), event("treatment_stopped", 0))
    slots = plan(HEROES, events, as_of=day(1)).slots
    gone = plan(HEROES, (*events, event("off_study", 10)), as_of=day(20))
    expected = tuple(existing(slot) for slot in slots if slot.due_on > day(20))
    found = apply(expected, reconcile(gone, expected, today=day(20)))
    assert {each.state for each in found if each.key != "BASE"} == {"cancelled"}
    told = amend(gone, gone, found, today=day(20), version="heroes-2").slots
    assert not {slot.key for slot in told} & {each.key for each in expected}


@given(courses, st.lists(st.integers(0, 7), min_size=1, max_size=12))
def test_every_change_that_the_old_version_would_not_bring_names_the_new_one(case, states):
    events, number, version = case
    today, new = day(number), VERSIONS[version]
    before, after = (plan(each, events, as_of=today) for each in (HEROES, new))
    found = stood(HEROES, events, today, states)
    anyway = reconcile(before, found, today=today)
    for change in amend(before, after, found, today=today, version=version).changes:
        if change not in anyway and not isinstance(change, Frozen):
            assert (change.reason.code, change.reason.facts["protocol"]) == (ReasonCode.AMENDED, version)


@given(courses, st.lists(st.integers(0, 7), min_size=1, max_size=12))
def test_the_same_schedule_under_another_name_changes_what_it_would_have_changed_anyway(case, states):
    events, number, _ = case
    today = day(number)
    same, found = plan(HEROES, events, as_of=today), stood(HEROES, events, today, states)
    amendment = amend(same, same, found, today=today, version="heroes-1-again")
    assert amendment.changes == reconcile(same, found, today=today)


@given(courses, st.lists(st.integers(0, 7), min_size=1, max_size=12))
def test_every_assessment_expected_before_or_afterwards_is_listed_once(case, states):
    events, number, version = case
    today, new = day(number), VERSIONS[version]
    before, after = (plan(each, events, as_of=today) for each in (HEROES, new))
    found = stood(HEROES, events, today, states)
    listed = [slot.key for slot in amend(before, after, found, today=today, version=version).slots]
    assert len(listed) == len(set(listed))
    assert {slot.key for slot in after.slots} | {e.key for e in found if e.state != "cancelled"} == set(
        listed
    )


def test_a_timepoint_that_the_version_does_not_have_is_told_in_those_words():
    today = day(30)
    before, after = (plan(each, STOPPED, as_of=today) for each in (HEROES, VERSIONS["heroes-1b"]))
    found = tuple(existing(slot) for slot in before.slots)
    slots = {s.key: s for s in amend(before, after, found, today=today, version="heroes-1b").slots}
    assert slots["M7.5"].change is ChangeKind.REMOVED
    assert explain(slots["M7.5"].reason, "fr") == "amendement heroes-1b : cette version ne le prévoit pas"
    assert explain(slots["M7.5"].reason, "en") == "amendment heroes-1b: this version does not plan it"
    assert slots["M1.5"].change is ChangeKind.KEPT


@pytest.mark.parametrize(
    "code, fr, en",
    [
        (ReasonCode.AMENDED, "amendement heroes-2 : ", "amendment heroes-2: "),
        (ReasonCode.AMENDMENT_UNDONE, "amendement heroes-2 annulé : ", "amendment heroes-2 undone: "),
    ],
)
def test_an_amendments_reason_keeps_the_plans_own_words(code, fr, en):
    inner = Reason(code=ReasonCode.MERGED, facts={"into": "R1", "days": "12"})
    told = because_of("heroes-2", inner, code=code)
    assert explain(told, "fr") == f"{fr}remplacé par R1, prévu à 12 jour(s) d'écart"
    assert explain(told, "en") == f"{en}replaced by R1, due 12 day(s) apart"


def test_a_cancelled_assessment_keeps_the_amendment_on_record_while_the_plan_says_the_same():
    today = day(30)
    before, after = (plan(each, STOPPED, as_of=today) for each in (HEROES, VERSIONS["heroes-1b"]))
    found = tuple(existing(slot) for slot in before.slots)
    left = apply(found, amend(before, after, found, today=today, version="heroes-1b").changes)
    gone = next(each for each in left if each.key == "M7.5")
    assert (gone.state, gone.reason["code"]) == ("cancelled", "amended")
    assert reconcile(after, left, today=today) == ()
    ended = plan(VERSIONS["heroes-1b"], (*STOPPED, event("death", 20)), as_of=today)
    assert "M7.5" not in {getattr(change, "key", "") for change in reconcile(ended, left, today=today)}


def test_versions_differ_key_by_key_with_rules_by_their_id():
    one, other = (resolve(name, {**DOCUMENTS, **_NEW}) for name in ("heroes-1", "heroes-2"))
    found = {each.key: (each.before, each.after) for each in contrast(one, other)}
    assert set(found) == {"bundles.core", "rules.grid.window", "rules.early"}
    assert found["rules.grid.window"] == ([-14, 14], [-14, 21])
    assert found["rules.early"][0] is None
    assert contrast(one, {**one, "version": "x"}) == ()
