"""The law: a fact the patient has not been told changes no byte of anything the patient can see.

Two worlds with the same patient; in one the site has recorded what it has not told. The clock ticks alike in both, and
what arrives on the telephone, what the link says before and after an answer, and what the desk calls due to the patient
are compared byte for byte, through the real services and pages.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pro_service.store.db import upgrade_schema
from pro_service.store.models import Assessment, Message
from tests.services.given import WELL, complete, off_treatment, send
from tests.trial import PHONE, START, Trial, trial

D0 = START.date()
#: Days (from the inclusion) on which the patient's world is looked at: around every window of the first half year.
LOOKS = (31, 35, 38, 40, 43, 46, 52, 100, 118, 121, 124, 126, 128, 135, 150, 151)
#: Days on which the patient writes, and the one on which M1.5 is answered in part.
ASKS, FILLS_IN = (43, 126), 46
HIDDEN = st.sampled_from(("ctdna_resulted", "pd_confirmed"))
Hidden = tuple[str, int, int | None]  # type, day, and in how many days it is to be told
hidden_facts = st.tuples(HIDDEN, st.integers(1, 150), st.none() | st.integers(1, 40))


def seen(heroes: Trial) -> list[Any]:
    """What the patient sees now: every text with its time, and what the newest link gives."""
    texts = [(one.body, one.sent_at) for one in heroes.carrier.messages_of(PHONE) if not one.from_phone]
    if not texts:
        return [texts]
    client = heroes.client()
    token = heroes.link()
    opened = [client.post("/q/open", json={"token": token, "language": one}).data for one in ("fr", "en")]
    return [texts, client.get("/q").data, opened]


def queued(heroes: Trial) -> list[Any]:
    return [
        (row.kind, row.natural_key, row.body, row.not_before, row.not_after, row.state)
        for row in heroes.rows(Message)
    ]


def due(heroes: Trial) -> list[Any]:
    return [
        (row.key, row.due_on, row.open_on, row.close_on, row.state, row.instruments, row.next_contact_at)
        for row in heroes.rows(Assessment)
    ]


def live(url: str, hidden: tuple[Hidden, ...]) -> list[Any]:
    """Everything seen in one world, look by look; a hidden fact is recorded before the clock ticks."""
    with trial(url) as heroes:
        off_treatment(heroes)
        pages, left = [], list(hidden)
        for day in LOOKS:
            heroes.now = START + timedelta(days=day, hours=1)
            for fact in [fact for fact in left if fact[1] <= day]:
                record(heroes, *fact)
                left.remove(fact)
            heroes.at(heroes.now + timedelta(hours=2))
            act(heroes, day)
            pages.append((seen(heroes), queued(heroes), due(heroes)))
        return pages


def act(heroes: Trial, day: int) -> None:
    """What the patient does in every world: asks for help by text, fills in some of a form, sends a part of it."""
    if day in ASKS:
        heroes.reply("AIDE")
    if day == FILLS_IN:
        token = heroes.link()
        send(heroes, token, "qlq-c30", WELL["qlq-c30"])
        complete(heroes, token, "qlq-c30")
        send(heroes, token, "eq-5d-5l", {"MO": 1, "SC": 2})


def record(heroes: Trial, kind: str, day: int, plan: int | None) -> None:
    """`plan` is in how many days from now the site means to tell; 0 is told today."""
    told = {} if plan is None else {"disclosed_on": heroes.now.date() + timedelta(days=plan)}
    result = {"result": "positive"} if kind == "ctdna_resulted" else {}
    heroes.record(kind, D0 + timedelta(days=day), **result, **told)


@pytest.fixture(scope="module")
def silent_world(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    return live(new_database(tmp_path_factory.mktemp("silent")), ())


def new_database(folder: Path) -> str:
    url = f"sqlite:///{folder}/world.db"
    upgrade_schema(url)
    return url


@given(facts=st.lists(hidden_facts, min_size=1, max_size=3, unique_by=lambda fact: (fact[0], fact[1])))
@example(facts=[("ctdna_resulted", 40, None)])
@example(facts=[("pd_confirmed", 40, None)])
@example(facts=[("pd_confirmed", 120, 5)])
@example(facts=[("ctdna_resulted", 118, 8), ("pd_confirmed", 121, None)])
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_fact_not_yet_told_changes_no_byte_the_patient_can_see(
    silent_world: list[Any], tmp_path_factory: pytest.TempPathFactory, facts: list[Hidden]
) -> None:
    other = live(new_database(tmp_path_factory.mktemp("hidden")), tuple(facts))
    assert len(silent_world) == len(LOOKS)
    assert any(look[0][0] for look in silent_world), "the patient got texts to compare"
    assert other == silent_world


def test_the_same_fact_once_told_does_change_what_the_patient_sees(
    silent_world: list[Any], tmp_path: Path
) -> None:
    """Without this, the law would hold of a service that does nothing."""
    assert live(new_database(tmp_path), (("pd_confirmed", 118, 0),)) != silent_world
