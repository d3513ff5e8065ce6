"""Where an export is put: complete or not at all, whatever happens on the way; and the command that asks for it."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pro_service.services.exports import ExportError, export_study
from pro_service.services.exports.folder import replacing
from tests.architecture.sources import ROOT
from tests.databases import Databases
from tests.services.export_story import contents, exported
from tests.trial import STUDY, Trial, trial

LATER = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def heroes(databases: Databases) -> Iterator[Trial]:
    """A study with one patient. Tests only read it."""
    with databases.migrated("sqlite") as url, trial(url) as world:
        world.include()
        yield world


@pytest.fixture(scope="module")
def first(heroes: Trial, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Every byte of its export."""
    out = tmp_path_factory.mktemp("first") / "export"
    exported(heroes, out)
    return contents(out)


# --- Complete or not at all ---


def test_an_earlier_export_is_replaced_and_anything_else_is_left_alone(
    heroes: Trial, first: dict[str, bytes], tmp_path: Path
) -> None:
    out = tmp_path / "export"
    out.mkdir()
    exported(heroes, out)
    exported(heroes, out, cut_off=LATER)
    assert contents(out).keys() == first.keys()
    (out / "thesis.txt").write_text("mine")
    before = contents(out)
    with pytest.raises(ExportError, match=r"thesis\.txt.*; name a new or empty folder"):
        exported(heroes, out)
    assert contents(out) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["export"]


@pytest.mark.parametrize("name", ["notes.txt", "manifest.json"])
def test_a_folder_of_something_else_is_refused(heroes: Trial, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text('{"files": [], "format": "other"}')
    with pytest.raises(ExportError, match="holds something that is no export of ours"):
        exported(heroes, tmp_path)
    with pytest.raises(ExportError, match="is no folder"):
        exported(heroes, tmp_path / name)
    with pytest.raises(ExportError, match="Not a directory"):
        exported(heroes, tmp_path / name / "below")


def test_a_failure_on_the_way_leaves_nothing_behind(
    heroes: Trial, first: dict[str, bytes], tmp_path: Path
) -> None:
    out = tmp_path / "export"
    exported(heroes, out)

    def fail(name: str, rows: int) -> None:
        if name == "scores":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        exported(heroes, out, progress=fail, cut_off=LATER)
    assert contents(out) == first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["export"]


def _killed_while_writing(out: Path) -> None:
    program = f"""
import os, signal
from pathlib import Path
from pro_service.services.exports.folder import replacing
with replacing(Path({str(out)!r})) as folder:
    (folder / "items.csv").write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL


def test_a_killed_export_leaves_the_folder_as_it_was_and_the_next_one_clears_up(
    heroes: Trial, first: dict[str, bytes], tmp_path: Path
) -> None:
    out = tmp_path / "export"
    exported(heroes, out)
    _killed_while_writing(out)
    assert contents(out) == first
    assert sorted(path.name for path in tmp_path.iterdir()) == [".export.partial", "export"]
    exported(heroes, out)
    assert contents(out) == first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["export"]


def test_an_export_killed_between_its_last_two_steps_is_mended(
    heroes: Trial, first: dict[str, bytes], tmp_path: Path
) -> None:
    out = tmp_path / "export"
    exported(heroes, out)
    out.rename(tmp_path / ".export.replaced")
    with pytest.raises(KeyboardInterrupt), replacing(out):
        raise KeyboardInterrupt
    assert contents(out) == first
    out.rename(tmp_path / ".export.replaced")
    exported(heroes, out)
    (tmp_path / ".export.replaced").mkdir()
    exported(heroes, out)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["export"]


def test_two_exports_to_one_place_do_not_mix(heroes: Trial, tmp_path: Path) -> None:
    out = tmp_path / "export"
    with replacing(out) as folder:
        (folder / "half.csv").write_text("half")
        with pytest.raises(ExportError, match="another export is being written; wait"):
            exported(heroes, out)
    assert list(contents(out)) == ["half.csv"]


def test_a_mount_point_is_refused_because_nothing_can_take_its_place(heroes: Trial) -> None:
    with pytest.raises(ExportError, match="is a mount point; name a folder inside it"):
        exported(heroes, Path("/proc"))


def test_a_study_whose_protocol_has_no_definition_is_refused(heroes: Trial, tmp_path: Path) -> None:
    bare = replace(heroes.installation, catalogue=replace(heroes.installation.catalogue, protocols={}))
    with heroes.app.app_context(), pytest.raises(ExportError, match=r"put heroes-1\.toml into"):
        export_study(bare, study=STUDY, out=tmp_path / "export")
    assert list(tmp_path.iterdir()) == []


# --- The command ---


def run(heroes: Trial, *words: str):
    return heroes.app.test_cli_runner().invoke(args=["export", *words])


def test_the_command_prints_the_folder_and_tells_progress_apart(
    heroes: Trial, first: dict[str, bytes], tmp_path: Path
) -> None:
    out = tmp_path / "export"
    done = run(heroes, STUDY, "--out", str(out), "--formats", "csv")
    assert (done.exit_code, done.stdout) == (0, f"{out}\n")
    assert "items: " in done.stderr
    assert done.stderr.splitlines()[-1].endswith("0 problems")
    assert contents(out) == first


@pytest.mark.parametrize(
    "words,told_lines",
    [
        (["nowhere"], ["nowhere: is no study here; use one of heroes"]),
        (
            ["nowhere", "--formats", "csv,stata, dta"],
            [
                "--formats stata: is no format written here; use csv",
                "--formats dta: is no format written here; use csv",
                "nowhere: is no study here; use one of heroes",
            ],
        ),
        ([STUDY, "--formats", ","], ["--formats: names none; use one or more of csv"]),
    ],
)
def test_a_wrong_word_is_status_2_and_one_line_a_problem(
    heroes: Trial, tmp_path: Path, words: list[str], told_lines: list[str]
) -> None:
    done = run(heroes, *words, "--out", str(tmp_path / "export"))
    assert (done.exit_code, done.stdout, done.stderr.splitlines()) == (2, "", told_lines)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("instant", ["yesterday", "2026-04-01T00:00:00", "2026-01-01T00:00:00Z"])
def test_a_cut_off_that_cannot_be_is_status_2(heroes: Trial, tmp_path: Path, instant: str) -> None:
    done = run(heroes, STUDY, "--out", str(tmp_path / "export"), "--cut-off", instant)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "cut-off" in done.stderr
    later = run(heroes, STUDY, "--out", str(tmp_path / "export"), "--cut-off", "2026-04-01T00:00:00+02:00")
    assert later.exit_code == 0
