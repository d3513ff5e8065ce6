"""`flask patients show`: one patient on any day, read by the command's own code from a real installation."""

import json
from datetime import date

import pytest
from click.testing import Result

from tests.trial import Trial, trial

HEROES = "heroes"


def show(heroes: Trial, *words: str) -> Result:
    result: Result = heroes.app.test_cli_runner().invoke(args=["patients", "show", *words])
    return result


def test_a_day_before_and_a_day_to_come_are_shown_as_data(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.include()
        heroes.record("treatment_stopped", date(2026, 1, 5))
        heroes.on(date(2026, 1, 20))
        before = json.loads(show(heroes, HEROES, "03-001", "--as-of", "2026-01-04", "--json").stdout)
        ahead = json.loads(show(heroes, HEROES, "03-001", "--as-of", "2026-02-18", "--json").stdout)
    assert (before["phase"]["name"], before["facts"], before["slots"]) == ("NOT_INCLUDED", [], [])
    assert [each["type"] for each in ahead["facts"]] == ["consent2_signed", "included", "treatment_stopped"]
    assert ahead["states"]["M1.5"] == "planned"
    assert ahead["expected_messages"] == [
        {"key": "M1.5", "kind": "invitation", "ordinal": 1, "at": "2026-02-17T09:00:00+00:00"}
    ]


def test_it_reads_as_lines_too(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.include()
        result = show(heroes, HEROES, "03-001", "--as-of", "2026-02-18")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("phase on 2026-02-18: INCLUDED\n")
    assert "assessment: BASE planned" in result.stdout


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("hero", "03-001"), "hero: is no study here; use one of heroes\n"),
        ((HEROES, "99-001"), "'99-001' is no patient of 'heroes'; write the study code, such as 03-001\n"),
        (
            (HEROES, "03-001", "--as-of", "2026-02-30"),
            "--as-of: '2026-02-30' is not in the calendar; write a day as 2026-09-01\n",
        ),
    ],
)
def test_what_is_not_there_is_one_line(migrated_database: str, words: tuple[str, ...], line: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.include()
        result = show(heroes, *words)
    assert (result.exit_code, result.stderr) == (2, line)
