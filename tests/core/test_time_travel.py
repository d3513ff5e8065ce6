"""Which facts were known and what had become of the assessments at an instant."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.course import Event
from pro_service.core.time_travel import KnownFact, PastChange, known_by, states_by

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
hours = st.integers(0, 50).map(lambda n: NOON + timedelta(hours=n))


@st.composite
def facts(draw: st.DrawFn) -> list[KnownFact]:
    instants = draw(st.lists(st.tuples(hours, st.none() | hours), max_size=8))
    return [
        KnownFact(
            event=Event(type="death", on=date(2026, 1, 1), id=number),
            recorded_at=recorded,
            voided_at=None if voided is None or voided < recorded else voided,
        )
        for number, (recorded, voided) in enumerate(instants)
    ]


@given(facts(), hours)
def test_a_fact_is_known_from_its_recording_until_it_is_voided(
    known: list[KnownFact], instant: datetime
) -> None:
    found = {event.id for event in known_by(known, instant)}
    for number, fact in enumerate(known):
        voided = fact.voided_at is not None and fact.voided_at < instant
        assert (number in found) == (fact.recorded_at < instant and not voided)


@given(st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from([None, "open", "missed"]), hours)), hours)
def test_a_state_is_that_of_the_last_change_before(
    made: list[tuple[str, str | None, datetime]], instant: datetime
) -> None:
    changes = [PastChange(key=key, state=state, changed_at=at) for key, state, at in made]
    states = states_by(changes, instant)
    for key in "AB":
        before = sorted(
            (c for c in changes if c.key == key and c.changed_at < instant), key=lambda c: c.changed_at
        )
        said = [c.state for c in before if c.state]
        assert states.get(key) == (None if not before else said[-1] if said else "planned")
