"""Whole rehearsals: figures that the files agree with, parts side by side, progress, a trial that is not HEROES."""

import csv
import json
import os
import re
from collections import Counter
from contextlib import redirect_stderr, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest

from pro_service.entrypoints.cli import rehearsing
from pro_service.entrypoints.wiring import wired
from pro_service.services.simulation.cohort.cohort import plan_cohort
from pro_service.services.simulation.report.compliance import DENOMINATORS
from pro_service.services.simulation.report.outputs import write_outputs
from pro_service.services.simulation.report.page_planning_texts import PLANNING_TEXTS
from pro_service.services.simulation.report.planning import Questions
from pro_service.services.simulation.scenario.files import SCENARIOS, default_scenario, load_scenario
from pro_service.services.simulation.scenario.notices import notices
from pro_service.store.catalogue import load_catalogue
from tests.services.rehearsal import demo_app

START = date(2025, 1, 27)
CATALOGUE = load_catalogue()


# --- a whole rehearsal: figures that the files agree with ---------------------------------------------------------


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with demo_app(tmp_path_factory.mktemp("demo")) as app:
        yield app


def rehearsed(app, *, scenario=None, side_by_side=None, **how):
    plan = plan_cohort(
        seed=4, starts_on=START, scenario=scenario, accrual_days=60, languages=("fr", "en"), **how
    )
    return rehearsing.rehearse_trial(
        wired().rehearse, plan, version="heroes-1", first_day=START, side_by_side=side_by_side
    )


@pytest.fixture(scope="module")
def written(app, tmp_path_factory):
    folder = tmp_path_factory.mktemp("out")
    findings = rehearsed(app, patients=5, sites=3)
    questions = Questions(
        price=0.123, other=CATALOGUE.protocols["heroes-1b"], instruments=CATALOGUE.instruments
    )
    write_outputs(findings, folder, language="en", questions=questions)
    return folder


def rows_of(folder, name):
    with (folder / name).open() as file:
        return list(csv.DictReader(file))


def test_messages_segments_and_cost_are_those_of_messages_csv(written):
    planning = json.loads((written / "summary.json").read_text())["planning"]
    taken = [row for row in rows_of(written, "messages.csv") if row["segments"]]
    segments = sum(int(row["segments"]) for row in taken)
    sent = planning["sending"]
    assert (sent["messages"], sent["segments"]) == (len(taken), segments)
    assert sum(sent["encodings"].values()) == len(taken)
    assert sum(month["segments"] for month in sent["by_month"].values()) == segments
    by_price = {each["price"]: each["total"] for each in sent["cost"]}
    assert by_price[0.123] == round(segments * 0.123, 2)
    assert set(default_scenario().carrier.prices) < set(by_price)


def test_compliance_is_that_of_assessments_csv(written):
    found = json.loads((written / "summary.json").read_text())["planning"]["compliance"]["all"]
    states = Counter(row["state"] for row in rows_of(written, "assessments.csv"))
    over = states["completed"] + states["partial"] + states["missed"]
    assert set(found) == set(DENOMINATORS)
    assert (found["of_expected_at_close"]["part"], found["of_expected_at_close"]["whole"]) == (
        states["completed"],
        over,
    )
    assert found["any_answer"]["part"] == states["completed"] + states["partial"]
    for each in found.values():
        assert each["part"] <= each["whole"] <= max(over, 5)


def test_alerts_by_site_are_those_of_alerts_csv(written):
    work = json.loads((written / "summary.json").read_text())["planning"]["workload"]
    counted = Counter(row["patient"].split("-")[0] for row in rows_of(written, "alerts.csv"))
    assert {each["site"]: each["alerts"] for each in work["by_site"] if each["alerts"]} == counted
    assert sum(each["site_weeks"] for each in work["site_weeks_by_alerts"]) == work["site_weeks"]
    assert sum(work["minutes_by_kind"].values()) == pytest.approx(work["minutes"], abs=2)
    assert sum(each["minutes"] for each in work["by_site"]) == pytest.approx(work["minutes"], abs=3)


def test_the_page_tells_the_figures_of_the_summary_and_holds_nothing_from_elsewhere(written):
    page = (written / "report.html").read_text()
    planning = json.loads((written / "summary.json").read_text())["planning"]
    sent = planning["sending"]
    assert f"{sent['messages']}, in {sent['segments']} segments" in page
    assert "From heroes-1 to heroes-1b" in page
    for row in planning["lag"]["by_delay"]:
        cells = "".join(
            f"<td>{row[name]}</td>"
            for name in ("born_missed", "born_late", "window_days_lost", "wrongly_sent")
        )
        assert cells in page
    assert not re.search(r"(src|href)=|@import|url\(|<script", page)


