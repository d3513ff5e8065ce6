"""An export says in which wording each response was asked, by its hash, and how it came."""

import json
from pathlib import Path

import pytest

from pro_service.core.dataset.codelists import codelists
from pro_service.core.wording import Mode
from pro_service.store.models import ImportedWording, Response
from tests.licensed import licensed, production
from tests.services.export_story import exported, fill_in, table
from tests.trial import Trial, trial


def answered(heroes: Trial, instruments: str) -> None:
    heroes.include()
    heroes.beat()
    fill_in(heroes, instruments)


def manifest_of(folder: Path) -> dict[str, tuple[str, list[object]]]:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return {each["code"]: (each["wording"], each["wordings"]) for each in manifest["instruments"]}


def test_in_the_demonstration_responses_are_marked_as_asked_in_our_labels(
    migrated_database: str, tmp_path: Path
) -> None:
    with trial(migrated_database) as heroes:
        answered(heroes, "hads fcri-sf")
        exported(heroes, tmp_path / "out")
        assert len(heroes.rows(Response)) == 2
    rows = table(tmp_path / "out", "responses")
    assert [row["instrument"] for row in rows] == ["fcri-sf", "hads"]
    assert {(row["wording_hash"], row["wording_placeholder"], row["mode"]) for row in rows} == {
        ("", "1", "link")
    }
    asked = {"language": "fr", "wording_hash": None, "placeholder": True, "responses": 1}
    assert manifest_of(tmp_path / "out")["hads"] == ("placeholder", [asked])


def test_an_imported_wording_is_told_by_its_hash_in_the_responses_and_in_the_manifest(
    migrated_database: str, tmp_path: Path
) -> None:
    with production(migrated_database) as heroes:
        answered(heroes, "hads")
        (hads,) = [
            row for row in heroes.rows(ImportedWording) if (row.instrument, row.language) == ("hads", "fr")
        ]
        exported(heroes, tmp_path / "out")
    (row,) = table(tmp_path / "out", "responses")
    assert (row["instrument"], row["wording_hash"], row["wording_placeholder"]) == ("hads", hads.hash, "0")
    told = manifest_of(tmp_path / "out")
    asked = {"language": "fr", "wording_hash": hads.hash, "placeholder": False, "responses": 1}
    assert told["hads"] == ("licensed", [asked])
    assert told["qlq-c30"] == ("placeholder", [])


@pytest.mark.req("REG-30")
def test_a_response_keeps_the_wording_it_was_asked_in_when_a_later_one_is_imported(
    migrated_database: str, tmp_path: Path
) -> None:
    with production(migrated_database) as heroes:
        answered(heroes, "hads")
        heroes.call(licensed, heroes.installation, "hads", mark="autre")
        exported(heroes, tmp_path / "out")
        first, later = [
            row.hash
            for row in heroes.rows(ImportedWording)
            if (row.instrument, row.language) == ("hads", "fr")
        ]
    (row,) = table(tmp_path / "out", "responses")
    assert (row["wording_hash"] == first, first != later) == (True, True)


@pytest.mark.parametrize("mode", [*(each.value for each in Mode if each is not Mode.WEB), "link", "form"])
def test_every_way_of_answering_is_in_the_code_list(mode: str) -> None:
    assert set(codelists((), ())["mode"][mode]) == {"fr", "en"}
