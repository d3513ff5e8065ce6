"""Why a form is missing: kept by the service at its close, and by the site when it knows; both are exported."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pro_service.services.provenance import missing
from pro_service.services.refusals import ConflictError, InvalidError, NotFoundError
from pro_service.store.models import Assessment, MissingReason, Site
from tests.services.export_story import exported, table
from tests.services.given import WELL, invited_to_m15, send
from tests.trial import Trial, trial


def m15(heroes: Trial) -> int:
    return int(heroes.rows(Assessment, key="M1.5")[0].id)


def say(heroes: Trial, code: str, **over: Any) -> None:
    values = {
        "assessment_id": m15(heroes),
        "site_ids": (heroes.rows(Site, code="03")[0].id,),
        "code": code,
        "actor": "nurse",
        "now": heroes.now,
    }
    heroes.call(missing.give_reason, heroes.installation, **values | over)


def reasons(heroes: Trial) -> list[tuple[str, int, str]]:
    rows = heroes.rows(MissingReason, assessment_id=m15(heroes))
    return [(row.source, row.version, row.code) for row in rows]


def test_at_its_close_a_silent_form_says_what_the_service_knows(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes)
        assert reasons(heroes) == []
        heroes.through(date(2026, 3, 7))
        assert reasons(heroes) == [("system", 1, "not_begun")]


def test_a_form_that_was_begun_says_so(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        token = invited_to_m15(heroes)
        send(heroes, token, "eq-5d-5l", {"MO": WELL["eq-5d-5l"]["MO"]})
        heroes.through(date(2026, 3, 7))
        assert reasons(heroes) == [("system", 1, "begun_not_completed")]


def test_the_site_says_why_and_corrects_itself_by_a_further_version(
    migrated_database: str, tmp_path: Path
) -> None:
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes)
        with pytest.raises(ConflictError):
            say(heroes, "too_ill")  # it is open still
        heroes.through(date(2026, 3, 7))
        say(heroes, "unknown", note="Canari: nobody at home")
        say(heroes, "unknown", note="Canari: nobody at home")
        say(heroes, "hospitalised")
        assert reasons(heroes)[1:] == [("site", 1, "unknown"), ("site", 2, "hospitalised")]
        for wrong, over, kind in (
            ("not_begun", {}, InvalidError),
            ("too_ill", {"site_ids": (heroes.rows(Site, code="04")[0].id,)}, NotFoundError),
        ):
            with pytest.raises(kind):
                say(heroes, wrong, **over)
        exported(heroes, tmp_path / "out")
        rows = [row for row in table(tmp_path / "out", "missing_reasons") if row["timepoint"] == "M1.5"]
        assert [(row["source"], row["reason"], row["is_latest"]) for row in rows] == [
            ("site", "unknown", "0"),
            ("site", "hospitalised", "1"),
            ("system", "not_begun", "1"),
        ]
        assert [bool(row["given_by"]) for row in rows] == [True, True, False]
        forms = {row["timepoint"]: row for row in table(tmp_path / "out", "expected_forms")}
        assert (forms["M1.5"]["missing_technical"], forms["M1.5"]["missing_site"]) == (
            "not_begun",
            "hospitalised",
        )
        assert "Canari" not in (tmp_path / "out" / "missing_reasons.csv").read_text()