def test_every_word_of_the_page_is_there_in_both_languages():
    assert all(set(texts) == {"fr", "en"} and all(texts.values()) for texts in PLANNING_TEXTS.values())


# --- how it runs --------------------------------------------------------------------------------------------------


def test_parts_side_by_side_give_what_parts_one_after_another_give(app, tmp_path):
    outcomes = []
    for side_by_side in (True, False):
        folder = tmp_path / str(side_by_side)
        findings = rehearsed(app, patients=2, sites=2, side_by_side=side_by_side)
        write_outputs(findings, folder, language="fr", questions=Questions(instruments=CATALOGUE.instruments))
        outcomes.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert outcomes[0] == outcomes[1]


def test_a_part_that_breaks_off_in_its_own_process_is_told_with_its_traceback():
    def fine(_):
        return None

    def broken(_):
        raise RuntimeError("no more virtual ink")

    with pytest.raises(rehearsing.PartFailedError, match="no more virtual ink"):
        rehearsing.run_side_by_side([fine, broken], None)


def told_of_progress(*, terminal: bool) -> str:
    """What reaches standard error while three virtual months go by."""
    ours, theirs = os.openpty()
    stderr = os.fdopen(theirs, "w") if terminal else StringIO()
    with os.fdopen(ours, "rb", buffering=0) as reader, redirect_stderr(stderr):
        with rehearsing.progress_on_terminal(START, START + timedelta(days=100)) as tell:
            for days in (0, 40, 90):
                tell(datetime(2025, 1, 27, tzinfo=UTC) + timedelta(days=days))
        said = "" if terminal else stderr.getvalue()
        stderr.close()
        with suppress(OSError):  # the other end of a terminal is closed: everything was read
            while terminal and (chunk := reader.read(4_096)):
                said += chunk.decode()
    return said


def test_progress_is_a_bar_on_a_terminal_and_a_line_a_month_elsewhere():
    bar = told_of_progress(terminal=True)
    assert "virtual days" in bar
    assert "100/100" in bar
    assert told_of_progress(terminal=False).split() == ["2025-01", "2025-03", "2025-04"]


def test_parts_hold_every_site_and_patient_once():
    cohort = plan_cohort(seed=2, patients=80, sites=6, starts_on=START)
    parts = cohort.parts(4)
    codes = [life.patient.code for part in parts for life in part.lives]
    assert sorted(codes) == sorted(life.patient.code for life in cohort.lives)
    assert sorted(site.code for part in parts for site in part.sites) == [s.code for s in cohort.sites]
    assert len(plan_cohort(seed=1, patients=1, sites=1, starts_on=START).parts(4)) == 1


def test_texts_do_not_arrive_while_a_number_is_given_up_nor_on_a_network_without_any(app):
    people = replace(default_scenario().people, number_changes=1.0, number_mended_days=(300.0, 300.0))
    findings = rehearsed(app, patients=1, sites=1, scenario=replace(default_scenario(), people=people))
    (since, until), *_ = findings.cohort.lives[0].without_number
    about = [m for m in findings.outbox if m.to != "staff" and m.accepted_at]
    lost = {m.provider_status for m in about if since <= m.accepted_at.date() < until}
    assert lost == {"undelivered"}
    assert {m.error_code for m in about if since <= m.accepted_at.date() < until} == {30005}
    assert until - since > timedelta(days=300)


# --- a trial that is not HEROES -----------------------------------------------------------------------------------


def test_a_weekly_survey_is_rehearsed_to_its_end_with_a_scenario_of_its_own(app):
    scenario = load_scenario(SCENARIOS / "weekly-symptoms.toml")
    protocol = CATALOGUE.protocols["weekly-symptoms-1"]
    assert notices(scenario, protocol) == ()
    plan = plan_cohort(
        seed=3,
        patients=1,
        sites=1,
        starts_on=START,
        scenario=scenario,
        accrual_days=10,
        types=frozenset(protocol.course.event_types),
    )
    findings = rehearsing.rehearse_trial(
        wired().rehearse, plan, version="weekly-symptoms-1", first_day=START, side_by_side=False
    )
    assert findings.checked.agrees
    assert not findings.refused
    assert sum(row.state == "completed" for row in findings.ledger) > 5
    assert not {"open", "planned", "in_progress"} & {row.state for row in findings.ledger}
