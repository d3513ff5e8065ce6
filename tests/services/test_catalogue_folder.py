"""A whole folder of definitions: mistakes of every kind of file are told at once, and none is a crash."""

import shutil
from pathlib import Path

import pytest

from pro_service.core.definition import DefinitionError
from pro_service.store.catalogue import QUESTIONNAIRES, load_catalogue
from pro_service.store.protocol_files import load_protocol

HADS = Path("instruments", "hads-1.0.toml")
HEROES = Path("protocols", "heroes-1.toml")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped definitions, to be spoiled."""
    return Path(shutil.copytree(QUESTIONNAIRES, tmp_path / "questionnaires"))


def told(folder: Path) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        load_catalogue(folder)
    return [str(problem) for problem in caught.value.problems]


def spoil(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_mistakes_of_every_kind_of_file_are_told_together(folder: Path) -> None:
    spoil(folder / HADS, "minutes = 5", "minutes = 0")
    spoil(folder / "value_sets" / "eq-5d-5l.toml", "start = 1.0", 'start = "1"')
    spoil(folder / HEROES, 'time_zone = "Europe/Paris"', 'time_zone = "Paris"')
    (folder / "protocols" / "other.toml").write_text("x =", encoding="utf-8")
    (folder / "protocols" / "third.toml").write_text("y =", encoding="utf-8")
    lines = told(folder)
    for file in ("hads-1.0.toml: minutes", "eq-5d-5l.toml: sets", "heroes-1.toml: time_zone", "other.toml: ",
                 "third.toml: "):  # fmt: skip
        assert len([line for line in lines if line.startswith(file)]) == 1, lines
    assert len(lines) == 5


def test_the_check_of_one_file_tells_what_loading_the_folder_tells(folder: Path) -> None:
    spoil(folder / HEROES, 'value_set = "France"', 'value_set = "Frankreich"')
    spoil(folder / HEROES, "value = 39", "value = 390")
    with pytest.raises(DefinitionError) as caught:
        load_protocol(folder / HEROES)
    assert [str(problem) for problem in caught.value.problems] == told(folder)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"x = {'[' * 5000}{']' * 5000}", "too deep"),
        (f"# {'x' * 1_000_000}", "has 1000002 bytes; write at most 1000000"),
        (f"x = {'[' * 40}{']' * 40}", "too deep"),
        (f"{'a.' * 900}a = 1", "too deep"),
        (f"x = {'9' * 5000}", "number that is too large"),
    ],
)
def test_a_monstrous_file_is_told(folder: Path, text: str, words: str) -> None:
    for name in (HADS, HEROES):
        (folder / name).write_text(text, encoding="utf-8")
    assert len([line for line in told(folder) if words in line]) == 2


def test_a_range_beyond_reason_is_told(folder: Path) -> None:
    spoil(folder / HADS, "maximum = 3", "maximum = 99999999999999999999")
    assert any("hads-1.0.toml: answers." in line and ".maximum: is 9999" in line for line in told(folder))


def test_a_byte_order_mark_is_no_mistake(folder: Path) -> None:
    for name in (HADS, HEROES):
        (folder / name).write_text((folder / name).read_text("utf-8"), encoding="utf-8-sig")
    assert load_catalogue(folder) == load_catalogue()
