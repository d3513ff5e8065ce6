"""The simulated carrier says the same each time, from memory and from a file, to one thread and to many."""

from datetime import timedelta
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.gateways.simulated_carrier import (
    SimulatedCarrier,
    deliver_due,
)
from tests.gateways.stand_ins import LATER, PHONE, START, TWO_WAY, create, settings


def script(carrier, plan):
    """A run of calls; everything the carrier said, as text."""
    said = []
    for minute, (kind, number) in enumerate(plan):
        now = START + timedelta(minutes=minute)
        phone = f"+3363998{number:04d}"
        if kind == "create":
            said.append(create(carrier, now=now, To=phone))
        else:
            said.append(carrier.receive_from_phone(from_=phone, to=TWO_WAY, body=kind, now=now))
        said.append(carrier.due_callbacks(now))
        deliver_due(carrier, now=now, post=lambda webhook: 503 if webhook.id % 3 == 0 else 200)
    said += [carrier.webhooks(), carrier.list_messages({}, now=LATER)]
    carrier.close()
    return repr(said)


PLANS = st.lists(
    st.tuples(
        st.sampled_from(["create", "create", "STOP", "START", "2"]),
        st.one_of(st.integers(0, 3), st.integers(9901, 9913)),
    ),
    max_size=12,
)


@given(PLANS, st.integers(0, 3))
def test_the_same_calls_with_the_same_seed_give_the_same_bytes(plan, seed):
    runs = [script(SimulatedCarrier(settings(seed=seed)), plan) for _ in range(2)]
    assert runs[0] == runs[1]


def test_another_seed_gives_other_ids_and_delays(carrier):
    other = SimulatedCarrier(settings(seed=8))
    create(carrier)
    create(other)
    assert carrier.messages_of(PHONE)[0].sid != other.messages_of(PHONE)[0].sid
    assert carrier.next_callback_at() != other.next_callback_at()
    other.close()


def test_what_a_file_holds_outlives_the_carrier(tmp_path):
    path = str(tmp_path / "carrier.db")
    first = SimulatedCarrier(settings(), path=path)
    sid = create(first)[1]["sid"]
    first.close()
    second = SimulatedCarrier(settings(), path=path)
    assert create(second)[1]["sid"] != sid
    assert second.messages_of(PHONE)[0].sid == sid
    assert len(second.due_callbacks(LATER)) == 4
    second.close()


@pytest.mark.parametrize("kept_in", ["memory", "file"])
def test_many_threads_may_use_it_at_once(tmp_path, kept_in):
    path = ":memory:" if kept_in == "memory" else str(tmp_path / "carrier.db")
    shared = [SimulatedCarrier(settings(), path=path)]
    if kept_in == "file":
        shared.append(SimulatedCarrier(settings(), path=path))
    taken = []

    def work(carrier):
        taken.extend(create(carrier)[1]["sid"] for _ in range(20))

    threads = [Thread(target=work, args=(shared[index % len(shared)],)) for index in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 120
    assert len(shared[0].messages_of(PHONE)) == 120
    for carrier in shared:
        carrier.close()


def test_an_instant_without_a_zone_is_refused(carrier):
    naive = START.replace(tzinfo=None)
    with pytest.raises(ValueError, match="offset"):
        create(carrier, now=naive)
    with pytest.raises(ValueError, match="offset"):
        carrier.receive_from_phone(from_=PHONE, to=TWO_WAY, body="2", now=naive)
    with pytest.raises(ValueError, match="offset"):
        carrier.due_callbacks(naive)
    assert carrier.phones() == ()


def test_a_failure_while_writing_leaves_nothing_behind(carrier):
    ledger = carrier._ledger
    with pytest.raises(RuntimeError), ledger.transaction():
        ledger.opt_out(number=PHONE, sender=TWO_WAY)
        raise RuntimeError("made to fail")
    with pytest.raises(UnicodeEncodeError):
        create(carrier, Body="\ud83d")
    assert carrier.phones() == ()
    assert create(carrier)[0] == 201
