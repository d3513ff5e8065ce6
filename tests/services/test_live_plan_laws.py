"""Laws of the schedule as it lives: recorded through the real service, in any order, previewed or not."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pro_service.core.course import Event
from pro_service.core.plan import Added, Cancelled, ChangeKind, Frozen, Moved, Reinstated
from pro_service.services.patients import course
from pro_service.services.patients.planning import replan
from pro_service.services.refusals import RefusedError
from pro_service.store.db import transaction
from pro_service.store.models import Assessment, AssessmentChange, CourseEvent, Message
from pro_service.store.records import people
from tests.databases import Databases
from tests.services.given import off_treatment
from tests.trial import STUDY, Trial, trial

INCLUDED = date(2026, 1, 5)
days = st.integers(0, 300).map(lambda n: INCLUDED + timedelta(days=n))


@st.composite
def facts(draw: st.DrawFn) -> Event:
    """A clinical fact that the service may or may not accept, told on its own day."""
    kind, on = draw(st.sampled_from(_KINDS)), draw(days)
    fields: dict[str, Any] = {}
    if kind == "ctdna_resulted":
        fields = {"result": draw(st.sampled_from(["positive", "negative"])), "disclosed_on": on}
    if kind == "pd_confirmed":
        fields = {"disclosed_on": on}
    if kind == "treatment_resumed":
        fields = {"relation": draw(st.sampled_from(["same", "other"])), "reason": "investigator"}
    return Event(type=kind, on=on, **fields)


_KINDS = [
    *("treatment_stopped", "treatment_stopped", "ctdna_resulted", "pd_confirmed", "treatment_resumed"),
    *("lost_to_follow_up", "recontacted", "off_study", "death"),
]


@pytest.fixture(scope="module")
def heroes(databases: Databases) -> Any:
    with databases.migrated("sqlite") as url, trial(url) as made:
        made.on(INCLUDED + timedelta(days=400))
        yield made


#: What a preview calls each change of an assessment.
_CALLED: dict[type, ChangeKind] = {
    Added: ChangeKind.ADDED,
    Reinstated: ChangeKind.ADDED,
    Moved: ChangeKind.MOVED,
    Cancelled: ChangeKind.REMOVED,
}
_numbers = iter(range(1, 100_000))


def enrolled(heroes: Trial) -> str:
    """A new patient, included on the first day; a number of its own."""
    number = next(_numbers)
    code = f"03-{number:05}"
    heroes.enrol(code, phone=f"+3363998{number:04}")
    for kind in ("consent2_signed", "included"):
        heroes.record(kind, INCLUDED, code)
    return code


def tell(heroes: Trial, code: str, event: Event) -> course.Recorded | None:
    """Record a fact; None if the service refuses it."""
    given = {"study": STUDY, "patient": code, "event": event, "actor": "test", "now": heroes.now}
    try:
        return heroes.call(course.record_event, heroes.installation, **given)
    except RefusedError:
        return None


def living(heroes: Trial, code: str) -> dict[str, tuple[object, ...]]:
    """What is expected of a patient: key -> dates, instruments and reason-free state."""
    patient_id = _id(heroes, code)
    return {
        row.key: (row.due_on, row.open_on, row.close_on, tuple(row.instruments), row.expected_now)
        for row in heroes.rows(Assessment, patient_id=patient_id)
        if row.state != "cancelled"
    }


def _id(heroes: Trial, code: str) -> int:
    with heroes.app.app_context(), transaction() as session:
        row = people.patient(session, study=STUDY, code=code)
        assert row is not None
        return row.id


@settings(max_examples=25)
@given(st.lists(facts(), max_size=5), facts())
def test_what_a_preview_shows_is_what_recording_does(heroes: Trial, known: list[Event], new: Event) -> None:
    code = enrolled(heroes)
    for event in known:
        tell(heroes, code, event)
    given_ = {"study": STUDY, "patient": code, "event": new, "now": heroes.now}
    try:
        shown = heroes.call(course.preview_event, heroes.installation, **given_)
    except RefusedError:
        assert tell(heroes, code, new) is None
        return
    before = living(heroes, code)
    done = tell(heroes, code, new)
    assert done is not None
    made = {
        change.key if isinstance(change, Cancelled) else change.slot.key: _CALLED[type(change)]
        for change in done.changes
        if isinstance(change, Added | Reinstated | Moved | Cancelled)
    }
    assert made == {each.key: each.change for each in shown.changes if each.change is not ChangeKind.KEPT}
    kept = {each.key for each in shown.changes if each.change is ChangeKind.KEPT}
    after = living(heroes, code)
    assert {key: after[key] for key in kept} == {key: before[key] for key in kept}
    assert set(after) == {slot.key for slot in shown.after.slots}


@settings(max_examples=25)
@given(st.lists(facts(), min_size=2, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_recording_does_not_matter(heroes: Trial, told: list[Event], dice: Any) -> None:
    """Whatever order the site records the same facts in: wherever all are accepted, the same is expected."""
    one, other = enrolled(heroes), enrolled(heroes)
    shuffled = list(told)
    dice.shuffle(shuffled)
    accepted = [
        {event: tell(heroes, code, event) for event in events}
        for code, events in ((one, told), (other, shuffled))
    ]
    if {e for e, done in accepted[0].items() if done} == {e for e, done in accepted[1].items() if done}:
        assert living(heroes, one) == living(heroes, other)


@settings(max_examples=15)
@given(st.lists(facts(), max_size=5))
def test_planning_again_changes_nothing_and_history_only_grows(heroes: Trial, told: list[Event]) -> None:
    code = enrolled(heroes)
    length = 0
    for event in told:
        tell(heroes, code, event)
        history = _history(heroes, code)
        assert len(history) >= length
        length = len(history)
    before = living(heroes, code)
    with heroes.app.app_context(), transaction() as session:
        row = people.patient(session, study=STUDY, code=code)
        assert row is not None
        again = replan(session, heroes.installation, row, actor="test", now=heroes.now)
    assert [change for change in again if not isinstance(change, Frozen)] == []
    assert living(heroes, code) == before
    assert _history(heroes, code) == history if told else True


def _history(heroes: Trial, code: str) -> list[tuple[int, str]]:
    ids = {row.id for row in heroes.rows(Assessment, patient_id=_id(heroes, code))}
    return [(row.id, row.change) for row in heroes.rows(AssessmentChange) if row.assessment_id in ids]


def test_p2_a_changed_date_moves_the_invitation_that_was_planned(migrated_database: str) -> None:
    """Included on 5 January, corrected to the 12th in February: M1.5 is announced a week later, and not twice."""
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.on(date(2026, 2, 10))
        for kind in ("treatment_stopped", "included"):
            (wrong,) = heroes.rows(CourseEvent, type=kind)
            heroes.call(
                course.void_event, heroes.installation, event_id=wrong.id, reason="Wrong day",
                site_ids=(1,), actor="test", now=heroes.now,
            )  # fmt: skip
        for kind in ("included", "treatment_stopped"):
            heroes.record(kind, date(2026, 1, 12))
        invited = {}
        while heroes.now.date() < date(2026, 3, 10):
            heroes.on(heroes.now.date() + timedelta(days=1), hour=9)
            for row in heroes.rows(Message, kind="invitation"):
                invited.setdefault(row.id, heroes.now.date())
        (m15,) = heroes.rows(Assessment, key="M1.5")
    assert m15.due_on == date(2026, 2, 27)
    assert list(invited.values()) == [date(2026, 2, 24)]  # three days before it is due
