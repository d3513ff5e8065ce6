"""The calendar of a site as a calendar program reads it: no log-in, no health words, the same UIDs for good."""

import re
from datetime import date, timedelta
from typing import Any

from flask.testing import FlaskClient

from pro_service.store.models import CalendarFeed
from tests.services.visit_trial import on, tell, visit_led
from tests.trial import Trial, trial


def made_at_the_desk(heroes: Trial, login: str = "nurse", site: str = "03") -> tuple[FlaskClient, str]:
    """The address of a calendar, made as a nurse makes it, and her browser."""
    desk = heroes.logged_in(login)
    token = csrf(desk)
    page = desk.post("/staff/visits/feeds", data={"site": site, "csrf_token": token})
    assert page.status_code == 201
    found = re.search(r'value="http://[^"/]+(/calendar/[^"]+\.ics)"', page.get_data(as_text=True))
    assert found is not None
    return desk, found[1]


def csrf(desk: FlaskClient) -> str:
    page = desk.get("/staff/visits").get_data(as_text=True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def read(heroes: Trial, path: str) -> dict[str, dict[str, str]]:
    """Its events by UID."""
    answer = heroes.client().get(path)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8; method=PUBLISH"
    assert answer.headers["Cache-Control"] == "no-store"
    lines = answer.get_data(as_text=True).replace("\r\n ", "").split("\r\n")
    assert (lines[0], lines[-2:]) == ("BEGIN:VCALENDAR", ["END:VCALENDAR", ""])
    events: list[dict[str, Any]] = []
    for line in lines:
        if line == "BEGIN:VEVENT":
            events.append({})
        elif events and ":" in line:
            name, _, value = line.partition(":")
            events[-1][name] = value
    return {event["UID"]: event for event in events}


def test_a_calendar_program_reads_the_visits_of_one_site(migrated_database: str) -> None:
    with visit_led(migrated_database) as made:
        made.enrol("04-001", phone="+33639980002", site="04")
        made.record("consent2_signed", made.now.date(), "04-001")
        made.record("included", made.now.date(), "04-001")
        _, path = made_at_the_desk(made)
        events = read(made, path)
        assert [event["DTSTART;VALUE=DATE"] for event in events.values()] == [
            f"{on(number):%Y%m%d}" for number in (30, 60, 90, 120)
        ]
        assert {event["SUMMARY"] for event in events.values()} == {"03-001 · Visite d'étude"}
        assert {event["STATUS"] for event in events.values()} == {"TENTATIVE"}


def test_uids_never_change_while_a_visit_moves_is_done_or_missed(migrated_database: str) -> None:
    with visit_led(migrated_database) as made:
        _, path = made_at_the_desk(made)
        before = read(made, path)
        made.on(on(20))
        tell(made, "moved", "V1", 33)
        moved = read(made, path)
        assert list(moved) == list(before)
        first = next(iter(moved))
        assert moved[first]["DTSTART;VALUE=DATE"] == f"{on(33):%Y%m%d}"
        assert (before[first]["SEQUENCE"], moved[first]["SEQUENCE"]) == ("0", "1")
        assert moved[first]["DTSTAMP"] > before[first]["DTSTAMP"]
        assert [each["STATUS"] for each in moved.values()] == ["CONFIRMED", *["TENTATIVE"] * 3]
        made.on(on(61))
        tell(made, "done", "V1", day=on(33))
        tell(made, "missed", "V2", day=on(60))
        after = read(made, path)
        assert list(after) == list(before)
        assert [each["STATUS"] for each in after.values()] == [
            "CONFIRMED",
            "CANCELLED",
            "TENTATIVE",
            "TENTATIVE",
        ]


def test_a_move_that_is_voided_is_one_more_change_of_the_same_event(migrated_database: str) -> None:
    """A calendar program passes over an event whose SEQUENCE went down."""
    with visit_led(migrated_database) as made:
        _, path = made_at_the_desk(made)
        made.on(on(20))
        moved = tell(made, "moved", "V1", 33)
        made.now += timedelta(minutes=5)
        desk = made.logged_in()  # the first session has idled out
        form = {"reason": "Wrong day", "csrf_token": csrf(desk)}
        assert desk.post(f"/staff/events/{moved.event_id}/void", data=form).status_code == 303
        first = next(iter(read(made, path).values()))
        assert (first["DTSTART;VALUE=DATE"], first["SEQUENCE"]) == (f"{on(30):%Y%m%d}", "2")
        assert first["STATUS"] == "TENTATIVE"


def test_it_says_nothing_of_health_even_where_the_protocol_plans_ctdna(migrated_database: str) -> None:
    """Not in the words and not in the UID: a calendar may be seen by anybody at the clinic."""
    with trial(migrated_database) as heroes:
        heroes.include()
        heroes.record("treatment_stopped", heroes.now.date())
        heroes.record("ctdna_resulted", heroes.now.date(), result="positive")  # not told yet
        _, path = made_at_the_desk(heroes)
        text = heroes.client().get(path).get_data(as_text=True)
        assert text.count("BEGIN:VEVENT") == 8
        assert not re.search("ctdna|adn|tumor|positi|trait|treat|cancer|M1.5", text, flags=re.IGNORECASE)
        assert "+33" not in text


def test_visits_that_no_longer_take_place_are_not_listed(migrated_database: str) -> None:
    with visit_led(migrated_database) as made:
        _, path = made_at_the_desk(made)
        made.on(on(10))
        made.record("death", on(10))
        assert read(made, path) == {}


def test_a_revoked_address_answers_like_one_that_never_was(migrated_database: str) -> None:
    with visit_led(migrated_database) as made:
        desk, path = made_at_the_desk(made)
        (feed,) = made.rows(CalendarFeed)
        done = desk.post(f"/staff/visits/feeds/{feed.id}/revoke", data={"csrf_token": csrf(desk)})
        assert done.headers["Location"].endswith("/staff/visits?notice=feed_revoked")
        revoked, never = made.client().get(path), made.client().get(f"/calendar/{'x' * 43}.ics")
        assert (revoked.status_code, revoked.data) == (never.status_code, never.data) == (404, b"")


def test_no_calendar_is_made_or_revoked_for_a_site_that_is_not_ones_own(migrated_database: str) -> None:
    with visit_led(migrated_database) as made:
        made_at_the_desk(made)
        other = made.logged_in("other")
        token = csrf(other)
        refused = other.post("/staff/visits/feeds", data={"site": "03", "csrf_token": token})
        assert refused.status_code == 422
        assert other.post("/staff/visits/feeds/1/revoke", data={"csrf_token": token}).status_code == 404
        assert "03-001" not in other.get("/staff/visits").get_data(as_text=True)
        assert [feed.revoked_at for feed in made.rows(CalendarFeed)] == [None]
        assert (
            made.client().post("/staff/visits/feeds", data={"site": "03"}).status_code == 303
        )  # to the log-in


def test_the_address_is_shown_once_and_never_again(migrated_database: str) -> None:
    with visit_led(migrated_database) as made:
        desk, path = made_at_the_desk(made)
        page = desk.get("/staff/visits").get_data(as_text=True)
        assert path not in page
        assert "créée par nurse" in page


def test_a_calendar_of_long_ago_forgets_old_visits(migrated_database: str) -> None:
    with visit_led(migrated_database) as made:
        _, path = made_at_the_desk(made)
        made.now += timedelta(days=130)
        days = [event["DTSTART;VALUE=DATE"] for event in read(made, path).values()]
        oldest = made.now.date() - timedelta(days=90)
        assert days == [f"{on(number):%Y%m%d}" for number in (60, 90, 120) if on(number) >= oldest]
        assert days
        assert isinstance(oldest, date)
