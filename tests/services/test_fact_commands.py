"""The commands about facts from an EDC: what they print, and how they end. docs/events-import.md is run here."""

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from pro_service.services.patients import freshness
from pro_service.store.models import CourseEvent, ImportedFact
from tests.services.edc import BEGUN, HEAD, bring
from tests.services.given import OTHER, off_treatment
from tests.trial import Trial, bare, trial

SAMPLE = Path("docs/events-import.csv")
GUIDE = Path("docs/events-import.md")


def run(heroes: Trial, *args: str, given: str | None = None) -> Result:
    return heroes.app.test_cli_runner().invoke(args=list(args), input=given)


def table(done: Result) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(done.stdout)))


def sample_world(heroes: Trial) -> None:
    heroes.enrol()
    heroes.enrol("03-002", phone=OTHER)
    heroes.on(date(2026, 3, 2))


def test_the_guides_example_is_what_the_commands_print(migrated_database: str) -> None:
    """Every line of its two transcripts, in order; … stands for lines left out."""
    with trial(migrated_database) as heroes:
        sample_world(heroes)
        imported = run(heroes, "events", "import", str(SAMPLE), "--by", "edc")
        unplanned = run(heroes, "patients", "unplanned")
        assert (imported.exit_code, unplanned.exit_code) == (1, 0)
        printed = imported.stdout.splitlines() + unplanned.stdout.splitlines()
        blocks = GUIDE.read_text(encoding="utf-8").split("```")
        shown = [line for block in blocks[1::2] for line in block.splitlines() if "," in line]
        assert len(shown) == 7
        positions = [printed.index(line) for line in shown]
        assert positions == sorted(positions)


