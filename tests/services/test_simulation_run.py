"""A virtual trial through the real services: texts, links, answers, alerts, and a ledger that is the plan."""

import json
import re
from collections import Counter
from datetime import date, time, timedelta

import pytest

from pro_service.core.course import parse_course
from pro_service.core.lifecycle import AssessmentState
from pro_service.core.plan import plan
from pro_service.core.timing import local_time
from pro_service.entrypoints.cli.rehearsing import rehearse_trial
from pro_service.entrypoints.cli.simulate import simulate
from pro_service.entrypoints.wiring import wired
from pro_service.services.simulation.cohort.cohort import plan_cohort
from pro_service.services.simulation.report.figures import summary
from pro_service.services.simulation.report.outputs import write_outputs
from pro_service.services.simulation.report.planning import Questions
from pro_service.store.catalogue import load_instruments
from tests.services.rehearsal import demo_app

FIRST_DAY = date(2025, 1, 27)
QUESTIONS = Questions(instruments=load_instruments())
FILES = {"summary.json", "courses.jsonl", "messages.csv", "assessments.csv", "alerts.csv", "report.html"}


def a_trial(app, **how):
    """One small trial in the application's rehearsal."""
    version, faults = how.pop("version", "heroes-1"), how.pop("faults", False)
    how = {"seed": 7, "patients": 4, "sites": 2, "accrual_days": 60, "languages": ("fr", "en")} | how
    plan = plan_cohort(starts_on=FIRST_DAY, **how)
    return plan, rehearse_trial(wired().rehearse, plan, version=version, first_day=FIRST_DAY, faults=faults)


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with demo_app(tmp_path_factory.mktemp("demo")) as app:
        yield app


@pytest.fixture(scope="module")
def trial(app):
    return a_trial(app, seed=4, patients=6, sites=5)


@pytest.fixture(scope="module")
def findings(trial):
    return trial[1]


def test_living_through_a_trial_ends_where_planning_all_facts_at_once_starts(findings):
    assert findings.checked.agrees
    assert findings.checked.patients == 6
    assert findings.refused == ()


def test_most_assessments_are_answered_through_the_link_in_the_text(findings):
    states = Counter(row.state for row in findings.ledger)
    assert states[AssessmentState.COMPLETED] > 0.6 * len(findings.ledger)
    assert not set(states) & {AssessmentState.OPEN, AssessmentState.IN_PROGRESS, AssessmentState.PLANNED}


def test_nobody_is_invited_or_reminded_at_night_or_on_a_sunday(trial):
    plan, findings = trial
    zones = {life.patient.code: life.patient.site.time_zone for life in plan.lives}
    assert len(set(zones.values())) > 1
    sent = [m for m in findings.outbox if m.kind in {"invitation", "reminder"} and m.accepted_at]
    assert sent
    for message in sent:
        assert time(8) <= local_time(message.accepted_at, zones[message.to]) < time(20)


def test_answers_come_after_their_question(findings):
    for row in findings.ledger:
        if row.finished_at and row.state == AssessmentState.COMPLETED:
            assert row.asked_at <= row.begun_at <= row.finished_at


def test_every_webhook_reached_the_service(findings):
    assert {name for name in findings.counts if name.startswith("webhooks")} <= {
        "webhooks_204",
        "webhooks_200",
    }


def test_alerts_are_taken_up_by_a_nurse_and_closed_in_the_end(findings):
    assert findings.alerts
    assert all(alert.acknowledged_at > alert.raised_at for alert in findings.alerts)
    assert {alert.state for alert in findings.alerts} == {"closed"}


def test_the_same_seed_writes_the_same_bytes_and_another_seed_others(app, tmp_path):
    written = []
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        write_outputs(
            a_trial(app, seed=seed, patients=1)[1], tmp_path / name, language="fr", questions=QUESTIONS
        )
        written.append({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()})
    assert set(written[0]) == FILES
    assert written[0] == written[1]
    assert all(written[0][name] != written[2][name] for name in FILES)


def test_no_output_tells_a_number_a_link_or_a_word_of_a_text(findings, tmp_path):
    write_outputs(findings, tmp_path, language="fr", questions=QUESTIONS)
    for path in tmp_path.iterdir():
        text = path.read_text()
        assert not re.search(r"\+33|/q#|questionnaire vous attend", text), path.name


