"""Definition files on disk: what is wrong with any of them is told, with its file and line."""

import shutil
from pathlib import Path

import pytest

from pro_service.core.definition import DefinitionError
from pro_service.store.catalogue import QUESTIONNAIRES, load_instruments


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped definitions, to be spoiled."""
    return Path(shutil.copytree(QUESTIONNAIRES, tmp_path / "questionnaires"))


def told(folder: Path) -> str:
    with pytest.raises(DefinitionError) as caught:
        load_instruments(folder)
    return str(caught.value)


def spoil(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_copy_loads_as_the_original_does(folder: Path) -> None:
    assert load_instruments(folder) == load_instruments()


def test_a_slip_of_syntax_is_told_with_its_line(folder: Path) -> None:
    spoil(folder / "instruments" / "hads-1.0.toml", 'code = "hads"', "code = hads")
    assert "hads-1.0.toml: line 4, column 8: is no TOML: Invalid value; mend this line" in told(folder)


def test_mistakes_of_all_files_are_told_together(folder: Path) -> None:
    spoil(folder / "instruments" / "hads-1.0.toml", "minutes = 5", "minutes = 0")
    spoil(folder / "instruments" / "qlq-c30-3.0.toml", "wording =", "words =")
    assert "hads-1.0.toml: minutes" in told(folder)
    assert "qlq-c30-3.0.toml: words: unknown key; did you mean 'wording'?" in told(folder)


def test_a_file_that_is_not_utf_8_is_told(folder: Path) -> None:
    path = folder / "instruments" / "hads-1.0.toml"
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1252"))
    assert "hads-1.0.toml: byte" in told(folder)


def test_a_file_must_be_named_for_what_it_holds(folder: Path) -> None:
    path = folder / "instruments" / "hads-1.0.toml"
    path.rename(path.with_name("anxiety.toml"))
    assert "anxiety.toml: is not named for what it holds; rename the file to hads-1.0.toml" in told(folder)


def test_two_files_of_one_code_are_told(folder: Path) -> None:
    path = folder / "instruments" / "hads-1.0.toml"
    copy = path.with_name("hads-2.0.toml")
    shutil.copy(path, copy)
    spoil(copy, 'version = "1.0"', 'version = "2.0"')
    assert "hads-2.0.toml: code: 'hads' is also the code of hads-1.0.toml" in told(folder)


def test_a_folder_without_definitions_is_told(tmp_path: Path) -> None:
    assert "holds no definition" in told(tmp_path)


def test_value_sets_are_checked_with_the_rest(folder: Path) -> None:
    spoil(folder / "value_sets" / "eq-5d-5l.toml", "start = 1.0", 'start = "1"')
    assert "eq-5d-5l.toml: sets.Australia.start" in told(folder)
