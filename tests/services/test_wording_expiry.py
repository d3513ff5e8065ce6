"""The end of a licence is told sixty days ahead: once a day in the log, and to administrators on their work list."""

import logging
from datetime import timedelta

import pytest

from pro_service.services.patients import enrolment
from pro_service.services.wordings import expiry
from pro_service.store.models import WordingChange
from tests.licensed import licensed
from tests.trial import PASSWORD, SECRET, START, STUDY, Trial, trial

TODAY = START.date()


def told(heroes: Trial, caplog: pytest.LogCaptureFixture) -> list[str]:
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        heroes.call(expiry.announce, heroes.installation, now=heroes.now)
    return caplog.messages


def test_sixty_days_ahead_the_log_says_so_once_a_day(
    migrated_database: str, caplog: pytest.LogCaptureFixture
) -> None:
    with trial(migrated_database) as heroes:
        with heroes.app.app_context():
            licensed(heroes.installation, "hads", until=TODAY + timedelta(days=61))
        assert told(heroes, caplog) == []
        heroes.now += timedelta(days=1)
        expected = "licensed wording hads 1.0 fr: last day 2026-03-07, days left 60; see flask wording status"
        assert told(heroes, caplog) == [expected]
        assert told(heroes, caplog) == []
        heroes.now += timedelta(days=1)
        assert "days left 59" in told(heroes, caplog)[0]
        changes = [row.change for row in heroes.rows(WordingChange)]
        assert changes == ["imported", "expiry_announced", "expiry_announced"]


def test_a_renewed_licence_is_no_longer_told(
    migrated_database: str, caplog: pytest.LogCaptureFixture
) -> None:
    with trial(migrated_database) as heroes:
        with heroes.app.app_context():
            licensed(heroes.installation, "hads", until=TODAY)
            licensed(heroes.installation, "hads", until=TODAY + timedelta(days=400))
        assert told(heroes, caplog) == []


def test_an_ended_licence_is_told_for_sixty_days_more(
    migrated_database: str, caplog: pytest.LogCaptureFixture
) -> None:
    with trial(migrated_database) as heroes:
        with heroes.app.app_context():
            licensed(heroes.installation, "hads", until=TODAY)
        heroes.now += timedelta(days=59)
        assert "days left -59" in told(heroes, caplog)[0]
        heroes.now += timedelta(days=1)
        assert told(heroes, caplog) == []


def test_the_clock_tells_and_an_idle_one_writes_nothing(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        with heroes.app.app_context():
            licensed(heroes.installation, "hads", until=TODAY)
        assert heroes.tick().licences_ending == 1
        before = heroes.counts()
        assert heroes.tick().licences_ending == 0
        assert heroes.counts() == before


def test_two_clocks_tell_once(migrated_database: str) -> None:
    with trial(migrated_database) as heroes, heroes.app.app_context():
        licensed(heroes.installation, "hads", until=TODAY)
        assert [expiry.announce(heroes.installation, now=heroes.now) for _ in range(2)] == [1, 0]


def test_administrators_read_it_on_their_work_list_and_nurses_do_not(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        with heroes.app.app_context():
            licensed(heroes.installation, "hads", until=TODAY + timedelta(days=3))
        said = "la licence du texte se termine le 8 janv. 2026"
        with heroes.app.app_context():
            enrolment.create_staff(
                heroes.installation,
                study=STUDY,
                login="admin",
                name="Admin",
                role="administrator",
                sites=(),
                password=PASSWORD,
                totp_secret=SECRET,
                now=heroes.now,
            )
        assert said in heroes.logged_in("admin").get("/staff").get_data(as_text=True)
        assert said not in heroes.logged_in().get("/staff").get_data(as_text=True)
