"""The triggers of the locks, in the words of each database.

A lock holds while it has no confirmed release that goes on. The first thing asked is whether there is any lock at all:
where there is none, a write pays for one look into an empty table.
"""

from collections.abc import Iterator
from itertools import pairwise

from pro_service.store.locked import LOCKED, SQLSTATE
from pro_service.store.locking.coverage import APPEND_ONLY, Covered, Hop

#: Of every trigger of ours, so that they are found again.
PREFIX = "locks_"
_RELEASED = "SELECT 1 FROM {s}lock_release r WHERE r.lock_id = l.id AND r.outcome = 'confirmed' AND r.ended_at IS NULL"


def sqlite(tables: tuple[Covered, ...]) -> Iterator[str]:
    for one in tables:
        for event, rows in _events(one):
            held = " OR ".join(_sqlite_lock_over(one, row) for row in rows)
            yield (
                f"CREATE TRIGGER {PREFIX}{one.table}_{event} BEFORE {event} ON {one.table}"
                f" WHEN EXISTS (SELECT 1 FROM data_lock) AND ({held})"
                f" BEGIN SELECT RAISE(ABORT, '{LOCKED}'); END"
            )
    for table in APPEND_ONLY:
        for event in ("update", "delete"):
            yield (
                f"CREATE TRIGGER {PREFIX}{table}_{event} BEFORE {event} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, 'rows of {table} are only added'); END"
            )


def postgresql(tables: tuple[Covered, ...], *, schema: str) -> Iterator[str]:
    s = f'"{schema}".'
    for one in tables:
        yield _function(one, s)
        events = " OR ".join(event for event, _ in _events(one))
        yield from _trigger(
            f"{PREFIX}{one.table}",
            f"BEFORE {events} ON {s}{one.table} FOR EACH ROW",
            s,
            f"{PREFIX}{one.table}",
        )
        yield from _trigger(
            f"{PREFIX}truncate", f"BEFORE TRUNCATE ON {s}{one.table}", s, "locks_truncate_refused"
        )
    for table in APPEND_ONLY:
        yield from _trigger(
            f"{PREFIX}{table}", f"BEFORE UPDATE OR DELETE ON {s}{table} FOR EACH ROW", s, "locks_only_added"
        )
        yield from _trigger(f"{PREFIX}truncate", f"BEFORE TRUNCATE ON {s}{table}", s, "locks_only_added")


def shared_functions(schema: str) -> Iterator[str]:
    """Those that more than one trigger of PostgreSQL calls.

    What finds a lock sees every patient and site: a lock must not depend on what row-level security shows the writer.
    """
    s = f'"{schema}".'
    for name, given, found in (
        ("locks_over_patient", "integer", _over_patient("$1", s)),
        ("locks_over_place", "integer, integer", _over_place("$1", "$2", s)),
    ):
        yield f"""CREATE OR REPLACE FUNCTION {s}{name}({given}) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $lock$
DECLARE
 before text := current_setting('pro.all', true);
 held boolean;
BEGIN
 PERFORM set_config('pro.all', 'on', true);
 held := EXISTS ({found});
 PERFORM set_config('pro.all', coalesce(before, ''), true);
 RETURN held;
END $lock$"""
    yield f"""CREATE OR REPLACE FUNCTION {s}locks_truncate_refused() RETURNS trigger LANGUAGE plpgsql AS $lock$
BEGIN
 IF EXISTS (SELECT 1 FROM {s}data_lock l WHERE NOT EXISTS ({_RELEASED.format(s=s)})) THEN
  RAISE EXCEPTION '{LOCKED}' USING ERRCODE = '{SQLSTATE}';
 END IF;
 RETURN NULL;
END $lock$"""
    yield f"""CREATE OR REPLACE FUNCTION {s}locks_only_added() RETURNS trigger LANGUAGE plpgsql AS $lock$
BEGIN
 RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME USING ERRCODE = '42501';
END $lock$"""


def _trigger(name: str, when: str, s: str, function: str) -> Iterator[str]:
    yield f"CREATE OR REPLACE TRIGGER {name} {when} EXECUTE FUNCTION {s}{function}()"
    table = when.partition(" ON ")[2].split()[0]
    # Also for a session that plays a replica.
    yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"


def _function(one: Covered, s: str) -> str:
    checks = "\n".join(
        f" IF TG_OP IN ({operations}) AND {_postgresql_lock_over(one, row, s)} THEN\n"
        f"  RAISE EXCEPTION '{LOCKED}' USING ERRCODE = '{SQLSTATE}';\n END IF;"
        for row, operations in (("NEW", "'INSERT', 'UPDATE'"), ("OLD", "'UPDATE', 'DELETE'"))
    )
    return f"""CREATE OR REPLACE FUNCTION {s}{PREFIX}{one.table}() RETURNS trigger LANGUAGE plpgsql AS $lock$
BEGIN
 IF NOT EXISTS (SELECT 1 FROM {s}data_lock) THEN
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
 END IF;
{checks}
 IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
 RETURN NEW;
END $lock$"""


def _events(one: Covered) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "insert", ("NEW",)
    if not one.only_inserts:
        yield "update", ("NEW", "OLD")
    yield "delete", ("OLD",)


def _sqlite_lock_over(one: Covered, row: str) -> str:
    if one.way:
        return f"EXISTS ({_over_patient(_patient_of(one.way, row, ''), '')})"
    return f"EXISTS ({_over_place(f'{row}.study_id', f'{row}.site_id', '')})"


def _postgresql_lock_over(one: Covered, row: str, s: str) -> str:
    if one.way:
        return f"{s}locks_over_patient({_patient_of(one.way, row, s)})"
    return f"{s}locks_over_place({row}.study_id, {row}.site_id)"


def _over_patient(patient: str, s: str) -> str:
    """A query that finds a lock which holds over a patient."""
    return (
        f"SELECT 1 FROM {s}patient p JOIN {s}site s ON s.id = p.site_id"
        f" JOIN {s}data_lock l ON l.study_id = p.study_id AND (l.site_code = '' OR l.site_code = s.code)"
        f" WHERE p.id = {patient} AND NOT EXISTS ({_RELEASED.format(s=s)})"
    )


def _over_place(study: str, site: str, s: str) -> str:
    """The same for a patient who is not there yet, or moves."""
    code = f"(SELECT s.code FROM {s}site s WHERE s.id = {site})"
    return (
        f"SELECT 1 FROM {s}data_lock l WHERE l.study_id = {study}"
        f" AND (l.site_code = '' OR l.site_code = {code}) AND NOT EXISTS ({_RELEASED.format(s=s)})"
    )


def _patient_of(way: tuple[Hop, ...], row: str, s: str) -> str:
    value = f"{row}.{way[0].column}"
    for before, hop in pairwise(way):
        value = f"(SELECT x.{hop.column} FROM {s}{before.target} x WHERE x.{before.key} = {value})"
    return value