def test_a_preview_stores_nothing_and_the_import_twice_stores_once(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        sample_world(heroes)
        run(heroes, "keyring", "status")  # the first command keeps a check of the keys
        before = heroes.counts()
        preview = run(heroes, "events", "import", str(SAMPLE), "--preview")
        assert preview.exit_code == 1
        assert "nothing was stored" in preview.stderr
        assert heroes.counts() == before
        first = run(heroes, "events", "import", str(SAMPLE))
        assert first.stdout == preview.stdout
        assert "added M1.5" in table(first)[3]["plan"]
        recorded = heroes.counts()
        second = run(heroes, "events", "import", str(SAMPLE))
        assert heroes.counts() == recorded
        assert [row["outcome"] for row in table(second)] == ["known"] * 5 + ["refused"]


def test_a_file_without_objections_ends_well_and_comes_from_standard_input_too(
    migrated_database: str,
) -> None:
    with trial(migrated_database) as heroes:
        heroes.enrol()
        text = "\n".join([HEAD, *BEGUN])
        done = run(heroes, "events", "import", "-", "--json", "--by", "edc", given=text)
        assert done.exit_code == 0
        told: dict[str, Any] = json.loads(done.stdout)
        assert [row["outcome"] for row in told["rows"]] == ["new"] * 3
        (plan,) = told["plans"]
        assert plan["phase"] == {"before": "NOT_INCLUDED", "after": "OFF_TREATMENT"}
        assert {"key", "change", "code", "sentence"} == set(plan["changes"][0])
        assert heroes.rows(CourseEvent)[0].recorded_by == "edc"


def test_what_is_wrong_with_a_file_is_one_line_a_mistake_and_status_2(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.enrol()
        text = f"{HEAD}\n03-001,E-1,included,05/01/2026,,,,,\n,E-2,includd,2026-01-05,,,,,\n"
        done = run(heroes, "events", "import", "-", given=text)
        assert (done.exit_code, done.stdout) == (2, "")
        lines = done.stderr.splitlines()
        assert [line.split(":")[1] for line in lines] == [
            " row 2, column on",
            " row 3, column patient",
            " row 3, column type",
        ]
        assert all("; " in line for line in lines)
        assert heroes.rows(CourseEvent) == []


def test_days_as_excel_turns_them_are_read_when_asked_for(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.enrol()
        text = "patient;source_key;type;on\n03-001;E-1;consent2_signed;02/01/2026\n"
        assert run(heroes, "events", "import", "-", given=text).exit_code == 2
        assert run(heroes, "events", "import", "-", "--day-first", given=text).exit_code == 0
        assert heroes.rows(CourseEvent)[0].on == date(2026, 1, 2)


def test_standard_error_holds_no_clinical_fact(migrated_database: str) -> None:
    """It ends in logs: the reason, which names what happened when, is on standard output alone."""
    with trial(migrated_database) as heroes:
        heroes.include()
        done = run(heroes, "events", "import", "-", given=f"{HEAD}\n03-001,E-2,included,2026-01-06,,,,,\n")
        assert "row 2, patient 03-001, key E-2: contradicts, already_started" in done.stderr
        assert "inclusion" not in done.stderr
        assert "The service holds “inclusion” on 2026-01-05" in done.stdout


@pytest.mark.parametrize(
    "args",
    [
        ("events", "lag", "nowhere"),
        ("patients", "unplanned", "nowhere"),
        ("events", "discrepancies", "nowhere"),
    ],
)
def test_a_study_that_is_not_there_is_bad_input(migrated_database: str, args: tuple[str, ...]) -> None:
    with trial(migrated_database) as heroes:
        done = run(heroes, *args)
        assert (done.exit_code, done.stdout) == (2, "")
        assert done.stderr == "nowhere: is no study here; use one of heroes\n"


def test_without_any_study_the_cure_is_to_create_one(migrated_database: str) -> None:
    with bare(migrated_database) as empty:
        done = run(empty, "events", "import", str(SAMPLE))
        assert done.exit_code == 2
        assert done.stderr == "study: is not named; create it first\n"


def test_discrepancies_are_listed_until_they_are_settled(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.include()
        bring(heroes, ["03-001,E-2,included,2026-01-06,,,,,"])
        (row,) = table(run(heroes, "events", "discrepancies", "heroes"))
        assert (row["patient"], row["source_key"], row["state"]) == ("03-001", "E-2", "contradicts")
        heroes.call(
            freshness.settle,
            heroes.installation,
            discrepancy_id=heroes.rows(ImportedFact)[0].id,
            note="Day checked with the consent form",
            site_ids=(1,),
            actor="nurse",
            now=heroes.now,
        )
        assert table(run(heroes, "events", "discrepancies")) == []
        (row,) = json.loads(run(heroes, "events", "discrepancies", "--settled", "--json").stdout)
        assert row["settled_note"] == "Day checked with the consent form"


def test_the_lag_of_each_site_and_of_the_study(migrated_database: str) -> None:
    """Three facts on their day at site 03; at site 04 a stop recorded 20 days late, and a result nobody was told."""
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.include("04-001", phone=OTHER, site="04")
        heroes.on(date(2026, 1, 25))
        heroes.record("treatment_stopped", date(2026, 1, 5), "04-001")
        heroes.record("ctdna_resulted", date(2026, 1, 6), "04-001", result="positive")
        first, second, study = json.loads(run(heroes, "events", "lag", "--json").stdout)
        assert first == {
            "site": "03",
            "facts": 3,
            "median_days": 0,
            "p90_days": 0,
            "late_after_days": 7,
            "late": 0,
            "share_late": 0.0,
        }
        assert (second["site"], second["facts"], second["p90_days"], second["late"]) == ("04", 3, 20, 1)
        assert (study["site"], study["facts"], study["late"]) == ("all", 6, 1)


def test_p41_a_patient_without_an_anchor_is_listed_with_the_missing_fact(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.enrol("03-002", phone=OTHER)
        (row,) = json.loads(run(heroes, "patients", "unplanned", "heroes", "--json").stdout)
        assert (row["patient"], row["site"], row["missing"]) == ("03-002", "03", "included")
        assert row["why"].startswith("cannot be planned because “inclusion” is not recorded")
        heroes.record("consent_withdrawn", date(2026, 1, 5), "03-002")
        assert json.loads(run(heroes, "patients", "unplanned", "--json").stdout) == []
