"""The export of a study: complete, the same bytes each time, without a trace of who the patients are."""

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import mean

import pytest
from sqlalchemy import event

from pro_service.core.dataset import DICTIONARY, PROBLEMS, TABLES, Kind
from pro_service.services.answers.deposits import GivenAnswer
from pro_service.services.answers.responses import answer
from pro_service.services.exports import ExportError
from pro_service.store.db import db, transaction
from pro_service.store.models import Answer, Assessment, Patient, Response, Score
from tests.architecture.sources import ROOT
from tests.databases import Databases
from tests.services.export_story import CANARIES, FORBIDDEN, contents, exported, given, table, tell
from tests.threads import in_threads
from tests.trial import Trial, trial

FILES = (
    "alerts.csv consents.csv corrections.csv data_dictionary.csv data_dictionary.html edit_checks.csv events.csv "
    "expected_forms.csv items.csv manifest.json missing_reasons.csv patients.csv problems.csv "
    "protocol_versions.csv queries.csv responses.csv scores.csv visits.csv"
).split()


@pytest.fixture(scope="module")
def told(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Trial, Path]]:
    """The story, told once on SQLite, and its export. Tests only read it."""
    with databases.migrated("sqlite") as url, trial(url) as heroes:
        tell(heroes)
        out = tmp_path_factory.mktemp("told") / "export"
        exported(heroes, out)
        yield heroes, out


# --- What is in it ---


def test_the_story_gives_the_same_bytes_on_both_databases_and_each_time(
    told: tuple[Trial, Path], databases: Databases, postgres_url: str, tmp_path: Path
) -> None:
    heroes, first = told
    with databases.migrated("postgresql") as url, trial(url) as other:
        tell(other)
        exported(other, tmp_path / "postgresql")
    done = exported(heroes, tmp_path / "again")
    assert list(contents(first)) == FILES
    assert contents(tmp_path / "again") == contents(first)
    assert contents(tmp_path / "postgresql") == contents(first)
    assert done.cut_off == datetime(2026, 3, 8, 12, tzinfo=UTC)


def test_every_answer_version_score_fact_and_alert_is_there(told: tuple[Trial, Path]) -> None:
    heroes, out = told
    items = table(out, "items")
    assert len(items) == len(heroes.rows(Answer))
    corrected = [row for row in items if (row["timepoint"], row["item"]) == ("M1.5", "q10")]
    assert [(row["answer_version"], row["value"], row["is_latest"]) for row in corrected] == [
        ("1", "1", "0"),
        ("2", "4", "1"),
    ]
    refused = [row for row in items if row["refused"] == "1"]
    assert [(row["item"], row["value"], row["is_latest"]) for row in refused] == [("q28", "", "0")]
    assert {(row["mode"], row["originator"]) for row in items} == {("link", "patient")}
    scores = table(out, "scores")
    stored = [(row.scale, _as_written(row)) for row in heroes.rows(Score)]
    assert sorted((row["scale"], row["value"]) for row in scores) == sorted(stored)
    assert all(bool(row["value"]) != bool(row["absent_reason"]) for row in scores)


def _as_written(score: Score) -> str:
    """A health state is a label; every other score is a number, unrounded."""
    if score.value is None:
        return ""
    return str(int(score.value)) if score.scale == "state" else repr(score.value)


def test_the_ledger_accounts_for_every_timepoint_with_its_reason(told: tuple[Trial, Path]) -> None:
    heroes, out = told
    forms = {(row["patient"], row["timepoint"]): row for row in table(out, "expected_forms")}
    assert {key for _, key in forms} == {
        *("BASE", "CONV", "M1.5", "M4.5", "M7.5", "M10.5", "M13.5", "M16.5", "M19.5", "M22.5")
    }
    silent = forms["03-002", "M1.5"]
    assert (silent["state"], silent["reason"]) == ("missed", "the window closed without an answer")
    # The conversion told later would have replaced it; at its close nobody knew.
    assert (silent["expected_at_close"], silent["expected_now"]) == ("1", "0")
    assert (silent["messages_sent"], silent["messages_delivered"]) == ("3", "3")
    early = forms["03-001", "M1.5"]
    assert (early["state"], early["days_late"], early["due_on"]) == ("completed", "-2", "2026-02-20")
    never = [row for row in forms.values() if row["patient"] == "'=04-003" and row["rule"] == "grid"]
    assert [row["state"] for row in never] == ["skipped"] * 8
    assert never[0]["reason"] == "not expected: on 2026-02-20 the phase is “included, on treatment”"
    assert len(forms) == len(heroes.rows(Assessment)) + 8


