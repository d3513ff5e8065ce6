"""G6 and fault row 46: whatever is done to the trail, or past it, verifying finds it and names the first bad entry."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from pro_service.services.audit import anchors
from pro_service.services.audit.verifying import Verified, verify
from pro_service.services.installation import Installation
from pro_service.store.signing import Signer
from tests.audit.tampering import connected, entries, named, rechain, unguarded
from tests.trial import Trial, trial

TRAIL = ("audit_entry", "audit_link", "audit_pending")


class Site:
    """A trial with a trail in three links, anchored, and the hand that tampers with it."""

    def __init__(self, made: Trial, url: str, folder: Path) -> None:
        self.made, self.url, self.folder = made, url, folder

    @property
    def installation(self) -> Installation:
        return replace(self.made.installation, anchors=self.folder)

    def verify(self, **how: object) -> Verified:
        return self.made.call(verify, self.installation, **how)

    def anchor(self) -> bool:
        self.made.now += timedelta(hours=1)
        return self.made.call(anchors.anchor_if_due, self.installation, now=self.made.now)


@pytest.fixture
def site(migrated_database: str, tmp_path: Path) -> Iterator[Site]:
    with trial(migrated_database) as made:
        site = Site(made, migrated_database, tmp_path / "anchors")
        made.enrol()
        assert site.anchor()
        made.record("consent2_signed", made.now.date())
        assert site.anchor()
        made.record("included", made.now.date())
        made.beat()
        assert site.anchor()
        yield site


def codes(found: Verified) -> set[str]:
    return {fault.code for fault in found.faults}


def middle(site: Site) -> int:
    """An entry that is neither the first nor the last."""
    with unguarded(site.url) as connection:
        found = entries(connection)
        return found[len(found) // 2]["seq"]


def test_a_trail_nobody_touched_is_sound(site: Site) -> None:
    found = site.verify()
    assert found.faults == ()
    assert found.entries > 20
    assert found.links >= 3
    assert (found.pending, found.anchors) == (0, 3)


@pytest.mark.parametrize("column", ["changes", "actor", "reason", "at", "row_key", "patient_id"])
def test_an_edited_entry_is_found(site: Site, column: str) -> None:
    seq = middle(site)
    values = {"at": "2026-01-01 00:00:00.000000", "patient_id": "77"}
    with unguarded(site.url, *TRAIL) as connection:
        place = named(connection, "audit_entry")
        cast = {"at": "CAST(:value AS timestamp)", "patient_id": "CAST(:value AS integer)"}.get(
            column, ":value"
        )
        cast = ":value" if site.url.startswith("sqlite") else cast
        connection.execute(
            text(f"UPDATE {place} SET {column} = {cast} WHERE seq = :seq"),
            {"value": values.get(column, '{"a": [null, 1]}'), "seq": seq},
        )
    found = site.verify()
    assert "entry_altered" in codes(found)
    assert found.first_bad == seq or column in {"changes", "row_key"}
    assert seq in {fault.seq for fault in found.faults if fault.code == "entry_altered"}


def test_a_deleted_entry_is_found(site: Site) -> None:
    seq = middle(site)
    with unguarded(site.url, *TRAIL) as connection:
        connection.execute(text(f"DELETE FROM {named(connection, 'audit_entry')} WHERE seq = {seq}"))
    found = site.verify()
    assert seq in {fault.seq for fault in found.faults if fault.code == "entry_missing"}


def test_two_entries_that_changed_places_are_found(site: Site) -> None:
    seq = middle(site)
    with unguarded(site.url, *TRAIL) as connection:
        place = named(connection, "audit_entry")
        for step in (f"{seq}, -1", f"{seq + 1}, {seq}", f"-1, {seq + 1}"):
            old, new = step.split(", ")
            connection.execute(text(f"UPDATE {place} SET seq = {new} WHERE seq = {old}"))
    altered = {fault.seq for fault in site.verify().faults if fault.code == "entry_altered"}
    assert {seq, seq + 1} <= altered


def test_an_entry_that_was_slipped_in_is_found(site: Site) -> None:
    with unguarded(site.url, *TRAIL) as connection:
        last = {**entries(connection)[-1]}
        last["seq"] += 1
        columns = ", ".join(last)
        connection.execute(
            text(
                f"INSERT INTO {named(connection, 'audit_entry')} ({columns}) "
                f"VALUES ({', '.join(':' + name for name in last)})"
            ),
            last,
        )
    found = site.verify()
    assert last["seq"] in {fault.seq for fault in found.faults if fault.code == "entry_unchained"}


def test_a_cut_tail_is_found_by_its_anchor_even_if_the_rows_went_too(site: Site) -> None:
    with unguarded(site.url, *TRAIL) as connection:
        link, entry = named(connection, "audit_link"), named(connection, "audit_entry")
        row = connection.execute(text(f"SELECT n, entries FROM {link} ORDER BY n DESC LIMIT 1")).one()
        first = int(row.entries.replace(",", "-").split("-")[0])
        connection.execute(text(f"DELETE FROM {entry} WHERE seq >= {first}"))
        connection.execute(text(f"DELETE FROM {link} WHERE n = {row.n}"))
    found = site.verify()
    assert first in {fault.seq for fault in found.faults if fault.code == "tail_cut"}
    assert found.first_bad is not None
    assert found.first_bad <= first


def test_a_chain_made_anew_throughout_is_found_by_its_anchors(site: Site) -> None:
    seq = middle(site)
    with unguarded(site.url, *TRAIL) as connection:
        place = named(connection, "audit_entry")
        connection.execute(text(f"UPDATE {place} SET actor = 'staff:99' WHERE seq = {seq}"))
        rechain(connection)
    found = site.verify()
    assert codes(found) == {"rechained"}, "the chain itself is without fault"
    assert found.first_bad is not None
    assert found.first_bad <= seq


def test_a_link_made_anew_without_those_behind_it_is_found(site: Site) -> None:
    with unguarded(site.url, *TRAIL) as connection:
        place = named(connection, "audit_link")
        connection.execute(text(f"UPDATE {place} SET hash = digests WHERE n = 2"))
    assert "link_altered" in codes(site.verify())


def test_a_link_taken_out_is_found(site: Site) -> None:
    with unguarded(site.url, *TRAIL) as connection:
        connection.execute(text(f"DELETE FROM {named(connection, 'audit_link')} WHERE n = 2"))
    assert {"link_missing", "entry_unchained", "tail_cut"} & codes(site.verify()) >= {"link_missing"}


@pytest.mark.parametrize(
    "statement, code",
    [
        ("UPDATE patient SET language = 'en'", "unseen_change"),
        ("DELETE FROM course_event WHERE id = (SELECT max(id) FROM course_event)", "unseen_delete"),
        (
            "INSERT INTO patient_zone (patient_id, zone, from_at, recorded_at, recorded_by) "  # noqa: ISC004
            "SELECT patient_id, zone, from_at, recorded_at, 'x' FROM patient_zone",
            "unseen_insert",
        ),
    ],
)
def test_what_was_changed_while_the_triggers_were_off_is_found(site: Site, statement: str, code: str) -> None:
    with unguarded(site.url, "patient", "course_event", "patient_zone") as connection:
        connection.execute(text(statement))
    assert codes(site.verify()) == {code}


def test_a_trigger_that_stays_off_or_is_another_is_found(site: Site) -> None:
    sqlite = site.url.startswith("sqlite")
    with connected(site.url) as connection:
        connection.exec_driver_sql(
            "DROP TRIGGER trail_answer_update" if sqlite else "ALTER TABLE answer DISABLE TRIGGER trail"
        )
        connection.commit()
    (fault,) = site.verify().faults
    assert fault.code == "trigger"
    assert "answer" in fault.message


def test_a_trigger_function_that_does_nothing_is_found(site: Site) -> None:
    if site.url.startswith("sqlite"):
        change = "CREATE TRIGGER trail_answer_update AFTER UPDATE ON answer BEGIN SELECT 1; END"
        steps = ["DROP TRIGGER trail_answer_update", change]
    else:
        steps = [
            "CREATE OR REPLACE FUNCTION audit.trail_answer() RETURNS trigger LANGUAGE plpgsql AS $trail$ "  # noqa: ISC004
            "BEGIN RETURN NULL; END $trail$"
        ]
    with connected(site.url) as connection:
        for step in steps:
            connection.exec_driver_sql(step)
        connection.commit()
    (fault,) = site.verify().faults
    assert fault.code == "trigger"


def test_anchors_are_checked_with_the_public_key_alone(site: Site) -> None:
    assert site.verify(verifier=site.made.installation.signer.verifier).sound
    other = site.verify(verifier=Signer(seed=b"o" * 32).verifier)
    assert codes(other) == {"anchor_forged"}


@pytest.mark.parametrize("change", [('"entries": ', '"entries": 9'), ("{", "")])
def test_an_anchor_that_was_written_by_another_hand_is_found(site: Site, change: tuple[str, str]) -> None:
    file = site.folder / anchors.FILE
    first, *rest = file.read_text().splitlines(keepends=True)
    file.write_text(first + "".join(line.replace(*change) for line in rest))
    assert {"anchor_forged", "anchor_unread"} & codes(site.verify())


def test_the_command_names_the_first_bad_entry_and_ends_with_status_1(site: Site) -> None:
    runner = site.made.app.test_cli_runner()
    sound = runner.invoke(args=["audit", "verify", "--anchors", str(site.folder)])
    assert (sound.exit_code, "faults 0" in sound.output) == (0, True), sound.output
    seq = middle(site)
    with unguarded(site.url, *TRAIL) as connection:
        place = named(connection, "audit_entry")
        connection.execute(text(f"UPDATE {place} SET actor = 'staff:99' WHERE seq = {seq}"))
    found = runner.invoke(args=["audit", "verify", "--anchors", str(site.folder)])
    assert found.exit_code == 1
    assert f"first bad entry: {seq}\n" in found.output
    wrong = runner.invoke(args=["audit", "verify", "--public-key", "no key"])
    assert wrong.exit_code == 2
