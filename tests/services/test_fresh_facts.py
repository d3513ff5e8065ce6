"""How fresh the facts were when something was sent, and what later facts say of it."""

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pro_service.entrypoints.fresh_facts import sent_on_wrong_status
from pro_service.services.exports import export_study
from pro_service.services.patients import freshness
from pro_service.services.refusals import NotFoundError
from pro_service.store.db import reading
from pro_service.store.models import Assessment, StatusConfirmation
from tests.services.given import M15_INVITED, off_treatment
from tests.trial import STUDY, Trial, trial

M45_DUE = date(2026, 5, 20)
M45_INVITED = date(2026, 5, 17)


def confirm(heroes: Trial, code: str = "03-001", site_ids: tuple[int, ...] = (1,)) -> date:
    return heroes.call(
        freshness.confirm_status,
        heroes.installation,
        study=STUDY,
        patient=code,
        site_ids=site_ids,
        actor="nurse",
        now=heroes.now,
    )


def age(heroes: Trial, key: str) -> tuple[int | None, bool | None]:
    (row,) = heroes.rows(Assessment, key=key)
    return row.status_age_days, row.status_stale


def wrong(heroes: Trial) -> list[str]:
    with heroes.app.app_context(), reading() as session:
        found = sent_on_wrong_status(session, heroes.installation, (1, 2), now=heroes.now)
        return [form.key for form in found]


# --- Nothing changed --------------------------------------------------------------------------------------------------


def test_confirming_that_nothing_changed_changes_no_fact_and_no_plan(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        before = heroes.counts()
        assert confirm(heroes) == date(2026, 1, 5)
        trail = {name: before[name] + 1 for name in ("audit_entry", "audit_pending")}
        assert heroes.counts() == {**before, **trail, "status_confirmation": 1}


def test_confirming_twice_on_one_day_is_once(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        confirm(heroes)
        heroes.now += timedelta(hours=2)
        confirm(heroes)
        assert len(heroes.rows(StatusConfirmation)) == 1


def test_a_patient_of_another_site_is_not_confirmed(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        with pytest.raises(NotFoundError):
            confirm(heroes, site_ids=(2,))
        with pytest.raises(NotFoundError):
            confirm(heroes, code="03-999")


# --- Sent on a stale status -------------------------------------------------------------------------------------------


def test_the_age_of_the_status_is_kept_when_an_assessment_opens_and_when_it_is_sent(
    migrated_database: str,
) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        assert age(heroes, "M1.5") == (None, None)
        heroes.on(date(2026, 2, 13))
        assert age(heroes, "M1.5") == (39, False)
        heroes.at(M15_INVITED)
        assert age(heroes, "M1.5") == (43, False)


def test_what_is_sent_on_a_status_nobody_confirmed_for_too_long_is_flagged(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.on(date(2026, 5, 6))
        assert age(heroes, "M4.5") == (121, True)
        heroes.on(M45_INVITED, hour=9)
        heroes.on(M45_INVITED + timedelta(days=1), hour=9)
        assert age(heroes, "M4.5") == (133, True)


def test_a_status_confirmed_between_opening_and_sending_is_fresh(migrated_database: str) -> None:
    """It opens two weeks before it is sent: what counts is what was known when it was."""
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.on(date(2026, 5, 6))
        heroes.on(date(2026, 5, 12))
        confirm(heroes)
        heroes.through(date(2026, 5, 18))
        assert age(heroes, "M4.5") == (6, False)


def test_a_fact_that_is_recorded_or_voided_refreshes_the_status_too(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.on(date(2026, 4, 20))
        heroes.record("imaging_done", date(2026, 4, 19))
        heroes.on(date(2026, 5, 6))
        assert age(heroes, "M4.5") == (16, False)


# --- Sent on a wrong status -------------------------------------------------------------------------------------------


def sent_before_a_late_resumption(heroes: Trial) -> None:
    """M4.5 went out on 18 May; on the 21st the site records that treatment was resumed on the 3rd."""
    off_treatment(heroes)
    heroes.on(date(2026, 2, 13))
    heroes.on(date(2026, 5, 6))
    heroes.through(date(2026, 5, 18))
    assert wrong(heroes) == []
    heroes.on(date(2026, 5, 21))
    heroes.record("treatment_resumed", date(2026, 5, 3), relation="same", reason="ctdna_pos")


def test_a_back_dated_fact_shows_what_was_sent_on_a_wrong_status(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        sent_before_a_late_resumption(heroes)
        assert wrong(heroes) == ["M4.5"]
        heroes.now += timedelta(days=60)
        assert wrong(heroes) == []  # nobody reads a list that never gets shorter


def test_a_fact_of_after_the_sending_makes_nothing_wrong(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.on(date(2026, 5, 6))
        heroes.through(date(2026, 5, 18))
        heroes.on(date(2026, 5, 21))
        heroes.record("death", date(2026, 5, 19))
        assert not heroes.rows(Assessment, key="M4.5")[0].expected_now
        assert wrong(heroes) == []


def test_the_export_has_ages_flags_and_lags(migrated_database: str, tmp_path: Path) -> None:
    with trial(migrated_database) as heroes:
        sent_before_a_late_resumption(heroes)
        out = tmp_path / "export"
        heroes.call(export_study, heroes.installation, study=STUDY, out=out)
        forms = {row["timepoint"]: row for row in rows(out, "expected_forms")}
        sent, ahead = forms["M4.5"], forms["M10.5"]
        assert (sent["status_age_days"], sent["status_stale"], sent["sent_in_error"]) == ("133", "1", "1")
        assert (forms["M1.5"]["status_stale"], forms["M1.5"]["sent_in_error"]) == ("0", "0")
        assert (ahead["status_age_days"], ahead["status_stale"], ahead["sent_in_error"]) == ("", "", "")
        lags = {row["type"]: row["recording_lag_days"] for row in rows(out, "events")}
        assert lags == {
            "consent2_signed": "",
            "included": "0",
            "treatment_stopped": "0",
            "treatment_resumed": "18",
        }


def rows(folder: Path, table: str) -> list[dict[str, Any]]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
