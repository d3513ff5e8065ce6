"""Changing the master key: killed at any moment, everybody is found and read; a damaged row is that row's alone."""

import os
import random
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest

from pro_service.core.definition import DefinitionError
from pro_service.services.installation import Installation
from pro_service.services.keyring import rotation
from pro_service.services.keyring.checking import check_keys
from pro_service.services.keyring.unreadable import unreadable
from pro_service.services.messages import inbox
from pro_service.services.refusals import ConflictError
from pro_service.store import vault
from pro_service.store.crypto import Keyring
from pro_service.store.db import db, reading, transaction
from pro_service.store.models import Contact, Inbound, Staff
from pro_service.store.records import inbound
from tests.services.sending import message, ready
from tests.trial import SECRET, Trial, trial

KILLS = 50
MASTERS = {number: bytes([number]) * 32 for number in range(1, 60)} | {1: b"k" * 32}  # 1 is the trial's
PEOPLE = 7


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    with trial(migrated_database) as made:
        yield made


def ring(heroes: Trial, *key_ids: int) -> Installation:
    keys = Keyring(masters={one: MASTERS[one] for one in key_ids}, current=max(key_ids))
    return replace(heroes.installation, keys=keys)


@dataclass
class People:
    """Who was registered, and what they wrote."""

    heroes: Trial
    numbers: dict[str, str] = field(default_factory=dict)

    def register(self, installation: Installation) -> None:
        number = f"+3363998{4000 + len(self.numbers):04}"
        with self.heroes.app.app_context(), transaction() as session:
            contact_id = vault.keep_phone(
                session, installation.keys, phone=number, purpose="patient", now=self.heroes.now
            )
        self.numbers[number] = contact_id
        for sender, sid in ((number, "SM"), ("+33639987777", "MM")):
            self.heroes.call(
                inbox.receive_text,
                installation,
                provider_sid=f"{sid}{len(self.numbers):032}",
                sender=sender,
                text="2",
                raw=b"Body=2",
                opt_out=None,
                now=self.heroes.now,
            )

    def all_found_and_read(self, installation: Installation) -> bool:
        keys = installation.keys
        with self.heroes.app.app_context(), reading() as session:
            found = {
                number: vault.contact_of(session, index=vault.phone_index(session, keys, number))
                for number in self.numbers
            }
            read = {vault.reveal_phone(session, keys, contact_id=one): one for one in found.values() if one}
            texts = {inbound.text_of(session, keys, row) for row in session.query(Inbound)}
            secrets = {
                keys.decrypt(row.totp_sealed, row=f"staff.totp_sealed:{row.login}").decode()
                for row in session.query(Staff)
            }
        return found == self.numbers == read and texts == {"2"} and secrets == {SECRET}


def killed_at(heroes: Trial, installation: Installation, step: int) -> bool:
    """Rotate in a process of its own, which kills itself at that step; False if it came to its end before."""
    with heroes.app.app_context():
        db.engine.dispose()
    child = os.fork()
    if child == 0:
        _rotate_until(heroes, installation, step)
    _, ended = os.waitpid(child, 0)
    assert os.WIFSIGNALED(ended) or os.WEXITSTATUS(ended) == 0
    return os.WIFSIGNALED(ended) and os.WTERMSIG(ended) == signal.SIGKILL


def _rotate_until(heroes: Trial, installation: Installation, step: int) -> None:
    steps = iter(range(1, 10_000))

    def perhaps(_: str) -> None:
        if next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    status = 1
    try:
        heroes.call(rotation.rotate, installation, now=heroes.now, batch=2, on_step=perhaps)
        status = 0
    finally:
        os._exit(status)


def test_a_rotation_killed_fifty_times_leaves_everybody_found_and_readable_each_time(heroes: Trial) -> None:
    """Fault row 47. Numbers registered meanwhile are among them; each key change is ended before the next begins."""
    dice, people = random.Random(47), People(heroes)
    for _ in range(PEOPLE):
        people.register(heroes.installation)
    kills, old = 0, 1
    while kills < KILLS:
        installation = ring(heroes, old, old + 1)
        while killed_at(heroes, installation, dice.randint(1, 40)):
            kills += 1
            assert people.all_found_and_read(installation), f"after kill {kills}"
            if kills % 10 == 0:
                people.register(installation)
        assert people.all_found_and_read(installation)
        heroes.call(rotation.rotate, installation, now=heroes.now)
        heroes.call(rotation.retire, installation, key_id=old, now=heroes.now)
        assert people.all_found_and_read(ring(heroes, old + 1)), "the older key is needed no more"
        old += 1


def test_a_key_is_not_retired_while_anything_needs_it(heroes: Trial) -> None:
    People(heroes).register(heroes.installation)
    both = ring(heroes, 1, 2)
    heroes.call(check_keys, both, now=heroes.now)
    with pytest.raises(ConflictError):
        heroes.call(rotation.retire, both, key_id=1, now=heroes.now)
    assert heroes.call(rotation.rotate, both, now=heroes.now).left == 0
    heroes.call(rotation.retire, both, key_id=1, now=heroes.now)
    states = heroes.call(rotation.status, both)
    assert [(key.key_id, key.current, key.retired) for key in states] == [(1, False, True), (2, True, False)]
    assert not states[0].uses
    with pytest.raises(ConflictError):
        heroes.call(rotation.retire, both, key_id=2, now=heroes.now)
    heroes.call(check_keys, ring(heroes, 2), now=heroes.now)


def test_a_link_sent_before_a_rotation_is_the_same_after_it_and_holds_its_key(heroes: Trial) -> None:
    ready(heroes)
    heroes.deliver()
    link = heroes.link(heroes.carrier.phones()[0])
    both = ring(heroes, 1, 2)
    heroes.call(rotation.rotate, both, now=heroes.now)
    page = heroes.client().post("/q/open", json={"token": link})
    assert page.status_code == 200
    uses = heroes.call(rotation.status, both)[0].uses
    assert dict(uses) == {"links of open assessments": 1}


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (Keyring(masters={1: b"x" * 32}, current=1), "key 1: this is another key"),
        (Keyring(masters={2: b"k" * 32}, current=2), "key 1: the key is missing"),
    ],
)
def test_a_wrong_or_missing_key_is_refused_in_clear_words(heroes: Trial, keys: Keyring, said: str) -> None:
    heroes.call(check_keys, heroes.installation, now=heroes.now)
    with pytest.raises(DefinitionError, match=said):
        heroes.call(check_keys, replace(heroes.installation, keys=keys), now=heroes.now)
    heroes.call(check_keys, heroes.installation, now=heroes.now)


def test_a_flipped_byte_is_its_rows_alone_and_told_to_the_operator(heroes: Trial) -> None:
    """Fault row 45: the rotation and the sender go on, and a notice names the row without a number in it."""
    ready(heroes)
    people = People(heroes)
    people.register(heroes.installation)
    damaged = message(heroes).contact_id
    with heroes.app.app_context(), transaction() as session:
        row = session.get_one(Contact, damaged)
        sealed = row.phone_sealed or b""
        row.phone_sealed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    heroes.deliver()
    assert message(heroes).cause == "cannot_be_made"
    told = heroes.app.test_cli_runner().invoke(args=["keyring", "status"])
    assert told.exit_code == 1
    assert f"contact:{damaged}" in told.stderr
    both = ring(heroes, 1, 2)
    assert heroes.call(rotation.rotate, both, now=heroes.now).unreadable == 1
    assert people.all_found_and_read(both)
    assert [one.subject for one in heroes.call(unreadable)] == [f"contact:{damaged}"]