def test_alerts_carry_their_numbers_and_coded_actions(told: tuple[Trial, Path]) -> None:
    _, out = told
    (alert,) = table(out, "alerts")
    assert [alert[name] for name in ("scale", "baseline", "now", "change", "threshold", "state")] == [
        *("FA", "0.0", "100.0", "100.0", "39.0", "acknowledged")
    ]
    assert alert["actions"] == "called@2026-02-18T12:00:00.000000Z"


def test_courses_keep_what_was_voided_and_patients_have_their_phase(told: tuple[Trial, Path]) -> None:
    _, out = told
    voided = [row for row in table(out, "events") if row["voided"] == "1"]
    assert [(row["type"], row["result"], row["phase_after"]) for row in voided] == [
        ("ctdna_resulted", "negative", "")
    ]
    phases = {row["patient"]: row["phase"] for row in table(out, "patients")}
    assert phases == {
        "03-001": "OFF_TREATMENT",
        "03-002": "MOLECULAR_RELAPSE",
        "04-004": "NOT_INCLUDED",
        "'=04-003": "INCLUDED",
    }


def test_no_byte_tells_who_a_patient_is_or_what_somebody_typed(told: tuple[Trial, Path]) -> None:
    _, out = told
    found = [
        (name, canary)
        for name, data in contents(out).items()
        for canary in CANARIES
        # The dictionary names kinds of people; a canary there is a word, not a person.
        if canary.encode() in data and not (name.startswith("data_dictionary") and canary.lower() == "nurse")
    ]
    assert found == []


