"""`flask score` and `flask instruments`: results on standard output, reasons on standard error, status 2."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pro_service.entrypoints.cli.instruments import instruments, score
from pro_service.store.catalogue import QUESTIONNAIRES

LISTED = """
carq-4                      1.0   4  1
eq-5d-5l                    1.0   6  3
facit-gp5                   4.0   1  1
fact-b                      4.0  37  8
fact-g                      4.0  27  5
fcri-sf                     1.0   9  1
fop-q-12                    1.0  12  1
hads                        1.0  14  2
pro-ctcae                   1.0 124 59
promis-anxiety-4a           1.0   4  1
promis-depression-4a        1.0   4  1
promis-fatigue-4a           1.0   4  1
promis-pain-interference-4a 1.0   4  1
promis-physical-function-4a 1.0   4  1
promis-sleep-disturbance-4a 1.0   4  1
promis-social-roles-4a      1.0   4  1
qlq-br23                    1.0  23  8
qlq-br42                    1.0  42 55
qlq-br45                    1.0  45 12
qlq-c30                     3.0  30 16
"""
"""Code, version, how many items, how many scales."""

EQ5D = "id;MO;SC;UA;PD;AD;VAS\r\nP1;2;1;2;3;2;70\r\n"


def run(*words: str, given: str | bytes | None = None) -> Result:
    command = score if words[0] == "score" else instruments
    return CliRunner().invoke(command, words[1:], input=given)


def test_scores_go_to_standard_output() -> None:
    done = run("score", "eq-5d-5l", "-", "--value-set", "France", given=EQ5D)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith("id,state,vas,index\nP1,21232,70,0.86178")


def test_a_file_is_read_from_disk_in_the_encoding_of_excel(tmp_path: Path) -> None:
    file = tmp_path / "réponses.csv"
    file.write_bytes("id;Site;MO;SC;UA;PD;AD;VAS\r\nP1;Orléans;1;1;1;1;1;90\r\n".encode("cp1252"))
    done = run("score", "eq-5d-5l", str(file), "--value-set", "Canada")
    assert done.stdout.splitlines()[1].startswith("P1,Orléans,11111,90,0.948")


def test_without_a_value_set_the_index_is_blank_and_that_is_said() -> None:
    done = run("score", "eq-5d-5l", "-", given=EQ5D)
    assert (done.exit_code, done.stdout) == (0, "id,state,vas,index\nP1,21232,70,\n")
    assert "--value-set" in done.stderr


def test_bad_answers_end_with_status_2_and_one_line_each() -> None:
    done = run("score", "eq-5d-5l", "-", given=EQ5D.replace("2", "6"))
    assert (done.exit_code, done.stdout) == (2, "")
    assert [line.split(": ")[1] for line in done.stderr.splitlines()] == [
        "row 2 (id P1), column MO",
        "row 2 (id P1), column UA",
        "row 2 (id P1), column AD",
    ]


def test_bad_answers_are_blanked_on_request() -> None:
    done = run(
        "score",
        "eq-5d-5l",
        "-",
        "--value-set",
        "France",
        "--out-of-range",
        "blank",
        given=EQ5D.replace("70", "101"),
    )
    assert (done.exit_code, done.stdout.splitlines()[1].split(",")[:3]) == (0, ["P1", "21232", ""])
    assert done.stderr == "blanked: standard input: row 2 (id P1), column VAS: holds '101'\n"


@pytest.mark.parametrize(
    "words,told",
    [
        (("score", "qlq-c31", "-"), "qlq-c31: is no instrument; use one of carq-4, eq-5d-5l"),
        (
            ("score", "eq-5d-5l", "-", "--value-set", "Mars"),
            "--value-set Mars: is no value set; use one of Aus",
        ),
        (("score", "hads", "-", "--value-set", "France"), "leave it out: hads has no value sets"),
        (("score", "hads", "-", "--hads-missing", "most"), "Invalid value for '--hads-missing'"),
        (("score", "hads", "nowhere.csv"), "nowhere.csv: No such file or directory; name a file"),
        (("instruments", "check", "nowhere.toml"), "nowhere.toml: No such file or directory"),
    ],
)
def test_a_wrong_word_ends_with_status_2_and_the_cure(words: tuple[str, ...], told: str) -> None:
    done = run(*words, given=EQ5D)
    assert (done.exit_code, done.stdout) == (2, "")
    assert told in done.stderr


def test_the_hads_rule_is_chosen_by_option() -> None:
    answers = "id," + ",".join(f"q{n}" for n in range(1, 15)) + "\nP1,,," + ",".join("2" * 12) + "\n"
    assert run("score", "hads", "-", given=answers).stdout.endswith("P1,14,14\n")
    assert run("score", "hads", "-", "--hads-missing", "complete", given=answers).stdout.endswith("P1,,\n")


def test_the_list_shows_every_instrument() -> None:
    done = run("instruments", "list")
    head, *rows = done.stdout.splitlines()
    assert head.split() == "code version items scales languages wording status title licence".split()
    assert [row.split()[:5] for row in rows] == [
        [code, version, items, scales, "fr,en"]
        for code, version, items, scales in (line.split() for line in LISTED.strip().splitlines())
    ]


def test_the_list_is_json_on_request() -> None:
    found = {each["code"]: each for each in json.loads(run("instruments", "list", "--json").stdout)}
    assert found["hads"]["scales"] == ["HADS-A", "HADS-D"]
    assert len(found["eq-5d-5l"]["value_sets"]) == 49
    assert found["qlq-c30"]["wording"] == "placeholder"
    assert found["qlq-c30"]["licence"]["holder"] == "EORTC Quality of Life Group"


def test_the_shipped_definitions_pass_their_check() -> None:
    done = run("instruments", "check")
    assert (done.exit_code, len(done.stdout.splitlines())) == (0, 20)


def test_a_definition_with_mistakes_fails_its_check(tmp_path: Path) -> None:
    text = (QUESTIONNAIRES / "instruments" / "eq-5d-5l-1.0.toml").read_text(encoding="utf-8")
    file = tmp_path / "eq-5d-5l-1.0.toml"
    file.write_text(text.replace("minutes = 3", "minutes = 0\ncolour = 1"), encoding="utf-8")
    for path in (file, tmp_path):
        done = run("instruments", "check", str(path))
        assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (2, "", 2)
        assert "eq-5d-5l-1.0.toml: colour: unknown key" in done.stderr


def test_an_empty_folder_fails_its_check(tmp_path: Path) -> None:
    done = run("instruments", "check", str(tmp_path))
    assert (done.exit_code, done.stdout) == (2, "")
    assert "holds no *.toml file" in done.stderr
