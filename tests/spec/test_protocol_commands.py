"""`flask protocol check` and `flask protocol plan`: what they read, print and refuse."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pro_service.entrypoints.cli.protocol import protocol

PROTOCOLS = Path(__file__).parents[2] / "questionnaires" / "protocols"
STOPPED = {
    "events": [{"type": "included", "on": "2025-01-31"}, {"type": "treatment_stopped", "on": "2025-02-07"}]
}
RESUMED = {"type": "treatment_resumed", "on": "2025-06-20", "relation": "same", "reason": "investigator"}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(protocol, [str(argument) for argument in arguments])


def file(folder: Path, name: str, *documents: Any) -> Path:
    path = folder / name
    path.write_text(
        "\n".join(each if isinstance(each, str) else json.dumps(each) for each in documents), "utf-8"
    )
    return path


def test_a_plan_is_printed_in_the_published_form(tmp_path):
    course = file(
        tmp_path, "c.json", {"events": [*STOPPED["events"], {"type": "off_study", "on": "2025-06-20"}]}
    )
    result = run("plan", "heroes-1", "--course", course, "--as-of", "2026-01-01", "--json")
    assert result.exit_code == 0
    shown = json.loads(result.stdout)
    assert list(shown) == ["phase", "slots", "merged", "skipped"]
    assert shown["phase"] == {"as_of": "2026-01-01", "name": "OFF_STUDY"}
    assert [slot["key"] for slot in shown["slots"]] == ["BASE", "M1.5", "M4.5"]
    assert shown["slots"][2] == {
        "key": "M4.5", "rule": "grid", "due_on": "2025-06-15", "open_on": "2025-06-01", "close_on": "2025-06-20",
        "instruments": ["qlq-c30", "qlq-br23", "eq-5d-5l"],
    }  # fmt: skip
    assert [entry["key"] for entry in shown["skipped"]] == [
        "M7.5",
        "M10.5",
        "M13.5",
        "M16.5",
        "M19.5",
        "M22.5",
    ]
    assert all(entry["reason"] for entry in shown["skipped"])


def test_lines_in_give_lines_out(tmp_path):
    courses = file(tmp_path, "c.jsonl", STOPPED, {"events": []}, STOPPED, "")
    result = run("plan", "heroes-1b", "--course", courses, "--json")
    shown = [json.loads(line) for line in result.stdout.splitlines()]
    assert [each["phase"]["name"] for each in shown] == ["OFF_TREATMENT", "NOT_INCLUDED", "OFF_TREATMENT"]


def test_a_what_if_shows_before_after_and_each_change(tmp_path):
    course, extra = file(tmp_path, "c.json", STOPPED), file(tmp_path, "e.json", RESUMED)
    result = run(
        "plan", "heroes-1", "--course", course, "--what-if", extra, "--as-of", "2025-07-01", "--json"
    )
    shown = json.loads(result.stdout)
    assert list(shown) == ["before", "after", "changes"]
    changes = {each["key"]: each["change"] for each in shown["changes"]}
    assert (changes["R1"], changes["M4.5"], changes["M1.5"]) == ("added", "removed", "kept")
    assert all(each["reason"] for each in shown["changes"])
    assert result.stderr == ""


def test_a_what_if_after_the_day_asked_for_changes_nothing_and_says_so(tmp_path):
    course, extra = file(tmp_path, "c.json", STOPPED), file(tmp_path, "e.json", RESUMED)
    result = run(
        "plan", "heroes-1", "--course", course, "--what-if", extra, "--as-of", "2025-06-19", "--json"
    )
    assert {each["change"] for each in json.loads(result.stdout)["changes"]} == {"kept"}
    assert "takes effect on 2025-06-20, after 2025-06-19" in result.stderr


def test_an_undisclosed_result_as_what_if_says_why_it_changes_nothing(tmp_path):
    extra = file(tmp_path, "e.json", {"type": "ctdna_resulted", "on": "2025-03-15", "result": "positive"})
    result = run("plan", "heroes-1", "--course", file(tmp_path, "c.json", STOPPED), "--what-if", extra)
    assert "no disclosed_on" in result.stderr


def test_people_get_a_table(tmp_path):
    course, extra = file(tmp_path, "c.jsonl", STOPPED), file(tmp_path, "e.json", RESUMED)
    result = run("plan", "heroes-1", "--course", course, "--what-if", extra, "--as-of", "2025-07-01")
    assert result.stdout.startswith("c.jsonl line 1:\nphase on 2025-07-01: RESUMED_PRIOR\nkey ")
    assert "merged: M4.5 into R1\n" in result.stdout
    assert (
        "M4.5   removed  replaced by R1 (treatment_resumed on 2025-06-20), due 5 day(s) apart\n"
        in result.stdout
    )


def test_a_what_if_never_says_again_of_what_was_never_cancelled(tmp_path):
    included = {"events": STOPPED["events"][:1]}
    course, extra = file(tmp_path, "c.json", included), file(tmp_path, "e.json", STOPPED["events"][1])
    result = run("plan", "heroes-1", "--course", course, "--what-if", extra, "--as-of", "2025-07-01")
    assert "expected: the phase on that day allows it\n" in result.stdout
    assert "again" not in result.stdout


def test_today_is_the_day_of_the_trials_zone_by_default(tmp_path):
    result = run("plan", "heroes-1", "--course", file(tmp_path, "c.json", STOPPED), "--json")
    assert json.loads(result.stdout)["phase"]["as_of"] >= date(2025, 1, 1).isoformat()


@pytest.mark.parametrize(
    ("name", "documents", "lines"),
    [
        ("c.json", ['{"events": ['],
         ["c.json line 1, column 13: is no JSON: Expecting value; mend it there or just before"]),
        ("c.json", ["[" * 100_000], ["c.json: is nested too deeply"]),
        ("c.json", ["[]"], ["c.json: is no JSON object"]),
        ("c.jsonl", [STOPPED, "", STOPPED], ["c.jsonl line 2: is empty; write {"]),
        ("c.json", [""], ["c.json: is empty"]),
        ("c.json", ['{"events": [{"type": "included", "on": "2025-01-31", "x": ' + "9" * 5000 + "}]}"],
         ["c.json: cannot be read: "]),
        ("c.json", ['{"events": [{"type": "included", "on": "2025-01-31", "on": "2025-02-01"}]}'],
         ["c.json: cannot be read: the key 'on' stands there twice"]),
        ("c.json", ['{"events": [{"type": "included", "on": "2025-01-31", "x": NaN}]}'],
         ["c.json: cannot be read: NaN is no JSON number"]),
        ("c.json", [{"events": [{"type": "", "on": "2025-01-20"}]}], ["c.json: events[0].type: is empty"]),
        ("c.json", [{"events": [{"type": "treatment_resumed", "on": "2025-06-01", "relation": ["same"]}]}],
         ["c.json: events[0].relation: is ['same']; write a text"]),
        ("c.jsonl", [STOPPED, {"events": [{"type": "x", "on": "y"}]}, {}],
         ["c.jsonl line 2: events[0].type: ", "c.jsonl line 2: events[0].on: ", "c.jsonl line 3: events: is missing"]),
    ],
)  # fmt: skip
def test_bad_courses_are_refused_with_a_line_for_each_problem_and_no_output(tmp_path, name, documents, lines):
    result = run("plan", "heroes-1", "--course", file(tmp_path, name, *documents), "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    said = result.stderr.splitlines()
    assert len(said) == len(lines)
    assert all(line.startswith(start) for line, start in zip(said, lines, strict=True))


def test_files_that_cannot_be_read_are_named(tmp_path):
    (tmp_path / "latin.json").write_bytes(b'{"events": "\xe9"}')
    for name, words in (("missing.json", "No such file"), ("latin.json", "is not UTF-8")):
        result = run("plan", "heroes-1", "--course", tmp_path / name)
        assert (result.exit_code, words in result.stderr, name in result.stderr) == (2, True, True)


def test_an_unknown_protocol_names_the_known_ones(tmp_path):
    result = run("plan", "heroes-2", "--course", file(tmp_path, "c.json", STOPPED))
    assert (result.exit_code, "heroes-1, heroes-1b" in result.stderr) == (2, True)


def test_an_old_name_is_read_with_a_note(tmp_path):
    course = file(tmp_path, "c.json", {"events": [{"type": "lost", "on": "2025-03-01"}]})
    result = run("plan", "heroes-1", "--course", course)
    assert (result.exit_code, "meant is lost_to_follow_up" in result.stderr) == (0, True)


@pytest.mark.parametrize("version", ["heroes-1", "heroes-1b"])
def test_the_shipped_protocols_are_valid(version):
    result = run("check", PROTOCOLS / f"{version}.toml")
    assert result.exit_code == 0, result.stderr
    assert ": ok, 5 rules" in result.stdout
    assert "note: " in result.stderr


def test_a_broken_protocol_is_refused_with_a_line_for_each_problem(tmp_path):
    text = (PROTOCOLS / "heroes-1.toml").read_text("utf-8")
    (tmp_path / "heroes-1.toml").write_text(text.replace('anchor = "inclusion"', 'anchor = "start"'), "utf-8")
    result = run("check", tmp_path / "heroes-1.toml")
    assert (result.exit_code, result.stdout) == (2, "")
    assert [line.split(":")[1] for line in result.stderr.splitlines()] == [
        " rules.base.anchor",
        " rules.grid.anchor",
        " visits.calendar.ctdna.anchor",
    ]


def test_an_instrument_nobody_knows_is_a_problem(tmp_path):
    text = (PROTOCOLS / "heroes-1.toml").read_text("utf-8")
    (tmp_path / "heroes-1.toml").write_text(text.replace('"fcri-sf"', '"fcri-xl"'), "utf-8")
    result = run("check", tmp_path / "heroes-1.toml")
    assert (result.exit_code, "bundles.psychological: no instrument 'fcri-xl'" in result.stderr) == (2, True)


def test_a_file_must_bear_the_version_it_holds_and_find_what_it_extends(tmp_path):
    overlay = (PROTOCOLS / "heroes-1b.toml").read_text("utf-8")
    lost = overlay.replace('extends = "heroes-1"', 'extends = "heroes-0"')
    (tmp_path / "heroes-1b.toml").write_text(lost, "utf-8")
    assert "there is no 'heroes-0'" in run("check", tmp_path / "heroes-1b.toml").stderr
    (tmp_path / "other.toml").write_text((PROTOCOLS / "heroes-1.toml").read_text("utf-8"), "utf-8")
    assert "rename the file to heroes-1.toml" in run("check", tmp_path / "other.toml").stderr
