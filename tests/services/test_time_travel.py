"""A patient on another day: as known then, or as it will be; looking changes nothing."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from pro_service.services.patients.course import void_event
from pro_service.services.patients.time_travel import Standing, standing
from pro_service.services.refusals import NotFoundError
from pro_service.store.db import Base, db
from pro_service.store.models import CourseEvent, Message
from tests.trial import Trial, trial

INCLUDED = date(2026, 1, 5)  # the day on which a trial begins


def seen(heroes: Trial, day: date, **over: Any) -> Standing:
    given = {"study_id": 1, "patient": "03-001", "site_ids": (1,), **over}
    return heroes.call(standing, heroes.installation, on=day, now=heroes.now, **given)


def everything(heroes: Trial) -> dict[str, list[tuple[Any, ...]]]:
    with heroes.app.app_context():
        rows = {
            table.name: sorted(map(tuple, db.session.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }
        db.session.rollback()
        return rows


def test_a_fact_recorded_later_is_not_yet_known(migrated_database: str) -> None:
    """Resumed on 20 February, recorded on 2 March: on 25 February the desk did not know it."""
    with trial(migrated_database) as heroes:
        heroes.include()
        heroes.record("treatment_stopped", INCLUDED)
        heroes.through(date(2026, 3, 2))
        heroes.record("treatment_resumed", date(2026, 2, 20), relation="same", reason="investigator")
        before, after = seen(heroes, date(2026, 2, 25)), seen(heroes, date(2026, 3, 2))
    assert (before.plan.phase, after.plan.phase) == ("OFF_TREATMENT", "RESUMED_PRIOR")
    assert "R1" not in {slot.key for slot in before.plan.slots}
    assert "R1" in {slot.key for slot in after.plan.slots}


def test_a_fact_counts_until_the_day_it_is_voided(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.include()
        heroes.record("treatment_stopped", INCLUDED)
        heroes.on(date(2026, 2, 1))
        heroes.record("death", date(2026, 1, 31))
        heroes.on(date(2026, 2, 10))
        (death,) = heroes.rows(CourseEvent, type="death")
        heroes.call(
            void_event,
            heroes.installation,
            event_id=death.id,
            reason="Wrong patient",
            site_ids=(1,),
            actor="test",
            now=heroes.now,
        )
        phases = [seen(heroes, date(2026, 2, day)).plan.phase for day in (1, 9, 10)]
    assert phases == ["DEATH", "DEATH", "OFF_TREATMENT"]


def test_states_and_messages_are_those_of_the_day(migrated_database: str) -> None:
    """M1.5 opens on 13 February and is announced on 17 February; on the 14th it was open and nothing had been sent."""
    with trial(migrated_database) as heroes:
        heroes.include()
        heroes.record("treatment_stopped", INCLUDED)
        heroes.through(date(2026, 3, 15))
        days = {day: seen(heroes, date(2026, 2, day)) for day in (12, 14, 18)}
        late = seen(heroes, date(2026, 3, 10))
    assert [days[day].states["M1.5"] for day in days] == ["planned", "open", "open"]
    assert late.states["M1.5"] == "missed"
    assert [[each.kind for each in days[day].sent if each.key == "M1.5"] for day in days] == [
        [],
        [],
        ["invitation"],
    ]
    assert all(each.expected == () for each in (*days.values(), late))


def test_a_day_to_come_foresees_exactly_what_then_happens(migrated_database: str) -> None:
    """If nothing else happens: the messages foreseen for the next two months are those that go out."""
    with trial(migrated_database) as heroes:
        heroes.include()
        heroes.record("treatment_stopped", INCLUDED)
        heroes.on(date(2026, 1, 20))
        last = date(2026, 3, 20)
        forecast = seen(heroes, last)
        started = heroes.now
        while heroes.now.date() < last:
            heroes.on(heroes.now.date() + timedelta(days=1), hour=9)  # ten in Paris, the hour of sending
        kinds = ("invitation", "reminder")
        sent = [row for row in heroes.rows(Message) if row.kind in kinds and row.created_at >= started]
    assert forecast.is_forecast
    assert [(each.kind, each.ordinal, each.at) for each in forecast.expected] == [
        (row.kind, row.ordinal, row.not_before) for row in sent
    ]
    assert len(sent) == 3


def test_looking_writes_nothing(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.include()
        heroes.through(date(2026, 2, 20))
        before = everything(heroes)
        for days in range(-60, 400, 23):
            seen(heroes, heroes.now.date() + timedelta(days=days))
        assert everything(heroes) == before


def test_another_sites_patient_is_not_there(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.include()
        with pytest.raises(NotFoundError):
            seen(heroes, INCLUDED, site_ids=(2,))


def test_a_number_that_wants_no_texts_is_foreseen_none(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.include()
        heroes.record("treatment_stopped", INCLUDED)
        heroes.at(datetime(2026, 1, 6, 12, tzinfo=UTC))
        heroes.reply("STOP")
        assert seen(heroes, date(2026, 3, 20)).expected == ()
