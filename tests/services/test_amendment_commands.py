"""`flask protocol status`, `text`, `diff`, `activate` and `migrate`, and what a changed file stops."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import Result

from pro_service.entrypoints.wiring import wired
from pro_service.store.models import Assessment, Message
from tests.amended import amended_catalogue, amended_folder
from tests.services.amending import version_of
from tests.services.given import OTHER, off_treatment
from tests.trial import Trial, bare, trial


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    with trial(migrated_database, catalogue=amended_catalogue()) as made:
        yield made


def run(heroes: Trial, *arguments: str) -> Result:
    return heroes.app.test_cli_runner().invoke(args=["protocol", *arguments])


@contextmanager
def edited(heroes: Trial, version: str = "heroes-1", *, demo: bool) -> Iterator[None]:
    """As if the service had been started anew after somebody edited the file of a version in force."""
    with heroes.app.app_context():
        wiring = wired()
        catalogue = wiring.installation.catalogue
        definitions = dict(catalogue.definitions)
        words = {
            name: text.replace("within_days = 21", "within_days = 28")
            for name, text in definitions[version].texts.items()
        }
        definitions[version] = replace(definitions[version], texts=words)
        here = replace(wiring.installation, catalogue=replace(catalogue, definitions=definitions), demo=demo)
        replace(wiring, installation=here, demo=demo).attach(heroes.app)
    yield


def test_migrating_by_command_previews_applies_and_takes_back(heroes: Trial) -> None:
    off_treatment(heroes)
    off_treatment(heroes, "04-001", site="04", phone=OTHER)
    shown = run(heroes, "migrate", "heroes", "heroes-2", "--preview")
    assert shown.exit_code == 0
    assert "03-001 (site 03): heroes-1 -> heroes-2" in shown.stdout
    assert "amendment heroes-2: closing moved from 2026-06-03 to 2026-06-10" in shown.stdout
    assert shown.stderr.startswith(
        "patients: 2 of 2 would move (2 with changes, 0 with assessments that can be"
    )
    assert version_of(heroes) == "heroes-1"
    done = run(heroes, "migrate", "heroes", "heroes-2", "--site", "03", "--by", "ada")
    assert (done.exit_code, version_of(heroes), version_of(heroes, "04-001")) == (0, "heroes-2", "heroes-1")
    assert done.stdout == shown.stdout[: len(done.stdout)]
    back = run(heroes, "migrate", "heroes", "heroes-1", "--undo", "--patient", "03-001")
    assert (back.exit_code, version_of(heroes)) == (0, "heroes-1")


def test_the_preview_as_json_says_of_every_assessment_what_and_why(heroes: Trial) -> None:
    off_treatment(heroes)
    told = json.loads(run(heroes, "migrate", "heroes", "heroes-2", "--preview", "--json").stdout)
    assert told["counts"]["patients"]["moves"] == 1
    assert told["counts"]["assessments"] == {"added": 1, "moved": 9, "removed": 0, "kept": 0}
    slots = {slot["key"]: slot for slot in told["patients"][0]["slots"]}
    assert slots["S2W"] == {
        "key": "S2W",
        "change": "added",
        "due_on": "2026-01-19",
        "code": "amended",
        "reason": "amendment heroes-2: expected on 2026-01-19",
    }


def test_who_cannot_be_moved_or_taken_back_ends_the_command_with_status_1(heroes: Trial) -> None:
    heroes.enrol()
    waits = run(heroes, "migrate", "heroes", "heroes-3")
    assert (waits.exit_code, "asks for a consent that is not on record" in waits.stdout) == (1, True)
    never = run(heroes, "migrate", "heroes", "heroes-2", "--undo")
    assert (never.exit_code, "was not moved from heroes-2 to heroes-1" in never.stdout) == (1, True)


def test_bad_input_is_one_line_a_problem_and_status_2(heroes: Trial) -> None:
    for arguments, told in (
        (("migrate", "zeus", "heroes-2"), "zeus: is no study here"),
        (("migrate", "heroes", "heroes-9"), "There is no protocol version heroes-9"),
        (("migrate", "heroes", "heroes-2", "--patient", "x"), "--patient x: is no patient"),
        (("activate", "zeus", "heroes-2"), "zeus: is no study here"),
        (("status", "zeus"), "zeus: is no study here"),
        (("diff", "heroes-1", "heroes-9"), "heroes-9: is no protocol here"),
        (("diff", "heroes/heroes-2", "heroes-1"), "heroes/heroes-2: was never activated"),
        (("text", "heroes", "heroes-2"), "heroes/heroes-2: was never activated"),
    ):
        done = run(heroes, *arguments)
        assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.output
        assert done.stderr.startswith(told)


def test_a_difference_is_told_key_by_key_and_for_a_standard_course(heroes: Trial) -> None:
    shown = run(heroes, "diff", "heroes-1", "heroes-2")
    assert shown.exit_code == 0
    lines = shown.stdout.splitlines()
    assert lines[:2] == [
        'bundles.core: ["qlq-c30", "qlq-br23", "eq-5d-5l"] -> ["qlq-c30", "qlq-br45", "eq-5d-5l"]',
        "rules.grid.window: [-14, 14] -> [-14, 21]",
    ]
    assert lines[2].startswith('rules.early: added: { id = "early", anchor = "stop", timepoints = [{ key = ')
    assert "a course of included 2030-01-01, treatment_stopped 2030-01-01:" in lines
    assert lines[-1] == "9 assessments before, 10 after; 0 unchanged"
    same = run(heroes, "diff", "heroes-1", "heroes-1-again").stdout.splitlines()
    assert (same[0], same[-1]) == ("no key differs", "9 assessments before, 9 after; 9 unchanged")


def test_files_are_compared_without_a_database(tmp_path: Path) -> None:
    with bare(f"sqlite:///{tmp_path}/none.sqlite", catalogue=amended_catalogue()) as heroes:
        assert run(heroes, "diff", "heroes-1", "heroes-1-again").exit_code == 0
        stored = run(heroes, "diff", "heroes/heroes-1", "heroes-1")
        assert (stored.exit_code, "there is no database" in stored.stderr) == (2, True)


def test_the_text_in_force_can_be_read_back_and_compared_with_the_file(heroes: Trial) -> None:
    stored = run(heroes, "text", "heroes", "heroes-1").stdout
    assert stored == heroes.installation.catalogue.definitions["heroes-1"].texts["heroes-1"]
    with edited(heroes, demo=False):
        told = run(heroes, "diff", "heroes/heroes-1", "heroes-1")
        assert told.stdout.splitlines()[0] == "merge.within_days: 21 -> 28"


def test_the_status_names_versions_patients_and_files(heroes: Trial) -> None:
    off_treatment(heroes)
    run(heroes, "migrate", "heroes", "heroes-2")
    run(heroes, "activate", "heroes", "heroes-2")
    shown = run(heroes, "status", "heroes", "--json")
    told = json.loads(shown.stdout)
    assert (shown.exit_code, told["new_patients"]) == (0, "heroes-2")
    assert [(row["version"], row["patients"], row["file"]) for row in told["versions"]] == [
        ("heroes-1", 0, "as activated"),
        ("heroes-2", 1, "as activated"),
    ]


def test_production_refuses_every_command_while_a_version_in_force_was_changed(heroes: Trial) -> None:
    off_treatment(heroes)
    with edited(heroes, demo=False):
        for arguments in (["export", "heroes", "--out", "x"], ["protocol", "migrate", "heroes", "heroes-2"]):
            done = heroes.app.test_cli_runner().invoke(args=arguments)
            assert done.exit_code == 2
            assert done.stderr.startswith(
                "heroes-1.toml: version heroes-1 was changed since it was activated"
            )
        state = run(heroes, "status", "heroes")
        assert (state.exit_code, "CHANGED" in state.stdout) == (2, True)


def test_production_serves_nothing_and_sends_nothing_while_a_version_in_force_was_changed(
    heroes: Trial,
) -> None:
    off_treatment(heroes)
    with edited(heroes, demo=False):
        heroes.now += timedelta(minutes=2)  # the guard looks again after a minute
        assert heroes.client().get("/login").status_code == 503
        assert heroes.client().post("/webhooks/sms/inbound").status_code != 503
        heroes.on(date(2026, 2, 20))
        assert not heroes.rows(Message)
        assert {row.state for row in heroes.rows(Assessment)} == {"planned"}


def test_the_demonstration_warns_and_goes_on(heroes: Trial, tmp_path: Path) -> None:
    off_treatment(heroes)
    with edited(heroes, demo=True):
        heroes.now += timedelta(minutes=2)
        assert heroes.client().get("/login").status_code == 200
        done = heroes.app.test_cli_runner().invoke(args=["export", "heroes", "--out", str(tmp_path / "x")])
        assert done.exit_code == 0
        assert done.stderr.startswith("warning: heroes-1.toml: version heroes-1 was changed")


def test_checking_a_file_refuses_a_version_in_force_with_other_words(heroes: Trial, tmp_path: Path) -> None:
    folder = amended_folder(tmp_path) / "protocols"
    path = folder / "heroes-1.toml"
    assert run(heroes, "check", str(path)).exit_code == 0
    path.write_text(path.read_text("utf-8").replace("within_days = 21", "within_days = 28"), "utf-8")
    done = run(heroes, "check", str(path))
    assert (done.exit_code, "was changed since it was activated in study heroes" in done.stderr) == (2, True)
    assert run(heroes, "check", str(folder / "heroes-2.toml")).exit_code == 0  # not in force anywhere


def test_a_day_of_consent_that_cannot_be_is_refused_in_one_line(heroes: Trial) -> None:
    heroes.enrol()
    done = run(heroes, "migrate", "heroes", "heroes-3", "--site", "03", "--consented-on", "2026-02-30")
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert version_of(heroes) == "heroes-1"


def test_a_plan_is_made_by_the_protocols_of_the_service_and_not_only_by_those_shipped(
    heroes: Trial, tmp_path: Path
) -> None:
    course = tmp_path / "course.json"
    course.write_text('{"events": [{"type": "included", "on": "2026-01-05"}]}', encoding="utf-8")
    shown = run(heroes, "plan", "heroes-2", "--course", str(course), "--json")
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert json.loads(shown.stdout)["slots"][0]["instruments"][1] == "qlq-br45"
    refused = run(heroes, "plan", "heroes-9", "--course", str(course))
    assert (refused.exit_code, "heroes-1, heroes-1-again" in refused.stderr) == (2, True)