def test_the_courses_written_give_the_plan_of_the_assessments_written(app, findings, tmp_path):
    write_outputs(findings, tmp_path, language="fr", questions=QUESTIONS)
    protocol = wired().installation.catalogue.protocols["heroes-1"]
    frozen = {(each.patient, each.key) for each in findings.checked.frozen}
    kept = {
        (row.patient, row.key): (row.due_on, row.open_on, row.close_on)
        for row in findings.ledger
        if row.state != AssessmentState.CANCELLED
    }
    for line in (tmp_path / "courses.jsonl").read_text().splitlines():
        course = json.loads(line)
        events = parse_course({"events": course["events"]}, source="line", rules=protocol.course)
        for slot in plan(protocol, events, as_of=findings.until.date()).slots:
            if (course["patient"], slot.key) not in frozen:
                assert kept[course["patient"], slot.key] == (slot.due_on, slot.open_on, slot.close_on)


def test_patients_who_answer_by_sms_are_asked_item_by_item(app):
    _, findings = a_trial(app, seed=8, sms_share=1.0, patients=1)
    assert findings.checked.agrees
    assert findings.inbox["answer"] > 30
    assert any(message.kind == "reply" for message in findings.outbox)
    assert summary(findings, QUESTIONS)["assessments"]["all"]["received"] > 0


def test_a_carrier_that_fails_and_a_service_that_is_away_leave_the_ledger_right(app):
    _, findings = a_trial(app, faults=True, patients=2)
    assert findings.checked.agrees
    assert findings.counts["webhooks_unanswered"] > 0
    assert "sending" not in {message.state for message in findings.outbox}


def test_a_second_protocol_runs_as_the_first(app):
    _, findings = a_trial(app, version="heroes-1b", patients=1)
    assert findings.checked.agrees
    assert {"M3", "M24"} <= {row.key for row in findings.ledger}


def test_the_summary_counts_each_assessment_once(findings):
    figures = summary(findings, QUESTIONS)["assessments"]
    for name in ("expected_at_close", "received", "missed", "partial", "cancelled"):
        assert figures["all"][name] == sum(each[name] for each in figures["by_timepoint"])
    whole = figures["all"]
    assert whole["expected_at_close"] == whole["received"] + whole["partial"] + whole["missed"]
    assert whole["expected_now"] <= whole["expected_at_close"]
    keys = [each["key"] for each in figures["by_timepoint"]]
    assert keys.index("BASE") < keys.index("M4.5") < keys.index("M13.5")


# --- the command --------------------------------------------------------------------------------------------------


def test_the_command_writes_its_files_and_says_on_standard_error_how_it_went(app, tmp_path):
    folder = tmp_path / "out"
    options = [
        "--protocol",
        "heroes-1",
        "--patients",
        "2",
        "--sites",
        "1",
        "--seed",
        "5",
        "--accrual-days",
        "30",
    ]
    done = app.test_cli_runner().invoke(simulate, [*options, "--out", str(folder), "--language", "en"])
    assert done.exit_code == 0, done.output
    assert done.stdout == ""
    assert "0 differences" in done.stderr
    assert {path.name for path in folder.iterdir()} == FILES
    assert "Expected at close" in (folder / "report.html").read_text()


def test_an_unknown_protocol_is_refused_with_the_names_there_are(app, tmp_path):
    done = app.test_cli_runner().invoke(simulate, ["--protocol", "heroes-9", "--out", str(tmp_path)])
    assert done.exit_code == 2
    assert "heroes-1, heroes-1b" in done.stderr


@pytest.mark.parametrize(
    "options, told",
    [
        (
            ["--compare", "heroes-9"],
            "--compare: no 'heroes-9' here; use one of finesse-1, heroes-1, heroes-1b",
        ),
        (["--compare", "last-1"], "--compare: 'last-1' is of study 'last'; name a version of 'heroes'"),
        (
            ["--scenario", "nowhere.toml"],
            "nowhere.toml: No such file or directory; name a file that can be read",
        ),
        (["--price-per-segment", "-1"], "-1.0 is not in the range"),
    ],
)
def test_what_cannot_be_used_is_refused_before_anything_runs(app, tmp_path, options, told):
    folder = tmp_path / "out"
    done = app.test_cli_runner().invoke(simulate, ["--protocol", "heroes-1", *options, "--out", str(folder)])
    assert done.exit_code == 2
    assert told in done.stderr
    assert not folder.exists()


def test_the_demonstration_needs_no_more_days_than_its_trial(trial):
    plan, findings = trial
    assert findings.until.date() <= max(life.patient.enrolled_on for life in plan.lives) + timedelta(
        days=1200
    )
