"""Commands end with one line and status 2 when something they need is not there; those that need nothing run."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from pro_service.entrypoints.cli.export import export
from pro_service.entrypoints.cli.protocol import protocol
from pro_service.entrypoints.cli.simulate import simulate
from pro_service.entrypoints.cli.wording import wording
from pro_service.store.db import upgrade_schema
from tests.architecture.sources import ROOT

#: Nobody can write there, not even root.
NOWHERE = "/proc/nowhere"
CLOCK_AND_EXPORT = (
    ("clock",),
    ("export", "heroes", "--out", "out"),
    ("rescore", "heroes"),
    ("wording", "status"),
)


def flask(
    *words: str, folder: Path | str, database: str = "", given: str = ""
) -> subprocess.CompletedProcess[str]:
    """The command as a person runs it; `folder` is the data folder."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PRO_")}
    own |= {"PRO_DATA_FOLDER": str(folder)} | ({"PRO_DATABASE_URL": database} if database else {})
    command = [sys.executable, "-m", "flask", "--app", str(ROOT / "wsgi.py"), *words]
    return subprocess.run(
        command, cwd=ROOT, env=own, input=given, capture_output=True, text=True, check=False, timeout=60
    )


def refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    (line,) = done.stderr.splitlines()
    assert [word for word in words if word not in line] == []


@pytest.mark.parametrize("words", CLOCK_AND_EXPORT, ids=lambda words: words[0])
def test_a_database_without_schema_is_named_with_the_cure(
    database: str, tmp_path: Path, words: tuple[str, ...]
) -> None:
    done = flask(*words, folder=tmp_path, database=database)
    refused(done, database.rpartition("/")[2], "flask db upgrade")
    assert "Traceback" not in done.stderr


def test_a_database_of_an_older_schema_is_named_with_both(database: str, tmp_path: Path) -> None:
    upgrade_schema(database, "0001")
    refused(flask("clock", folder=tmp_path, database=database), "0001", "flask db upgrade")


def test_a_sqlite_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    """An empty file would look like a demonstration that was prepared."""
    missing = tmp_path / "missing.sqlite"
    refused(
        flask("clock", folder=tmp_path, database=f"sqlite:///{missing}"), str(missing), "there is no database"
    )
    assert not missing.exists()


def test_a_server_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    url = "postgresql+psycopg://pro:test-word@127.0.0.1:9/pro"
    done = flask("clock", folder=tmp_path, database=url)
    refused(done, "127.0.0.1:9", "cannot be opened")
    assert "test-word" not in done.stderr


def test_a_schema_that_cannot_be_written_is_one_line_with_the_cure(tmp_path: Path) -> None:
    absent = tmp_path / "absent"
    refused(flask("db", "upgrade", folder=NOWHERE), NOWHERE, "is not there", "PRO_DATA_FOLDER")
    refused(flask("db", "upgrade", folder="/proc"), "/proc/demo.sqlite", "PRO_DATABASE_URL")
    refused(
        flask("db", "upgrade", folder=tmp_path, database=f"sqlite:///{absent}/x.sqlite"), "PRO_DATABASE_URL"
    )
    url = "postgresql+psycopg://pro:test-word@127.0.0.1:9/pro"
    done = flask("db", "upgrade", folder=tmp_path, database=url)
    refused(done, "127.0.0.1:9", "cannot be opened")
    assert "test-word" not in done.stderr


def test_scoring_and_listing_run_where_nothing_can_be_written_and_leave_nothing(tmp_path: Path) -> None:
    sheet = "id,MO,SC,UA,PD,AD,VAS\nP1,2,1,2,3,2,70\n"
    for folder in (NOWHERE, tmp_path):
        scored = flask("score", "eq-5d-5l", "-", folder=folder, given=sheet)
        assert (scored.returncode, scored.stdout.splitlines()[-1][:2]) == (0, "P1"), scored.stderr
        listed = flask("instruments", "list", folder=folder)
        assert (listed.returncode, "hads" in listed.stdout) == (0, True), listed.stderr
    unanswered = "postgresql+psycopg://pro:test-word@127.0.0.1:9/pro"
    listed = flask("instruments", "list", "--json", folder=tmp_path, database=unanswered)
    assert (listed.returncode, '"wordings": null' in listed.stdout, listed.stderr) == (0, True, "")
    assert list(tmp_path.iterdir()) == []


def test_what_needs_the_secrets_says_that_they_cannot_be_kept(database: str) -> None:
    refused(flask("clock", folder=NOWHERE, database=database), NOWHERE, "PRO_DATA_FOLDER")


def test_a_simulation_that_cannot_be_written_is_refused_before_it_is_run(tmp_path: Path) -> None:
    words = ("simulate", "--protocol", "heroes-1", "--patients", "3", "--sites", "1", "--out")
    refused(flask(*words, NOWHERE, folder=tmp_path), NOWHERE, "name a folder that can be written")
    strange = tmp_path / "strange"
    strange.mkdir()
    (strange / "thesis.txt").write_text("mine")
    refused(flask(*words, str(strange), folder=tmp_path), str(strange), "thesis.txt", "new or empty folder")
    assert [path.name for path in strange.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("day", ["2026-13-01", "2026-02-30", "01/02/2026", "soon"])
@pytest.mark.parametrize(
    ("command", "words"),
    [
        (protocol, ("plan", "heroes-1", "--course", "course.json", "--as-of")),
        (simulate, ("--protocol", "heroes-1", "--out", "out", "--from")),
        (wording, ("import", "hads", "fr", "-", "--licence", "L", "--modes", "web", "--valid-until")),
        (export, ("heroes", "--out", "out", "--cut-off")),
    ],
    ids=("as-of", "from", "valid-until", "cut-off"),
)
def test_a_malformed_day_is_one_line_with_its_option_and_a_cure(
    command: click.Command, words: tuple[str, ...], day: str
) -> None:
    done = CliRunner().invoke(command, [*words, day])
    assert (done.exit_code, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"{words[-1]}: {day!r} ")
    assert "2026-09-01" in line