def test_contact_tables_and_free_text_are_not_even_read(told: tuple[Trial, Path], tmp_path: Path) -> None:
    heroes, _ = told
    statements: list[str] = []

    def remember(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    with heroes.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", remember)
    try:
        exported(heroes, tmp_path / "export")
    finally:
        event.remove(engine, "before_cursor_execute", remember)
    assert len(statements) >= 10
    assert [text for text in statements if FORBIDDEN.search(text)] == []


_KINDS = {
    Kind.INTEGER: r"-?\d+",
    Kind.NUMBER: r"-?\d+(\.\d+)?(e-?\d+)?",
    Kind.FLAG: "[01]",
    Kind.DAY: r"\d{4}-\d\d-\d\d",
    Kind.INSTANT: r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z",
    Kind.TEXT: r"([^=+\-@\t\r\n＝＋－＠].*)?",
}


@pytest.mark.parametrize("definition", [*TABLES, PROBLEMS, DICTIONARY], ids=lambda each: each.name)
def test_every_cell_is_of_its_columns_kind_and_every_key_is_unique(
    told: tuple[Trial, Path], definition
) -> None:
    _, out = told
    assert b"\r" not in (out / f"{definition.name}.csv").read_bytes()
    rows = table(out, definition.name)
    for row in rows:
        assert tuple(row) == definition.names
        for column in definition.columns:
            optional = f"({_KINDS[column.kind]})?"
            assert re.fullmatch(optional, row[column.name]), (column.name, row[column.name])
    assert len({tuple(row[name] for name in definition.key) for row in rows}) == len(rows)


def test_every_code_that_occurs_is_in_its_code_list(told: tuple[Trial, Path]) -> None:
    _, out = told
    listed = {
        (row["parent"], row["name"]) for row in table(out, "data_dictionary") if row["entry"] == "codelist"
    }
    for definition in TABLES:
        for column in definition.columns:
            if column.codelist and column.name != "actions":
                used = {row[column.name] for row in table(out, definition.name)} - {""}
                assert {(column.codelist, code) for code in used} <= listed


def test_the_manifest_fits_every_file_and_says_what_it_is_of(told: tuple[Trial, Path]) -> None:
    _, out = told
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert [file["name"] for file in manifest["files"]] == [name for name in FILES if name != "manifest.json"]
    for file in manifest["files"]:
        data = (out / file["name"]).read_bytes()
        assert (file["sha256"], file["bytes"]) == (hashlib.sha256(data).hexdigest(), len(data))
        is_table = file["name"].endswith(".csv")
        assert file["rows"] == (len(table(out, Path(file["name"]).stem)) if is_table else None)
    assert manifest["cut_off"] == "2026-03-08T12:00:00.000000Z"
    assert [each["version"] for each in manifest["protocols"]] == ["heroes-1"]
    assert {each["code"]: each["version"] for each in manifest["instruments"]}["qlq-c30"] == "3.0"
    assert f'version = "{manifest["code_version"]}"' in (ROOT / "pyproject.toml").read_text()


def test_a_quiet_study_has_no_problems_and_an_odd_one_lists_them(
    told: tuple[Trial, Path], migrated_database: str, tmp_path: Path
) -> None:
    assert table(told[1], "problems") == []
    with trial(migrated_database) as heroes:
        heroes.include()
        heroes.beat()
        with heroes.app.app_context(), transaction() as session:
            form = session.query(Assessment).filter_by(key="BASE").one()
            values = {"assessment_id": form.id, "instrument": "qlq-c30", "instrument_version": "2.0"}
            more = {"sitting": 1, "state": "completed", "mode": "link", "language": "fr"}
            session.add(Response(**values, **more, started_at=heroes.now, finished_at=heroes.now))
            session.query(Patient).one().protocol_version = "heroes-0"
        done = exported(heroes, tmp_path / "export")
        problems = table(tmp_path / "export", "problems")
        assert done.problems == len(problems)
        assert [row["problem"] for row in problems] == [
            *("finished_without_scores", "other_instrument_version", "unknown_protocol")
        ]
        assert problems[1]["explanation"] == "sitting 1: answered 2.0, described 3.0"


# --- One view ---


def test_what_is_entered_meanwhile_is_not_in_it(migrated_database: str, tmp_path: Path) -> None:
    with trial(migrated_database) as heroes:
        heroes.include()
        heroes.beat()
        exported(heroes, tmp_path / "before")

        def enter(name: str, rows: int) -> None:
            if name == "patients":
                in_threads(partial(_answer_and_include, heroes))

        exported(heroes, tmp_path / "during", progress=enter)
        exported(heroes, tmp_path / "after")
        assert contents(tmp_path / "during") == contents(tmp_path / "before")
        assert len(table(tmp_path / "after", "items")) == 6
        assert len(table(tmp_path / "after", "events")) == 4


def _answer_and_include(heroes: Trial) -> None:
    heroes.now += timedelta(minutes=1)
    lot = [GivenAnswer(client_id=None, item=item, value=value) for item, value in given("eq-5d-5l").items()]
    with heroes.app.app_context():
        answer(
            heroes.installation,
            token=heroes.link(),
            instrument="eq-5d-5l",
            answers=lot,
            finish=True,
            now=heroes.now,
        )
    heroes.include("03-009", phone="+33639980009")


def test_a_later_cut_off_tells_later_phases_and_an_earlier_one_is_refused(
    told: tuple[Trial, Path], tmp_path: Path
) -> None:
    heroes, _ = told
    later = datetime(2026, 4, 1, tzinfo=UTC)
    exported(heroes, tmp_path / "later", cut_off=later)
    assert json.loads((tmp_path / "later/manifest.json").read_text())["cut_off"].startswith("2026-04-01")
    with pytest.raises(ExportError, match="lies before the newest entry"):
        exported(heroes, tmp_path / "earlier", cut_off=datetime(2026, 1, 1, tzinfo=UTC))
    assert not (tmp_path / "earlier").exists()


# --- The statistician ---


def test_the_how_to_computes_completion_and_mean_change_from_the_files_alone(
    told: tuple[Trial, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    heroes, out = told
    (program,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs/export.md").read_text(), re.DOTALL)
    imported = set(re.findall(r"^(?:import|from) (\w+)", program, re.MULTILINE))
    assert imported <= {"csv", "collections", "pathlib", "statistics"}
    monkeypatch.chdir(out.parent)
    found: dict[str, object] = {}
    exec(program, found)
    assert found["completion"] == {"BASE": pytest.approx(2 / 3), "M1.5": 0.5}
    assert found["mean_change"] == {"M1.5": 100.0}
    states = [row.state for row in heroes.rows(Assessment, key="BASE")]
    assert found["completion"]["BASE"] == pytest.approx(mean(state == "completed" for state in states))
