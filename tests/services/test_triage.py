"""Working alerts: one coded action at a time, by somebody of the site, never lost and never undone."""

from collections.abc import Iterator
from typing import Any

import pytest

from pro_service.core.lifecycle import ActionCode, AlertState
from pro_service.services import triage
from pro_service.services.refusals import ConflictError, InvalidError, NotFoundError
from pro_service.store.models import Alert, AlertAction, Message
from tests.services.given import M15_INVITED, TIRED, answer_all
from tests.trial import Trial, trial


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    """A patient with a good baseline and a tired M1.5: two alerts at site 03."""
    with trial(migrated_database) as made:
        made.include()
        made.beat()
        answer_all(made, made.link())
        made.record("treatment_stopped", made.now.date())
        made.at(M15_INVITED)
        answer_all(made, made.link(), TIRED)
        yield made


def acknowledge(heroes: Trial, alert: Alert, **over: Any) -> AlertState:
    given = {"action": "called", "actor": "nurse", "site_ids": (alert.site_id,)} | over
    return heroes.call(triage.acknowledge, heroes.installation, alert_id=alert.id, now=heroes.now, **given)


def first(heroes: Trial) -> Alert:
    found: Alert = heroes.rows(Alert)[0]
    return found


def test_what_was_worse_by_enough_raised_an_alert_with_its_numbers(heroes: Trial) -> None:
    alerts = {alert.scale: alert for alert in heroes.rows(Alert)}
    assert set(alerts) == {"QL", "FA"}
    evidence = alerts["FA"].evidence
    assert (evidence["baseline"], evidence["now"], evidence["change"]) == (0.0, 100.0, 100.0)
    assert evidence["threshold_status"] == "UNVERIFIED"
    assert (alerts["QL"].evidence["threshold"], alerts["QL"].evidence["threshold_status"]) == (
        None,
        "not_applied",
    )
    assert {alert.state for alert in alerts.values()} == {"new"}


@pytest.mark.req("REG-24")
def test_a_response_tells_each_nurse_of_its_site_once_and_says_nothing_about_the_patient(
    heroes: Trial,
) -> None:
    """Two scales are worse: two alerts, one text. Its key is of the response, so that it cannot be meant twice."""
    heroes.beat()
    raised = heroes.rows(Alert)
    assert len(raised) == 2
    (notice,) = heroes.rows(Message, kind="alert")
    assert (notice.staff_id, notice.alert_id) == (1, raised[0].id)
    assert notice.natural_key == f"alert:response:{raised[0].response_id}:staff:1:1"
    assert len(heroes.texts("+33639989901")) == 1
    for text in heroes.texts("+33639989901"):
        assert "03-001" not in text
        assert "100" not in text


@pytest.mark.req("REG-26")
def test_acknowledging_keeps_who_when_and_what_was_done(heroes: Trial) -> None:
    alert = first(heroes)
    assert acknowledge(heroes, alert, note="Rappel demain") is AlertState.ACKNOWLEDGED
    row = first(heroes)
    assert (row.state, row.acknowledged_by, row.acknowledged_at) == ("acknowledged", "nurse", heroes.now)
    action = heroes.rows(AlertAction)[0]
    assert (action.action, action.note, action.acted_by, action.state) == (
        "called",
        "Rappel demain",
        "nurse",
        "acknowledged",
    )


def test_a_further_action_is_added_and_does_not_change_who_was_first(heroes: Trial) -> None:
    alert = first(heroes)
    acknowledge(heroes, alert)
    assert acknowledge(heroes, alert, action="referred", actor="second") is AlertState.IN_PROGRESS
    assert acknowledge(heroes, alert, action="advised", actor="third") is AlertState.IN_PROGRESS
    assert first(heroes).acknowledged_by == "nurse"
    assert [row.acted_by for row in heroes.rows(AlertAction)] == ["nurse", "second", "third"]


@pytest.mark.parametrize("actions", [0, 1, 2])
def test_an_alert_can_be_closed_from_wherever_it_stands(heroes: Trial, actions: int) -> None:
    alert = first(heroes)
    for _ in range(actions):
        acknowledge(heroes, alert)
    assert acknowledge(heroes, alert, close=True, actor="closer") is AlertState.CLOSED
    row = first(heroes)
    assert (row.closed_by, row.closed_at) == ("closer", heroes.now)
    assert row.acknowledged_by == ("nurse" if actions else "closer")


def test_a_closed_alert_takes_nothing_more_and_says_who_closed_it(heroes: Trial) -> None:
    alert = first(heroes)
    acknowledge(heroes, alert, close=True, actor="closer")
    before = heroes.counts()
    with pytest.raises(ConflictError) as refused:
        acknowledge(heroes, alert)
    assert refused.value.reason.code == "alert_closed"
    assert "closer" in refused.value.reason.sentence("fr")
    assert heroes.counts() == before


@pytest.mark.req("FAULT-61")
def test_the_other_alert_stays_open_when_one_is_closed(heroes: Trial) -> None:
    """Row 61."""
    acknowledge(heroes, first(heroes), close=True)
    assert sorted(row.state for row in heroes.rows(Alert)) == ["closed", "new"]


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"action": "slept"}, "unknown_action"),
        ({"action": ""}, "unknown_action"),
        ({"note": "x" * 2_001}, "note_too_long"),
    ],
)
def test_a_refused_action_stores_nothing(heroes: Trial, over: dict[str, str], code: str) -> None:
    before = heroes.counts()
    with pytest.raises(InvalidError) as refused:
        acknowledge(heroes, first(heroes), **over)
    assert refused.value.reason.code == code
    assert heroes.counts() == before
    assert first(heroes).state == "new"


def test_a_note_of_two_thousand_characters_is_kept_whole(heroes: Trial) -> None:
    acknowledge(heroes, first(heroes), note="é" * 2_000)
    assert heroes.rows(AlertAction)[0].note == "é" * 2_000


def test_an_alert_of_another_site_cannot_be_told_from_one_that_is_not_there(heroes: Trial) -> None:
    """Row 48."""
    before, told = heroes.counts(), []
    for alert_id, site_ids in ((first(heroes).id, (2,)), (first(heroes).id, ()), (999, (1, 2))):
        with pytest.raises(NotFoundError) as refused:
            heroes.call(
                triage.acknowledge,
                heroes.installation,
                alert_id=alert_id,
                site_ids=site_ids,
                action="called",
                actor="nurse",
                now=heroes.now,
            )
        told.append(str(refused.value))
    assert len(set(told)) == 1
    assert heroes.counts() == before


@pytest.mark.parametrize("action", list(ActionCode))
def test_every_action_of_the_list_can_be_taken(heroes: Trial, action: str) -> None:
    assert acknowledge(heroes, first(heroes), action=action) is AlertState.ACKNOWLEDGED
