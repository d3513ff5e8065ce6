"""`flask rescore`: differences on standard output, a summary on standard error, a status that says what happened."""

import csv
import io
import json
from dataclasses import replace
from typing import Any

from click.testing import Result

from pro_service.entrypoints.wiring import wired
from tests.services.test_rescoring import NEWER, answered, turned_round
from tests.trial import Trial, trial


def run(heroes: Trial, *arguments: str) -> Result:
    return heroes.app.test_cli_runner().invoke(args=["rescore", *arguments])


def upgrade(heroes: Trial) -> None:
    """Let the program have newer rules."""
    with heroes.app.app_context():
        replace(wired(), installation=turned_round(wired().installation)).attach(heroes.app)


def test_differences_are_told_as_csv_and_as_json(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        answered(heroes)
        upgrade(heroes)
        dry = run(heroes, "heroes", "--dry-run", "--json")
        told: dict[str, Any] = json.loads(dry.stdout)
        assert (told["dry_run"], told["rule_version"], told["scored"]) == (True, NEWER, 3)
        assert "3 would get new scores" in dry.stderr
        done = run(heroes, "heroes")
        assert done.exit_code == 0
        rows = list(csv.DictReader(io.StringIO(done.stdout)))
        assert rows[0] == {
            "patient": "03-001",
            "timepoint": "M1.5",
            "instrument": "qlq-c30",
            "instrument_version": "3.0",
            "sitting": "1",
            "scale": "FA",
            "old_value": "100.0",
            "old_reason": "",
            "old_items_used": "3",
            "old_items_missing": "0",
            "new_value": "0.0",
            "new_reason": "",
            "new_items_used": "3",
            "new_items_missing": "0",
            "old_version": "2",
            "new_version": NEWER,
        }
        assert [row["scale"] for row in rows] == [row["scale"] for row in told["differences"]]
        assert "3 got new scores" in done.stderr
        assert "no alert was raised or changed" in done.stderr


def test_a_study_that_does_not_exist_is_bad_input(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        done = run(heroes, "zeus")
        assert (done.exit_code, done.stdout) == (2, "")
        assert done.stderr.startswith("zeus: is no study here")


def test_what_could_not_be_scored_ends_with_status_1_after_the_rest_is_done(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        answered(heroes)
        with heroes.app.app_context():
            here = turned_round(wired().installation)
            known = here.catalogue.instruments
            gone = {code: each for code, each in known.items() if code not in {"hads", "qlq-br23"}}
            catalogue = replace(here.catalogue, instruments=gone)
            replace(wired(), installation=replace(here, catalogue=catalogue)).attach(heroes.app)
        done = run(heroes, "heroes")
        assert done.exit_code == 1
        assert "03-001 M1.5 qlq-br23: was answered in version 1.0, which is not defined here" in done.stderr
        assert "2 got new scores" in done.stderr
