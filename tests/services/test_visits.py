"""Visits in the live service: the invitation follows the visit, and facts that cannot be are refused in words."""

import pytest

from pro_service.core.course import Event
from pro_service.services.patients import calendar_feeds, course
from pro_service.services.refusals import NotFoundError, RefusedError
from pro_service.store.crypto import token_hash
from pro_service.store.db import reading
from pro_service.store.models import Assessment, AssessmentChange, CalendarFeed, Message
from pro_service.store.queries import visits as queries
from tests.services.visit_trial import on, tell, visit_led
from tests.trial import STUDY, Trial


def row(made: Trial, key: str = "Q1") -> Assessment:
    (found,) = made.rows(Assessment, key=key)
    return found


def invited_on(made: Trial, key: str = "Q1") -> list[str]:
    found = made.rows(Message, assessment_id=row(made, key).id, kind="invitation")
    return [f"{each.created_at:%Y-%m-%d}" for each in found]


def test_the_invitation_goes_out_three_days_before_the_visit(migrated_database: str) -> None:
    with visit_led(migrated_database) as made:
        made.through(on(26))
        assert invited_on(made) == []
        made.through(on(27))
        assert invited_on(made) == [on(27).isoformat()]


def test_a_visit_that_moves_inside_the_window_takes_its_invitation_along(migrated_database: str) -> None:
    with visit_led(migrated_database) as made:
        made.through(on(24))  # the window is open, nobody is invited yet
        tell(made, "moved", "V1", 35)
        made.through(on(31))
        assert invited_on(made) == []
        made.through(on(32))
        assert invited_on(made) == [on(32).isoformat()]
        moved = row(made)
        assert (moved.due_on, moved.open_on, moved.close_on) == (on(35), on(23), on(37))
        assert (moved.visit, moved.visit_on) == ("V1", on(35))
        change = made.rows(AssessmentChange, assessment_id=moved.id)[-1]
        assert change.change == "moved"
        assert change.reason == {
            "code": "visit_moved",
            "before": on(30).isoformat(),
            "after": on(35).isoformat(),
        }


def test_a_visit_outside_the_window_moves_neither_dates_nor_invitation(migrated_database: str) -> None:
    with visit_led(migrated_database) as made:
        made.through(on(20))
        tell(made, "moved", "V1", 50)
        made.through(on(27))
        kept = row(made)
        assert invited_on(made) == [on(27).isoformat()]
        assert (kept.due_on, kept.open_on, kept.close_on) == (on(30), on(23), on(37))
        assert (kept.visit_on, kept.reason["code"]) == (on(50), "window_open")


def test_who_was_invited_already_is_not_invited_again_when_the_visit_moves(migrated_database: str) -> None:
    with visit_led(migrated_database) as made:
        made.through(on(28))
        tell(made, "moved", "V1", 36)
        made.through(on(38))
        assert invited_on(made) == [on(27).isoformat()]


def test_done_and_missed_stop_nothing_on_their_own(migrated_database: str) -> None:
    with visit_led(migrated_database) as made:
        made.through(on(30))
        tell(made, "done", "V1")
        assert row(made).state == "open"
        made.through(on(60))
        tell(made, "missed", "V2")
        assert row(made, "Q2").state == "open"


def test_an_unscheduled_visit_asks_for_its_own_assessment(migrated_database: str) -> None:
    with visit_led(migrated_database) as made:
        made.through(on(40))
        tell(made, "scheduled", "clinic-X1", 45)
        assert (row(made, "clinic-X1").due_on, row(made, "clinic-X1").rule) == (on(45), "consultation")
        made.through(on(42))
        assert invited_on(made, "clinic-X1") == [on(42).isoformat()]


def test_voiding_the_move_brings_the_questionnaire_back(migrated_database: str) -> None:
    with visit_led(migrated_database) as made:
        made.through(on(20))
        moved = tell(made, "moved", "V1", 35)
        with made.app.app_context():
            course.void_event(
                made.installation,
                event_id=moved.event_id,
                reason="Wrong patient",
                site_ids=(1,),
                actor="test",
                now=made.now,
            )
        assert (row(made).due_on, row(made).visit_on) == (on(30), on(30))


def test_what_a_preview_shows_is_what_recording_does(migrated_database: str) -> None:
    with visit_led(migrated_database) as made:
        made.through(on(20))
        event = Event(type="visit_moved", on=on(20), visit="V1", visit_on=on(35))
        with made.app.app_context():
            shown = course.preview_event(
                made.installation, study=STUDY, patient="03-001", event=event, now=made.now
            )
        assert row(made).due_on == on(30)  # nothing was stored
        tell(made, "moved", "V1", 35)
        after = {slot.key: slot.due_on for slot in shown.after.slots}
        assert {each.key: each.due_on for each in made.rows(Assessment)} == after


@pytest.mark.parametrize(
    "what, visit, to, code, said",
    [
        ("done", "V9", None, "unknown_visit", "connues : V1, V2, V3, V4, clinic-X1"),
        ("moved", "V1", None, "visit_day_missing", "visit_on"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_stored(
    migrated_database: str, what: str, visit: str, to: int | None, code: str, said: str
) -> None:
    with visit_led(migrated_database) as made:
        before = made.counts()
        with pytest.raises(RefusedError) as refused:
            tell(made, what, visit, to)
        assert refused.value.reason.code == code
        assert said in refused.value.reason.sentence("fr")
        assert made.counts() == before


def test_a_visit_is_not_done_in_the_future(migrated_database: str) -> None:
    with visit_led(migrated_database) as made, pytest.raises(RefusedError) as refused:
        tell(made, "done", "V1", day=on(1))
    assert refused.value.reason.code == "visit_fact_in_the_future"


# --- calendars that a site subscribes to ---


def test_the_secret_of_a_calendar_is_stored_as_its_hash_only(migrated_database: str) -> None:
    with visit_led(migrated_database) as made:
        token = _create(made)
        (feed,) = made.rows(CalendarFeed)
        assert feed.token_hash == token_hash(token)
        assert token not in str(vars(feed))
        assert len(token) >= 43  # 256 bits in base64


def test_a_revoked_calendar_is_found_no_more(migrated_database: str) -> None:
    with visit_led(migrated_database) as made:
        token = _create(made)
        assert _behind(made, token) == "03"
        for _ in range(2):
            made.call(
                calendar_feeds.revoke_feed,
                made.installation,
                feed_id=1,
                site_ids=(1,),
                actor="nurse",
                now=made.now,
            )
        assert _behind(made, token) is None


def test_nobody_makes_or_revokes_a_calendar_of_another_site(migrated_database: str) -> None:
    with visit_led(migrated_database) as made:
        _create(made)
        with pytest.raises(NotFoundError):
            _create(made, site_ids=(2,))
        with pytest.raises(NotFoundError):
            made.call(
                calendar_feeds.revoke_feed,
                made.installation,
                feed_id=1,
                site_ids=(2,),
                actor="other",
                now=made.now,
            )
        assert [feed.revoked_at for feed in made.rows(CalendarFeed)] == [None]


def _create(made: Trial, site_ids: tuple[int, ...] = (1,)) -> str:
    return made.call(
        calendar_feeds.create_feed,
        made.installation,
        site_id=1,
        site_ids=site_ids,
        language="fr",
        actor="nurse",
        now=made.now,
    )


def _behind(made: Trial, token: str) -> str | None:
    with made.app.app_context(), reading() as session:
        found = queries.feed_behind(session, token_hash(token))
    return found.site.code if found else None
