"""Where an amendment is seen afterwards: the patient's page and the export."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from pro_service.services.amendments import Selection
from pro_service.services.exports import export_study
from tests.amended import amended_catalogue
from tests.services.amending import migrate, undo
from tests.services.given import M15_INVITED, TIRED, answer_all, off_treatment
from tests.trial import START, STUDY, Trial, trial


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    with trial(migrated_database, catalogue=amended_catalogue()) as made:
        yield made


def page(heroes: Trial) -> str:
    return heroes.logged_in().get("/staff/patients/03-001").get_data(as_text=True)


def test_the_patients_page_says_which_version_and_since_when(heroes: Trial) -> None:
    off_treatment(heroes)
    assert "heroes-1, depuis le 5 janv." in page(heroes)
    heroes.on(date(2026, 1, 9))
    migrate(heroes)
    assert "heroes-2, depuis le 9 janv." in page(heroes)


def test_an_alert_keeps_the_sentence_of_the_version_that_raised_it(heroes: Trial) -> None:
    heroes.include()
    heroes.beat()
    answer_all(heroes, heroes.link())
    heroes.record("treatment_stopped", START.date())
    heroes.at(M15_INVITED)
    answer_all(heroes, heroes.link(), TIRED)
    migrate(heroes)
    assert "Nettement moins bien qu" in page(heroes)


def test_the_export_tells_each_patients_versions_one_after_the_other(heroes: Trial, tmp_path: Path) -> None:
    off_treatment(heroes)
    heroes.now += timedelta(days=1)
    migrate(heroes, selection=Selection(patients=("03-001",), consented_on=date(2026, 1, 5)))
    heroes.now += timedelta(hours=1)
    undo(heroes)
    out = tmp_path / "export"
    heroes.call(export_study, heroes.installation, study=STUDY, out=out)
    with (out / "protocol_versions.csv").open(encoding="utf-8", newline="") as file:
        found = [tuple(row.values())[2:] for row in csv.DictReader(file)]
    first, second, third = (
        f"2026-01-{moment}.000000Z" for moment in ("05T09:00:00", "06T09:00:00", "06T10:00:00")
    )
    assert found == [
        ("1", "heroes-1", "enrolled", first, second, ""),
        ("2", "heroes-2", "migrated", second, third, "2026-01-05"),
        ("3", "heroes-1", "undone", third, "", ""),
    ]
    forms = (out / "expected_forms.csv").read_text(encoding="utf-8")
    assert "amendment heroes-2 undone: this version does not plan it" in forms
