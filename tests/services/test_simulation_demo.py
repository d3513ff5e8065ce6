"""A trial brought up to today leaves work for whoever opens the desk."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from pro_service.core.lifecycle import AssessmentState
from pro_service.entrypoints.cli.simulate import throw_away_app, world_of
from pro_service.entrypoints.wiring import wired
from pro_service.services.simulation.agenda import VirtualClock
from pro_service.services.simulation.cohort import plan_cohort
from pro_service.services.simulation.desk import open_trial
from pro_service.services.simulation.findings import gather
from pro_service.services.simulation.run import REST, fast_forward
from tests.services.rehearsal import demo_app

NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)
MONTHS = timedelta(days=150)


@pytest.fixture(scope="module")
def findings(tmp_path_factory):
    plan = plan_cohort(
        seed=11, patients=14, sites=2, starts_on=(NOW - MONTHS).date(), accrual_days=110, sms_share=0.0
    )
    clock = VirtualClock(now=NOW - MONTHS - timedelta(days=2))
    with demo_app(tmp_path_factory.mktemp("demo")):
        rehearse = wired().rehearse
        with throw_away_app(rehearse, clock=clock, seed=11) as app, app.app_context():
            world = world_of(app, plan, study="heroes", clock=clock)
            open_trial(world, protocol_version="heroes-1")
            fast_forward(world, until=NOW)
            return gather(world, began_at=NOW - MONTHS, until=NOW)


def test_some_forms_are_open_and_many_are_still_to_come(findings):
    states = Counter(row.state for row in findings.ledger)
    assert states[AssessmentState.OPEN] > 0
    assert states[AssessmentState.PLANNED] > 20
    assert states[AssessmentState.COMPLETED] > 10


def test_alerts_of_the_last_days_are_left_to_the_desk(findings):
    for alert in findings.alerts:
        assert (alert.acknowledged_at is None) or alert.raised_at < NOW - REST


def test_nothing_has_happened_after_today(findings):
    assert all(message.created_at <= NOW for message in findings.outbox)
    assert all(event.on <= NOW.date() + timedelta(days=90) for c in findings.courses.values() for event in c)


def test_the_ledger_is_the_plan_of_today(findings):
    assert findings.checked.agrees
