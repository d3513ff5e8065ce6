"""How entries are chained: however transactions end, none twice and none never; the same on both databases."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from pro_service.core.audit.chain import Entry, as_ranges, digest, entry_bytes, from_ranges, linked
from pro_service.core.audit.replaying import same
from pro_service.core.audit.verifying import link_faults
from pro_service.services.audit.chaining import chain
from pro_service.services.audit.verifying import verify
from pro_service.store.db import upgrade_schema
from tests.audit.tampering import connected, entries
from tests.databases import Databases
from tests.trial import bare, trial

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)
ENTRIES = st.builds(
    Entry,
    seq=st.integers(1, 10**6),
    at=st.datetimes(timezones=st.just(UTC)),
    tx=st.integers(0, 2**62),
    table_name=TEXTS,
    row_key=TEXTS,
    patient_id=st.none() | st.integers(1, 9),
    site_id=st.none() | st.integers(1, 9),
    action=TEXTS,
    changes=TEXTS,
    actor=TEXTS,
    role=TEXTS,
    organisation=TEXTS,
    reason=TEXTS,
)


@given(st.sets(st.integers(1, 500), min_size=1))
def test_ranges_tell_the_same_numbers(numbers: set[int]) -> None:
    assert list(from_ranges(as_ranges(sorted(numbers)))) == sorted(numbers)


@pytest.mark.parametrize("text_", ["", "1-", "a", "1,,2", "1 2", "-3"])
def test_what_is_no_list_of_ranges_is_refused(text_: str) -> None:
    with pytest.raises(ValueError):
        list(from_ranges(text_))


@given(ENTRIES, ENTRIES)
def test_two_different_entries_never_give_the_same_bytes(one: Entry, other: Entry) -> None:
    assert (entry_bytes(one) == entry_bytes(other)) == (one == other)


@given(st.lists(ENTRIES, min_size=2, max_size=5, unique_by=lambda entry: entry.seq), st.data())
def test_a_link_holds_for_its_entries_and_for_no_others(batch: list[Entry], data: st.DataObject) -> None:
    link = linked(None, batch)
    assert list(link_faults(None, link, batch)) == []
    victim = data.draw(st.sampled_from(batch))
    without = [entry for entry in batch if entry is not victim]
    assert [fault.seq for fault in link_faults(None, link, without)] == [victim.seq]
    assert len(link.digests) == 32 * len(batch)
    assert digest(victim) in {link.digests[at : at + 32] for at in range(0, len(link.digests), 32)}


@pytest.mark.parametrize(
    "one, other",
    [
        ("2026-01-05 09:00:00.000000", datetime(2026, 1, 5, 9, tzinfo=UTC)),
        ("2026-01-05T10:00:00+01:00", datetime(2026, 1, 5, 9, tzinfo=UTC)),
        (1, True),
        (33.3333333333333, 100 / 3),
        ({"a": [1]}, {"a": [1]}),
        (None, None),
    ],
)
def test_a_value_is_the_same_however_a_database_writes_it(one: object, other: object) -> None:
    assert same(one, other)
    assert not same(one, "something else")


def test_transactions_that_end_in_another_order_are_chained_once_each(
    databases: Databases, postgres_url: str
) -> None:
    with databases.migrated("postgresql") as url, trial(url) as made:
        made.call(chain)
        with connected(url) as slow, connected(url) as fast:
            slow.execute(text("UPDATE site SET name = 'slow' WHERE code = '03'"))
            fast.execute(text("UPDATE site SET name = 'fast' WHERE code = '04'"))
            fast.commit()
            assert made.call(chain) == 1, "the one that is committed, though its number is the higher one"
            slow.commit()
        assert made.call(chain) == 1
        assert made.call(chain) == 0
        assert made.call(verify, made.installation).faults == ()


def test_a_beat_of_the_clock_chains_what_was_committed(migrated_database: str) -> None:
    with trial(migrated_database) as made:
        made.enrol()
        made.beat()
        found = made.counts()
        assert found["audit_pending"] == 0
        made.beat()
        assert made.counts() == found, "nothing new is no link"


def test_what_was_there_before_the_trail_is_taken_in_when_it_begins(database: str) -> None:
    upgrade_schema(database, "0009")
    with connected(database) as connection:
        connection.execute(
            text(
                "INSERT INTO study (code, title, protocol_version, created_at) "
                "VALUES ('old', 'Old', 'heroes-1', '2026-01-05 09:00:00')"
            )
        )
        connection.commit()
    upgrade_schema(database)
    with connected(database) as connection:
        (entry,) = entries(connection)
    assert (entry["action"], entry["actor"], entry["table_name"]) == ("baseline", "system:migration", "study")
    upgrade_schema(database)
    with bare(database) as made:
        assert made.call(verify, made.installation).faults == ()
    with connected(database) as connection:
        assert len(entries(connection)) == 1
