"""Which settings of PostgreSQL are safe: each unsafe one is named with its cure; only what is named is tolerated."""

import pytest

from pro_service.core.database_settings import DEMANDS, NAMES, judge

SAFE = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "data_checksums": "on",
    "server_encoding": "UTF8",
    "TimeZone": "UTC",
    "idle_in_transaction_session_timeout": "600000",
    "statement_timeout": "300000",
    "lock_timeout": "10000",
    "in_recovery": "off",
    "row_security_forced": "on",
    "superuser": "off",
    "bypass_row_security": "off",
}
UNSAFE = {
    **{name: "off" for name, value in SAFE.items() if value == "on"},
    **{name: "on" for name, value in SAFE.items() if value == "off"},
    **{name: "0" for name in SAFE if name.endswith("_timeout")},
    "server_encoding": "SQL_ASCII",
    "TimeZone": "Europe/Paris",
}


def test_a_server_set_as_it_must_be_passes() -> None:
    assert set(SAFE) == set(UNSAFE) == set(NAMES)
    assert [one.name for one in judge(SAFE) if one.fails] == []


@pytest.mark.parametrize("name", NAMES)
def test_each_unsafe_setting_is_named_with_its_cure(name: str) -> None:
    for found in (SAFE | {name: UNSAFE[name]}, {key: SAFE[key] for key in SAFE if key != name}):
        (failed,) = [one for one in judge(found) if one.fails]
        assert failed.name == name
        assert name in failed.sentence
        assert failed.cure in failed.sentence


def test_only_what_is_named_is_tolerated() -> None:
    judged = judge(UNSAFE, tolerated=frozenset({"data_checksums"}))
    assert [one.name for one in judged if one.tolerated] == ["data_checksums"]
    assert len([one for one in judged if one.fails]) == len(DEMANDS) - 1


def test_what_is_right_is_not_called_tolerated() -> None:
    assert not any(one.tolerated for one in judge(SAFE, tolerated=frozenset(NAMES)))


def test_a_commit_that_waits_for_a_standby_is_safe_too() -> None:
    for value in ("remote_write", "remote_apply"):
        assert not any(one.fails for one in judge(SAFE | {"synchronous_commit": value}))
    assert any(one.fails for one in judge(SAFE | {"synchronous_commit": "local"}))
