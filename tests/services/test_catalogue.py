"""Definition files on disk: what is wrong with any of them is told, with its file and line."""

import re
import shutil
import tomllib
from pathlib import Path

import pytest

from pro_service.core.definition import DefinitionError
from pro_service.core.instrument import compose_form, parse_instrument
from pro_service.store.catalogue import (
    QUESTIONNAIRES,
    check_instruments,
    load_catalogue,
    load_instruments,
)
from pro_service.store.definition_files import read_document


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped definitions, to be spoiled."""
    return Path(shutil.copytree(QUESTIONNAIRES, tmp_path / "questionnaires"))


def told(folder: Path) -> str:
    with pytest.raises(DefinitionError) as caught:
        load_instruments(folder)
    return str(caught.value)


def told_of_all(folder: Path) -> str:
    with pytest.raises(DefinitionError) as caught:
        load_catalogue(folder)
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


HEROES = Path("protocols", "heroes-1.toml")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"qlq-br23"', '"qlq-br32"', "no instrument 'qlq-br32'; known: carq-4, eq-5d-5l"),
        (
            'version = "heroes-1"',
            'version = "heroes-2"',
            "heroes-1.toml: version: is 'heroes-2'; rename the file",
        ),
    ],
)
def test_a_protocol_that_does_not_fit_the_rest_is_told(
    folder: Path, old: str, new: str, problem: str
) -> None:
    spoil(folder / HEROES, old, new)
    assert problem in told_of_all(folder)


def test_an_alert_rule_on_a_score_without_answer_steps_is_told(folder: Path) -> None:
    spoil(folder / HEROES, 'scales = ["QL"', 'scales = ["SUMMARY", "QL"')
    spoil(folder / HEROES, 'QL = "none"', 'QL = "none"\nSUMMARY = "none"')
    assert "'SUMMARY' has no answer step; name scales" in told_of_all(folder)


def test_an_alert_rule_on_a_scale_that_does_not_exist_is_told(folder: Path) -> None:
    spoil(folder / HEROES, 'scales = ["QL"', 'scales = ["QX", "QL"')
    spoil(folder / HEROES, 'QL = "none"', 'QL = "none"\nQX = "none"')
    assert (
        "heroes-1.toml: alerts.rules.c30-worse-than-baseline.scales: no scale 'QX'; known scales: QL"
        in told_of_all(folder)
    )


FORM = """
extends = "pro-ctcae"
code = "pro-ctcae-short"
version = "1.0"
title = { fr = "Effets", en = "Effects" }
minutes = 2
terms = ["fatigue", "diarrhoea"]
"""


def test_a_study_puts_its_form_beside_the_library_and_names_it(folder: Path) -> None:
    (folder / "instruments" / "pro-ctcae-short-1.0.toml").write_text(FORM, encoding="utf-8")
    spoil(folder / HEROES, '"qlq-br23"', '"pro-ctcae-short"')
    form = load_catalogue(folder).instruments["pro-ctcae-short"]
    assert [item.code for item in form.items] == ["PT01053A", "PT01053B", "PT01016A"]
    assert (form.library, form.cdisc is not None) == (False, True)


def test_a_form_may_stand_alone_and_extend_what_is_shipped(tmp_path: Path) -> None:
    path = tmp_path / "pro-ctcae-short-1.0.toml"
    path.write_text(FORM, encoding="utf-8")
    assert check_instruments([path], value_sets={})[path].scales_by_code.keys() == {"PT01053", "PT01016"}


def test_a_form_of_no_library_is_told(folder: Path) -> None:
    text = FORM.replace('extends = "pro-ctcae"', 'extends = "hads"')
    (folder / "instruments" / "pro-ctcae-short-1.0.toml").write_text(text, encoding="utf-8")
    assert "pro-ctcae-short-1.0.toml: extends: 'hads' is no item library" in told(folder)


def test_a_protocol_cannot_send_a_library_as_a_whole(folder: Path) -> None:
    spoil(folder / HEROES, '"qlq-br23"', '"pro-ctcae"')
    assert "'pro-ctcae' is an item library; name a form with some of its terms" in told_of_all(folder)


def test_the_form_of_the_readme_is_one() -> None:
    text = (QUESTIONNAIRES / "README.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- form:begin -->\n```toml\n(.*?)```", text, re.DOTALL)
    assert found is not None
    library = read_document(QUESTIONNAIRES / "instruments" / "pro-ctcae-1.0.toml")
    form = parse_instrument(
        compose_form(tomllib.loads(found[1]), library, source="README.md"), source="README.md"
    )
    assert [scale.code for scale in form.scales] == ["PT01053", "PT01016", "PT01048"]
