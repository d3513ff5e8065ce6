"""`flask wording`: results on standard output, one line a problem on standard error, status 2 for bad input."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result

from pro_service.store.models import ImportedWording, WordingChange
from tests.licensed import as_csv, made_up, production
from tests.trial import START, Trial, trial

TERMS = ("--licence", "TEST-1", "--valid-until", "2026-12-31", "--modes", "sms,web")


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    with trial(migrated_database) as made:
        yield made


def run(heroes: Trial, *words: str, given: bytes | None = None) -> Result:
    return heroes.app.test_cli_runner().invoke(args=("wording", *words), input=given)


def good(heroes: Trial, code: str = "hads") -> bytes:
    return as_csv(made_up(heroes.installation.catalogue.instruments[code], "fr"))


def test_a_file_is_imported_and_the_status_says_so(heroes: Trial, tmp_path: Path) -> None:
    file = tmp_path / "hads.csv"
    file.write_bytes(good(heroes))
    done = run(heroes, "import", "hads", "fr", str(file), *TERMS, "--by", "c.martin")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith("hads 1.0 fr: 72 texts, hash ")
    assert [row.changed_by for row in heroes.rows(WordingChange)] == ["c.martin"]
    listed = {
        (row["code"], row["language"]): row for row in json.loads(run(heroes, "status", "--json").stdout)
    }
    row = listed["hads", "fr"]
    assert (row["status"], row["licence"], row["modes"]) == ("licensed", "TEST-1", ["sms", "web"])
    assert (row["valid_until"], row["days_left"]) == ("2026-12-31", 360)
    assert row["hash"] == heroes.rows(ImportedWording)[0].hash
    bare = listed["qlq-c30", "en"]
    assert (bare["status"], bare["hash"], bare["days_left"]) == ("placeholder", None, None)
    assert "EORTC" in bare["ask"] or "eortc" in bare["ask"]


def test_the_list_of_instruments_shows_what_was_imported(heroes: Trial) -> None:
    run(heroes, "import", "hads", "fr", "-", *TERMS, given=good(heroes))
    listed = heroes.app.test_cli_runner().invoke(args=("instruments", "list"))
    lines = {line.split()[0]: line for line in listed.stdout.splitlines()}
    assert "fr:licensed en:placeholder" in lines["hads"]
    assert "fr:placeholder en:placeholder" in lines["qlq-c30"]
    as_json = heroes.app.test_cli_runner().invoke(args=("instruments", "list", "--json"))
    told = {each["code"]: each for each in json.loads(as_json.stdout)}["hads"]
    french, english = told["wordings"]
    assert (french["status"], french["hash"]) == ("licensed", heroes.rows(ImportedWording)[0].hash)
    assert (french["licence"], french["valid_until"], french["modes"]) == (
        "TEST-1",
        "2026-12-31",
        ["sms", "web"],
    )
    assert (english["status"], english["hash"], told["wording"]) == ("placeholder", None, "placeholder")
    with heroes.app.app_context():
        english_too = as_csv(made_up(heroes.installation.catalogue.instruments["hads"], "en"))
    run(heroes, "import", "hads", "en", "-", *TERMS, given=english_too)
    as_json = heroes.app.test_cli_runner().invoke(args=("instruments", "list", "--json"))
    assert {each["code"]: each["wording"] for each in json.loads(as_json.stdout)}["hads"] == "licensed"
    heroes.now = START + timedelta(days=400)
    late = heroes.app.test_cli_runner().invoke(args=("instruments", "list"))
    assert "fr:expired en:expired" in late.stdout


def test_the_template_filled_in_is_a_file_that_can_be_imported(heroes: Trial) -> None:
    template = run(heroes, "template", "eq-5d-5l", "fr").stdout
    assert template.splitlines()[0] == "key,topic,text"
    filled = "\n".join(f"{line}said {n}" if n else line for n, line in enumerate(template.splitlines()))
    done = run(heroes, "import", "eq-5d-5l", "fr", "-", *TERMS, given=filled.encode())
    assert done.exit_code == 0, done.stderr
    assert run(heroes, "import", "eq-5d-5l", "fr", "-", *TERMS, given=template.encode()).exit_code == 2


def test_a_bad_file_is_told_line_by_line_with_status_2(heroes: Trial) -> None:
    spoiled = good(heroes).replace(b"item.q3,texte fr item.q3", b"item.q33,texte fr item.q3")
    done = run(heroes, "import", "hads", "fr", "-", *TERMS, given=spoiled)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        (
            "standard input: row 14: 'item.q33' is no part of the questionnaire; "
            "use the keys that `flask wording template` prints"
        ),
        "standard input: 'item.q3' is missing; add a row with its text",
    ]
    assert heroes.rows(ImportedWording) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("import", "hads", "fr", "none.csv", *TERMS), "none.csv: No such file"),
        (("import", "hads-9", "fr", "-", *TERMS), "hads-9: is no instrument"),
        (("import", "hads", "de", "-", *TERMS), "de: is no language of hads"),
        (("import", "hads", "fr", "-", *TERMS[:4], "--modes", "fax"), "'fax' is no mode"),
        (("import", "hads", "fr", "-", "--licence", "x", "--valid-until", "soon", "--modes", "web"), "soon"),
        (("template", "none", "fr"), "none: is no instrument"),
        (("template", "hads", "de"), "de: is no language"),
    ],
)
def test_bad_words_on_the_command_line_end_with_status_2(
    heroes: Trial, words: tuple[str, ...], said: str
) -> None:
    done = run(heroes, *words, given=b"")
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


def test_the_status_warns_of_what_ends_and_shows_what_is_over(heroes: Trial) -> None:
    run(heroes, "import", "hads", "fr", "-", *TERMS, given=good(heroes))
    assert run(heroes, "status").stderr == ""
    heroes.now = START + timedelta(days=300)
    warned = run(heroes, "status")
    assert warned.stderr.startswith("hads fr: last day 2026-12-31, days left 60; ask GL Assessment")
    assert "licensed" in next(line for line in warned.stdout.splitlines() if line.startswith("hads"))
    heroes.now = START + timedelta(days=361)
    over = next(line for line in run(heroes, "status").stdout.splitlines() if line.startswith("hads"))
    assert "expired" in over


def test_the_simulation_does_not_pass_the_gate_in_production_settings(
    migrated_database: str, tmp_path: Path
) -> None:
    """It rehearses on a database of its own, which holds no wording."""
    with production(migrated_database) as heroes:
        words = ("simulate", "--protocol", "heroes-1", "--patients", "2", "--sites", "1")
        done = heroes.app.test_cli_runner().invoke(args=(*words, "--out", str(tmp_path / "out")))
        assert done.exit_code == 2
        assert "Licensed wording is missing. qlq-c30 3.0 (fr, web): no wording imported" in done.stderr
        assert not (tmp_path / "out").exists()


def test_the_demonstration_does_not_start_in_production_settings(migrated_database: str) -> None:
    with production(migrated_database) as heroes:
        done = heroes.app.test_cli_runner().invoke(args=("demo", "--prepare-only"))
        assert done.exit_code == 2
