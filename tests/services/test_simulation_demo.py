"""A trial brought up to today leaves work for whoever opens the desk."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from pro_service.core.lifecycle import ANSWERABLE, AssessmentState
from pro_service.entrypoints.cli.demo import MONTHS_BACK, SEED, cohort_up_to
from pro_service.entrypoints.cli.rehearsing import throw_away_app, world_of
from pro_service.entrypoints.wiring import wired
from pro_service.services.simulation.agenda import VirtualClock
from pro_service.services.simulation.desk import open_trial
from pro_service.services.simulation.report.findings import gather
from pro_service.services.simulation.run import FOLLOW_UP, REST, fast_forward
from tests.services.rehearsal import demo_app

NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)
SINCE = timedelta(days=MONTHS_BACK * 30)


@pytest.fixture(scope="module")
def findings(tmp_path_factory):
    plan = cohort_up_to(NOW)
    clock = VirtualClock(now=NOW - SINCE - timedelta(days=2))
    with demo_app(tmp_path_factory.mktemp("demo")):
        rehearse = wired().rehearse
        with throw_away_app(rehearse, clock=clock, seed=SEED) as app, app.app_context():
            world = world_of(app, plan, study="heroes", version="heroes-1", clock=clock)
            open_trial(world, protocol_version="heroes-1")
            fast_forward(world, until=NOW)
            return gather(world, began_at=NOW - SINCE, until=NOW)


def test_some_forms_are_open_and_many_are_still_to_come(findings):
    states = Counter(row.state for row in findings.ledger)
    assert states[AssessmentState.OPEN] > 0
    assert states[AssessmentState.PLANNED] > 20
    assert states[AssessmentState.COMPLETED] > 10


def test_alerts_of_the_last_days_are_left_to_the_desk(findings):
    left = [alert for alert in findings.alerts if alert.raised_at >= NOW - REST]
    assert left
    assert all(alert.acknowledged_at is None for alert in left)


def test_alerts_of_the_weeks_before_are_taken_up_and_still_open(findings):
    followed = [alert for alert in findings.alerts if NOW - FOLLOW_UP <= alert.raised_at < NOW - REST]
    assert any(alert.acknowledged_at is not None for alert in followed)
    assert all(alert.closed_at is None for alert in followed)


def test_patients_of_both_ways_of_answering_have_a_form_open(findings):
    """Whoever looks at the simulated phones finds a link to open and a question to reply to."""
    open_now = {row.patient for row in findings.ledger if row.state in ANSWERABLE}
    by_sms = {life.patient.code for life in cohort_up_to(NOW).lives if life.patient.sms_items}
    assert open_now & by_sms
    assert open_now - by_sms


def test_nothing_has_happened_after_today(findings):
    assert all(message.created_at <= NOW for message in findings.outbox)
    assert all(event.on <= NOW.date() + timedelta(days=90) for c in findings.courses.values() for event in c)


def test_the_ledger_is_the_plan_of_today(findings):
    assert findings.checked.agrees
