"""docs/amendments.md: every command in it, run in its order, prints what stands below it."""

import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.amended import amended_catalogue
from tests.architecture.sources import ROOT
from tests.services.amending import version_of
from tests.services.given import M15_INVITED, OTHER, off_treatment
from tests.trial import Trial, trial

PAGE = ROOT / "docs" / "amendments.md"
BLOCK = re.compile(r"```console\n\$ flask ([^\n]*)\n(.*?)```", re.DOTALL)
ONLY_STDERR = " 2>&1 >/dev/null"


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    """One patient has been off treatment since January; the other was included in April."""
    with trial(migrated_database, catalogue=amended_catalogue()) as made:
        off_treatment(made, "03-001")
        made.at(M15_INVITED)
        made.now = datetime(2026, 4, 2, 9, tzinfo=UTC)
        made.tick()
        off_treatment(made, "04-001", site="04", phone=OTHER)
        yield made


def printed(heroes: Trial, command: str) -> str:
    done = heroes.app.test_cli_runner().invoke(args=shlex.split(command.removesuffix(ONLY_STDERR)))
    assert done.exit_code == 0, done.output
    return done.stderr if command.endswith(ONLY_STDERR) else done.stdout


def filled_in(heroes: Trial, page: str) -> str:
    """The page with what its commands print now."""
    return BLOCK.sub(lambda found: f"```console\n$ flask {found[1]}\n{printed(heroes, found[1])}```", page)


def test_every_command_of_the_page_prints_what_stands_there(heroes: Trial) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert len(BLOCK.findall(page)) == 7
    assert filled_in(heroes, page) == page
    assert (version_of(heroes), version_of(heroes, "04-001")) == ("heroes-1", "heroes-1")


def test_the_file_of_the_page_is_part_of_the_example() -> None:
    (shown,) = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    example = Path(ROOT / "tests" / "protocols" / "heroes-2.toml").read_text(encoding="utf-8")
    for part in shown.split("\n\n"):
        assert part.strip() in example
